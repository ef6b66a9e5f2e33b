from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.test import Client

from kap.accounts.tests.factories import UserFactory
from kap.core import clock
from kap.patients import links
from kap.patients.enums import Phase
from kap.patients.models import Patient, PatientDistinction
from kap.patients.tests.factories import (
    EpisodeFactory,
    PatientFactory,
    RelatedPersonFactory,
    the_site,
)
from kap.worklist.tests.factories import WorkItemFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def staff_page(page, live_server):
    """The tablet, with a therapist signed in."""
    the_site()
    user, client = UserFactory.create(therapist=True), Client()
    client.force_login(user)
    name = django_settings.SESSION_COOKIE_NAME
    cookie = {"name": name, "value": client.cookies[name].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    page.base = live_server.url
    return page


def one_of_everything() -> Patient:
    now = clock.now()
    patient = EpisodeFactory.create(
        patient__given_name="Clementine",
        patient__family_name="Sample",
        patient__birth_date=date(1973, 11, 9),
        phase=Phase.DOSING,
    ).patient
    RelatedPersonFactory.create(patient=patient)
    WorkItemFactory.create(
        patient=patient, role="therapist", created_at=now - timedelta(hours=2)
    )
    WorkItemFactory.create(
        patient=patient, role="therapist", created_at=now, is_urgent=True
    )
    return patient


@pytest.mark.parametrize("width", [390, 1180, 1440])
def test_every_page_is_free_of_axe_findings_and_fits_its_screen(width, staff_page, axe):
    patient = one_of_everything()
    staff_page.set_viewport_size({"width": width, "height": 900})
    chart = f"/patients/{patient.pk}/"

    for path in (
        "/patients/",
        "/patients/new/",
        chart,
        f"{chart}contact/",
        f"{chart}details/",
        f"{chart}phase/",
        f"{chart}team/",
        "/work/",
    ):
        staff_page.goto(staff_page.base + path)
        axe(staff_page)
        assert _sideways(staff_page) <= 0, path


def _sideways(page) -> int:
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


def test_somebody_is_found_from_the_keyboard(staff_page, axe):
    one_of_everything()
    PatientFactory.create(family_name="Other")
    staff_page.goto(staff_page.base + "/patients/")

    staff_page.keyboard.type("clementine 9 nov 1973")
    staff_page.get_by_role("group", name="Patients found").wait_for()

    assert staff_page.locator("tbody tr").count() == 1
    assert "1973" not in staff_page.url
    axe(staff_page)
    staff_page.locator("#find").fill("clementin sampel")
    staff_page.get_by_text("Close to what you typed:").wait_for()
    axe(staff_page)


def test_a_match_shows_while_typing_and_a_different_person_is_registered(
    staff_page, axe
):
    here = one_of_everything()
    staff_page.goto(staff_page.base + "/patients/new/")

    staff_page.get_by_label("First name").fill("Clementina")
    staff_page.get_by_label("Last name").fill("Sampel")
    staff_page.get_by_label("Birth date").fill("1973-11-09")
    staff_page.get_by_text("Answer first whether this is").wait_for()
    axe(staff_page)
    assert staff_page.get_by_role("button", name="Register", exact=True).is_disabled()
    staff_page.get_by_role("button", name="Compare").click()
    staff_page.get_by_label("Different person, because").select_option(
        "Twin or sibling"
    )
    staff_page.get_by_role("button", name="Register as a different person").click()
    staff_page.get_by_role("heading", name="Clementina Sampel").wait_for()

    assert PatientDistinction.objects.get().other == here


def test_a_patient_comes_in_by_link_and_birth_date(
    page, live_server, axe, monkeypatch, settings
):
    settings.ROOT_URLCONF = "kap.patients.tests.test_links"
    kind = links.LinkPurpose("try", "Try", "try_page")
    monkeypatch.setattr(links, "_purposes", {"try": kind})
    issued = links.issue_link(
        patient=one_of_everything(),
        purpose="try",
        object_id=uuid4(),
        by=None,
        now=clock.now(),
    )
    page.set_viewport_size({"width": 390, "height": 844})

    page.goto(live_server.url + issued.url.removeprefix(settings.PUBLIC_URL))
    axe(page)
    page.get_by_label("Month").select_option("November")
    page.get_by_label("Day").fill("8")
    page.get_by_label("Year").fill("1973")
    page.get_by_role("button", name="Go on").click()
    page.get_by_text("This birth date does not fit. 4 tries are left.").wait_for()

    assert "Clementine" not in page.content()
    axe(page)
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.headers.get("referer", "")))
    page.get_by_label("Day").fill("9")
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/p/try/")
    assert [referer for referer in seen if "/l/" in referer] == []
    page.goto(live_server.url + "/l/not-a-link/")
    axe(page)
    assert _sideways(page) <= 0
