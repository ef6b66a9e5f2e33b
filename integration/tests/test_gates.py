from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command

from integration.gates import integration_gate
from sessions.enums import VisitKind
from sessions.models import Appointment, Encounter, MedicationAdministration
from sessions.rules.readiness_types import GateState

pytestmark = pytest.mark.django_db


@pytest.fixture
def doses():
    """The dosing visits of the demo's longest course, oldest first."""
    call_command("seed_demo", patients=12, months=3, seed=3, verbosity=0)
    given = MedicationAdministration.objects.order_by("given_at").select_related(
        "encounter__appointment"
    )
    by_episode: dict[object, list[Appointment]] = {}
    for dose in given:
        visit = dose.encounter.appointment
        by_episode.setdefault(visit.episode_id, []).append(visit)
    return max(by_episode.values(), key=len)


def test_first_dose_needs_no_integration_before_it(doses):
    gate = integration_gate(doses[0], doses[0].starts_at)

    assert gate is not None
    assert gate.state == GateState.NOT_NEEDED


def test_integration_that_was_held_opens_the_gate(doses):
    held = Encounter.objects.filter(
        appointment__episode=doses[0].episode_id, kind=VisitKind.INTEGRATION
    )
    assert held.exists()

    gate = integration_gate(doses[1], doses[1].starts_at)

    assert gate is not None
    assert gate.state == GateState.DONE


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        pytest.param(48, "due within 72 h", id="still-due"),
        pytest.param(80, "Not held within 72 h", id="overdue"),
        pytest.param(100, "4 days", id="escalated"),
        pytest.param(200, "a week", id="unintegrated"),
    ],
)
def test_missing_integration_warns_and_stops_nothing(doses, hours, words):
    last = MedicationAdministration.objects.filter(
        encounter__appointment=doses[-1]
    ).latest("given_at")
    upcoming = Appointment(
        episode=doses[-1].episode, starts_at=last.given_at + timedelta(days=30)
    )
    Encounter.objects.filter(
        appointment__episode=doses[0].episode_id, kind=VisitKind.INTEGRATION
    ).update(ended_at=last.given_at - timedelta(hours=1))

    gate = integration_gate(upcoming, last.given_at + timedelta(hours=hours))

    assert gate is not None
    assert words in gate.sentence
    assert not gate.holds_the_dose
