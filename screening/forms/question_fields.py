"""The form fields of one question of each kind, and the way from answer to record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from kap.core import clock
from kap.ui.fields import (
    ChoiceField,
    DateField,
    DecimalField,
    LongTextField,
    WholeField,
)
from screening.questions import NEVER, NONE_OF_THESE, NOT_SURE, Kind, Question

ON: Final = "on"
LONGEST_TEXT: Final = 2000
FIRST_DAY: Final = date(1900, 1, 1)
KG_OF_LB: Final = Decimal("0.45359237")
CM_OF_INCH: Final = Decimal("2.54")
KG, LB, CM, FEET = "kg", "lb", "cm", "ft"
TYPED: Final = frozenset({Kind.NUMBER, Kind.AMOUNT, Kind.WEIGHT, Kind.HEIGHT})
"""Kinds with a number to type, which "I am not sure" stands beside as a box."""
Range = tuple[int, int]
POSSIBLE: Final[Mapping[str, Range]] = {
    KG: (20, 350),
    LB: (44, 770),
    CM: (80, 250),
    FEET: (2, 8),
}
"""What is taken for a size without asking whether the unit is wrong (ours)."""


def sure_text() -> str:
    return _("I am not sure")


def today() -> date:
    return timezone.localtime(clock.now()).date()


class ManyField(forms.MultipleChoiceField):
    """Several of a list, or none of these, or not sure: the last two stand alone."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.CheckboxSelectMultiple)
        messages = kwargs.setdefault("error_messages", {})
        messages.setdefault("required", _("Choose all that apply, or “None of these”."))
        messages.setdefault("invalid_choice", _("Choose from the list."))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> list[str]:
        chosen = list(super().clean(value))
        alone = {NONE_OF_THESE, NOT_SURE} & set(chosen)
        if alone and len(chosen) > 1:
            raise forms.ValidationError(
                _(
                    "“None of these” and “I am not sure” go alone. "
                    "Untick the others, or these."
                )
            )
        return chosen


def fields_of(question: Question, *, required: bool) -> dict[str, forms.Field]:
    """The question's own field first, then what stands beside it."""
    common: dict[str, Any] = {
        "label": _(question.text),
        "help_text": _(question.help) if question.help else "",
        "required": required and question.is_required,
    }
    return _MAKERS.get(question.kind, _radio)(question, common)


def _text(question: Question, common: dict[str, Any]) -> dict[str, forms.Field]:
    field = LongTextField(max_length=LONGEST_TEXT, rows=5, **common)
    return {question.field: field}


def _many(question: Question, common: dict[str, Any]) -> dict[str, forms.Field]:
    choices = [(choice.value, _(choice.label)) for choice in question.choices]
    choices += [(NONE_OF_THESE, _("None of these")), (NOT_SURE, sure_text())]
    return {question.field: ManyField(choices=choices, **common)}


def _radio(question: Question, common: dict[str, Any]) -> dict[str, forms.Field]:
    field = ChoiceField(
        choices=_choices(question),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose an answer. “I am not sure” is one, too.")
        },
        **common,
    )
    return {question.field: field}


def _dated(question: Question, common: dict[str, Any]) -> dict[str, forms.Field]:
    day = DateField(
        label=_("When, about"),
        help_text=_("If you do not know the day, take the first of the month."),
        required=False,
        earliest=FIRST_DAY,
        latest=today,
        too_early=_("A date before 1900 is not possible."),
        too_late=_("This date lies in the future. Check the year."),
    )
    return {**_radio(question, common), f"{question.field}_on": day}


def _unsure(question: Question) -> dict[str, forms.Field]:
    box = forms.BooleanField(label=sure_text(), required=False)
    return {f"{question.field}_unsure": box}


def _number(question: Question, common: dict[str, Any]) -> dict[str, forms.Field]:
    common |= {"required": False, "low": question.low, "high": question.high}
    made: forms.Field
    if question.kind is Kind.NUMBER:
        made = WholeField(unit=question.unit, **common)
    else:
        made = DecimalField(unit=question.unit, places=question.places, **common)
    return {question.field: made, **_unsure(question)}


def _unit(label: str, choices: list[tuple[str, str]]) -> ChoiceField:
    return ChoiceField(
        label=label,
        choices=choices,
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": _("Choose one of the two units.")},
    )


