from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from kap.accounts.tests.factories import PASSWORD, PrescriberFactory, UserFactory
from kap.patients.tests.factories import EpisodeFactory
from screening import services
from screening.enums import Decision, ResponseMode
from screening.models import EligibilityDetermination
from screening.queries import eligibility_state
from screening.services.history import ScreeningVitals
from screening.tests.factories import all_items, answered

pytestmark = pytest.mark.django_db


@pytest.fixture
def episode(now, freeze):
    freeze(now)
    found = EpisodeFactory.create()
    _measure(found, now - timedelta(hours=1))
    return found


def _measure(episode, at):
    """Two calm pressures, PHQ-9 and GAD-7: with the answers nothing is missing."""
    services.record_vitals_at_screening(
        patient=episode.patient,
        episode=episode,
        vitals=ScreeningVitals(
            pressures=((122, 76), (120, 74)),
            heart_rate_bpm=70,
            spo2_percent=98,
            weight_kg=Decimal(70),
            height_cm=Decimal(172),
        ),
        by=UserFactory.create(nurse=True),
        now=at,
    )
    for key, changes in (("phq-9", {"phq9_9": 0}), ("gad-7", {})):
        asked = services.request_measures(
            patient=episode.patient,
            episode=episode,
            instrument_keys=[key],
            due_at=at,
            by=None,
            now=at,
        )
        services.submit_response(
            response_id=asked[0].pk,
            answers=all_items(key, 2, **changes),
            mode=ResponseMode.LINK,
            by=None,
            now=at,
        )


@pytest.fixture
def prescriber():
    return PrescriberFactory.create().user


def run(episode, now, cause="review"):
    return services.evaluate_eligibility(episode=episode, cause=cause, by=None, now=now)


def decide(evaluation, by, now):
    return services.decide_eligibility(
        evaluation_id=evaluation.pk,
        decision=Decision.ELIGIBLE,
        conditions="",
        reason="Talked through.",
        password=PASSWORD,
        by=by,
        now=now,
    )


def say(episode, now, **answers):
    services.record_answers(
        episode=episode, answers=answers, mode=ResponseMode.LINK, by=None, now=now
    )


def test_decision_on_answers_that_changed_since_is_refused(episode, prescriber, now):
    answered(episode)
    evaluation = run(episode, now)
    say(episode, now + timedelta(minutes=1), psychosis_history=True)

    with pytest.raises(services.DecisionRefused, match="Run them again"):
        decide(evaluation, prescriber, now + timedelta(minutes=2))

    assert not EligibilityDetermination.objects.exists()


def test_decision_stands_while_the_rules_say_the_same(episode, prescriber, now):
    answered(episode)
    decide(run(episode, now), prescriber, now)
    run(episode, now + timedelta(minutes=1), cause="again")

    assert eligibility_state(episode.pk, now=now + timedelta(minutes=2)).is_current


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"psychosis_history": True}, id="an-exclusion"),
        pytest.param({"sud_active": None}, id="not-sure-any-more"),
        pytest.param({"ketamine_reaction": "distressing"}, id="a-review"),
    ],
)
def test_decision_no_longer_stands_when_the_rules_say_something_graver(
    episode, prescriber, now, change
):
    answered(episode)
    decide(run(episode, now), prescriber, now)
    later = now + timedelta(minutes=5)
    say(episode, later, **change)
    run(episode, later, cause="packet")

    state = eligibility_state(episode.pk, now=later)

    assert not state.is_current
    assert "decides again" in state.sentence


def test_decision_is_good_for_ninety_days_and_not_longer(episode, prescriber, now):
    answered(episode)
    decide(run(episode, now), prescriber, now)
    last = now + timedelta(days=90)

    assert eligibility_state(episode.pk, now=last - timedelta(seconds=1)).is_current
    assert not eligibility_state(episode.pk, now=last).is_current
