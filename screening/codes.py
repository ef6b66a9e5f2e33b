"""LOINC and UCUM codes of the observations this product keeps (clinical.md 5 and 6.2)."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

PHQ9_TOTAL: Final = "44261-6"
GAD7_TOTAL: Final = "70274-6"
SYSTOLIC: Final = "8480-6"
DIASTOLIC: Final = "8462-4"
HEART_RATE: Final = "8867-4"
SPO2: Final = "59408-5"
WEIGHT: Final = "29463-7"
HEIGHT: Final = "8302-2"

UNITS: Final = MappingProxyType(
    {
        PHQ9_TOTAL: "{score}",
        GAD7_TOTAL: "{score}",
        SYSTOLIC: "mm[Hg]",
        DIASTOLIC: "mm[Hg]",
        HEART_RATE: "/min",
        SPO2: "%",
        WEIGHT: "kg",
        HEIGHT: "cm",
    }
)
LABELS: Final = MappingProxyType(
    {
        PHQ9_TOTAL: "PHQ-9",
        GAD7_TOTAL: "GAD-7",
        SYSTOLIC: "Systolic pressure",
        DIASTOLIC: "Diastolic pressure",
        HEART_RATE: "Pulse",
        SPO2: "SpO₂",
        WEIGHT: "Weight",
        HEIGHT: "Height",
    }
)
INSTRUMENT_OF: Final = MappingProxyType({"phq-9": PHQ9_TOTAL, "gad-7": GAD7_TOTAL})
NO_KNOWN_ALLERGY: Final = "716186003"
"""SNOMED CT: no known allergy."""
