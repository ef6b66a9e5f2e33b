"""Short ways to write the questions of one section down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from screening.enums import PacketSection
from screening.questions.shape import Choice, Kind, Question


@dataclass(frozen=True, slots=True)
class Maker:
    """Writes questions of one section; the keyword arguments are those of ``Question``."""

    section: PacketSection

    def yes_no(self, field: str, text: str, **more: Any) -> Question:
        return self._make(field, Kind.YES_NO, text, more)

    def date(self, field: str, text: str, **more: Any) -> Question:
        return self._make(field, Kind.DATE_OR_NEVER, text, more)

    def text(self, field: str, text: str, **more: Any) -> Question:
        return self._make(field, Kind.TEXT, text, more)

    def choice(
        self, field: str, text: str, choices: dict[str, str], **more: Any
    ) -> Question:
        return self._make(field, Kind.CHOICE, text, {**more, "choices": _all(choices)})

    def many(
        self, field: str, text: str, choices: dict[str, str], **more: Any
    ) -> Question:
        more.setdefault("help", "Choose all that apply.")
        return self._make(field, Kind.MANY, text, {**more, "choices": _all(choices)})

    def band(
        self, field: str, text: str, choices: dict[str, str], **more: Any
    ) -> Question:
        """A choice kept as a whole number."""
        return self._make(field, Kind.BAND, text, {**more, "choices": _all(choices)})

    def number(self, field: str, text: str, high: int, **more: Any) -> Question:
        return self._make(field, Kind.NUMBER, text, {**more, "high": high})

    def amount(self, field: str, text: str, high: int, **more: Any) -> Question:
        more.setdefault("places", 2)
        return self._make(field, Kind.AMOUNT, text, {**more, "high": high})

    def of_kind(self, kind: Kind, field: str, text: str, **more: Any) -> Question:
        return self._make(field, kind, text, more)

    def _make(
        self, field: str, kind: Kind, text: str, more: dict[str, Any]
    ) -> Question:
        return Question(field=field, section=self.section, kind=kind, text=text, **more)


def _all(choices: dict[str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(value, label) for value, label in choices.items())
