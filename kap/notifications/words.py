"""Words that never stand in a message, because they would say what the care is for."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

STEMS: Final = (
    "ketamin",
    "esketamin",
    "spravato",
    "ketalar",
    "psychedeli",
    "psilocybin",
    "mdma",
    "psychotherap",
    "psychiat",
    "psycholog",
    "therap",
    "dose",
    "dosing",
    "dosage",
    "infusion",
    "inject",
    "lozenge",
    "nasal",
    "intramuscular",
    "depress",
    "anxi",
    "ptsd",
    "trauma",
    "suicid",
    "self-harm",
    "mental",
    "bipolar",
    "psychos",
    "opioid",
    "addict",
    "phq",
    "gad-7",
    "pcl-5",
    "score",
    "integration",
    "preparation",
    "session",
    "diagnos",
    "disorder",
)
"""Beginnings of words; "therap" refuses therapy, therapist and therapies."""

_PATTERN: Final = re.compile(
    r"(?<![a-z])(" + "|".join(re.escape(stem) for stem in STEMS) + r")[a-z]*"
)


def denied(text: str) -> list[str]:
    """The words of a text that may not stand in a message, as they would be read."""
    return sorted({match.group() for match in _PATTERN.finditer(_as_read(text))})


def _as_read(text: str) -> str:
    """Small letters without accents, soft hyphens and invisible characters."""
    bare = unicodedata.normalize("NFKD", text)
    kept = (
        letter for letter in bare if unicodedata.category(letter) not in {"Mn", "Cf"}
    )
    return "".join(kept).lower()
