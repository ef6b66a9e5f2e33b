"""Which questionnaires are due and sent, and what a change between two scores is called."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kap.patients.tests.factories import EpisodeFactory
from kap.ui.charts import DoseMark
from screening import dose_marks, services
from screening.enums import ResponseMode
from screening.instruments import assess_change, change_rules
from screening.instruments.change import baseline_index, change_words
from screening.models import QuestionnaireResponse
from screening.queries.due_measures import choices
from screening.tests.factories import ResponseFactory, all_items

FIRST = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (18, 9, ["response", "reliable improvement"]),
        (18, 13, ["partial response"]),
        (12, 4, ["remission", "response", "reliable improvement"]),
        (9, 4, ["noticeable improvement"]),
        (12, 11, []),
        (9, 15, ["reliably worse"]),
    ],
)
def test_a_change_has_its_words(before, after, words):
    rules = change_rules("phq9")
    assert (
        change_words(assess_change(baseline=before, latest=after, rules=rules)) == words
    )


@pytest.mark.parametrize(
    ("ages", "dose", "index"),
    [
        ([40, 20, 5, -3], FIRST, 2),
        ([40, 30], FIRST, 1),
        ([31], FIRST, None),
        ([0], FIRST, 0),
        ([5], None, None),
        ([], FIRST, None),
    ],
)
def test_the_baseline_is_the_last_score_of_thirty_days_before_the_first_dose(
    ages, dose, index
):
    days = [FIRST - timedelta(days=age) for age in ages]
    assert baseline_index(days, dose) == index


@pytest.fixture
def doses(monkeypatch):
    marks: list[DoseMark] = []
    monkeypatch.setattr(dose_marks, "_sources", [lambda _patient: marks])
    return marks


def due(episode, now, *, is_clinical=True):
    found = choices(episode, now=now, is_clinical=is_clinical)
    return {one.key for one in found if one.is_due}


@pytest.mark.django_db
def test_at_intake_what_is_not_filled_in_yet_is_due(now, doses):
    episode = EpisodeFactory.create(indication="chronic_pain")
    assert due(episode, now) == {
        "phq-9",
        "gad-7",
        "pcl-5",
        "peg",
        "audit-c",
        "dast-10",
        "c-ssrs",
    }
    for key, answers in (
        ("phq-9", all_items("phq-9", 0)),
        ("audit-c", {"auditc-1": 4, "auditc-2": 4, "auditc-3": 4}),
    ):
        response = ResponseFactory.create(
            episode=episode, patient=episode.patient, instrument=key
        )
        services.submit_response(
            response_id=response.pk,
            answers=answers,
            mode=ResponseMode.LINK,
            by=None,
            now=now,
        )
    assert due(episode, now) == {"gad-7", "pcl-5", "peg", "audit", "dast-10", "c-ssrs"}
    assert "audit" not in due(episode, now, is_clinical=False)


@pytest.mark.django_db
def test_after_the_course_days_are_counted_from_the_last_dose(now, doses):
    episode = EpisodeFactory.create(phase="follow-up", indication="ptsd")
    assert due(episode, now) == set()
    doses.append(DoseMark(now.date() - timedelta(days=15), "1", "45 mg"))
    assert due(episode, now) == {"phq-9", "gad-7", "pcl-5"}


@pytest.mark.django_db
def test_the_ticked_ones_are_sent_and_nothing_else(as_role, now):
    episode = EpisodeFactory.create()
    client = as_role("front-desk")
    url = f"/screening/{episode.pk}/forms/"
    page = client.get(url).content.decode()
    assert "What is due now is ticked" in page
    assert "WHO-5" not in page
    sent = {"what": "measures", "measure": ["pcl-5", "who-5", "nothing"]}
    client.post(url + "send/", sent)
    assert [row.instrument for row in QuestionnaireResponse.objects.all()] == ["pcl-5"]
    refused = client.post(url + "send/", {"what": "measures"}, follow=True)
    assert "Tick at least one" in refused.content.decode()
    assert "PCL-5" in client.get(url).content.decode()
