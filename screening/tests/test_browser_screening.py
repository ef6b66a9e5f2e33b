from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from kap.accounts.tests.factories import PASSWORD, PrescriberFactory
from kap.core import clock
from kap.patients import link_sessions, links
from kap.patients.enums import Phase
from kap.patients.tests.factories import EpisodeFactory
from kap.worklist.models import WorkItem
from screening import services
from screening.enums import ResponseMode
from screening.tests.factories import (
    ConsentFactory,
    PacketFactory,
    PreparationFactory,
    ResponseFactory,
    all_items,
    answered,
)

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=False)
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
SHOTS = os.environ.get("KAP_SHOTS", "")


def shot(page, name):
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def enter(page, live_server, purpose, row):
    """Inside a link session, as after the birth date."""
    now = clock.now()
    issued = links.issue_link(
        patient=row.patient, purpose=purpose, object_id=row.pk, by=None, now=now
    )
    secret = link_sessions.open_session(issued.link, now=now)
    answer = HttpResponse()
    links.start_session(answer, secret)
    page.set_viewport_size(PHONE)
    page.context.add_cookies(
        [
            {
                "name": links.COOKIE,
                "value": answer.cookies[links.COOKIE].value,
                "domain": "localhost",
                "path": links.COOKIE_PATH,
            }
        ]
    )


def sign_in(page, user):
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    page.set_viewport_size(DESK)
    page.context.add_cookies(
        [
            {
                "name": name,
                "value": client.cookies[name].value,
                "domain": "localhost",
                "path": "/",
            }
        ]
    )


def look(page, live_server, axe, path, name):
    page.goto(live_server.url + path)
    shot(page, name)
    axe(page)
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{path} is wider than its window by {wide} px"


@pytest.fixture
def home(live_server):
    """The server under the name that the cookies are for."""
    live_server.url  # noqa: B018
    return type("Home", (), {"url": live_server.url.replace("127.0.0.1", "localhost")})


def test_a_questionnaire_on_a_phone(page, home, axe):
    response = ResponseFactory.create()
    enter(page, home, "measures", response)
    look(page, home, axe, "/p/form/", "form-start")
    look(page, home, axe, "/p/form/4/", "form-item")
    services.submit_response(
        response_id=response.pk,
        answers=all_items("phq-9", phq9_9=1),
        mode=ResponseMode.LINK,
        by=None,
        now=clock.now(),
    )
    look(page, home, axe, "/p/form/done/", "form-done")


def test_the_clinics_pages(page, home, axe):
    user = PrescriberFactory.create().user
    episode = EpisodeFactory.create(phase=Phase.SCREENING, prescriber=user)
    now = clock.now() - timedelta(days=1)
    answered(episode, htn_dx=True, htn_steady_4_weeks=True, psychosis_history=None)
    PacketFactory.create(episode=episode, status="completed", completed_at=now)
    row = ResponseFactory.create(episode=episode)
    services.submit_response(
        response_id=row.pk,
        answers=all_items("phq-9", 2),
        mode=ResponseMode.LINK,
        by=None,
        now=now,
    )
    services.evaluate_eligibility(episode=episode, cause="review", by=user, now=now)
    ResponseFactory.create(episode=episode, instrument="gad-7")
    consent = ConsentFactory.create(episode=episode)
    record = PreparationFactory.create(episode=episode, written_by=user)
    alert = WorkItem.objects.get(kind="si-review")
    sign_in(page, user)
    base = f"/screening/{episode.pk}"
    for path, name in (
        ("/screening/", "reviews"),
        (f"{base}/", "review"),
        (f"{base}/vitals/", "vitals"),
        (f"{base}/medicines/", "staff-medicines"),
        (f"{base}/answers/psychosis_history/", "answer"),
        (f"{base}/answers/hcg_date/", "answer-date"),
        (f"{base}/forms/", "forms"),
        (f"{base}/preparation/", "preparations"),
        (f"/screening/preparations/{record.pk}/", "preparation"),
        (f"/screening/consents/{consent.pk}/", "consent"),
        (f"/screening/alerts/{alert.pk}/", "alert"),
        (f"/screening/patients/{episode.patient_id}/measures/", "measures"),
        (f"/patients/{episode.patient_id}/", "chart"),
    ):
        look(page, home, axe, path, f"staff-{name}")
    page.set_viewport_size(PHONE)
    look(page, home, axe, f"{base}/", "staff-review-390")
    look(page, home, axe, f"{base}/forms/", "staff-forms-390")
    page.set_viewport_size(DESK)
    page.goto(f"{home.url}{base}/")
    page.get_by_label("Not now").check()
    page.get_by_label("Reason for the record").fill("Answers are missing.")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Sign the decision").click()
    page.get_by_text("Answers are missing.").first.wait_for()
    axe(page)