def _weight(question: Question, common: dict[str, Any]) -> dict[str, forms.Field]:
    common["required"] = False
    units = [(LB, _("pounds")), (KG, _("kilograms"))]
    return {
        question.field: DecimalField(places=1, low=0, high=2000, **common),
        f"{question.field}_unit": _unit(_("In which unit?"), units),
        **_unsure(question),
    }


def _height(question: Question, common: dict[str, Any]) -> dict[str, forms.Field]:
    common["required"] = False
    units = [(FEET, _("feet and inches")), (CM, _("centimeters"))]
    return {
        question.field: DecimalField(places=1, low=0, high=2000, **common),
        f"{question.field}_unit": _unit(_("In which unit?"), units),
        f"{question.field}_in": DecimalField(
            label=_("and inches"), places=1, low=0, high=Decimal("11.9"), required=False
        ),
        **_unsure(question),
    }


_MAKERS: Final[
    Mapping[Kind, Callable[[Question, dict[str, Any]], dict[str, forms.Field]]]
] = {
    Kind.TEXT: _text,
    Kind.MANY: _many,
    Kind.DATE_OR_NEVER: _dated,
    Kind.NUMBER: _number,
    Kind.AMOUNT: _number,
    Kind.WEIGHT: _weight,
    Kind.HEIGHT: _height,
}


def _choices(question: Question) -> list[tuple[str, str]]:
    if question.kind is Kind.YES_NO:
        return [("yes", _("Yes")), ("no", _("No")), (NOT_SURE, sure_text())]
    if question.kind is Kind.DATE_OR_NEVER:
        return [
            (NEVER, _("Never")),
            (ON, _("It was on about this day")),
            (NOT_SURE, sure_text()),
        ]
    own = [(choice.value, _(choice.label)) for choice in question.choices]
    return [*own, (NOT_SURE, sure_text())]


def initial_of(question: Question, value: object) -> dict[str, Any]:
    """From what is kept to what the form shows."""
    name = question.field
    if question.kind is Kind.TEXT:
        return {name: value}
    if question.kind in TYPED:
        return _typed_initial(question, value)
    if question.kind is Kind.DATE_OR_NEVER and value not in (NEVER, None):
        return {name: ON, f"{name}_on": value}
    return {name: _chosen(question.kind, value)}


def _chosen(kind: Kind, value: object) -> object:
    """Which answer of a list is the one that was kept."""
    if kind is Kind.MANY:
        return [NOT_SURE] if value is None else value or [NONE_OF_THESE]
    if value is None:
        return NOT_SURE
    if kind is Kind.YES_NO:
        return "yes" if value else "no"
    return str(value)


def _typed_initial(question: Question, value: object) -> dict[str, Any]:
    name = question.field
    if value is None:
        return {f"{name}_unsure": True}
    unit = {Kind.WEIGHT: KG, Kind.HEIGHT: CM}.get(question.kind)
    shown = value if isinstance(value, int) else Decimal(str(value))
    return {name: shown} | ({f"{name}_unit": unit} if unit else {})


def stored(question: Question, values: Mapping[str, Any]) -> object:
    """From what was sent to what is kept; "not sure" is null, never a no."""
    name = question.field
    value = values.get(name)
    if question.kind in TYPED:
        return None if value is None else _typed_stored(question, value)
    if question.kind is Kind.DATE_OR_NEVER and value == ON:
        return str(values[f"{name}_on"].isoformat())
    return _kept(question.kind, value)


def _kept(kind: Kind, value: Any) -> object:
    """A choice as it is kept: a truth, a list of codes, a number, or the code itself."""
    if value in (NOT_SURE, [NOT_SURE]):
        return None
    if kind is Kind.MANY:
        return [] if value == [NONE_OF_THESE] else sorted(value or [])
    if kind is Kind.YES_NO:
        return bool(value == "yes")
    if kind is Kind.BAND:
        return int(str(value))
    return value if value is not None else ""


def _typed_stored(question: Question, value: Any) -> object:
    if question.kind is Kind.NUMBER:
        return int(value)
    return f"{Decimal(value).normalize():f}"


def in_kg(number: Decimal, unit: str) -> Decimal:
    return _tenth(number * KG_OF_LB if unit == LB else number)


def in_cm(number: Decimal, inches: Decimal | None, unit: str) -> Decimal:
    if unit == FEET:
        number = (number * 12 + (inches or 0)) * CM_OF_INCH
    return _tenth(number)


def _tenth(number: Decimal) -> Decimal:
    return number.quantize(Decimal("0.1"), ROUND_HALF_UP)
