from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from kap.patients.tests.factories import EpisodeFactory, PatientFactory
from screening import codes
from screening.enums import ResponseMode, ResponseStatus
from screening.models import HistoryAnswer, Observation
from screening.queries import fact_sources
from screening.queries.fact_sources import FactSource, SourceKind, register_source
from screening.queries.facts import gather_facts, read_known, sourced_facts
from screening.rules.facts import MISSING
from screening.tests.factories import AT, ResponseFactory, all_items

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)


@pytest.fixture
def episode():
    return EpisodeFactory.create(patient=PatientFactory.create(sex="female"))


def say(episode, *, at=AT, mode=ResponseMode.LINK, **answers):
    HistoryAnswer.objects.bulk_create(
        HistoryAnswer(
            patient=episode.patient,
            episode=episode,
            field=name,
            value=value,
            mode=mode,
            answered_at=at,
        )
        for name, value in answers.items()
    )


def observe(episode, code, value, *, at=AT):
    return Observation.objects.create(
        patient=episode.patient,
        episode=episode,
        code=code,
        value=Decimal(value),
        unit=codes.UNITS[code],
        effective_at=at,
        recorded_at=at,
        source=ResponseMode.CLINICIAN,
    )


def known(episode):
    return sourced_facts(read_known(episode), episode, on=TODAY)


def facts(episode):
    return gather_facts(episode, on=TODAY)


def test_each_fact_has_its_moment_and_its_source(episode):
    say(episode, osa=False)
    say(episode, mode=ResponseMode.CLINICIAN, capacity=True)
    observe(episode, codes.HEART_RATE, 70)
    observe(episode, codes.DAST10_TOTAL, 4)
    observe(episode, codes.WEIGHT, "81.5")
    observe(episode, codes.HEIGHT, 180)

    found = known(episode)

    kinds = {name: (one.kind, one.value) for name, one in found.items()}
    assert kinds["osa"] == (SourceKind.PATIENT, False)
    assert kinds["capacity"] == (SourceKind.STAFF, True)
    assert kinds["hr"] == (SourceKind.MEASURED, 70)
    assert kinds["dast10_score"] == (SourceKind.INSTRUMENT, 4)
    assert kinds["bmi"] == (SourceKind.COMPUTED, "25.2")
    assert kinds["age_years"][0] == SourceKind.COMPUTED
    assert {found[name].at for name in ("osa", "capacity", "hr", "bmi")} == {AT}


@pytest.mark.parametrize(
    ("level", "word"), [(0, "none"), (1, "low"), (2, "moderate"), (3, "high")]
)
def test_the_level_of_the_screener_is_a_word(episode, level, word):
    observe(episode, codes.CSSRS_RISK, level)

    assert facts(episode).cssrs_risk == word


def test_a_level_that_does_not_exist_stays_open(episode):
    observe(episode, codes.CSSRS_RISK, 7)

    assert facts(episode).cssrs_risk is MISSING


@pytest.mark.parametrize(
    ("hours", "score"), [pytest.param(-1, 9, id="form"), pytest.param(1, 2, id="staff")]
)
def test_of_an_answer_and_a_score_the_newer_counts(episode, hours, score):
    observe(episode, codes.DAST10_TOTAL, 9)
    say(episode, at=AT + timedelta(hours=hours), dast10_score=2)

    assert facts(episode).dast10_score == score


def test_many_readings_do_not_hide_an_old_height(episode):
    observe(episode, codes.HEIGHT, 180, at=AT - timedelta(days=300))
    Observation.objects.bulk_create(
        Observation(
            patient=episode.patient,
            episode=episode,
            code=code,
            value=Decimal(value),
            unit=codes.UNITS[code],
            effective_at=AT - timedelta(days=day),
            recorded_at=AT,
            source=ResponseMode.CLINICIAN,
        )
        for day in range(120)
        for code, value in ((codes.SYSTOLIC, 120), (codes.DIASTOLIC, 80))
    )

    assert facts(episode).height_cm == 180


def test_known_costs_three_queries_one_for_the_doses_and_one_for_the_medicines(
    episode, django_assert_num_queries
):
    observe(episode, codes.HEIGHT, 180)
    say(episode, osa=False)

    with django_assert_num_queries(5):
        read_known(episode)


