"""The products that ship (clinical.md 2.2); a clinic adds its own in the admin."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from kap.clinic.defaults import register
from kap.pharmacy.models import Product, Route

_SOURCE: Final = "clinical.md 2.2"
_INJECTION: Final = [Route.IV, Route.IM]


def _vial(strength: int, package_mg: int, *, dilute: bool = False) -> dict[str, Any]:
    return {
        "code": f"ket_{strength}",
        "name": f"Ketamine {strength} mg/mL, vial of {package_mg} mg",
        "routes": _INJECTION,
        "strength_mg_per_ml": Decimal(strength),
        "package_mg": Decimal(package_mg),
        "needs_dilution_for_iv": dilute,
    }


def _lozenge(unit_mg: int) -> dict[str, Any]:
    return {
        "code": f"troche_{unit_mg}",
        "name": f"Ketamine lozenge {unit_mg} mg, compounded",
        "routes": [Route.SL],
        "unit_mg": Decimal(unit_mg),
        "unit_word": "lozenge",
        "package_mg": Decimal(unit_mg),
    }


PRODUCTS: Final = (
    _vial(10, 200),
    _vial(50, 500),
    _vial(100, 500, dilute=True),
    *(_lozenge(unit) for unit in (50, 100, 150, 200)),
    {
        "code": "spravato_28",
        "name": "Esketamine nasal spray, device of 28 mg",
        "routes": [Route.IN_ESK],
        "unit_mg": Decimal(28),
        "unit_word": "device",
        "package_mg": Decimal(28),
        "is_esketamine": True,
    },
)


def install_products(now: datetime) -> None:  # noqa: ARG001 -- the installers' shape
    """Add the shipped products that are missing; an edited one is left alone."""
    there = set(Product.objects.values_list("code", flat=True))
    Product.objects.bulk_create(
        Product(source=_SOURCE, **facts)
        for facts in PRODUCTS
        if facts["code"] not in there
    )


register(install_products)
