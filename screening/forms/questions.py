"""One form for any question of the packet: a screen for the patient, a list for staff."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField
from django.utils import timezone

from kap.core import clock
from kap.ui.fields import ChoiceField, DateField, LongTextField, WholeField
from screening.questions import NEVER, NONE_OF_THESE, NOT_SURE, Kind, Question

SURE: Final = "I am not sure"
ON: Final = "on"
LONGEST_TEXT: Final = 2000
FIRST_DAY: Final = date(1900, 1, 1)


def _today() -> date:
    return timezone.localtime(clock.now()).date()


class ManyField(forms.MultipleChoiceField):
    """Several of a list, or none of these, or not sure: the last two stand alone."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.CheckboxSelectMultiple)
        messages = kwargs.setdefault("error_messages", {})
        messages.setdefault("required", "Choose all that apply, or “None of these”.")
        messages.setdefault("invalid_choice", "Choose from the list.")
        super().__init__(**kwargs)

    def clean(self, value: Any) -> list[str]:
        chosen = list(super().clean(value))
        alone = {NONE_OF_THESE, NOT_SURE} & set(chosen)
        if alone and len(chosen) > 1:
            raise forms.ValidationError(
                "“None of these” and “I am not sure” go alone. Untick the others, or these."
            )
        return chosen


class QuestionForm(forms.Form):
    """The fields of one or several questions, under their field names."""

    def __init__(
        self,
        *args: Any,
        questions: Iterable[Question],
        answers: Mapping[str, object] | None = None,
        required: bool = True,
        **kwargs: Any,
    ) -> None:
        self.questions = tuple(questions)
        self.is_strict = required
        known = answers or {}
        initial: dict[str, Any] = {}
        for question in self.questions:
            if question.field in known:
                initial |= _initial(question, known[question.field])
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        for question in self.questions:
            self.fields |= _fields(question, required=required)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for question in self.questions:
            if question.kind is Kind.DATE_OR_NEVER:
                self._clean_date(question, values)
        return values

    def _clean_date(self, question: Question, values: dict[str, Any]) -> None:
        """A typed date alone says "it happened"; “on this day” alone asks for the date."""
        name, on = question.field, f"{question.field}_on"
        if on in self.errors:
            return
        if values.get(on) and not values.get(name):
            values[name] = ON
            self.errors.pop(name, None)
        if values.get(name) == ON and not values.get(on):
            self.add_error(on, "Give the date. About right is good enough.")

    def answers(self) -> dict[str, object]:
        """What was said, ready to be kept; a field left empty by staff says nothing."""
        said = {}
        for question in self.questions:
            value = self.cleaned_data.get(question.field)
            if value in (None, "", []) and not self.is_strict:
                continue
            if value is None and question.kind is Kind.NUMBER:
                continue
            said[question.field] = _stored(question, value, self.cleaned_data)
        return said

    def rows(self) -> list[tuple[Question, BoundField, BoundField | None]]:
        """Each question with its field, and with the date beside it where there is one."""
        return [
            (
                question,
                self[question.field],
                self[f"{question.field}_on"]
                if question.kind is Kind.DATE_OR_NEVER
                else None,
            )
            for question in self.questions
        ]


def _fields(question: Question, *, required: bool) -> dict[str, forms.Field]:
    common: dict[str, Any] = {
        "label": question.text,
        "help_text": question.help,
        "required": required,
    }
    name = question.field
    if question.kind is Kind.TEXT:
        text = LongTextField(
            label=question.text,
            help_text=question.help,
            required=False,
            max_length=LONGEST_TEXT,
            rows=5,
        )
        return {name: text}
    if question.kind is Kind.NUMBER:
        number = WholeField(
            low=question.low, high=question.high, unit=question.unit, **common
        )
        return {name: number}
    if question.kind is Kind.MANY:
        choices = [(choice.value, choice.label) for choice in question.choices]
        choices += [(NONE_OF_THESE, "None of these"), (NOT_SURE, SURE)]
        return {name: ManyField(choices=choices, **common)}
    radio = ChoiceField(
        choices=_choices(question),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose an answer. “I am not sure” is one, too."},
        **common,
    )
    if question.kind is not Kind.DATE_OR_NEVER:
        return {name: radio}
    return {name: radio, f"{name}_on": _date_field()}


def _date_field() -> DateField:
    return DateField(
        label="When, about",
        help_text="If you do not know the day, take the first of the month.",
        required=False,
        earliest=FIRST_DAY,
        latest=_today,
        too_early="A date before 1900 is not possible.",
        too_late="This date lies in the future. Check the year.",
    )


def _choices(question: Question) -> list[tuple[str, str]]:
    if question.kind is Kind.YES_NO:
        return [("yes", "Yes"), ("no", "No"), (NOT_SURE, SURE)]
    if question.kind is Kind.DATE_OR_NEVER:
        return [(NEVER, "Never"), (ON, "It was on about this day"), (NOT_SURE, SURE)]
    own = [(choice.value, choice.label) for choice in question.choices]
    return [*own, (NOT_SURE, SURE)]


def _initial(question: Question, value: object) -> dict[str, Any]:
    """From what is kept to what the form shows."""
    name = question.field
    if question.kind in (Kind.TEXT, Kind.NUMBER):
        return {name: value}
    if value is None:
        return {name: [NOT_SURE] if question.kind is Kind.MANY else NOT_SURE}
    if question.kind is Kind.YES_NO:
        return {name: "yes" if value else "no"}
    if question.kind is Kind.MANY:
        return {name: value or [NONE_OF_THESE]}
    if question.kind is Kind.DATE_OR_NEVER and value != NEVER:
        return {name: ON, f"{name}_on": value}
    return {name: value}


def _stored(question: Question, value: Any, values: Mapping[str, Any]) -> object:
    """From what was sent to what is kept; "not sure" is null, never a no."""
    if value == NOT_SURE or value == [NOT_SURE]:
        return None
    if question.kind is Kind.YES_NO:
        return bool(value == "yes")
    if question.kind is Kind.MANY:
        return [] if value == [NONE_OF_THESE] else sorted(value)
    if question.kind is Kind.DATE_OR_NEVER and value == ON:
        return str(values[f"{question.field}_on"].isoformat())
    return value if value is not None else ""
