"""Figures of doses: half-up rounding, pounds, and how a number reads.

Leading zero always, trailing zero never, and a no-break space before the unit
(clinical reference 2.7, GK ISMP; DESIGN.md 7).
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

NBSP: Final = "\u00a0"
KG_PER_LB: Final = Decimal("0.45359237")
"""Exact by definition."""
_TENTH: Final = Decimal("0.1")


def half_up(value: Decimal, step: Decimal) -> Decimal:
    """Round to a multiple of ``step``, half away from zero."""
    return (value / step).quantize(Decimal(1), rounding=ROUND_HALF_UP) * step


def plain(value: Decimal | int, *, places: int = 3) -> str:
    """A number without trailing zeros: 35, 0.7, 1.25."""
    rounded = half_up(Decimal(value), Decimal(1).scaleb(-places))
    return f"{rounded.normalize():f}"


def with_unit(value: Decimal | int, unit: str, *, places: int = 3) -> str:
    """A number that never parts from its unit."""
    return f"{plain(value, places=places)}{NBSP}{unit}"


def lb_to_kg(weight_lb: Decimal) -> Decimal:
    """Pounds to kilograms, to one decimal."""
    return half_up(weight_lb * KG_PER_LB, _TENTH)
