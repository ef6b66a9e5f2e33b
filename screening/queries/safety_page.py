"""What the page of one safety alert shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from kap.accounts.models import User
from kap.patients.models import RelatedPerson
from kap.worklist.models import WorkEscalation, WorkItem
from screening import instruments
from screening.enums import AlertDoor
from screening.models import (
    QuestionnaireResponse,
    SafetyAction,
    SafetyAlert,
    SafetyPlan,
)
from screening.queries.safety import Pathway, newest_plan, open_alerts, pathway_of
from screening.rules.safety import (
    ALL_STEPS,
    CONTACT_WITHIN,
    NOT_SCREENED,
    NOTE_NEEDED,
    PAPER,
    SCREENED,
    SENTENCES,
    STEPS,
    Level,
    Step,
)


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that called: in words, with the question it answers."""

    title: str
    question: str
    answer: str
    at: datetime
    is_this: bool


@dataclass(frozen=True, slots=True)
class StepLine:
    """One line of the checklist; ``is_next``: the one that is bright."""

    step: Step
    action: SafetyAction | None
    is_done: bool
    is_next: bool
    may_tick: bool
    needs_note: bool


@dataclass(frozen=True, slots=True)
class AlertPage:
    """Everything below the heading."""

    said: list[Said]
    level: Level
    sentence: str
    contact_by: datetime | None
    lines: list[StepLine]
    others: list[tuple[str, SafetyAction]]
    not_screened: StepLine | None
    told: list[WorkEscalation]
    people: list[RelatedPerson]
    plan: SafetyPlan | None
    open_items: list[str]
    took: str
    """From the alert to when somebody had it, in words."""


def page_of(item: WorkItem, *, user: User) -> AlertPage:
    """Eight queries, however many alerts and steps there are."""
    patient_id = item.patient_id
    if patient_id is None:
        raise LookupError("An alert is about somebody.")
    going_on = open_alerts(patient_id)
    this = _this(item)
    alerts = going_on if item.closed_at is None else [this] if this else []
    pathway = _pathway(alerts, item)
    lines = _lines(pathway, user=user, is_open=item.closed_at is None)
    in_lines = {line.step.code for line in lines}
    return AlertPage(
        said=_said(alerts, item),
        level=pathway.level,
        sentence=SENTENCES[pathway.level],
        contact_by=item.created_at + CONTACT_WITHIN
        if pathway.level is Level.HIGH
        else None,
        lines=lines,
        others=[
            (words_of(one.step), one)
            for one in pathway.actions
            if one.step not in in_lines
        ],
        not_screened=_not_screened(pathway),
        told=list(
            WorkEscalation.objects.filter(item=item)
            .select_related("to_user")
            .order_by("step")
        ),
        people=list(
            RelatedPerson.objects.filter(patient=patient_id, ended_at=None).order_by(
                "kind", "created_at"
            )
        ),
        plan=newest_plan(patient_id),
        open_items=[str(alert.item_id) for alert in going_on],
        took=_span(item.acknowledged_at - item.created_at)
        if item.acknowledged_at
        else "",
    )


def _span(length: timedelta) -> str:
    minutes = int(length.total_seconds()) // 60
    if minutes < 60:
        return f"{minutes}\u00a0min"
    return f"{minutes // 60}\u00a0h {minutes % 60}\u00a0min"


def words_of(step: str) -> str:
    """A step in words, for lists of what was done."""
    found = ALL_STEPS.get(step) or PAPER.get(step)
    return found.words if found else step


def _this(item: WorkItem) -> SafetyAlert | None:
    return (
        SafetyAlert.objects.filter(item=item)
        .select_related("response", "item")
        .order_by("opened_at")
        .first()
    )


def _pathway(alerts: list[SafetyAlert], item: WorkItem) -> Pathway:
    """Of work that an earlier release opened there is no alert: then nothing is known."""
    if not alerts or item.patient_id is None:
        return Pathway([], Level.UNKNOWN, [], frozenset(), [], [])
    return pathway_of(alerts, patient_id=item.patient_id, until=item.closed_at)


def _lines(pathway: Pathway, *, user: User, is_open: bool) -> list[StepLine]:
    by_step = {action.step: action for action in pathway.actions}
    missing = {step.code for step in pathway.missing}
    found, bright = [], is_open
    for step in STEPS[pathway.level]:
        waits = step.code in missing
        found.append(
            StepLine(
                step=step,
                action=by_step.get(step.code),
                is_done=not waits,
                is_next=waits and bright,
                may_tick=waits and is_open and _may_tick(step, user),
                needs_note=step.code in NOTE_NEEDED,
            )
        )
        bright = bright and not waits
    return found


def _may_tick(step: Step, user: User) -> bool:
    return step is not SCREENED and (user.may_prescribe or not step.by_prescriber)


def _not_screened(pathway: Pathway) -> StepLine | None:
    """Offered as long as the screener was not asked."""
    if SCREENED.code in pathway.done or NOT_SCREENED.code in pathway.done:
        return None
    return StepLine(
        NOT_SCREENED,
        None,
        is_done=False,
        is_next=False,
        may_tick=True,
        needs_note=True,
    )


def _said(alerts: list[SafetyAlert], item: WorkItem) -> list[Said]:
    if not alerts:
        response = QuestionnaireResponse.objects.filter(pk__in=[item.object_id]).first()
        if response is None:
            return []
        question, answer = _item_answer(response, None)
        return [Said("PHQ-9", question, answer, item.created_at, is_this=True)]
    return [_one(alert, is_this=alert.item_id == item.pk) for alert in alerts]


def _one(alert: SafetyAlert, *, is_this: bool) -> Said:
    if alert.door == AlertDoor.HELP:
        title, question, answer = (
            "Asked for help",
            "Pressed “Please call me”",
            "Call now.",
        )
    elif alert.door == AlertDoor.CSSRS:
        title, question = "C-SSRS screener", "Result of the screener"
        answer = alert.level.capitalize()
    else:
        title = "PHQ-9, item 9"
        question, answer = _item_answer(alert.response, alert.value)
    return Said(title, question, answer, alert.opened_at, is_this)


def _item_answer(
    response: QuestionnaireResponse | None, value: int | None
) -> tuple[str, str]:
    if response is None:
        return "", "Not answered"
    link_id = instruments.scoring(response.instrument).safety_link_id or ""
    asked = instruments.load(response.instrument).item(link_id)
    if value is None:
        value = response.answers.get(link_id)
    option = asked.option(value) if value is not None else None
    return asked.text, f"{option.text} ({value} of 3)" if option else "Not answered"
