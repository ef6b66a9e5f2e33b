"""Going through the medicines with the patient: kept whole, signed where it must be."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from kap.accounts.models import User
from kap.accounts.services import check_credentials_valid, prove_identity
from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.core.errors import DomainError
from kap.documents.models import Meaning
from kap.documents.services import sign
from kap.patients.models import EpisodeOfCare
from screening.enums_medicines import (
    MedicineRoute,
    Occasion,
    ReconciliationState,
)
from screening.models import HoldPlan, MedicationReconciliation, MedicationStatement
from screening.permissions import check_may_record_history
from screening.queries.medicines import current_statements, values_of
from screening.rules.medicines.answers import (
    Answer,
    Problem,
    Taken,
    judged_of,
    line_of,
    problems_of,
    wants_prescriber,
)
from screening.rules.medicines.review import judge_all
from screening.rules.medicines.types import Route
from screening.services.eligibility_again import facts_changed
from screening.services.medicine_work import ask_prescriber, close_medicine_work

NO_LONGER: Final = (
    "The list has changed since the page was opened. Go through it again."
)


class ReconciliationRefused(DomainError):
    """Something is missing; ``problems`` says what beside which field."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems[0].sentence)
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFacts:
    """Everything that was said; ``visit_on``: gone through on the day of a dose."""

    route: MedicineRoute
    answers: Mapping[UUID, Answer] = field(default_factory=dict)
    nothing_taken: bool = False
    visit_on: date | None = None
    note: str = ""
    password: str = ""


def taken_of(row: MedicationStatement) -> Taken:
    return Taken(
        statement=str(row.pk),
        text=row.text,
        dose=row.dose_text,
        source=str(row.source),
    )


def reconcile_medicines(
    *, episode: EpisodeOfCare, facts: ListFacts, by: User, now: datetime
) -> MedicationReconciliation:
    """Keep the list as it was gone through.

    What is major, unknown or held is confirmed by a prescriber with their password; from
    anybody else it is kept as prepared, and a prescriber is asked.  Raises
    ReconciliationRefused with every sentence at once.
    """
    check_may_record_history(by)
    with transaction.atomic():
        EpisodeOfCare.objects.select_for_update().get(pk=episode.pk)
        rows = list(current_statements(episode.patient_id).select_for_update())
        _check_whole(rows, facts)
        made = _judged(episode, rows, facts, by=by, now=now)
        if made.needs_prescriber and by.may_prescribe:
            _prove(episode, facts, by=by, now=now)
            made.signed_by = by
        if made.needs_prescriber and made.signed_by is None:
            made.state = ReconciliationState.PREPARED
        made.save(force_insert=True)
        if made.state == ReconciliationState.CONFIRMED:
            _confirmed(made, by=by, now=now)
        else:
            ask_prescriber(episode, cause_id=made.pk, by=by, now=now)
        record(
            by=by,
            action=Action.SIGN if made.signed_by else Action.CREATE,
            category=Category.SCREENING,
            patient_id=episode.patient_id,
            object_type="MedicationReconciliation",
            object_id=made.pk,
        )
    return made


def _check_whole(rows: list[MedicationStatement], facts: ListFacts) -> None:
    """The list is the one that was on the screen, and says something."""
    if facts.nothing_taken and rows:
        raise _refused("There are medicines on the list. End them first.")
    if not facts.nothing_taken and not rows:
        raise _refused("Say that nothing is taken, or add what is taken.")
    if set(facts.answers) != {row.pk for row in rows}:
        raise _refused(NO_LONGER)


def _refused(sentence: str, name: str = "") -> ReconciliationRefused:
    return ReconciliationRefused([Problem(None, name, sentence)])


def _judged(
    episode: EpisodeOfCare,
    rows: list[MedicationStatement],
    facts: ListFacts,
    *,
    by: User,
    now: datetime,
) -> MedicationReconciliation:
    route = Route(facts.route)
    lines, judged, problems = [], [], []
    needs = False
    for row in rows:
        taken, answer = taken_of(row), facts.answers[row.pk]
        found = judged_of(taken, answer, route)
        problems += problems_of(
            taken, answer, found, on_dose_day=facts.visit_on is not None
        )
        needs = needs or wants_prescriber(answer, found)
        judged.append(found)
        lines.append(line_of(taken, answer, found))
    if problems:
        raise ReconciliationRefused(problems)
    whole, values = judge_all(judged), values_of(lines)
    return MedicationReconciliation(
        patient_id=episode.patient_id,
        episode=episode,
        state=ReconciliationState.CONFIRMED,
        occasion=Occasion.DOSE_DAY if facts.visit_on else Occasion.SCREENING,
        visit_on=facts.visit_on,
        route=facts.route,
        nothing_taken=facts.nothing_taken,
        lines=lines,
        max_severity=values["med_max_severity"],
        qt_count=values["qt_drug_count"],
        needs_prescriber=needs or whole.wants_prescriber,
        note=facts.note.strip(),
        made_at=now,
        made_by=by,
    )


def _prove(
    episode: EpisodeOfCare, facts: ListFacts, *, by: User, now: datetime
) -> None:
    on = now.astimezone(episode.site.zone).date()
    check_credentials_valid(user=by, on=on)
    if not facts.password:
        raise _refused("Enter your password to sign.", "password")
    prove_identity(user=by, password=facts.password, now=now)


def _confirmed(made: MedicationReconciliation, *, by: User, now: datetime) -> None:
    """The plans, the signature, the work that is done, and the rules run again."""
    HoldPlan.objects.bulk_create(_plan(made, line, now) for line in made.lines)
    if made.signed_by is not None:
        sign(
            object_type="MedicationReconciliation",
            object_id=made.pk,
            meaning=Meaning.DECISION,
            content=signed_content(made),
            user=by,
            printed_name=by.name,
            proof="password",
            now=now,
        )
    close_medicine_work(made.episode_id, by=by, now=now)
    facts_changed(patient_id=made.patient_id, cause="medicines", by=by, now=now)


def _plan(
    made: MedicationReconciliation, line: dict[str, Any], now: datetime
) -> HoldPlan:
    return HoldPlan(
        reconciliation=made,
        patient_id=made.patient_id,
        statement_id=UUID(line["statement"]),
        choice=line["plan"],
        hold_before_h=line["hold_before_h"],
        restart=line["restart"],
        has_abrupt_stop_risk=line["risk"],
        reason=line["reason"],
        signed_by=made.signed_by,
        signed_at=now if made.signed_by else None,
    )


def signed_content(made: MedicationReconciliation) -> str:
    """Everything that is signed, in one canonical text."""
    content = {
        "episode": str(made.episode_id),
        "route": str(made.route),
        "visit_on": made.visit_on.isoformat() if made.visit_on else None,
        "nothing_taken": made.nothing_taken,
        "lines": made.lines,
        "note": made.note,
    }
    return json.dumps(content, sort_keys=True)
