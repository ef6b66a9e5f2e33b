from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.http import HttpResponse
from django.template import engines
from django.test import Client
from django.urls import path

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
from kap.urls import urlpatterns as every_address

PAGE = """{% extends "base_patient.html" %}{% block title %}Try{% endblock %}
{% block main %}<h1>Try</h1>{% include "patients/_session.html" %}{% endblock %}"""


@links.patient_link("try")
def try_page(request):
    return HttpResponse(engines["django"].from_string(PAGE).render({}, request))


urlpatterns = [path("p/try/", try_page, name="try_page"), *every_address]

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
    patient = EpisodeFactory.create(
        patient__given_name="Clementine",
        patient__family_name="Sample",
        patient__birth_date=date(1973, 11, 9),
        phase=Phase.DOSING,
    ).patient
    RelatedPersonFactory.create(patient=patient)
    return patient


@pytest.mark.parametrize("width", [390, 1180, 1440])
def test_every_page_is_free_of_axe_findings_and_fits_its_screen(width, staff_page, axe):
    patient = one_of_everything()
    staff_page.set_viewport_size({"width": width, "height": 900})
    chart = f"/patients/{patient.pk}/"

    for where in (
        "/patients/",
        "/patients/new/",
        chart,
        f"{chart}contact/",
        f"{chart}details/",
        f"{chart}phase/",
        f"{chart}team/",
    ):
        staff_page.goto(staff_page.base + where)
        axe(staff_page)
        assert _sideways(staff_page) <= 0, where


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


@pytest.fixture
def at_the_link(page, live_server, monkeypatch, settings):
    """A phone that has just opened a link."""
    settings.ROOT_URLCONF = __name__
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
    page.clock.install()
    page.goto(live_server.url + issued.url.removeprefix(django_settings.PUBLIC_URL))
    return page


def give_birth_date(page, day: str) -> None:
    page.get_by_label("Month").select_option("November")
    page.get_by_label("Day").fill(day)
    page.get_by_label("Year").fill("1973")
    page.get_by_role("button", name="Go on").click()


def test_a_patient_comes_in_by_link_and_birth_date(at_the_link, axe):
    axe(at_the_link)
    give_birth_date(at_the_link, "8")
    at_the_link.get_by_text(
        "This birth date does not fit. 4 tries are left."
    ).wait_for()
    assert "Clementine" not in at_the_link.content()
    axe(at_the_link)
    seen: list[str] = []
    at_the_link.on(
        "request", lambda request: seen.append(request.headers.get("referer", ""))
    )

    give_birth_date(at_the_link, "9")
    at_the_link.wait_for_url("**/p/try/")

    assert [referer for referer in seen if "/l/" in referer] == []
    assert _sideways(at_the_link) <= 0


def test_a_patient_is_warned_before_the_page_closes_and_may_leave(at_the_link, axe):
    give_birth_date(at_the_link, "9")
    at_the_link.get_by_role("button", name="Close this page").wait_for()
    axe(at_the_link)
    assert not at_the_link.get_by_text("This page closes in two minutes").is_visible()

    at_the_link.clock.fast_forward("28:30")
    with at_the_link.expect_response("**/p/stay/") as answer:
        at_the_link.get_by_role("button", name="I am still here").click()
    at_the_link.get_by_role("button", name="Close this page").click()
    at_the_link.get_by_role("heading", name="You can close this page").wait_for()

    assert answer.value.status == 200
    axe(at_the_link)


def test_a_dead_link_is_kind_on_a_phone(page, live_server, axe):
    page.set_viewport_size({"width": 390, "height": 844})

    page.goto(live_server.url + "/l/not-a-link/")

    axe(page)
    assert _sideways(page) <= 0
