"""Questionnaires as forms: one item for a patient's screen, all of them for staff."""

from __future__ import annotations

from typing import Any

from django import forms

from kap.ui.fields import ChoiceField
from screening.instruments import Instrument, Item

SKIP = "skip"


def item_field(item: Item, *, with_skip: bool = False) -> ChoiceField:
    """The item in its official words; the value of an answer is its points."""
    choices = [(str(option.value), option.text) for option in item.options]
    if with_skip:
        choices.append((SKIP, "Not answered"))
    return ChoiceField(
        label=item.text,
        choices=choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose an answer, or press “Skip this question”."},
    )


class ItemForm(forms.Form):
    """One item on one screen."""

    def __init__(
        self, *args: Any, item: Item, value: int | None, **kwargs: Any
    ) -> None:
        initial = {} if value is None else {"answer": str(value)}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.fields["answer"] = item_field(item)

    def value(self) -> int:
        return int(self.cleaned_data["answer"])


class MeasureForm(forms.Form):
    """All items of a questionnaire, as staff write down what they hear."""

    def __init__(self, *args: Any, instrument: Instrument, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instrument = instrument
        for item in instrument.items:
            field = item_field(item, with_skip=True)
            field.error_messages["required"] = "Choose an answer, or “Not answered”."
            self.fields[item.link_id] = field

    def values(self) -> dict[str, int | None]:
        said = self.cleaned_data
        return {
            item.link_id: None
            if said[item.link_id] == SKIP
            else int(said[item.link_id])
            for item in self.instrument.items
        }
