from __future__ import annotations

from io import StringIO
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from integration.models import IntegrationNote
from kap.clinic.models import Slot
from kap.patients.models import Patient
from screening.enums import Verdict
from screening.models import EligibilityEvaluation, Observation
from sessions.models import Appointment, MedicationAdministration, VitalSigns

pytestmark = pytest.mark.django_db


def seed(**options: object) -> str:
    out = StringIO()
    wanted = {"patients": 25, "months": 3, "seed": 7, **options}
    call_command("seed_demo", stdout=out, **wanted)
    return out.getvalue()


def test_seed_demo_fills_every_phase():
    said = seed()

    assert Patient.objects.count() == 25
    assert f"{Appointment.objects.count()} visits are there." in said
    for model in (MedicationAdministration, VitalSigns, IntegrationNote, Observation):
        assert model.objects.exists(), model


def test_seed_demo_takes_a_diary_lane_never_twice():
    seed()

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM clinic_slot a JOIN clinic_slot b USING (schedule_id, lane)"
            " WHERE a.id < b.id AND a.period && b.period"
            " AND a.status <> 'free' AND b.status <> 'free'"
        )
        assert cursor.fetchone() == (0,)
    assert Slot.objects.count() > Appointment.objects.count()


def test_seed_demo_rules_agree_with_the_decisions():
    seed()

    excluded = EligibilityEvaluation.objects.filter(verdict=Verdict.EXCLUDE)
    assert set(excluded.values_list("episode__phase", flat=True)) <= {"closed"}


def test_seed_demo_doses_lie_within_the_protocol():
    seed()

    given = MedicationAdministration.objects.exclude(dose_mg_per_kg=None)
    assert given.filter(dose_mg_per_kg__range=("0.45", "1.2")).count() == given.count()


def test_seed_demo_with_the_same_seed_gives_the_same_people(freeze, now):
    freeze(now)

    def people() -> list[tuple[UUID, str]]:
        with transaction.atomic():
            seed()
            made = list(Patient.objects.order_by("pk").values_list("pk", "family_name"))
            transaction.set_rollback(True)
        return made

    assert people() == people()


def test_seed_demo_refuses_a_database_with_patients():
    seed()

    with pytest.raises(CommandError, match="There are patients already"):
        seed()


def test_seed_demo_leaves_a_filled_clinic_alone_when_asked():
    seed()

    assert "nothing was added" in seed(if_empty=True)


def test_seed_demo_refuses_outside_a_demo(settings):
    settings.KAP_DEMO = False

    with pytest.raises(CommandError, match="only for a demo"):
        seed()


@pytest.mark.parametrize(
    ("option", "value"), [("patients", 0), ("months", 0), ("months", 9999)]
)
def test_seed_demo_refuses_odd_sizes(option, value):
    with pytest.raises(CommandError, match=f"--{option} must be"):
        seed(**{option: value})
