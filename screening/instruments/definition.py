"""What a questionnaire is made of, read from its FHIR R4 ``Questionnaire``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

Answer = int | str | None
"""The value of the chosen option, a whole number, a text or a decimal as text; None left open."""
Answers = Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class Option:
    """One answer: the value it is kept under, its code, its official words, its points."""

    value: int
    code: str
    text: str
    points: Decimal | None = None
    """What it adds to a score; None when it is not scored."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One ``enableWhen``: the question, the comparison, the answer compared with."""

    link_id: str
    operator: str
    """FHIR: exists, =, !=, >, <, >=, <=."""
    value: int | str | Decimal

    def holds(self, answers: Answers) -> bool:
        """Whether it holds; a question without an answer fulfils only "exists: false"."""
        given = answers.get(self.link_id)
        if self.operator == "exists":
            return (given is not None) == bool(self.value)
        if given is None:
            return False
        return _compare(self.operator, given, self.value)


def _compare(operator: str, given: int | str, value: int | str | Decimal) -> bool:
    if operator in {"=", "!="}:
        return (str(given) == str(value)) == (operator == "=")
    left, right = Decimal(given), Decimal(value)
    if operator in {">", "<="}:
        return (left > right) == (operator == ">")
    return (left < right) == (operator == "<")


@dataclass(frozen=True, slots=True)
class Gate:
    """The conditions of one item or group: all of them, or any."""

    conditions: tuple[Condition, ...]
    is_any: bool = False

    def holds(self, answers: Answers) -> bool:
        found = [condition.holds(answers) for condition in self.conditions]
        return any(found) if self.is_any else all(found)


@dataclass(frozen=True, slots=True)
class Item:
    """One question in its official wording."""

    link_id: str
    number: str
    text: str
    loinc: str
    options: tuple[Option, ...]
    required: bool
    scored: bool
    kind: str = "choice"
    """choice, boolean, integer, decimal, string or text."""
    lead: str = ""
    """What stands above it: the words of its group."""
    note: str = ""
    """Official words shown once, before this item."""
    gates: tuple[Gate, ...] = ()

    def option(self, value: Answer) -> Option | None:
        """The option with this value, or None when the item offers no such answer."""
        return next((option for option in self.options if option.value == value), None)

    def points(self, value: Answer) -> Decimal | None:
        """What the answer adds to a score; None when it is open or not scored."""
        option = self.option(value)
        return option.points if option else None

    def words(self, value: Answer) -> str:
        """The answer as a reader sees it; empty when there is none."""
        option = self.option(value)
        if option is not None:
            return option.text
        return "" if value is None else str(value)

    @property
    def most(self) -> Decimal:
        """The most points that an answer gives."""
        return max(
            (o.points for o in self.options if o.points is not None), default=ZERO
        )

    def is_asked(self, answers: Answers) -> bool:
        """Whether the question applies after the answers given so far."""
        return all(gate.holds(answers) for gate in self.gates)


ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Instrument:
    """One edition of one questionnaire.  The text is never edited."""

    key: str
    version: str
    title: str
    description: str
    stem: str
    items: tuple[Item, ...]
    panel_loinc: str
    url: str
    licence: str
    fhir_id: str = ""
    """What responses are kept under: ``phq-9``."""
    pack: str = ""
    """The licensed pack it belongs to, else empty."""
    recall: str = ""
    """The time the questions are about: ``past month``."""
    kind: str = ""
    """How a loaded questionnaire is scored: none, sum, mean, own.  Shipped ones: empty."""

    @property
    def scored_items(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.scored)

    def item(self, link_id: str) -> Item:
        """The item with this link id; KeyError when there is none."""
        for item in self.items:
            if item.link_id == link_id:
                return item
        raise KeyError(link_id)

    def asked(self, answers: Answers) -> tuple[Item, ...]:
        """The questions that apply; an answer under a closed question opens nothing."""
        standing: dict[str, Answer] = {}
        found = []
        for item in self.items:
            if item.is_asked(standing):
                found.append(item)
                if item.link_id in answers:
                    standing[item.link_id] = answers[item.link_id]
        return tuple(found)

    def standing(self, answers: Answers) -> dict[str, Answer]:
        """The answers to questions that apply; what was given before a change of mind goes."""
        return {
            item.link_id: answers[item.link_id]
            for item in self.asked(answers)
            if item.link_id in answers
        }
