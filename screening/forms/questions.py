"""One form for any question of the packet: a screen for the patient, a list for staff."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _

from screening.forms.question_fields import (
    FEET,
    ON,
    POSSIBLE,
    TYPED,
    fields_of,
    in_cm,
    in_kg,
    initial_of,
    stored,
)
from screening.questions import Kind, Question

BESIDE: Final = ("on", "unit", "in", "unsure")
"""Endings of the fields that may stand beside a question's own."""


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
                initial |= initial_of(question, known[question.field])
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        for question in self.questions:
            self.fields |= fields_of(question, required=required)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for question in self.questions:
            if question.kind is Kind.DATE_OR_NEVER:
                self._clean_date(question, values)
            elif question.kind in TYPED:
                self._clean_typed(question, values)
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
            self.add_error(on, _("Give the date. About right is good enough."))

    def _clean_typed(self, question: Question, values: dict[str, Any]) -> None:
        """A number, or "I am not sure"; neither is no answer, both contradict each other."""
        name = question.field
        if name in self.errors:
            return
        number, is_unsure = values.get(name), values.get(f"{name}_unsure")
        if number is None:
            if self.is_strict and not is_unsure:
                self.add_error(name, _("Write a number, or tick “I am not sure”."))
        elif is_unsure:
            self.add_error(name, _("Take the number away, or untick “I am not sure”."))
        elif question.kind in (Kind.WEIGHT, Kind.HEIGHT):
            self._clean_size(question, values)

    def _clean_size(self, question: Question, values: dict[str, Any]) -> None:
        name = question.field
        unit, number = values.get(f"{name}_unit"), values[name]
        if not unit:
            if f"{name}_unit" not in self.errors:
                self.add_error(f"{name}_unit", _("Choose the unit."))
            return
        low, high = POSSIBLE[unit]
        if not low <= number <= high:
            self.add_error(
                name,
                _(
                    "This is not possible. From %(low)s to %(high)s %(unit)s is; check the unit."
                )
                % {"low": low, "high": high, "unit": unit},
            )
            return
        if f"{name}_in" in self.errors:
            return
        inches = values.get(f"{name}_in") if unit == FEET else None
        values[name] = (
            in_kg(number, unit)
            if question.kind is Kind.WEIGHT
            else in_cm(number, inches, unit)
        )

    def answers(self) -> dict[str, object]:
        """What was said, ready to be kept; a field left empty by staff says nothing."""
        return {
            question.field: stored(question, self.cleaned_data)
            for question in self.questions
            if self.is_strict or self._was_said(question)
        }

    def _was_said(self, question: Question) -> bool:
        if self.cleaned_data.get(f"{question.field}_unsure"):
            return True
        return self.cleaned_data.get(question.field) not in (None, "", [])

    def rows(self) -> list[tuple[Question, BoundField, list[BoundField]]]:
        """Each question with its field, and with what stands beside it."""
        return [
            (
                question,
                self[question.field],
                [
                    self[f"{question.field}_{ending}"]
                    for ending in BESIDE
                    if f"{question.field}_{ending}" in self.fields
                ],
            )
            for question in self.questions
        ]
