"""LOINC and UCUM codes of the observations this product keeps (clinical.md 5 and 6.2)."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

PHQ9_TOTAL: Final = "44261-6"
GAD7_TOTAL: Final = "70274-6"
PCL5_TOTAL: Final = "101698-9"
PEG_MEAN: Final = "91147-9"
AUDIT_C_TOTAL: Final = "75626-2"
AUDIT_TOTAL: Final = "75624-7"
DAST10_TOTAL: Final = "82667-7"
CSSRS_RISK: Final = "93374-7"
"""Value 0 none, 1 low, 2 moderate, 3 high; the interpretation is the word."""
WHO5_PERCENT: Final = "kap-who-5"
"""Ours: no LOINC code of WHO-5 is confirmed (5.8)."""
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
        PCL5_TOTAL: "{score}",
        PEG_MEAN: "{score}",
        AUDIT_C_TOTAL: "{score}",
        AUDIT_TOTAL: "{score}",
        DAST10_TOTAL: "{score}",
        CSSRS_RISK: "{score}",
        WHO5_PERCENT: "%",
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
        PCL5_TOTAL: "PCL-5",
        PEG_MEAN: "PEG",
        AUDIT_C_TOTAL: "AUDIT-C",
        AUDIT_TOTAL: "AUDIT",
        DAST10_TOTAL: "DAST-10",
        CSSRS_RISK: "C-SSRS risk",
        WHO5_PERCENT: "WHO-5",
        SYSTOLIC: "Systolic pressure",
        DIASTOLIC: "Diastolic pressure",
        HEART_RATE: "Pulse",
        SPO2: "SpO₂",
        WEIGHT: "Weight",
        HEIGHT: "Height",
    }
)
INSTRUMENT_OF: Final = MappingProxyType(
    {
        "phq-9": PHQ9_TOTAL,
        "gad-7": GAD7_TOTAL,
        "pcl-5-week": PCL5_TOTAL,
        "pcl-5": PCL5_TOTAL,
        "peg": PEG_MEAN,
        "audit-c": AUDIT_C_TOTAL,
        "audit": AUDIT_TOTAL,
        "dast-10": DAST10_TOTAL,
        "c-ssrs": CSSRS_RISK,
        "who-5": WHO5_PERCENT,
    }
)
"""The code of each shipped questionnaire's score, by the key its answers are kept under."""
NO_KNOWN_ALLERGY: Final = "716186003"
"""SNOMED CT: no known allergy."""


def unit_of(code: str) -> str:
    """UCUM; the score of a loaded questionnaire has points."""
    return UNITS.get(code, "{score}")
