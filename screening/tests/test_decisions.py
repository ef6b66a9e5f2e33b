from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from kap.accounts.tests.factories import PASSWORD, PrescriberFactory, UserFactory
from kap.core.errors import DomainError, NotAllowed
from kap.documents.models import Signature
from kap.patients.enums import Phase
from kap.patients.tests.factories import EpisodeFactory
from kap.worklist.models import WorkItem
from screening import services
from screening.enums import Decision, EligibleFor, OverridePart, RuleAnswer
from screening.models import (
    EligibilityDetermination,
    EligibilityRuleDecision,
    OverrideSignature,
)
from screening.queries import eligibility_state
from screening.services import Details, RuleSaid
from screening.services.eligibility_override import OVERRIDE
from screening.tests.factories import answered
from screening.tests.test_decision_stands import _measure

UNLOCKED = {"psychosis_history": True}
LOCKED = {"aneurysm": True}
REVIEW = {"ketamine_reaction": "distressing"}
CAUTION = {"htn_dx": True, "htn_steady_4_weeks": True}


def judged(now, **answers):
    episode = EpisodeFactory.create(phase=Phase.SCREENING)
    _measure(episode, now - timedelta(hours=1))
    answered(episode, **answers)
    return services.evaluate_eligibility(
        episode=episode, cause="packet", by=None, now=now
    )


def decide(run, by, now, decision=Decision.ELIGIBLE, reason="Talked through.", **more):
    conditions = more.pop("conditions", "")
    return services.decide_eligibility(
        evaluation_id=run.pk, decision=decision, conditions=conditions, reason=reason,
        password=more.pop("password", PASSWORD), details=Details(**more), by=by, now=now,
    )  # fmt: skip


@pytest.fixture
def prescriber(db, now, freeze):
    freeze(now)
    return PrescriberFactory.create().user


@pytest.fixture
def director(db):
    return UserFactory.create(medical_director=True)


def accepted(run, reason="Seen before, mild."):
    return {
        row["code"]: RuleSaid(RuleAnswer.ACCEPTED, reason)
        for row in run.findings
        if row["state"] == "hit"
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "given", "sentence"),
    [
        pytest.param(REVIEW, {}, "asks for review", id="review-unanswered"),
        pytest.param(REVIEW, {"answers": ""}, "Write why", id="review-without-reason"),
        pytest.param(REVIEW, {"answers": "declined"}, "is not accepted", id="review-declined"),
        pytest.param(CAUTION, {}, "asks for caution", id="caution-unanswered"),
        pytest.param({"psychosis_history": None}, {}, "Some answers are missing", id="incomplete"),
        pytest.param(UNLOCKED, {}, "unless the exclusion is set aside", id="excluded"),
        pytest.param(UNLOCKED, {"override_until": 91}, "not later than", id="too-long"),
        pytest.param(UNLOCKED, {"override_until": 0}, "after today", id="today"),
        pytest.param(UNLOCKED, {"override_until": 30, "reason": " "}, "reason why", id="override-no-reason"),
        pytest.param(LOCKED, {"override_until": 30}, "is locked", id="locked"),
        pytest.param({}, {"override_until": 30}, "nothing is set aside", id="nothing-excludes"),
    ],
)  # fmt: skip
def test_eligible_is_refused(prescriber, now, facts, given, sentence):
    run = judged(now, **facts)
    more = dict(given)
    if "override_until" in more:
        more["override_until"] = now.date() + timedelta(days=more["override_until"])
    if more.get("answers") == "declined":
        more["answers"] = dict.fromkeys(accepted(run), RuleSaid(RuleAnswer.DECLINED))
    elif "answers" in more:
        more["answers"] = accepted(run, more["answers"])
    with pytest.raises(services.DecisionRefused, match=sentence):
        decide(run, prescriber, now, **more)
    assert not EligibilityDetermination.objects.exists()


