"""Kinds of consent (clinical.md part 8)."""

from __future__ import annotations

from typing import Final

TREATMENT: Final = "kap_treatment"
"""The consent to the treatment itself, without which no dose is given."""
