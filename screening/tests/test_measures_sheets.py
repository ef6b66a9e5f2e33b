"""The measures page: a chart and a grid for each questionnaire, and scores computed anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from kap.core.errors import DomainError, NotAllowed
from kap.patients.tests.factories import EpisodeFactory
from kap.ui.charts import DoseMark, ScaleBand, ScalePoint, scale_chart
from screening import services
from screening.enums import ResponseMode
from screening.instruments import phq9, registry
from screening.instruments.scoring import Severity
from screening.models import Observation
from screening.queries.measure_grid import read_filled, sheets
from screening.queries.measures import latest_score, score_history
from screening.services.scores import rescore
from screening.tests.factories import ResponseFactory, all_items

pytestmark = pytest.mark.django_db


@pytest.fixture
def episode(db):
    return EpisodeFactory.create()


@pytest.fixture
def fill(episode, now):
    def go(key="phq-9", answers=None, *, days=0, value=1):
        response = ResponseFactory.create(
            episode=episode, patient=episode.patient, instrument=key
        )
        return services.submit_response(
            response_id=response.pk,
            answers=answers if answers is not None else all_items(key, value),
            mode=ResponseMode.LINK,
            by=None,
            now=now + timedelta(days=days),
        )

    return go


def page_of(as_role, episode):
    client = as_role("prescriber")
    return client.get(f"/screening/patients/{episode.patient_id}/measures/")


def test_items_are_rows_and_forms_are_columns_with_value_and_words(
    as_role, episode, fill
):
    fill(value=3)
    fill(days=30, value=0)
    text = page_of(as_role, episode).content.decode()
    assert "Trouble falling or staying asleep" in text
    assert "Nearly every day" in text
    assert "Look at this" in text
    assert "severe" in text
    assert 'role="img"' in text
    assert "No permission required" in text


def test_change_is_read_against_the_baseline_before_the_first_dose(episode, fill, now):
    for days, value in ((-40, 3), (-10, 2), (20, 1), (40, 0)):
        fill(days=days, value=value)
    zone = episode.patient.site.zone
    dose = DoseMark(now.astimezone(zone).date(), "1", "45 mg")
    (sheet,) = sheets(read_filled(episode.patient_id), [dose], zone=zone)
    assert [column.total for column in sheet.columns] == ["27", "18", "9", "0"]
    assert [column.is_baseline for column in sheet.columns] == [
        False,
        True,
        False,
        False,
    ]
    assert [column.change for column in sheet.columns] == [
        "",
        "",
        "\u22129, response, reliable improvement",
        "\u221218, remission, response, reliable improvement",
    ]
    assert [row.cells[0].shade for row in sheet.rows[:9]] == [4] * 9
    assert [cell.is_flagged for cell in sheet.rows[8].cells] == [
        True,
        True,
        True,
        False,
    ]


def test_without_a_dose_nothing_is_compared(episode, fill):
    fill(value=2)
    fill(days=1, value=1)
    (sheet,) = sheets(
        read_filled(episode.patient_id), [], zone=episode.patient.site.zone
    )
    assert [column.change for column in sheet.columns] == ["", ""]


def test_parts_gaps_and_questions_that_did_not_apply_are_said(episode, fill):
    fill("pcl-5", {**all_items("pcl-5", 2), "pcl5-1": None})
    fill("c-ssrs", {"cssrs-1": 1, "cssrs-2": 0, "cssrs-5": 1, "cssrs-6": 0})
    fill("peg", {"peg-1": 7, "peg-2": 6, "peg-3": 5})
    found = sheets(read_filled(episode.patient_id), [], zone=episode.patient.site.zone)
    risk, pcl, peg = found
    assert dict(pcl.parts)["Re-experiencing (B)"] == ["10 of 20"]
    assert (
        "met" in dict(pcl.parts)["Provisional PTSD by the symptom rule, no diagnosis"]
    )
    assert pcl.columns[0].notes == ["prorated"]
    assert pcl.rows[0].cells[0].words == "left open"
    assert (risk.columns[0].total, risk.columns[0].band) == ("1", "low")
    assert [row.cells[0].words for row in risk.rows[:3]] == ["Yes", "No", "not asked"]
    assert risk.rows[0].cells[0].is_flagged
    assert (peg.columns[0].total, peg.columns[0].band) == ("6", "")


def test_too_many_gaps_leave_no_total_and_old_forms_are_counted(episode, fill):
    for days in range(9):
        fill(days=days, answers={"phq9-1": 1})
    (sheet,) = sheets(
        read_filled(episode.patient_id), [], zone=episode.patient.site.zone
    )
    assert (len(sheet.columns), sheet.left_out, sheet.svg) == (8, 1, "")
    assert {column.band for column in sheet.columns} == {"no total"}


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_forms(
    as_role, episode, fill, count, django_assert_num_queries
):
    for days in range(count):
        fill(days=days)
        fill("gad-7", days=days)
    client = as_role("prescriber")
    url = f"/screening/patients/{episode.patient_id}/measures/"
    client.get(url)
    with django_assert_num_queries(PAGE_QUERIES):
        client.get(url)


PAGE_QUERIES = 14


def test_an_empty_chart_says_so(as_role, episode):
    assert "No measure yet" in page_of(as_role, episode).content.decode()


def test_sending_phq9_in_costs_few_queries(episode, now, django_assert_num_queries):
    response = ResponseFactory.create(episode=episode, patient=episode.patient)
    with django_assert_num_queries(SUBMIT_QUERIES):
        services.submit_response(
            response_id=response.pk,
            answers=all_items("phq-9"),
            mode=ResponseMode.LINK,
            by=None,
            now=now,
        )


SUBMIT_QUERIES = 6


def corrected(monkeypatch, **changes):
    rule = replace(phq9.SCORING, edition=2, **changes)
    monkeypatch.setattr(phq9, "SCORING", rule)
    entries = {
        **registry._ENTRIES,
        "phq9": replace(registry._ENTRIES["phq9"], scoring=rule),
    }
    monkeypatch.setattr(registry, "_ENTRIES", entries)


STRICTER = ((0, Severity.MINIMAL), (5, Severity.MODERATE))


def test_a_score_computed_anew_never_writes_over_the_old_one(
    as_role, episode, fill, now, monkeypatch
):
    done = fill()
    fill("gad-7")
    corrected(monkeypatch, bands=STRICTER)
    admin = as_role("admin").user
    args = {"key": "phq-9", "reason": "Bands were wrong", "by": admin, "now": now}
    result = rescore(**args)
    assert (result.looked_at, result.changed) == (1, 1)
    old, new = Observation.objects.filter(response=done).order_by(
        "recorded_at", "status"
    )[::-1]
    assert (old.status, old.interpretation, new.status) == ("final", "mild", "amended")
    assert (new.supersedes, new.interpretation) == (old, "moderate")
    assert new.value == 9
    assert new.effective_at == old.effective_at
    assert new.details["scoring"] == "phq9/2"
    score = latest_score(episode.patient_id, "44261-6")
    assert score is not None
    assert score.interpretation == "moderate"
    assert rescore(**args).changed == 0
    assert [one.stands for one in score_history(done.pk)].count(True) == 1
    page = as_role("prescriber").get(f"/screening/measures/{done.pk}/").content.decode()
    assert "Bands were wrong" in page
    assert "replaced" in page
    assert "scored anew" in page_of(as_role, episode).content.decode()


def test_a_total_that_no_longer_holds_is_marked_and_a_new_one_is_added(
    as_role, episode, fill, now, monkeypatch
):
    gap = {**all_items("phq-9", 1), "phq9-1": None}
    done = fill(answers=gap)
    by = as_role("medical-director").user
    args = {"key": "phq-9", "reason": "Gaps", "by": by, "now": now}
    corrected(monkeypatch, max_missing=0)
    assert rescore(**args).changed == 1
    assert latest_score(episode.patient_id, "44261-6") is None
    corrected(monkeypatch, max_missing=2)
    assert rescore(**args).changed == 1
    assert Observation.objects.filter(response=done).count() == 3
    assert latest_score(episode.patient_id, "44261-6") is not None


def test_who_may_have_scores_computed_anew_and_why(as_role, now):
    with pytest.raises(NotAllowed):
        rescore(key="phq-9", reason="x", by=as_role("nurse").user, now=now)
    with pytest.raises(DomainError, match="Say why"):
        rescore(key="phq-9", reason=" ", by=as_role("admin").user, now=now)


def test_the_command_says_what_it_did(as_role, fill):
    fill()
    out, admin = StringIO(), as_role("admin").user
    call_command(
        "rescore_measures", "phq-9", by=admin.email, reason="Check", stdout=out
    )
    assert "1 forms looked at, 0 scored anew" in out.getvalue()
    with pytest.raises(CommandError, match="Nobody"):
        call_command("rescore_measures", "phq-9", by="nobody@x.example", reason="x")
    with pytest.raises(CommandError, match="Say why"):
        call_command("rescore_measures", "phq-9", by=admin.email, reason="")


def walk(client, answers):
    """Answer what is asked; the steps that were shown."""
    page, shown = client.get("/p/form/1/"), []
    number = 1
    while True:
        shown.append(number)
        page = client.post(
            f"/p/form/{number}/", {"answer": str(answers.get(number, 0))}
        )
        if page.url.endswith("/help/"):
            page = client.post(page.url)
        if page.url.endswith("/done/"):
            return shown
        number = int(page.url.strip("/").rsplit("/", 1)[1])


@pytest.mark.parametrize(
    ("key", "answers", "shown", "value"),
    [
        ("audit-c", {}, [1], 0),
        ("audit-c", {1: 2, 2: 1, 3: 1}, [1, 2, 3], 4),
        ("audit", {1: 2}, [1, 2, 3, 9, 10], 2),
        ("audit", {1: 2, 3: 1, 9: 4}, list(range(1, 11)), 7),
        ("c-ssrs", {}, [1, 2, 6], 0),
        ("c-ssrs", {2: 1, 3: 1}, [1, 2, 3, 4, 5, 6], 2),
        ("c-ssrs", {6: 1, 7: 1}, [1, 2, 6, 7], 3),
        ("peg", {1: 7, 2: 6, 3: 5}, [1, 2, 3], 6),
        ("who-5", {1: 5, 2: 5, 3: 5, 4: 5, 5: 5}, [1, 2, 3, 4, 5], 100),
    ],
)
def test_a_patient_is_asked_only_what_applies(
    behind_link, episode, key, answers, shown, value
):
    response = ResponseFactory.create(
        episode=episode, patient=episode.patient, instrument=key
    )
    client = behind_link("measures", response)
    assert walk(client, answers) == shown
    assert Observation.objects.get(response=response).value == value


def test_the_licence_of_a_pack_stands_on_every_screen(behind_link):
    response = ResponseFactory.create(instrument="dast-10")
    client = behind_link("measures", response)
    for path in ("/p/form/", "/p/form/1/", "/p/form/10/"):
        assert "Harvey A. Skinner" in client.get(path).content.decode()
    page = client.get("/p/form/2/").content.decode()
    assert "These questions refer to the past 12 months." in page
    assert "prescribed to you" in page


def test_staff_write_down_what_was_answered_on_paper(as_role, episode):
    response = ResponseFactory.create(
        episode=episode, patient=episode.patient, instrument="audit"
    )
    url = f"/screening/{episode.pk}/phone/measures/{response.pk}/"
    client = as_role("nurse")
    assert "non-commercial use" in client.get(url).content.decode()
    said = {
        "audit-1": "0",
        "audit-9": "0",
        "audit-10": "2",
        "answered_how": "clinician",
    }
    assert client.post(url, {"audit-1": "0"}).status_code == 422
    assert client.post(url, said).status_code == 302
    response.refresh_from_db()
    assert (response.mode, response.recorded_by) == ("clinician", client.user)
    assert Observation.objects.get().value == 2


def test_the_chart_says_in_words_what_it_shows():
    from datetime import date

    points = [ScalePoint(date(2026, 1, 1), Decimal("6.0"))]
    bands = [ScaleBand(0, "minimal"), ScaleBand(5, "mild")]
    drawn = scale_chart(points, title="PEG", maximum=10, bands=bands)
    assert 'aria-label="PEG was 6 on 1 January 2026."' in drawn
    assert ">mild<" in drawn
    assert scale_chart([], title="PEG", maximum=10) == ""
