"""The dosing room in a real browser: three sizes, axe, typed text that survives a refresh."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse

from kap.accounts.models import User
from sessions import services
from sessions.tests.dosing_room import (
    MINUTE,
    NORMAL,
    NOW,
    DosingRoom,
    make_dosing_room,
    screen,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
SIZES = ((1180, 820), (390, 844), (1440, 900))


@pytest.fixture(autouse=True)
def _at_ten() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def room(transactional_db: None) -> DosingRoom:
    made = make_dosing_room()
    screen(made.episode, at=NOW - timedelta(days=5))
    return made


def enter(page: Any, live_server: Any, user: User) -> None:
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "url": live_server.url}]
    )


def look(page: Any, url: str, axe: Callable[[Any], None]) -> None:
    """At three sizes: nothing scrolls sideways, axe finds nothing."""
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.goto(url)
        page.wait_for_load_state("networkidle")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{wide} at {width}"
        axe(page)


def test_the_page_before_the_dose(
    page: Any, live_server: Any, axe: Callable[[Any], None], room: DosingRoom
) -> None:
    room.arrive()
    room.weigh()
    room.measure(
        NOW - 10 * MINUTE,
        systolic_mmhg=146,
        diastolic_mmhg=92,
        heart_rate_bpm=76,
        spo2_percent=98,
    )
    enter(page, live_server, room.prescriber)
    url = live_server.url + reverse("sessions:gate", args=[room.pk])
    look(page, url, axe)

    page.set_viewport_size({"width": 1180, "height": 820})
    page.select_option("#id_order_product", label="Ketamine 50 mg/mL, vial of 500 mg")
    page.fill("#id_order_mg_per_kg", "0.5")
    page.get_by_text("35 mg = 0.7 mL").wait_for()
    assert page.get_by_role("button", name="Give the dose").is_disabled()


def test_the_live_page_keeps_what_is_typed(
    page: Any, live_server: Any, axe: Callable[[Any], None], room: DosingRoom
) -> None:
    room.give(room.make_ready())
    enter(page, live_server, room.nurse)
    url = live_server.url + reverse("sessions:session_live", args=[room.pk])
    look(page, url, axe)

    page.set_viewport_size({"width": 1180, "height": 820})
    page.goto(url)
    page.fill("#id_v_systolic_mmhg", "142")
    page.fill("#id_say_text", "She was th")
    page.get_by_role("button", name="Nausea", exact=True).click()
    page.get_by_text("Nausea, grade 1").wait_for()
    assert page.input_value("#id_v_systolic_mmhg") == "142"
    assert page.input_value("#id_say_text") == "She was th"
    services.write_room_note(
        appointment_id=room.pk, text="From the other tablet", by=room.therapist, now=NOW
    )
    page.focus("#id_say_text")
    page.get_by_text("From the other tablet").wait_for(timeout=15_000)
    assert page.input_value("#id_say_text") == "She was th"
    assert page.evaluate("document.activeElement.id") == "id_say_text"
    page.keyboard.type("ere")
    page.keyboard.press("Enter")
    page.locator("#live-log").get_by_text("She was there").wait_for()
    assert page.input_value("#id_say_text") == ""
    page.get_by_role("button", name="Undo She was there").click()
    page.locator("#live-log").get_by_text("She was there").wait_for(state="detached")


def test_rooms_record_and_lists(
    page: Any, live_server: Any, axe: Callable[[Any], None], room: DosingRoom
) -> None:
    room.give(room.make_ready())
    services.record_vitals(
        appointment_id=room.pk, vitals=NORMAL, by=room.nurse, now=NOW + MINUTE
    )
    enter(page, live_server, room.nurse)
    patient = room.episode.patient_id
    for url in (
        reverse("sessions:live"),
        reverse("sessions:record", args=[room.pk]),
        reverse("sessions:of_patient", args=[patient]),
        reverse("sessions:escort", args=[room.pk]),
    ):
        look(page, live_server.url + url, axe)
