"""Going through the medicines: one small form for each, and what is said of the whole list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final, cast

from django import forms

from kap.ui.fields import TextField, WholeField
from screening.enums_medicines import HoldChoice, MedicineRoute
from screening.models import MedicationReconciliation, MedicationStatement
from screening.queries.medicines import Line
from screening.rules.medicines.answers import (
    MOST_HOURS,
    Answer,
    Plan,
    Problem,
    Resolved,
)
from screening.rules.medicines.day import Today
from screening.rules.medicines.matching import Match, match
from screening.rules.medicines.table import classes
from screening.services.medicines import ListFacts

TODAY_CHOICES: Final = [
    ("", "Choose"),
    (Today.OK, "Taken as usual"),
    (Today.HELD, "Held as planned"),
    (Today.TAKEN, "Taken although a hold was planned"),
    (Today.NOT_RECORDED, "Not known"),
]
FIELD_OF: Final = {"resolved": "what", "class_id": "what"}


def what_choices(found: Match) -> list[Any]:
    """As matched first, then names that are close, then every class, then the ways out."""
    choices: list[Any] = [("", "Choose")]
    if found.class_ids:
        named = ", ".join(classes()[one].name for one in found.class_ids)
        choices.append((Resolved.MATCH, f"As matched: {named}"))
    if found.offered:
        close = [(f"name:{one.label}", one.label) for one in found.offered]
        choices.append(("Names that are close", close))
    every = [(f"class:{one.id}", one.name) for one in classes().values()]
    choices.append(("Classes", sorted(every, key=lambda pair: pair[1].casefold())))
    out = [
        (Resolved.NONE, "Looked up: none of the classes"),
        (Resolved.UNKNOWN, "Cannot be found out: stays major"),
    ]
    choices.append(("Not on the list", out))
    return choices


class MedicineLineForm(forms.Form):
    """What is said of one medicine."""

    needed_later = frozenset({"what", "plan", "today"})

    what = forms.ChoiceField(label="What it is", required=False)
    often = TextField(label="How often", max_length=120, required=False)
    last_taken = TextField(label="Last taken", max_length=60, required=False)
    plan = forms.ChoiceField(
        label="Before the dose",
        choices=[("", "Choose"), *HoldChoice.choices],
        required=False,
    )
    hold_before_h = WholeField(
        label="If held: before the dose",
        low=1,
        high=MOST_HOURS,
        unit="h",
        required=False,
    )
    restart = TextField(
        label="If held or tapered: when it goes on",
        help_text="The patient reads this.",
        max_length=200,
        required=False,
    )
    reason = TextField(label="Reason of the decision", max_length=500, required=False)
    today = forms.ChoiceField(label="Today", choices=TODAY_CHOICES, required=False)

    def __init__(
        self,
        posted: Any,
        *,
        statement: MedicationStatement,
        before: Line | None,
        on_dose_day: bool,
    ) -> None:
        found = match(statement.text)
        initial = initial_of(before, found)
        super().__init__(posted, prefix=f"m{statement.pk}", initial=initial)
        self.statement, self.found = statement, found
        choice = cast(forms.ChoiceField, self.fields["what"])
        choice.choices = what_choices(found)
        if not on_dose_day:
            del self.fields["today"]

    def answer(self) -> Answer:
        values = self.cleaned_data
        kind, _, rest = values.get("what", "").partition(":")
        return Answer(
            resolved=Resolved(kind),
            class_id=rest if kind == Resolved.CLASS else "",
            meant=rest if kind == Resolved.NAME else "",
            often=values.get("often", ""),
            last_taken=values.get("last_taken", ""),
            plan=Plan(values.get("plan", "")),
            hold_before_h=values.get("hold_before_h"),
            restart=values.get("restart", ""),
            reason=values.get("reason", ""),
            today=values.get("today", ""),
        )


def initial_of(before: Line | None, found: Match) -> dict[str, Any]:
    """What was said last time; a whole match is proposed, nothing else is."""
    if before is None:
        return {"what": str(Resolved.MATCH)} if found.is_whole else {}
    rest = before.get("meant") or ",".join(before["classes"][:1])
    is_named = before["resolved"] in (Resolved.NAME, Resolved.CLASS)
    return {
        "what": f"{before['resolved']}:{rest}" if is_named else before["resolved"],
        "often": before["often"],
        "plan": before["plan"],
        "hold_before_h": before["hold_before_h"],
        "restart": before["restart"],
        "reason": before["reason"],
    }


class MedicineListForm(forms.Form):
    """What is said of the whole list."""

    needed_later = frozenset({"password"})

    route = forms.ChoiceField(
        label="Planned route",
        choices=MedicineRoute.choices,
        initial=MedicineRoute.UNDECIDED,
    )
    nothing_taken = forms.BooleanField(
        label="Asked: nothing is taken, also nothing without a prescription",
        required=False,
    )
    note = TextField(label="Note", max_length=500, required=False)
    password = forms.CharField(
        label="Your password, to sign",
        help_text="Needed when something is major, unknown or held.",
        max_length=200,
        strip=False,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class ReconcileForms:
    """The form of the list with the forms of its lines."""

    def __init__(
        self,
        posted: Any,
        *,
        rows: Sequence[MedicationStatement],
        before: MedicationReconciliation | None,
        visit_on: date | None,
    ) -> None:
        known = {line["statement"]: line for line in before.lines} if before else {}
        initial = {"route": before.route} if before else {}
        self.whole = MedicineListForm(posted, initial=initial)
        self.visit_on = visit_on
        self.lines = [
            MedicineLineForm(
                posted,
                statement=row,
                before=known.get(str(row.pk)),
                on_dose_day=visit_on is not None,
            )
            for row in rows
        ]

    def is_valid(self) -> bool:
        return all([self.whole.is_valid(), *(line.is_valid() for line in self.lines)])

    def facts(self) -> ListFacts:
        values = self.whole.cleaned_data
        return ListFacts(
            route=MedicineRoute(values["route"]),
            answers={line.statement.pk: line.answer() for line in self.lines},
            nothing_taken=values["nothing_taken"],
            visit_on=self.visit_on,
            note=values["note"],
            password=values["password"],
        )

    def refuse(self, problems: Sequence[Problem]) -> None:
        """Each sentence beside its field."""
        by_statement = {str(line.statement.pk): line for line in self.lines}
        for problem in problems:
            line = by_statement.get(problem.statement or "")
            form: forms.Form = line or self.whole
            name = FIELD_OF.get(problem.field, problem.field)
            form.add_error(name if name in form.fields else None, problem.sentence)

    def refused(self) -> Iterator[forms.Form]:
        """Every form with an error, the list's own first."""
        yield from (one for one in (self.whole, *self.lines) if one.errors)
