"""Work that waits in the demo: screenings to review, and one answer on self-harm."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from kap.accounts.enums import Role
from kap.demo.registry import Step, register
from kap.demo.world import DemoPatient, DemoWorld, Stage
from kap.worklist.models import WorkItem, WorkStatus, WorkStep
from screening.enums import ResponseMode, ResponseStatus
from screening.models import QuestionnaireResponse
from screening.queries.measures import SI_REVIEW
from screening.services.eligibility import REVIEW

MOST = 6
"""As many reviews as a first look at the work list should hold."""


def fill(world: DemoWorld) -> None:
    if not world.is_small:
        return
    items = [_review(world, demo) for demo in _waiting(world)]
    items += [_answer(world, demo) for demo in _going_on(world)[:1]]
    world.insert(WorkItem, items)
    world.insert(
        WorkStep,
        [
            WorkStep(
                id=world.uuid(),
                item=item,
                new_status=WorkStatus.REQUESTED,
                at=item.created_at,
            )
            for item in items
        ],
    )


def _waiting(world: DemoWorld) -> list[DemoPatient]:
    answered = [demo for demo in world.patients if demo.stage == Stage.ANSWERED]
    return answered[-MOST:]


def _going_on(world: DemoWorld) -> list[DemoPatient]:
    """Patients between two doses."""
    return [
        demo
        for demo in world.patients
        if any(dose.ends_at < world.now for dose in demo.doses())
        and any(dose.starts_at > world.now + timedelta(days=1) for dose in demo.doses())
    ]


def _item(world: DemoWorld, demo: DemoPatient, **facts: Any) -> WorkItem:
    return WorkItem(
        id=world.uuid(),
        patient=demo.patient,
        status=WorkStatus.REQUESTED,
        role=Role.PRESCRIBER,
        **facts,
    )


def _review(world: DemoWorld, demo: DemoPatient) -> WorkItem:
    answered_at = min(demo.entered_at + timedelta(days=1), world.now)
    return _item(
        world,
        demo,
        source_key=f"review:{demo.episode.pk}:demo",
        kind=REVIEW,
        object_id=demo.episode.pk,
        created_at=answered_at,
        due_at=world.now + timedelta(days=world.random.randrange(0, 3), hours=2),
    )


def _answer(world: DemoWorld, demo: DemoPatient) -> WorkItem:
    """A questionnaire of this morning with "several days" at item 9."""
    said_at = world.now - timedelta(hours=1)
    answers = {f"phq9-{number}": 1 for number in range(1, 10)}
    response = QuestionnaireResponse(
        id=world.uuid(),
        patient=demo.patient,
        episode=demo.episode,
        instrument="phq-9",
        instrument_version="1.0.0",
        status=ResponseStatus.COMPLETED,
        answers=answers,
        mode=ResponseMode.LINK,
        created_at=said_at,
        completed_at=said_at,
    )
    world.insert(QuestionnaireResponse, [response])
    return _item(
        world,
        demo,
        source_key=f"response:{response.pk}:item9:1",
        kind=SI_REVIEW,
        object_id=response.pk,
        owner=demo.episode.therapist,
        cover=demo.episode.prescriber,
        is_urgent=True,
        created_at=said_at,
        due_at=said_at + timedelta(hours=4),
        escalate_every_min=240,
        next_escalation_at=said_at + timedelta(hours=4),
    )


register(Step(50, "work that waits", fill))