@pytest.mark.django_db
def test_each_answer_to_a_rule_is_kept_and_signed(prescriber, now):
    run = judged(now, **REVIEW)
    made = decide(run, prescriber, now, answers=accepted(run))
    row = EligibilityRuleDecision.objects.get(determination=made)
    assert (row.answer, row.reason) == ("accepted", "Seen before, mild.")
    assert row.gravity == "needs-review"
    assert eligibility_state(made.episode_id, now=now).is_current
    with pytest.raises(IntegrityError, match="rule_decision_review_has_a_reason"):
        EligibilityRuleDecision.objects.create(
            determination=made, code="X", title="x", gravity="needs-review", answer="accepted"
        )  # fmt: skip


@pytest.mark.django_db
def test_a_decision_covers_only_its_medicine(prescriber, now):
    run = judged(now, can_be_pregnant=True, pregnant="no", hcg_result="negative",
        hcg_date=now.date().isoformat(), breastfeeding=True, trying_to_conceive=False)  # fmt: skip
    assert (run.verdict, run.verdict_esketamine) == ("needs_review", "exclude")
    with pytest.raises(services.DecisionRefused, match="excludes this patient"):
        decide(run, prescriber, now, answers=accepted(run), covers=EligibleFor.BOTH)
    decide(run, prescriber, now, answers=accepted(run))
    state = eligibility_state(run.episode_id, now=now)
    assert state.is_current
    assert state.covers_medicine(is_esketamine=False)
    assert not state.covers_medicine(is_esketamine=True)


def override(run, by, now, days=30):
    return decide(
        run, by, now, answers=accepted(run), reason="Ten years in remission.",
        override_until=now.date() + timedelta(days=days),
    )  # fmt: skip


def second(made, by, now, agrees=True, **more):
    facts = {"reason": "I saw the patient too.", "password": PASSWORD, **more}
    return services.answer_override(
        determination_id=made.pk, agrees=agrees, by=by, now=now, **facts
    )


@pytest.mark.django_db
def test_an_exclusion_is_set_aside_by_two_people(prescriber, director, now):
    made = override(judged(now, **UNLOCKED), prescriber, now)
    waits = eligibility_state(made.episode_id, now=now)
    assert (waits.is_current, waits.waits_for_director) == (False, True)
    assert WorkItem.objects.open().get(kind=OVERRIDE).role == "medical-director"

    second(made, director, now)

    state = eligibility_state(made.episode_id, now=now)
    assert state.is_current
    assert (state.is_overridden, state.needs_addendum) == (True, True)
    assert not WorkItem.objects.open().filter(kind=OVERRIDE).exists()
    made.episode.refresh_from_db()
    assert made.episode.phase == Phase.PREPARATION
    assert Signature.objects.count() == 2
    later = made.expires_at
    assert "has passed" in eligibility_state(made.episode_id, now=later).sentence


@pytest.mark.django_db
def test_a_director_who_refuses_leaves_the_exclusion(prescriber, director, now):
    made = override(judged(now, **UNLOCKED), prescriber, now)
    second(made, director, now, agrees=False)
    state = eligibility_state(made.episode_id, now=now)
    assert not state.is_current
    assert "did not agree" in state.sentence
    with pytest.raises(DomainError, match="answered this already"):
        second(made, UserFactory.create(medical_director=True), now)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "sentence"),
    [
        ("prescriber", "medical director signs"),
        ("nurse", "medical director signs"),
        ("therapist", "medical director signs"),
        ("admin", "medical director signs"),
        ("compliance", "medical director signs"),
        ("front-desk", "medical director signs"),
    ],
)
def test_nobody_else_signs_the_second_time(prescriber, now, role, sentence):
    made = override(judged(now, **UNLOCKED), prescriber, now)
    with pytest.raises(NotAllowed, match=sentence):
        second(made, UserFactory.create(roles=[role]), now)


