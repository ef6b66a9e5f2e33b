"""The shape of one question of the packet, and when it is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from screening.enums import PacketSection


class Kind(StrEnum):
    YES_NO = "yes-no"
    CHOICE = "choice"
    MANY = "many"
    DATE_OR_NEVER = "date-or-never"
    TEXT = "text"
    NUMBER = "number"
    """A whole number."""
    AMOUNT = "amount"
    """An exact number; kept as text, so that no digit is lost."""
    BAND = "band"
    """A choice that is kept as a whole number: the careful end of each span."""
    WEIGHT = "weight"
    """Asked in kg or lb, kept in kg."""
    HEIGHT = "height"
    """Asked in cm or in feet and inches, kept in cm."""


NEVER: Final = "never"
"""Stored for a date that was asked for and does not exist."""
NOT_SURE: Final = "not-sure"
"""What the form sends for "I am not sure"; stored as null."""
NONE_OF_THESE: Final = "none"
"""What the form sends when no entry of a list applies; stored as an empty list."""
YES_OR_UNSURE: Final[tuple[object, ...]] = (True, None)
"""A follow-up is asked unless the answer was a clear no."""


class NotImplied:
    """Nothing follows from a question that is not asked: it stays open."""


NOT_IMPLIED: Final = NotImplied()


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question.  ``only_if`` names a field and the answers under which it is asked.

    ``group``: questions of one section that stand side by side and share this title
    make one screen.  ``otherwise`` is what a clear answer to the condition implies
    when the question is therefore not asked.
    """

    field: str
    section: PacketSection
    kind: Kind
    text: str
    help: str = ""
    why: str = ""
    choices: tuple[Choice, ...] = ()
    low: int = 0
    high: int = 0
    places: int = 0
    unit: str = ""
    group: str = ""
    only_if: tuple[str, tuple[object, ...]] | None = None
    otherwise: object = NOT_IMPLIED

    def applies(self, answers: Mapping[str, object]) -> bool:
        """True when the answers so far make this question one to ask.

        A field that nobody answered decides nothing, so the follow-up waits for it.
        """
        if self.only_if is None:
            return True
        field, wanted = self.only_if
        if field not in answers:
            return False
        given = answers[field]
        if isinstance(given, list):
            return any(item in wanted for item in given)
        return given in wanted

    @property
    def is_required(self) -> bool:
        """Free text may stay empty; everything else needs an answer, "not sure" is one."""
        return self.kind is not Kind.TEXT
