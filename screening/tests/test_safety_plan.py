"""The safety plan: versions, the paper, the patient's copy."""

from __future__ import annotations

import pytest

from kap.core.errors import ChangedMeanwhile, DomainError
from kap.documents.models import RenderJob, Signature
from kap.patients.tests.factories import EpisodeFactory
from screening.models import SafetyPlan
from screening.plan_words import PLAN_STEPS
from screening.queries.plans import paper_facts
from screening.services import safety_plan

pytestmark = pytest.mark.django_db
WORDS = {name: f"Mine {number}" for number, (name, _, _) in enumerate(PLAN_STEPS)}


@pytest.fixture
def episode(db, now, freeze):
    freeze(now)
    return EpisodeFactory.create()


@pytest.fixture
def plan(episode, as_role, now):
    return safety_plan.write_plan(
        patient=episode.patient,
        based_on=0,
        words=WORDS,
        reason="",
        by=as_role("therapist").user,
        now=now,
    )


def test_versions_are_added_and_none_is_lost(as_role, episode):
    client = as_role("therapist")
    path = f"/screening/patients/{episode.patient_id}/safety-plan/"
    assert "In the patient" in client.get(path).content.decode()
    assert client.post(path, {"based_on": "0"}).status_code == 422
    assert client.post(path, {**WORDS, "based_on": "0"}).status_code == 302
    changed = {**WORDS, "own_ways": "Walk the dog", "based_on": "1"}
    assert client.post(path, changed).status_code == 422
    client.post(path, {**changed, "reason": "Has a dog now"})
    text = client.get(path).content.decode()
    assert "Walk the dog" in text
    assert "Earlier versions" in text
    late = client.post(path, {**WORDS, "based_on": "1", "reason": "Mine"})
    assert late.status_code == 409
    assert "Nothing you typed is lost" in late.content.decode()
    assert SafetyPlan.objects.count() == 2
    banner = client.get(f"/patients/{episode.patient_id}/").content.decode()
    assert "Safety plan, version 2" in banner


@pytest.mark.parametrize("role", ["front-desk", "admin", "compliance"])
def test_a_plan_is_for_clinicians(as_role, episode, role):
    path = f"/screening/patients/{episode.patient_id}/safety-plan/"
    assert as_role(role).get(path).status_code == 403


def test_a_plan_needs_each_step_its_base_and_a_reason(plan, now):
    facts = {"patient": plan.patient, "by": plan.written_by, "now": now}
    with pytest.raises(DomainError, match="Each of the six"):
        safety_plan.write_plan(
            based_on=1, words={**WORDS, "own_ways": " "}, reason="x", **facts
        )
    with pytest.raises(DomainError, match="why there is a new version"):
        safety_plan.write_plan(based_on=1, words=WORDS, reason=" ", **facts)
    with pytest.raises(ChangedMeanwhile):
        safety_plan.write_plan(based_on=0, words=WORDS, reason="x", **facts)
    with pytest.raises(DomainError, match="agreed to no messages"):
        safety_plan.send_plan(plan=plan, by=plan.written_by, now=now)


def test_the_patient_reads_and_signs_their_copy(behind_link, plan):
    client = behind_link("safety-plan", plan)
    text = client.get("/p/plan/").content.decode()
    assert "Mine 3" in text
    assert "911" in text
    assert client.post("/p/plan/", {"printed_name": ""}).status_code == 422
    assert client.post("/p/plan/", {"printed_name": "Juniper T"}).status_code == 302
    assert Signature.objects.get(object_id=plan.pk).printed_name == "Juniper T"
    assert "Signed by Juniper T" in client.get("/p/plan/").content.decode()
    assert paper_facts(plan.pk)["signed"].printed_name == "Juniper T"


def test_the_paper_is_asked_for_and_the_tablet_given(as_role, plan):
    client = as_role("nurse")
    client.post(f"/screening/plans/{plan.pk}/send/")
    client.post(f"/screening/plans/{plan.pk}/paper/")
    assert RenderJob.objects.get().kind == "safety-plan"
    given = client.post(f"/screening/plans/{plan.pk}/tablet/")
    assert given.url == "/p/plan/"
