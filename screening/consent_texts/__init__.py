"""The consent texts that ship, in our own words; a clinic publishes its own editions.

Elements C-01 to C-32: clinical reference, part 8.  Plain language, about eighth grade.
"""

from __future__ import annotations

from typing import Final

from screening.consent_texts import careful, places, small, treatment
from screening.consent_texts.parts import ShippedText

SHIPPED: Final[tuple[ShippedText, ...]] = (
    treatment.TEXT,
    *careful.TEXTS,
    *places.TEXTS,
    *small.TEXTS,
)

__all__ = ["SHIPPED", "ShippedText"]