@pytest.mark.django_db
def test_the_same_person_does_not_sign_twice(now, freeze):
    freeze(now)
    both = PrescriberFactory.create().user
    both.roles = ["prescriber", "medical-director"]
    both.save()
    made = override(judged(now, **UNLOCKED), both, now)
    with pytest.raises(NotAllowed, match="another person"):
        second(made, both, now)
    with (
        transaction.atomic(),
        pytest.raises(IntegrityError, match="override_signed_by_two_people"),
    ):
        OverrideSignature.objects.create(
            determination=made, part=OverridePart.DIRECTOR, agrees=True, reason="x",
            signed_by=both, signed_at=now,
        )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "sentence"),
    [({"reason": " "}, "Write the reason"), ({"password": "wrong"}, "not your password")],
)  # fmt: skip
def test_the_second_signature_asks_for_both(prescriber, director, now, given, sentence):
    made = override(judged(now, **UNLOCKED), prescriber, now)
    with pytest.raises(DomainError, match=sentence):
        second(made, director, now, **given)


@pytest.mark.django_db
def test_an_override_over_changed_answers_is_not_signed(prescriber, director, now):
    run = judged(now, **UNLOCKED)
    made = override(run, prescriber, now)
    services.record_answers(
        episode=run.episode, answers={"sud_active": True}, mode="link", by=None, now=now
    )
    with pytest.raises(DomainError, match="Run them again"):
        second(made, director, now)
    second(made, director, now, agrees=False)


@pytest.mark.django_db
def test_a_second_exclusion_ends_an_override(prescriber, director, now):
    run = judged(now, **UNLOCKED)
    second(override(run, prescriber, now), director, now)
    later = now + timedelta(minutes=5)
    services.record_answers(
        episode=run.episode, answers={"sud_active": True}, mode="link", by=None, now=later
    )  # fmt: skip
    services.evaluate_eligibility(
        episode=run.episode, cause="answer", by=None, now=later
    )
    assert eligibility_state(run.episode_id, now=later).has_changed


@pytest.mark.django_db
def test_the_page_shows_both_steps(as_role, now, freeze):
    freeze(now)
    run, client = judged(now, **UNLOCKED), as_role("prescriber")
    path = f"/screening/{run.episode_id}/"
    assert "Set the exclusion aside until" in client.get(path).content.decode()
    sent = {"evaluation": str(run.pk), "seen": "", "decision": "eligible",
        "covers": "racemic", "reason": "Ten years.",
        "override_until": (now.date() + timedelta(days=20)).isoformat(), "password": PASSWORD}  # fmt: skip
    assert client.post(f"{path}decision/", sent).status_code == 302
    assert "You signed this as the prescriber" in client.get(path).content.decode()
    made, chief = EligibilityDetermination.objects.get(), as_role("medical-director")
    assert "Sign as medical director" in chief.get(path).content.decode()
    answer = {
        "determination": str(made.pk),
        "second-answer": "agree",
        "second-password": PASSWORD,
    }
    empty = chief.post(f"{path}override/", answer)
    assert empty.status_code == 422
    assert "Write the reason" in empty.content.decode()
    answer["second-director_reason"] = "Agreed."
    assert chief.post(f"{path}override/", answer).status_code == 302
    text = chief.get(path).content.decode()
    assert "sets the exclusion aside, Agreed." in text
    assert "an addendum to the consent" in text
    assert client.post(f"{path}override/", answer).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_once_one_is_kept(now, freeze):
    freeze(now)
    now += timedelta(minutes=1)  # after what the first commits made of it
    run = services.evaluate_eligibility(
        episode=judged(now).episode, cause="review", by=None, now=now
    )
    people = [PrescriberFactory.create().user for _ in range(2)]
    gate, outcomes = threading.Barrier(2), []

    def sign(by):
        gate.wait()
        try:
            decide(run, by, now)
            outcomes.append("signed")
        except services.DecisionRefused as refusal:
            outcomes.append(str(refusal)[:16])
        finally:
            connection.close()

    threads = [threading.Thread(target=sign, args=(by,)) for by in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["Somebody decided", "signed"]
    assert EligibilityDetermination.objects.count() == 1
