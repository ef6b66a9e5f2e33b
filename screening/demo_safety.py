"""Safety in the small demo: people on duty, an open alert, two safety plans."""

from __future__ import annotations

from datetime import timedelta

from kap.accounts.enums import Role
from kap.clinic.enums import Duty
from kap.clinic.models import SafetyDuty, Site
from kap.demo.registry import Step, register
from kap.demo.world import DemoWorld
from kap.worklist.models import WorkEscalation, WorkItem
from screening.enums import AlertDoor, ResponseMode
from screening.models import SafetyAlert, SafetyPlan
from screening.queries.measures import SI_REVIEW

PLANS = 2
WORDS = {
    "warning_signs": "I stop answering messages. Sunday evenings.",
    "own_ways": "Walk to the river and back. A cold shower. The blue playlist.",
    "people_and_places": "The climbing hall. Coffee with Robin, who need not know why.",
    "people_to_ask": "Robin, 555 0142. My sister, 555 0143; she knows this plan.",
    "professionals": "The clinic by day. 988 by call or text, day and night.",
    "safe_surroundings": "My sister keeps the tablets and gives me a week at a time.",
}


def fill(world: DemoWorld) -> None:
    if not world.is_small:
        return
    Site.objects.filter(nearest_er="").update(
        nearest_er="Springfield General, 400 Hill Street"
    )
    _duties(world)
    items = WorkItem.objects.filter(kind=SI_REVIEW, safety_alert=None).select_related(
        "patient"
    )
    for item in items.order_by("created_at"):
        _alert(world, item)
    world.insert(SafetyPlan, _plans(world))


def _duties(world: DemoWorld) -> None:
    people = [
        (Duty.SAFETY, Role.NURSE, 1),
        (Duty.ON_CALL, Role.PRESCRIBER, 1),
        (Duty.ON_CALL, Role.MEDICAL_DIRECTOR, 2),
    ]
    for site in Site.objects.order_by("name"):
        for duty, role, position in people:
            if user := world.users.get(role):
                SafetyDuty.objects.get_or_create(
                    site=site, duty=duty, user=user, defaults={"position": position}
                )


def _alert(world: DemoWorld, item: WorkItem) -> None:
    alert = SafetyAlert(
        id=world.uuid(),
        item=item,
        patient=item.patient,
        door=AlertDoor.ITEM9,
        value=1,
        response_id=item.object_id,
        mode=ResponseMode.LINK,
        opened_at=item.created_at,
    )
    told = WorkEscalation(
        id=world.uuid(),
        item=item,
        step=0,
        at=item.created_at,
        to_user=item.owner,
        because="opened",
    )
    world.insert(SafetyAlert, [alert])
    world.insert(WorkEscalation, [told])


def _plans(world: DemoWorld) -> list[SafetyPlan]:
    chosen = [demo for demo in world.patients if demo.episode.therapist is not None]
    return [
        SafetyPlan(
            id=world.uuid(),
            patient=demo.patient,
            version=1,
            made_at=world.now - timedelta(days=20),
            written_by=demo.episode.therapist,
            **WORDS,
        )
        for demo in chosen[-PLANS:]
    ]


register(Step(55, "safety plans and alerts", fill))
