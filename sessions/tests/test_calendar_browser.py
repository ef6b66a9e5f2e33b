"""The calendar in a real browser: dragged by mouse, moved by keys, taken back, a list on a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from kap.accounts.models import User
from sessions.models import Appointment, PinnedVisit
from sessions.tests.factories import (
    NOW,
    TOMORROW_AT_10,
    Clinic,
    make_clinic,
    make_episode,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
DAY = "/sessions/calendar/?span=day&by=rooms&day=2026-11-24"


@pytest.fixture(autouse=True)
def _at_ten() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def clinic(transactional_db: None) -> Clinic:
    return make_clinic()


def enter(page: Any, live_server: Any, user: User) -> None:
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "url": live_server.url}]
    )


def starts(visit: Appointment) -> str:
    visit.refresh_from_db()
    return f"{visit.starts_at.astimezone(visit.site.zone):%H:%M}"


def grab(page: Any, block: Any) -> tuple[float, float]:
    """Lift a block and wait until it is known where it cannot go; where it was held."""
    box = block.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + 8
    page.mouse.move(x, y)
    page.mouse.down()
    with page.expect_response("**/refusals/**"):
        page.mouse.move(x + 3, y + 9, steps=3)
    page.locator("[data-no]").first.wait_for(state="attached")
    return x, y


def test_a_visit_is_dragged_asked_about_moved_and_taken_back(
    page: Any, live_server: Any, axe: Callable[[Any], None], clinic: Clinic
) -> None:
    episode = make_episode(clinic.site, given_name="Ana", family_name="Bell")
    visit = clinic.book(episode=episode)
    other = clinic.book(
        TOMORROW_AT_10.replace(hour=19),
        therapist=clinic.therapists[1],
        prescriber=clinic.prescribers[1],
    )
    enter(page, live_server, clinic.by)
    page.goto(live_server.url + DAY)
    page.wait_for_load_state("networkidle")
    axe(page)
    block = page.locator(f"#v{visit.pk}-{clinic.rooms[0].pk}")
    hour = page.locator(".c-cell-day").first.bounding_box()["height"] / 10

    x, _ = grab(page, block)
    taken = page.locator(f"#v{other.pk}-{clinic.rooms[0].pk}").bounding_box()
    page.mouse.move(x, taken["y"] + 8, steps=3)
    assert "cannot go there: Cedar is taken" in page.locator(".c-hint").inner_text()
    page.mouse.up()
    page.get_by_text("It stays where it was. Cedar is taken.").first.wait_for()
    assert starts(visit) == "10:00"

    x, y = grab(page, block)
    page.mouse.move(x, y + 2 * hour, steps=4)
    assert "fits" in page.locator(".c-hint").inner_text()
    page.mouse.up()
    page.get_by_role("heading", name="Move Ana’s visit to Tue 24 Nov 12:00").wait_for()
    axe(page)
    page.get_by_label("Do not tell the patient").check()
    page.get_by_role("button", name="Move the visit").click()
    undo = page.get_by_role("button", name="Undo")
    undo.wait_for()
    assert starts(visit) == "12:00"

    undo.click()
    page.get_by_text("Taken back.").first.wait_for()
    assert starts(visit) == "10:00"


def test_keys_move_park_and_open_a_visit_and_anothers_change_is_seen(
    page: Any, live_server: Any, axe: Callable[[Any], None], clinic: Clinic
) -> None:
    visit = clinic.book()
    enter(page, live_server, clinic.by)
    page.goto(live_server.url + "/sessions/calendar/?day=2026-11-24")
    page.wait_for_load_state("networkidle")
    axe(page)
    block = page.locator(f"#v{visit.pk}-{clinic.rooms[0].pk}")
    block.focus()
    with page.expect_response("**/refusals/**"):
        page.keyboard.press("m")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.locator(".c-hint", has_text="Willow, Tue 24 Nov 11:00").wait_for()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Move the visit").wait_for()
    page.get_by_text("Room: Willow").wait_for()
    page.get_by_role("button", name="Move the visit").click()
    page.locator(f"#v{visit.pk}-{clinic.rooms[1].pk}").wait_for()
    assert starts(visit) == "11:00"

    page.locator(f"#v{visit.pk}-{clinic.rooms[1].pk}").click()
    page.get_by_role("link", name="Move to…").wait_for()
    axe(page)
    page.keyboard.press("Escape")
    page.locator(f"#v{visit.pk}-{clinic.rooms[1].pk}").focus()
    page.keyboard.press("p")
    page.locator("[data-pin]").wait_for()
    assert PinnedVisit.objects.waiting().count() == 1

    new = clinic.book()
    page.locator(f"#v{new.pk}-{clinic.rooms[0].pk}").wait_for(timeout=15_000)


def test_on_a_phone_it_is_a_list_by_hour(
    page: Any, live_server: Any, axe: Callable[[Any], None], clinic: Clinic
) -> None:
    clinic.book()
    enter(page, live_server, clinic.by)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(live_server.url + "/sessions/calendar/?day=2026-11-24")
    page.get_by_role("heading", name="10:00").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    axe(page)
