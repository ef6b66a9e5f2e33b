"""An answer as the patient reads it again."""

from __future__ import annotations

from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _

from screening.questions import NEVER, Kind, Question

POUNDS_OF_KG = 2.2046226


def answer_words(question: Question, value: object) -> str:
    """In the words that were offered; empty text is said, too."""
    if value is None:
        return _("I am not sure")
    if question.kind is Kind.YES_NO:
        return _("Yes") if value else _("No")
    if question.kind is Kind.MANY and isinstance(value, list):
        return "; ".join(_choice(question, code) for code in value) or _(
            "None of these"
        )
    if question.kind in (Kind.CHOICE, Kind.BAND):
        return _choice(question, value)
    if question.kind is Kind.DATE_OR_NEVER:
        return _("Never") if value == NEVER else _day(str(value))
    return _typed(question, value)


def _choice(question: Question, value: object) -> str:
    for choice in question.choices:
        if choice.value == str(value):
            return _(choice.label)
    return str(value)


def _day(text: str) -> str:
    return str(formats.date_format(date.fromisoformat(text), "j F Y"))


def _typed(question: Question, value: object) -> str:
    text = str(value).strip()
    if not text:
        return _("Left empty")
    if question.kind is Kind.WEIGHT:
        return f"{text} kg ({float(text) * POUNDS_OF_KG:.0f} lb)"
    if question.kind is Kind.HEIGHT:
        feet, inches = divmod(round(float(text) / 2.54), 12)
        return f"{text} cm ({feet} ft {inches} in)"
    return f"{text} {_(question.unit)}" if question.unit else text
