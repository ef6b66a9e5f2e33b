"""Editing one rule of a draft, beginning a draft, and signing it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from kap.clinic.models import Site
from kap.ui.fields import ChoiceField, DateField, DecimalField, LongTextField
from screening.forms.consent import PasswordForm
from screening.rules.policy_edit import OUTCOME_WORD, TEXTS, limits, with_limits
from screening.rules.policy_problems import Problem

OUTCOMES = [(outcome.value, words) for outcome, words in OUTCOME_WORD.items()]
TEXT_LABEL = {
    "hit": "When it is hit",
    "passed": "When it is passed",
    "why": "Why it matters",
    "next_step": "Next step",
    "suggestion": "Suggestion (dose, route)",
}
NEEDED = ("hit", "passed", "why")


class RuleForm(forms.Form):
    """One rule: on or off, its outcomes, its numbers, its words."""

    enabled = forms.BooleanField(label="In use", required=False)
    rac = ChoiceField(label="Ketamine (racemic)", choices=OUTCOMES)
    esk = ChoiceField(label="Esketamine", choices=OUTCOMES)

    def __init__(
        self,
        *args: Any,
        entry: Mapping[str, Any],
        shipped: Mapping[str, Any] | None,
        **kwargs: Any,
    ) -> None:
        self.entry = entry
        kwargs.setdefault("initial", _initial(entry))
        super().__init__(*args, **kwargs)
        defaults = limits(shipped) if shipped else []
        for limit in limits(entry):
            theirs = defaults[limit.place] if limit.place < len(defaults) else None
            self.fields[f"limit-{limit.place}"] = DecimalField(
                label=limit.words,
                unit=limit.unit,
                low=0,
                high=100_000,
                help_text=f"Shipped: {theirs.value}" if theirs else "",
                initial=Decimal(str(limit.value)),
            )
        for key in TEXTS:
            self.fields[key] = LongTextField(
                label=TEXT_LABEL[key],
                rows=2,
                max_length=1000,
                required=key in NEEDED,
                initial=entry.get(key, ""),
            )

    @property
    def limit_fields(self) -> list[Any]:
        return [self[name] for name in self.fields if name.startswith("limit-")]

    @property
    def text_fields(self) -> list[Any]:
        return [self[name] for name in TEXTS]

    def changed_entry(self) -> dict[str, Any]:
        """The rule as it was typed, from a valid form."""
        values = self.cleaned_data
        numbers = {
            limit.place: _number(values[f"limit-{limit.place}"], limit.value)
            for limit in limits(self.entry)
        }
        made = with_limits(self.entry, numbers)
        made |= {"rac": values["rac"], "esk": values["esk"]}
        if values["enabled"] != self.entry.get("enabled", True):
            made["enabled"] = values["enabled"]
        for key in TEXTS:
            if values[key] != self.entry.get(key, ""):
                made[key] = values[key]
        return made

    def show(self, problems: list[Problem]) -> None:
        """Each sentence beside the field it is about."""
        for one in problems:
            name = f"limit-{one.part}" if one.part.isdigit() else one.part
            self.add_error(name if name in self.fields else None, one.sentence)


def _initial(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "enabled": entry.get("enabled", True),
        "rac": entry["rac"],
        "esk": entry["esk"],
    }


def _number(typed: Decimal, before: float) -> int | float:
    """A whole number stays whole; an unchanged one stays as it was written."""
    if typed == Decimal(str(before)):
        return before
    return int(typed) if typed == typed.to_integral_value() else float(typed)


class BeginForm(forms.Form):
    site = ChoiceField(label="For", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = Site.objects.filter(is_active=True).order_by("name")
        self._sites = {str(site.pk): site for site in found}
        choices = [("", "All sites"), *((pk, s.name) for pk, s in self._sites.items())]
        self.fields["site"].choices = choices  # type: ignore[attr-defined]  # a choice field

    def clean_site(self) -> Site | None:
        return self._sites.get(self.cleaned_data["site"])


class PublishForm(PasswordForm):
    """From when, why, and the medical director's signature."""

    effective_from = DateField(
        label="Holds from", error_messages={"required": "Choose the first day."}
    )
    reason = LongTextField(
        label="Reason for the new edition",
        max_length=500,
        rows=3,
        error_messages={"required": "Write the reason for the new edition."},
    )
    field_order = ["effective_from", "reason", "password"]

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"effective_from": today})
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_effective_from(self) -> date:
        day: date = self.cleaned_data["effective_from"]
        if day < self.today:
            raise forms.ValidationError(
                "An edition begins today or later; the past stays as it was."
            )
        return day
