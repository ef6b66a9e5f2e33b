"""Leaving: what two people look at, tick and sign."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms

from kap.ui import fields
from sessions.enums import RideKind
from sessions.forms.dosing import (
    Choices,
    PasswordField,
    PersonField,
    answer,
    as_uuid,
    at_the_chair,
    with_blank,
    yes_no,
)
from sessions.rules.discharge_policy import DischargePolicy
from sessions.services import Leaving

ALDRETE: Final = (
    ("activity", "Moves", ("no limb", "two limbs", "all limbs")),
    ("breathing", "Breathes", ("not", "shallow", "deep, coughs")),
    (
        "circulation",
        "Pressure from baseline",
        ("over 50 %", "20 to 50 %", "within 20 %"),
    ),
    ("awareness", "Awake", ("no response", "on calling", "fully")),
    ("oxygen", "Oxygen", ("under 90 %", "needs oxygen", "room air, above 92 %")),
)
"""Aldrete score, five items of 0 to 2 (Aldrete 1995)."""
SIGNED: Final = "signatures"


class DischargeForm(forms.Form):
    """Ticks are those criteria of the policy in force that are not measured."""

    is_oriented = yes_no("Knows who, where, when and what comes next")
    ride = fields.RadioField(label="Way home", choices=RideKind.choices)
    escort = fields.ChoiceField(label="Escort", required=False)
    escort_name = fields.TextField(
        label="Somebody else, name", max_length=120, required=False
    )
    waived = forms.MultipleChoiceField(
        label="Waive", required=False, widget=forms.CheckboxSelectMultiple
    )
    waive_reason = fields.TextField(label="Why waived", max_length=500, required=False)
    left_at = fields.TimeField(
        label="Leaves at", required=False, help_text="empty: now"
    )
    password = PasswordField(
        label="Your password",
        error_messages={"required": "Type your password to sign."},
    )
    second = PersonField(
        label="Second signer", error_messages={"required": "Choose the second signer."}
    )
    second_password = PasswordField(
        label="Second signer's password",
        error_messages={"required": "The second signer types their own password."},
    )

    def __init__(
        self,
        *args: Any,
        policy: DischargePolicy,
        people: Choices = (),
        escorts: Choices = (),
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("auto_id", "id_leave_%s")
        super().__init__(*args, **kwargs)
        self.escorts = dict(escorts)
        self.tick_keys = [
            one.key for one in policy.criteria if not one.measured and one.key != SIGNED
        ]
        for one in policy.criteria:
            if one.key in self.tick_keys:
                self.fields[f"tick_{one.key}"] = forms.BooleanField(
                    label=one.title, required=False
                )
        for key, label, words in ALDRETE:
            choices = [
                (str(number), f"{number}, {word}") for number, word in enumerate(words)
            ]
            self.fields[f"aldrete_{key}"] = fields.ChoiceField(
                label=label, choices=with_blank(choices, "not yet"), required=False
            )
        self.fields["second"].choices = with_blank(people, "choose")  # type: ignore[attr-defined]  # a choice field
        self.fields["escort"].choices = with_blank(escorts, "somebody else")  # type: ignore[attr-defined]  # a choice field
        self.fields["waived"].choices = [  # type: ignore[attr-defined]  # a choice field
            (one.key, one.title) for one in policy.criteria if one.overridable
        ]

    def ticks(self) -> list[Any]:
        return [self[f"tick_{key}"] for key in self.tick_keys]

    def aldrete(self) -> list[Any]:
        return [self[f"aldrete_{key}"] for key, _, _ in ALDRETE]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("escort") and not cleaned.get("escort_name"):
            self.add_error("escort", "Choose who takes the patient home.")
        if cleaned.get("waived") and not cleaned.get("waive_reason"):
            self.add_error("waive_reason", "Write why a criterion is waived.")
        return cleaned

    def leaving(self, *, now: datetime, zone: ZoneInfo) -> Leaving:
        data = self.cleaned_data
        items = [data[f"aldrete_{key}"] for key, _, _ in ALDRETE]
        name = data["escort_name"] or self.escorts.get(data["escort"], "")
        return Leaving(
            ticks={key: data[f"tick_{key}"] for key in self.tick_keys},
            aldrete_items=tuple(int(item) for item in items) if all(items) else (),
            is_oriented=answer(data["is_oriented"]),
            escort_id=None if data["escort_name"] else as_uuid(data["escort"]),
            escort_name=name,
            ride=data["ride"],
            left_at=at_the_chair(data["left_at"], now=now, zone=zone),
            instructions_given=bool(data.get("tick_instructions")),
            waived=tuple(data["waived"]),
            waive_reason=data["waive_reason"],
        )
