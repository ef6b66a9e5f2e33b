"""Questionnaires as forms: one item for a patient's screen, all of them for staff."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy as _

from kap.ui.fields import ChoiceField
from screening.enums import ResponseMode
from screening.instruments import Answer, Instrument, Item
from screening.instruments.loaded import LONGEST_TEXT

SKIP = "skip"
HOW = "answered_how"
LARGEST_NUMBER = 10**9
REQUIRED = _("Choose an answer, or press “Skip this question”.")
WRITE = _("Write an answer, or press “Skip this question”.")


def item_field(item: Item, *, with_skip: bool = False) -> forms.Field:
    """The item in its official words; the value of an answer is its points."""
    if not item.options:
        return _typed(item, required=not with_skip)
    choices = [
        (str(option.value), _words(item, option.text)) for option in item.options
    ]
    if with_skip:
        choices.append((SKIP, "Not answered"))
    return ChoiceField(
        label=item.text,
        choices=choices,
        widget=forms.RadioSelect,
        error_messages={"required": REQUIRED},
    )


def _words(item: Item, text: str) -> str:
    """Yes and No of a plain yes-or-no question are ours; all else is official wording."""
    return gettext(text) if item.kind == "boolean" else text


def _typed(item: Item, *, required: bool) -> forms.Field:
    common: dict[str, Any] = {
        "label": item.text,
        "required": required,
        "error_messages": {"required": WRITE},
    }
    if item.kind == "integer":
        return forms.IntegerField(
            min_value=-LARGEST_NUMBER, max_value=LARGEST_NUMBER, **common
        )
    if item.kind == "decimal":
        return forms.DecimalField(max_digits=12, decimal_places=4, **common)
    widget = forms.Textarea(attrs={"rows": 4}) if item.kind == "text" else None
    return forms.CharField(max_length=LONGEST_TEXT, widget=widget, **common)


def answer_of(item: Item, cleaned: Any) -> Answer:
    """The answer as it is kept: a whole number, a text, a decimal as text, or open."""
    if cleaned in (None, "", SKIP):
        return None
    if item.options or item.kind == "integer":
        return int(cleaned)
    return f"{cleaned:f}" if isinstance(cleaned, Decimal) else str(cleaned)


class ItemForm(forms.Form):
    """One item on one screen."""

    def __init__(self, *args: Any, item: Item, value: Answer, **kwargs: Any) -> None:
        initial = {} if value is None else {"answer": str(value)}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.item = item
        self.fields["answer"] = item_field(item)

    def value(self) -> Answer:
        return answer_of(self.item, self.cleaned_data["answer"])


class MeasureForm(forms.Form):
    """All items of a questionnaire, as staff write down what they hear."""

    def __init__(self, *args: Any, instrument: Instrument, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instrument = instrument
        self.fields[HOW] = ChoiceField(
            label="How it was answered",
            choices=[
                (ResponseMode.PHONE, ResponseMode.PHONE.label),
                (ResponseMode.CLINICIAN, "On paper, or asked in person"),
            ],
            widget=forms.RadioSelect,
            initial=ResponseMode.PHONE,
            required=False,
        )
        for item in instrument.items:
            field = item_field(item, with_skip=True)
            field.error_messages["required"] = "Choose an answer, or “Not answered”."
            field.required = field.required and not item.gates
            if item.gates:
                field.help_text = "Only if it applies after the answers above."
            self.fields[item.link_id] = field

    def mode(self) -> ResponseMode:
        return ResponseMode(self.cleaned_data[HOW] or ResponseMode.PHONE)

    def rows(self) -> list[tuple[str, str, forms.BoundField]]:
        """Each field with the words above it, said once for each group."""
        found, said = [], ""
        for item in self.instrument.items:
            lead = "" if item.lead == said else item.lead
            said = item.lead
            found.append((lead, item.note, self[item.link_id]))
        return found

    def values(self) -> dict[str, Answer]:
        said = self.cleaned_data
        return {
            item.link_id: answer_of(item, said[item.link_id])
            for item in self.instrument.items
        }
