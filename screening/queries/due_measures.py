"""Which questionnaires a site uses, and which are due for somebody now (5.16)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from kap.patients.enums import Indication, Phase
from kap.patients.models import EpisodeOfCare
from kap.ui.charts import DoseMark
from screening import dose_marks
from screening.codes import AUDIT_C_TOTAL, CSSRS_RISK
from screening.enums import ResponseStatus
from screening.instruments.cadence import If, Point, due_measures
from screening.models import QuestionnaireResponse
from screening.queries.instruments import askable
from screening.queries.measures import ScoreValue, latest_scores

ITEM9: Final = "phq9-9"
_POINTS: Final = {
    Phase.INTAKE: Point.INTAKE,
    Phase.SCREENING: Point.INTAKE,
    Phase.CONSENT: Point.INTAKE,
    Phase.PREPARATION: Point.BEFORE_DOSE,
    Phase.DOSING: Point.BEFORE_DOSE,
    Phase.MAINTENANCE: Point.MAINTENANCE,
}
"""All other phases are counted from the last dose."""
_INDICATIONS: Final = {Indication.PTSD: If.TRAUMA, Indication.CHRONIC_PAIN: If.PAIN}


@dataclass(frozen=True, slots=True)
class Choice:
    """One questionnaire that may be sent."""

    key: str
    title: str
    is_due: bool


def choices(
    episode: EpisodeOfCare, *, now: datetime, is_clinical: bool
) -> list[Choice]:
    """What the site uses, what is due first; five queries at most.

    To the front desk nothing is marked as due because of what was answered.
    """
    offered = askable(episode.site_id)
    keys = [one.key for one in offered]
    due = due_now(episode, keys, now=now, by_answers=is_clinical)
    found = [Choice(one.key, one.title, one.key in due) for one in offered]
    return sorted(found, key=lambda choice: not choice.is_due)


def due_now(
    episode: EpisodeOfCare,
    available: Sequence[str],
    *,
    now: datetime,
    by_answers: bool = True,
) -> set[str]:
    """By the matrix, the phase, the doses given and what was filled in since."""
    zone = episode.site.zone
    today = now.astimezone(zone).date()
    given = [mark for mark in dose_marks.marks(episode.patient_id) if mark.text]
    phase = _POINTS.get(Phase(episode.phase), Point.DAY_7)
    start = _start(phase, given, today)
    if start is None:
        return set()
    rows = QuestionnaireResponse.objects.filter(
        patient=episode.patient_id, status=ResponseStatus.COMPLETED
    ).values_list("instrument", "completed_at", f"answers__{ITEM9}")
    done: dict[str, list[int]] = {}
    risk = False
    for key, at, item9 in rows:
        if at is None:
            continue
        done.setdefault(key, []).append((at.astimezone(zone).date() - start).days)
        risk = risk or bool(item9)
    scores = latest_scores([episode.patient_id], [AUDIT_C_TOTAL, CSSRS_RISK])
    found = due_measures(
        phase=phase,
        holds=_holds(episode, scores if by_answers else {}, risk=risk and by_answers),
        day=(today - start).days,
        done=done,
        available=available,
    )
    return {due.instrument for due in found}


def _start(phase: Point, given: Sequence[DoseMark], today: date) -> date | None:
    """The day that days are counted from; None when nothing can be due yet."""
    if phase in {Point.INTAKE, Point.BEFORE_DOSE, Point.MAINTENANCE}:
        return today
    return max((mark.on for mark in given), default=None)


def _holds(
    episode: EpisodeOfCare,
    scores: dict[tuple[UUID, str], ScoreValue],
    *,
    risk: bool,
) -> list[If]:
    screen = scores.get((episode.patient_id, CSSRS_RISK))
    alcohol = scores.get((episode.patient_id, AUDIT_C_TOTAL))
    said = [
        (_INDICATIONS.get(Indication(episode.indication)), True)
        if episode.indication
        else (None, False),
        (If.RISK_BEFORE, risk or (screen is not None and screen.value > 0)),
        (If.ALCOHOL, alcohol is not None and alcohol.interpretation == "positive"),
    ]
    return [condition for condition, holds in said if condition is not None and holds]
