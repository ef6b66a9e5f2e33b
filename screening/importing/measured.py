"""Measured values out of files: which ones are kept, in which unit, within which range."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, DecimalException
from types import MappingProxyType
from typing import Any, Final

from screening.codes import (
    DIASTOLIC,
    GAD7_TOTAL,
    HEART_RATE,
    HEIGHT,
    PHQ9_TOTAL,
    SPO2,
    SYSTOLIC,
    WEIGHT,
)
from screening.importing.incoming import Refused

BLOOD_PRESSURE_PANEL: Final = "85354-9"
LOINC: Final = "http://loinc.org"
UCUM: Final = "http://unitsofmeasure.org"
ALSO: Final = MappingProxyType(
    {"2708-6": SPO2, "3141-9": WEIGHT, "55284-4": BLOOD_PRESSURE_PANEL}
)
"""LOINC codes that mean what we keep under another one: SpO2 by oximetry or not said how,
weight measured, the older panel of blood pressure."""

_ONE: Final = Decimal(1)
_PER_MINUTE: Final = {"/min": _ONE, "{beats}/min": _ONE, "beats/min": _ONE, "bpm": _ONE}
_POINTS: Final = {"{score}": _ONE, "{points}": _ONE, "1": _ONE, "score": _ONE, "": _ONE}
_PRESSURE: Final = {
    "mm[Hg]": _ONE,
    "mmHg": _ONE,
    "kPa": Decimal("7.500615613"),
}
FACTORS: Final[Mapping[str, Mapping[str, Decimal]]] = MappingProxyType(
    {
        WEIGHT: {
            "kg": _ONE,
            "g": Decimal("0.001"),
            "[lb_av]": Decimal("0.45359237"),
            "lb": Decimal("0.45359237"),
            "lbs": Decimal("0.45359237"),
            "[oz_av]": Decimal("0.028349523125"),
        },
        HEIGHT: {
            "cm": _ONE,
            "m": Decimal(100),
            "mm": Decimal("0.1"),
            "[in_i]": Decimal("2.54"),
            "in": Decimal("2.54"),
            "[ft_i]": Decimal("30.48"),
        },
        SYSTOLIC: _PRESSURE,
        DIASTOLIC: _PRESSURE,
        HEART_RATE: _PER_MINUTE,
        SPO2: {"%": _ONE},
        PHQ9_TOTAL: _POINTS,
        GAD7_TOTAL: _POINTS,
    }
)
"""By UCUM code (and the words people write for it): what one is in the unit we keep."""

RANGES: Final = MappingProxyType(
    {
        WEIGHT: (Decimal(20), Decimal(350), "20 to 350 kg"),
        HEIGHT: (Decimal(90), Decimal(250), "90 to 250 cm"),
        SYSTOLIC: (Decimal(50), Decimal(280), "50 to 280 mmHg"),
        DIASTOLIC: (Decimal(20), Decimal(180), "20 to 180 mmHg"),
        HEART_RATE: (Decimal(20), Decimal(250), "20 to 250 a minute"),
        SPO2: (Decimal(50), Decimal(100), "50 to 100 %"),
        PHQ9_TOTAL: (Decimal(0), Decimal(27), "0 to 27"),
        GAD7_TOTAL: (Decimal(0), Decimal(21), "0 to 21"),
    }
)
"""The same as on the screening pages; what lies outside is a slip of the pen or unit (ours)."""
WHOLE: Final = frozenset({PHQ9_TOTAL, GAD7_TOTAL})
THOUSANDTH: Final = Decimal("0.001")
LARGEST_EXPONENT: Final = 6
NUMBER: Final = re.compile(r"[+-]?[0-9]{1,9}(?:[.,][0-9]{1,9})?")


def code_of(code: str) -> str:
    """The code we keep a LOINC code under, the panel of blood pressure, or ""."""
    code = ALSO.get(code, code)
    return code if code in FACTORS or code == BLOOD_PRESSURE_PANEL else ""


def in_our_unit(number: Any, unit: str, code: str, field: str) -> Decimal:
    """A value in the unit of ``screening.codes.UNITS``, to the thousandth."""
    factor = FACTORS[code].get(unit)
    if factor is None:
        raise Refused(
            field, f"Has no unit that is known here. Expected {_units(code)}."
        )
    low, high, words = RANGES[code]
    value = _number(number, field) * factor
    if not low <= value <= high:
        raise Refused(
            field, f"Is not possible. Expected {words}; check number and unit."
        )
    if code in WHOLE and value != value.to_integral_value():
        raise Refused(field, "Is no whole number.")
    return value.quantize(THOUSANDTH, ROUND_HALF_UP)


def _number(given: Any, field: str) -> Decimal:
    if isinstance(given, bool):
        raise Refused(field, "Is no number.")
    try:
        number = Decimal(given)
    except (DecimalException, ValueError, TypeError):
        number = Decimal("NaN")
    if not number.is_finite() or abs(number.adjusted()) > LARGEST_EXPONENT:
        raise Refused(field, "Is no number that can be measured.")
    return number


def typed_number(given: str, field: str) -> Decimal:
    """A number of a table: ASCII digits, a point or a comma before the fraction."""
    if not NUMBER.fullmatch(given) or not given.isascii():
        raise Refused(field, "Is no number. Write it like 72.5, without its unit.")
    return Decimal(given.replace(",", "."))


def check_pressures(systolic: Decimal, diastolic: Decimal, field: str) -> None:
    if diastolic >= systolic:
        raise Refused(
            field, "The lower pressure is not below the upper one. Are they swapped?"
        )


def _units(code: str) -> str:
    return {WEIGHT: "kg or [lb_av]", HEIGHT: "cm or [in_i]"}.get(
        code, "the unit " + next(iter(FACTORS[code]))
    )
