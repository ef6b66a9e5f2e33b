from __future__ import annotations

import pytest
from django.core.management import call_command
from django.urls import reverse

from integration.queries.course import dose_lines
from integration.queries.summary import summary_facts
from kap.accounts.models import User
from kap.documents.models import RenderJob
from kap.patients.models import EpisodeOfCare
from sessions.models import MedicationAdministration

pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> EpisodeOfCare:
    """The demo's course with the most doses given."""
    call_command("seed_demo", patients=12, months=3, seed=3, verbosity=0)
    episodes = MedicationAdministration.objects.values_list(
        "encounter__appointment__episode_id", flat=True
    )
    most = max(set(episodes), key=list(episodes).count)
    return EpisodeOfCare.objects.get(pk=most)


def test_summary_facts_tell_every_dose(course):
    facts = summary_facts(course.pk)

    given = MedicationAdministration.objects.filter(
        encounter__appointment__episode=course
    ).count()
    assert len(facts["doses"]) == given
    assert facts["doses"][0]["dose"].endswith("\u00a0mg")
    assert "<svg" in facts["chart"]


def test_dose_lines_leave_out_a_voided_dose(course):
    before = dose_lines(course.pk)
    wrong = MedicationAdministration.objects.filter(
        encounter__appointment__episode=course
    ).first()
    assert wrong is not None
    voiding = MedicationAdministration.objects.get(pk=wrong.pk)
    voiding.pk = None
    voiding._state.adding = True
    voiding.id = None
    voiding.status, voiding.voids_id = "entered-in-error", wrong.pk
    voiding.id = EpisodeOfCare._meta.get_field("id").get_default()
    voiding.save()

    assert len(dose_lines(course.pk)) == len(before) - 1


def test_summary_facts_cost_the_same_for_any_number_of_doses(
    course, django_assert_num_queries
):
    with django_assert_num_queries(12):
        summary_facts(course.pk)


def test_summary_page_asks_for_one_pdf(client, course):
    client.force_login(User.objects.filter(roles__contains=["therapist"]).first())
    url = reverse("integration:summary", args=[course.pk])

    client.post(url)
    client.post(url)

    assert RenderJob.objects.filter(source_id=course.pk).count() == 1
    assert client.get(url).status_code == 200