def test_answers_that_fit_no_field_stay_open(episode):
    say(episode, height_cm="tall", weight_kg="81.5", osa="perhaps", dosings_12m="many")

    found = facts(episode)

    assert (found.height_cm, found.osa, found.bmi) == (MISSING, MISSING, MISSING)
    assert found.weight_kg == Decimal("81.5")
    assert found.dosings_12m == 0


@pytest.mark.parametrize(
    ("answers", "event"),
    [
        pytest.param({}, MISSING, id="nobody-asked"),
        pytest.param(
            {"mi_date": "never", "stroke_tia_date": "never"}, MISSING, id="none-of-two"
        ),
        pytest.param({"mi_date": "2026-10-20"}, date(2026, 10, 20), id="heart-attack"),
        pytest.param(
            {"mi_date": "2026-10-20", "stroke_tia_date": "2026-11-01"},
            date(2026, 11, 1),
            id="the-later",
        ),
        pytest.param(
            {"mi_date": "2026-10-20", "cvd_event_date": "never"},
            date(2026, 10, 20),
            id="never-but-a-heart-attack",
        ),
        pytest.param(
            {"mi_date": "2020-01-01", "cvd_event_date": "2026-11-02"},
            date(2026, 11, 2),
            id="its-own-answer",
        ),
        pytest.param({"cvd_event_date": "never"}, None, id="never"),
    ],
)
def test_the_last_event_follows_from_heart_attack_and_stroke(episode, answers, event):
    say(episode, **answers)

    assert facts(episode).cvd_event_date == event


@pytest.mark.parametrize(
    ("sex", "audit", "qtc"),
    [
        ("female", "female", "female"),
        ("male", "male", "male"),
        ("other", "other", MISSING),
        ("unknown", "other", MISSING),
    ],
)
def test_the_sex_of_two_limits_comes_from_the_record(sex, audit, qtc):
    episode = EpisodeFactory.create(patient=PatientFactory.create(sex=sex))

    assert (facts(episode).sex_for_audit, facts(episode).sex_for_qtc) == (audit, qtc)


def test_an_answer_goes_before_the_record(episode):
    say(episode, sex_for_audit="other", sex_for_qtc="male")

    assert (facts(episode).sex_for_audit, facts(episode).sex_for_qtc) == (
        "other",
        "male",
    )


def test_risks_for_the_heart_are_counted(episode):
    say(episode, cvd_risks=["smoking", "diabetes"])

    assert facts(episode).cvd_risk_factor_count == 2


def test_unchanged_pills_count_as_four_weeks(episode):
    say(episode, htn_steady_4_weeks=True)

    assert facts(episode).htn_regimen_stable_days == 28


def test_item_nine_comes_from_the_newest_form(episode):
    ResponseFactory.create(
        episode=episode,
        status=ResponseStatus.COMPLETED,
        answers=all_items("phq-9", 0, phq9_9=2),
        completed_at=AT,
    )

    assert facts(episode).phq9_item9 == 2


@pytest.fixture
def other_source(monkeypatch):
    """Registers for this test only."""
    monkeypatch.setattr(fact_sources, "_sources", [])
    return register_source


def test_what_a_registered_source_knows_wins_over_an_answer(episode, other_source):
    found = FactSource(3, SourceKind.COMPUTED, AT, "reconciliation")
    source = other_source(lambda _: {"med_max_severity": found})
    other_source(source)
    say(episode, med_max_severity=0, med_classes=[])

    assert fact_sources._sources == [source]
    assert facts(episode).med_max_severity == 3
    assert facts(episode).med_classes == frozenset()
    assert known(episode)["med_max_severity"] == found


@pytest.mark.parametrize(("told", "count"), [(20, 20), (2, 5)])
def test_doses_had_elsewhere_are_never_counted_down(episode, other_source, told, count):
    other_source(
        lambda _: {"dosings_12m": lambda on: FactSource(5, SourceKind.COMPUTED)}
    )
    say(episode, dosings_12m=told)

    assert facts(episode).dosings_12m == count
