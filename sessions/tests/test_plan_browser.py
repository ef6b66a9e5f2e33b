"""Planner and protocol editor in a real browser: two sizes, axe, one visit put elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine

from kap.accounts.enums import Role
from kap.accounts.tests.factories import UserFactory
from sessions.models import Appointment, Protocol
from sessions.tests.factories import NOW, clear, make_clinic, make_episode
from sessions.tests.test_room_browser import enter

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture(autouse=True)
def _at_ten() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


def test_a_course_is_planned_around_a_visit_and_booked_and_a_protocol_is_written(
    transactional_db: None,
    live_server: Any,
    page: Any,
    axe: Callable[[Any], None],
) -> None:
    clinic = make_clinic()
    episode = make_episode(clinic.site)
    clear(episode, by=clinic.by)
    director = UserFactory.create(roles=[Role.MEDICAL_DIRECTOR])
    enter(page, live_server, director)

    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/sessions/plan/{episode.pk}/?row=dose-2")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 1180, "height": 820})
    axe(page)
    page.locator(".v-near a").last.click()
    page.get_by_text("Let go").wait_for()
    page.get_by_role("button", name="Book all 14").click()
    page.get_by_text("14 visits are booked.").wait_for()
    assert Appointment.objects.count() == 14

    protocol = Protocol.objects.get(code="standard_4")
    page.goto(f"{live_server.url}/sessions/protocols/{protocol.pk}/")
    axe(page)
    page.get_by_role("button", name="Write the next edition").click()
    page.locator("input[name=s1-minutes]").fill("2 h 30 min")
    axe(page)
    page.get_by_label("What is new, and why").fill("Longer visits.")
    page.get_by_role("button", name="Publish this edition").click()
    page.get_by_text("Edition 2 is published.").wait_for()
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
