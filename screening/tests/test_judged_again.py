from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from kap.accounts.tests.factories import PASSWORD, PrescriberFactory, UserFactory
from kap.patients.tests.factories import EpisodeFactory
from kap.worklist.models import WorkItem
from screening import services
from screening.enums import Decision, ResponseMode
from screening.models import Condition, EligibilityEvaluation, Observation
from screening.queries import eligibility_state
from screening.services.eligibility_after import RENEWAL
from screening.services.eligibility_again import judge_by_new_rules
from screening.services.eligibility_renewal import ask_for_renewals
from screening.tests.factories import answered
from screening.tests.test_decision_stands import _measure

pytestmark = pytest.mark.django_db


@pytest.fixture
def episode(now, freeze):
    """Judged and decided: eligible."""
    freeze(now)
    found = EpisodeFactory.create()
    _measure(found, now - timedelta(hours=1))
    answered(found)
    run = services.evaluate_eligibility(episode=found, cause="packet", by=None, now=now)
    services.decide_eligibility(
        evaluation_id=run.pk,
        decision=Decision.ELIGIBLE,
        conditions="",
        reason="Talked through.",
        password=PASSWORD,
        by=PrescriberFactory.create().user,
        now=now,
    )
    connection.run_on_commit.clear()  # as if all of this were committed
    return found


@pytest.fixture
def later(now, freeze):
    freeze(now).shift(300)
    return now + timedelta(seconds=300)


def answer(episode, at, **answers):
    services.record_answers(
        episode=episode, answers=answers, mode=ResponseMode.LINK, by=None, now=at
    )


def causes(episode):
    return list(
        episode.evaluations.order_by("evaluated_at").values_list("cause", flat=True)
    )


def test_many_answers_of_one_transaction_are_judged_once(
    episode, later, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as waiting:
        answer(episode, later, psychosis_history=True)
        answer(episode, later, sud_active=True)
        Condition.objects.create(
            patient=episode.patient, text="x", recorded_at=later, source="link"
        )
    again = [one for one in waiting if type(one).__name__ == "_Again"]
    assert len(again) == 1
    again[0]()
    assert causes(episode) == ["packet", "answer"]


def test_a_graver_verdict_asks_a_prescriber_and_ends_the_decision(
    episode, later, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        answer(episode, later, psychosis_history=True)
    item = WorkItem.objects.open().get(kind="screening-review")
    assert item.object_id == episode.pk
    assert not eligibility_state(episode.pk, now=later).is_current


def test_the_same_answers_make_no_new_row(
    episode, later, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        answer(episode, later, psychosis_history=False)
    assert causes(episode) == ["packet"]
    assert not WorkItem.objects.open().filter(kind="screening-review").exists()


def test_one_reading_written_alone_is_judged(
    episode, later, django_capture_on_commit_callbacks
):
    nurse = UserFactory.create(nurse=True)
    with django_capture_on_commit_callbacks(execute=True):
        services.record_observation(
            patient=episode.patient,
            episode=episode,
            code="8867-4",
            value=Decimal(130),
            effective_at=later,
            by=nurse,
            now=later,
        )
    assert causes(episode) == ["packet", "reading"]


def test_an_episode_nobody_judged_waits_for_its_packet(
    now, freeze, django_capture_on_commit_callbacks
):
    freeze(now)
    episode = EpisodeFactory.create()
    with django_capture_on_commit_callbacks(execute=True):
        answer(episode, now, psychosis_history=True)
    assert not EligibilityEvaluation.objects.exists()


@pytest.mark.parametrize(
    ("days", "items"), [(74, 0), (75, 1), (89, 1), (90, 2), (120, 2)]
)
def test_a_decision_is_renewed_at_75_and_at_90_days(episode, now, freeze, days, items):
    for day in range(74, days + 1):
        freeze(now).shift(timedelta(days=day).total_seconds())
        ask_for_renewals(now=now + timedelta(days=day))
        ask_for_renewals(now=now + timedelta(days=day))
        if day > 91:
            break
    assert WorkItem.objects.filter(kind=RENEWAL).count() == items


def test_a_new_edition_judges_every_open_episode_once(episode, later, freeze):
    from kap.clinic.enums import PolicyKind
    from kap.clinic.models import PolicyEdition

    old = PolicyEdition.objects.in_force(kind=PolicyKind.ELIGIBILITY, on=later.date())
    PolicyEdition.objects.create(
        kind=PolicyKind.ELIGIBILITY,
        edition=old.edition + 1,
        effective_from=later.date(),
        body=old.body,
        source="t",
        reason="t",
        signed_at=later,
    )
    assert judge_by_new_rules(now=later, limit=10) == 1
    assert judge_by_new_rules(now=later, limit=10) == 0
    assert causes(episode) == ["packet", "rules"]
    assert eligibility_state(episode.pk, now=later).is_current
    assert Observation.objects.exists()
