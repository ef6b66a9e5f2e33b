"""The order as a prescriber writes it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms

from kap.pharmacy.models import Product, Route
from kap.ui import fields
from sessions.forms.dosing import PasswordField, with_blank
from sessions.queries.readiness_dose import OrderDraft
from sessions.rules.dose_units import lb_to_kg

ROUTES = (
    (Route.IM, "IM"),
    (Route.IV, "IV"),
    (Route.SL, "Sublingual"),
    (Route.IN_ESK, "Nasal"),
)


class ProductField(fields.ChoiceField):
    """An active product; the choices are read when the form is made."""

    def to_python(self, value: Any) -> Any:
        return str(value or "")


class OrderForm(forms.Form):
    """One of mg/kg, mg and mL is entered; the calculator says the others."""

    product = ProductField(
        label="Product", error_messages={"required": "Choose the product first."}
    )
    route = fields.ChoiceField(label="Route", choices=ROUTES)
    mg_per_kg = fields.DecimalField(
        label="Per kg",
        low=Decimal("0.001"),
        high=Decimal(20),
        unit="mg/kg",
        places=3,
        required=False,
    )
    dose_mg = fields.DecimalField(
        label="or dose",
        low=Decimal("0.1"),
        high=Decimal(2000),
        unit="mg",
        places=3,
        required=False,
    )
    volume_ml = fields.DecimalField(
        label="or volume",
        low=Decimal("0.001"),
        high=Decimal(100),
        unit="mL",
        places=3,
        required=False,
    )
    infusion_min = fields.WholeField(
        label="Infusion time", low=1, high=480, unit="min", required=False
    )
    is_diluted = forms.BooleanField(label="Diluted before the infusion", required=False)
    body_site = fields.ChoiceField(
        label="Injection site",
        choices=(("", "none"), ("deltoid", "Deltoid"), ("other", "Thigh or gluteus")),
        required=False,
    )
    max_total_mg = fields.DecimalField(
        label="Most for today",
        low=Decimal("0.1"),
        high=Decimal(2000),
        unit="mg",
        places=3,
        required=False,
        help_text="empty: this dose",
    )
    as_needed = fields.LongTextField(
        label="As needed, and rescue orders",
        rows=2,
        max_length=500,
        error_messages={"required": "Write the as-needed and rescue orders."},
    )
    weight = fields.DecimalField(
        label="Weight now", low=Decimal(20), high=Decimal(700), places=1, required=False
    )
    scale = fields.RadioField(
        label="Unit", choices=(("kg", "kg"), ("lb", "lb")), required=False, initial="kg"
    )
    reason = fields.TextField(label="Reason", max_length=500, required=False)
    cosigner_email = fields.TextField(
        label="Second prescriber's e-mail", max_length=254, required=False
    )
    cosigner_password = PasswordField(
        label="Second prescriber's password", required=False
    )
    password = PasswordField(
        label="Your password",
        error_messages={"required": "Type your password to sign."},
    )

    def __init__(self, *args: Any, for_preview: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "id_order_%s")
        super().__init__(*args, **kwargs)
        products = Product.objects.filter(is_active=True).order_by("name")
        self.fields["product"].choices = with_blank(  # type: ignore[attr-defined]  # a choice field
            [(str(pk), name) for pk, name in products.values_list("pk", "name")],
            "choose",
        )
        if for_preview:
            for name in ("password", "as_needed"):
                self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        given = [
            name
            for name in ("mg_per_kg", "dose_mg", "volume_ml")
            if cleaned.get(name) is not None or name in self.errors
        ]
        if len(given) != 1:
            self.add_error(
                "mg_per_kg", "Enter the dose once: in mg/kg, in mg or in mL."
            )
        weight = cleaned.get("weight")
        if weight is not None:
            kg = lb_to_kg(weight) if cleaned.get("scale") == "lb" else weight
            if not 20 <= kg <= 350:
                self.add_error(
                    "weight", f"{kg}\u00a0kg is not possible. Check the unit."
                )
            cleaned["kg"] = kg
        return cleaned

    def draft(self) -> OrderDraft:
        data = self.cleaned_data
        return OrderDraft(
            product_id=UUID(data["product"]),
            route=data["route"],
            mg_per_kg=data["mg_per_kg"],
            dose_mg=data["dose_mg"],
            volume_ml=data["volume_ml"],
            infusion_min=data["infusion_min"],
            is_diluted=data["is_diluted"],
            body_site=data["body_site"],
            max_total_mg=data["max_total_mg"],
            as_needed=data["as_needed"],
            weight_kg=data.get("kg"),
        )
