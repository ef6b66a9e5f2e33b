"""The columns of a table of patients, under every name they may have (docs/import.md)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import MappingProxyType
from typing import Final

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
from screening.importing.incoming import FileRefused

NEEDED: Final = ("given_name", "family_name", "birth_date")
NAMES: Final = MappingProxyType(
    {
        "mrn": ("mrn", "record_number", "medical_record_number", "patient_id", "id"),
        "given_name": ("given_name", "first_name", "firstname", "given"),
        "family_name": ("family_name", "last_name", "lastname", "surname", "family"),
        "preferred_name": ("preferred_name", "called", "nickname"),
        "pronouns": ("pronouns",),
        "birth_date": ("birth_date", "birthdate", "date_of_birth", "dob", "born"),
        "sex": ("sex", "gender"),
        "phone": ("phone", "mobile", "cell", "telephone"),
        "email": ("email", "e_mail", "mail"),
        "address": ("address",),
        "language": ("language",),
        "referred_by": ("referred_by", "referrer"),
        "conditions": ("conditions", "diagnoses"),
        "medications": ("medications", "medicines"),
        "allergies": ("allergies",),
        "measured_at": ("measured_at", "measured_on"),
        "weight_kg": ("weight_kg",),
        "weight_lb": ("weight_lb", "weight_lbs"),
        "height_cm": ("height_cm",),
        "height_in": ("height_in",),
        "systolic_mmhg": ("systolic_mmhg", "systolic"),
        "diastolic_mmhg": ("diastolic_mmhg", "diastolic"),
        "pulse_bpm": ("pulse_bpm", "pulse", "heart_rate"),
        "spo2_percent": ("spo2_percent", "spo2"),
        "phq9_total": ("phq9_total", "phq_9", "phq9"),
        "gad7_total": ("gad7_total", "gad_7", "gad7"),
    }
)
MEASURED: Final = MappingProxyType(
    {
        "weight_kg": (WEIGHT, "kg"),
        "weight_lb": (WEIGHT, "[lb_av]"),
        "height_cm": (HEIGHT, "cm"),
        "height_in": (HEIGHT, "[in_i]"),
        "systolic_mmhg": (SYSTOLIC, "mm[Hg]"),
        "diastolic_mmhg": (DIASTOLIC, "mm[Hg]"),
        "pulse_bpm": (HEART_RATE, "/min"),
        "spo2_percent": (SPO2, "%"),
        "phq9_total": (PHQ9_TOTAL, "{score}"),
        "gad7_total": (GAD7_TOTAL, "{score}"),
    }
)
"""Column to the code we keep and the unit the column is in."""
EITHER: Final = (("weight_kg", "weight_lb"), ("height_cm", "height_in"))

_COLUMN_OF: Final = {name: column for column, names in NAMES.items() for name in names}


def columns_of(head: Sequence[str]) -> list[str]:
    """The column that each cell of the first line names; "" for one that is not known."""
    columns = [_COLUMN_OF.get(_plain(cell), "") for cell in head]
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        raise FileRefused(
            f"The first line must name the columns; missing: {', '.join(missing)}."
        )
    known = [column for column in columns if column]
    doubled = sorted({column for column in known if known.count(column) > 1})
    if doubled:
        raise FileRefused(
            f"Two columns mean the same: {', '.join(doubled)}. Keep one of them."
        )
    return columns


def _plain(cell: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", cell.casefold()).strip("_")
