"""The prescriber's decision with an answer to each rule, and the director's answer to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kap.ui.fields import ChoiceField, DateField, LongTextField, RadioField, TextField
from screening.enums import Decision, EligibleFor, RuleAnswer
from screening.forms.consent import PasswordForm
from screening.services import Details, RuleSaid

DECISION_FORM = "decision"
"""The id of the form in the page; the rules' fields stand outside of it and name it."""


class DecisionForm(PasswordForm):
    """The prescriber's decision with its conditions and its reason, signed.

    ``rules``: code and title of each hit that asks for review or caution.
    """

    decision = RadioField(
        label="Decision",
        choices=[
            (Decision.ELIGIBLE, "Eligible"),
            (Decision.DEFERRED, "Not now"),
            (Decision.NOT_ELIGIBLE, "Not suitable"),
        ],
        error_messages={"required": "Choose a decision."},
    )
    covers = ChoiceField(
        label="Decided for",
        choices=EligibleFor.choices,
        initial=EligibleFor.RACEMIC,
        error_messages={"required": "Choose the medicine that is decided on."},
    )
    conditions = LongTextField(
        label="Conditions before dose 1",
        help_text="One a line, for example: BP below 140/90 mmHg on the day",
        required=False,
        max_length=2000,
        rows=3,
    )
    reason = LongTextField(
        label="Reason for the record", required=False, max_length=2000, rows=3
    )
    override_until = DateField(
        label="Set the exclusion aside until",
        help_text="Needs the medical director's signature too, and an addendum to the consent.",
        required=False,
    )
    field_order = [
        "decision",
        "covers",
        "conditions",
        "reason",
        "override_until",
        "password",
    ]

    def __init__(
        self, *args: Any, rules: Iterable[tuple[str, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rules = list(rules)
        for code, title in self.rules:
            self.fields[f"rule-{code}"] = RadioField(
                label=title, choices=RuleAnswer.choices, required=False
            )
            self.fields[f"why-{code}"] = TextField(
                label=f"Why it is acceptable: {title}", max_length=1000, required=False
            )

    def by_rule(self) -> dict[str, tuple[Any, Any]]:
        """The two bound fields of each rule, to show beside it."""
        return {
            code: (self[f"rule-{code}"], self[f"why-{code}"]) for code, _ in self.rules
        }

    def details(self, *, seen: Any) -> Details:
        """What goes with the decision, from a valid form."""
        values: Mapping[str, Any] = self.cleaned_data
        answers = {
            code: RuleSaid(RuleAnswer(values[f"rule-{code}"]), values[f"why-{code}"])
            for code, _ in self.rules
            if values[f"rule-{code}"]
        }
        return Details(
            covers=EligibleFor(values["covers"]),
            answers=answers,
            override_until=values["override_until"],
            seen=seen,
        )


class OverrideForm(PasswordForm):
    """The medical director's answer to an exclusion that is to be set aside."""

    answer = RadioField(
        label="Your answer",
        choices=[
            ("agree", "I agree to set it aside"),
            ("refuse", "I do not agree"),
        ],
        error_messages={"required": "Choose an answer."},
    )
    director_reason = LongTextField(
        label="Your reason for the record",
        max_length=2000,
        rows=3,
        error_messages={"required": "Write the reason."},
    )
    field_order = ["answer", "director_reason", "password"]
