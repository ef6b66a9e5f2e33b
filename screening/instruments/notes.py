"""Our own words beside a questionnaire, never inside its text."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

NOTES: Final = MappingProxyType(
    {
        "auditc": "A drink here is a US standard drink: 14 grams of alcohol, about one small"
        " beer, one small glass of wine, or one shot.",
        "audit": "A drink here is a US standard drink: 14 grams of alcohol, about one small"
        " beer, one small glass of wine, or one shot.",
        "dast10": "Medicines that were prescribed to you, ketamine in this program among them,"
        " do not count unless you take them in another way than prescribed.",
    }
)
"""By instrument key; said beside each question (5.4, 5.5)."""
