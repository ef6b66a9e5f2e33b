from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from kap.patients import links
from kap.patients.models import SecureLink
from kap.patients.tests.factories import EpisodeFactory, PatientFactory
from kap.worklist.models import WorkItem
from screening import services
from screening.enums import ResponseMode, ResponseStatus
from screening.models import EligibilityEvaluation, Observation
from screening.tests.factories import ResponseFactory, all_items, answered

pytestmark = pytest.mark.django_db


@pytest.fixture
def response(db):
    return ResponseFactory.create()


@pytest.fixture
def client(behind_link, response):
    return behind_link("measures", response)


def answer_all(client, *, total=10, **changes):
    """Answer each item 0 unless changed: ``n9="2"``, ``n9=None`` skips."""
    for number in range(1, total + 1):
        value = changes.get(f"n{number}", "0")
        sent = {"skip": "1"} if value is None else {"answer": value}
        page = client.post(f"/p/form/{number}/", sent)
        assert page.status_code == 302
        if page.url.endswith("/help/"):
            page = client.post(page.url)
    return page


def test_one_question_a_screen_with_its_place_and_the_official_words(client):
    page = client.get("/p/form/4/").content.decode()
    assert "4 of 10" in page
    assert "Feeling tired or having little energy" in page
    assert "Over the last 2 weeks" in page
    assert "ketamine" not in page.lower()


def test_the_last_screen_carries_the_licence(client):
    assert "No permission required" in client.get("/p/form/10/").content.decode()


def test_answers_are_kept_one_by_one_and_the_form_resumes(client, response):
    client.post("/p/form/1/", {"answer": "2"})
    response.refresh_from_db()
    assert response.answers == {"phq9-1": 2}
    assert client.get("/p/form/").url == "/p/form/2/"
    assert "checked" in client.get("/p/form/1/").content.decode()
    assert "1 of 10 questions" in client.get("/p/form/later/").content.decode()


def test_all_items_give_a_total_and_a_thank_you(client, response):
    page = answer_all(client, n1="3", n2="3")
    assert page.url == "/p/form/done/"
    response.refresh_from_db()
    assert response.status == ResponseStatus.COMPLETED
    assert response.mode == ResponseMode.LINK
    assert Observation.objects.get().value == 6
    assert "Thank you" in client.get("/p/form/done/").content.decode()
    assert client.get("/p/form/3/").url == "/p/form/done/"
    assert client.get("/p/form/").url == "/p/form/done/"


@pytest.mark.parametrize(
    ("value", "minutes"), [("1", 240), ("2", 120), ("3", 30), (None, 120)]
)
def test_item_nine_tells_staff_at_once_and_shows_whom_to_call(
    client, response, now, value, minutes
):
    for number in range(1, 9):
        client.post(f"/p/form/{number}/", {"answer": "0"})
    sent = {"skip": "1"} if value is None else {"answer": value}
    page = client.post("/p/form/9/", sent)
    assert page.url == "/p/form/9/help/"
    item = WorkItem.objects.get(kind="si-review")
    assert item.is_urgent
    assert item.due_at == now + timedelta(minutes=minutes)
    text = client.get(page.url).content.decode()
    assert "988" in text
    assert "911" in text
    assert "today" in text
    assert client.post(page.url).url == "/p/form/10/"
    client.post("/p/form/10/", {"answer": "0"})
    assert WorkItem.objects.filter(kind="si-review").count() == 1
    assert "988" in client.get("/p/form/done/").content.decode()


def test_item_nine_at_zero_calls_nobody(client):
    answer_all(client)
    assert not WorkItem.objects.exists()


def test_a_question_jumped_over_is_asked_before_the_end(client):
    page = client.post("/p/form/10/", {"answer": "0"})
    assert page.url == "/p/form/1/"


@pytest.mark.parametrize(
    "sent", [{}, {"answer": "7"}, {"answer": "x"}, {"answer": "-1"}]
)
def test_an_answer_that_is_not_offered_is_refused(client, sent):
    page = client.post("/p/form/1/", sent)
    assert page.status_code == 422
    assert "Choose" in page.content.decode()


def test_without_a_link_session_the_page_is_closed(db):
    page = Client().get("/p/form/")
    assert page.status_code == 403
    assert "This page has closed" in page.content.decode()


def test_a_link_for_something_else_opens_nothing(behind_link, response):
    client = behind_link("packet", response)
    assert client.get("/p/form/").status_code == 403
    assert client.get("/p/forms/").status_code == 403
    assert client.get("/p/read/").status_code == 403


def test_a_link_to_another_patients_form_opens_nothing(behind_link, response, now):
    other = PatientFactory.create()
    row = type("Row", (), {"patient": other, "pk": response.pk})
    client = behind_link("measures", row)
    for path in ("/p/form/", "/p/form/1/", "/p/form/done/", "/p/form/later/"):
        assert client.get(path).status_code == 403


def test_an_expired_link_is_not_valid(response, now, freeze):
    clock = freeze(now)
    issued = links.issue_link(
        patient=response.patient,
        purpose="measures",
        object_id=response.pk,
        by=None,
        now=now,
    )
    clock.shift(timedelta(days=15))
    path = issued.url.removeprefix("http://localhost:8000")
    assert Client().get(path).status_code in (404, 410, 403)
    assert SecureLink.objects.get().use_count == 0


def test_a_form_sent_in_twice_is_refused(response, now):
    args = {
        "answers": all_items("phq-9"),
        "mode": ResponseMode.LINK,
        "by": None,
        "now": now,
    }
    services.submit_response(response_id=response.pk, **args)
    with pytest.raises(services.AlreadyAnswered):
        services.submit_response(response_id=response.pk, **args)
    with pytest.raises(services.AlreadyAnswered):
        services.keep_answer(
            response_id=response.pk, link_id="phq9-1", value=1, now=now
        )


def test_a_new_score_runs_the_rules_again(now, django_capture_on_commit_callbacks):
    episode = EpisodeFactory.create()
    answered(episode)
    response = ResponseFactory.create(episode=episode)
    with django_capture_on_commit_callbacks(execute=True):
        services.submit_response(
            response_id=response.pk,
            answers=all_items("phq-9", 1),
            mode=ResponseMode.LINK,
            by=None,
            now=now,
        )
    evaluation = EligibilityEvaluation.objects.get()
    assert evaluation.cause == "measure"
    assert evaluation.inputs["phq9_baseline"] == 9
    assert evaluation.inputs["phq9_item9"] == 1


def test_the_clinics_tablet_is_written_down_as_such(behind_link, response):
    from kap.accounts.tests.factories import UserFactory

    client = behind_link("measures", response, handed_over_by=UserFactory.create())
    answer_all(client)
    response.refresh_from_db()
    assert response.mode == ResponseMode.TABLET


def test_an_answer_that_grows_graver_calls_again_with_its_own_time(client):
    client.post("/p/form/9/", {"answer": "1"})
    client.post("/p/form/9/", {"answer": "3"})
    assert WorkItem.objects.filter(kind="si-review").count() == 2
