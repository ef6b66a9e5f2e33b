"""What the small scripts do around forms, requests, boards and the pad."""

from __future__ import annotations

import json

import pytest

from kap.testing.tests import try_urls
from kap.ui.tests.conftest import inside, user

__all__ = ["inside", "user"]

pytestmark = [pytest.mark.browser, pytest.mark.urls("kap.testing.tests.try_urls")]


@pytest.fixture
def tab(inside, live_server):
    try_urls.seen.clear()
    inside.goto(live_server.url + "/try/")
    return inside


def asks(tab) -> list[str]:
    """What the browser asked before leaving; each is answered with yes."""
    asked: list[str] = []

    def answer(dialog):
        asked.append(dialog.type)
        dialog.accept()

    tab.on("dialog", answer)
    return asked


@pytest.mark.parametrize("shell", ["phone", "room", "door"])
@pytest.mark.parametrize("width", [390, 1180, 1440])
def test_every_shell_is_free_of_axe_findings(tab, live_server, axe, shell, width):
    tab.set_viewport_size({"width": width, "height": 844})

    tab.goto(f"{live_server.url}/try/{shell}/")

    axe(tab)
    assert tab.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )


def test_help_is_one_press_away_on_the_phone(tab, live_server, axe):
    tab.set_viewport_size({"width": 390, "height": 844})
    tab.goto(live_server.url + "/try/phone/")

    tab.get_by_role("button", name="Get help").click()

    assert tab.get_by_role("link", name="988").is_visible()
    assert tab.get_by_role("link", name="911").is_visible()
    axe(tab)


def test_a_doubled_press_sends_the_form_once(tab):
    tab.locator("#w").fill("one")

    tab.evaluate(
        "const b = document.querySelector('#plain button'); b.click(); b.click();"
    )
    tab.locator("[data-toast]").wait_for()

    assert try_urls.seen == ["one"]


def test_a_saved_form_says_so_in_a_toast_that_can_be_closed(tab):
    tab.locator("#w").fill("one")
    tab.get_by_role("button", name="Save it").click()

    toast = tab.locator("[data-toast]")
    toast.wait_for()
    assert toast.inner_text().strip() == "Saved."
    tab.locator("[data-toast-close]").click()
    assert tab.locator("[data-toast]").count() == 0


def test_control_enter_saves(tab):
    tab.locator("#w").fill("two")

    tab.keyboard.press("Control+Enter")
    tab.locator("[data-toast]").wait_for()

    assert try_urls.seen == ["two"]


def test_leaving_with_typed_text_asks_first(tab, live_server):
    asked = asks(tab)
    tab.locator("#w").click()
    tab.keyboard.type("not saved")

    tab.goto(live_server.url + "/find/")

    assert asked == ["beforeunload"]


def test_leaving_without_typed_text_does_not_ask(tab, live_server):
    asked = asks(tab)

    tab.goto(live_server.url + "/find/")

    assert asked == []


def test_a_refused_part_comes_back_with_its_text_and_the_focus_on_the_summary(tab):
    tab.get_by_label("Weight").fill("700")
    tab.get_by_role("button", name="Weigh").click()

    tab.locator(".k-summary").wait_for()
    assert tab.locator("#id_kg").input_value() == "700"
    assert tab.evaluate("document.activeElement.matches('.k-summary')")


def test_a_part_that_is_taken_replaces_the_form(tab):
    tab.get_by_label("Weight").fill("70")
    tab.get_by_role("button", name="Weigh").click()

    tab.get_by_text("Weighed.").wait_for()


def test_a_refusal_is_read_on_the_page_and_nothing_is_replaced(tab):
    tab.get_by_role("button", name="Closed").click()

    alert = tab.get_by_role("alert")
    alert.wait_for()
    assert "Only prescribers sign orders. Code " in alert.inner_text()
    assert tab.get_by_label("Weight").is_visible()


def test_a_failure_keeps_what_was_typed_and_says_so(tab):
    tab.locator("#w").fill("kept")

    tab.get_by_role("button", name="Broken").click()

    tab.get_by_text("What you have typed is still here.").wait_for()
    assert tab.locator("#w").input_value() == "kept"


def test_a_board_is_one_tab_stop_with_arrow_keys(tab):
    assert tab.locator("#a").get_attribute("tabindex") == "0"
    assert tab.locator("#b").get_attribute("tabindex") == "-1"

    tab.locator("#a").focus()
    tab.keyboard.press("ArrowRight")

    assert tab.evaluate("document.activeElement.id") == "b"
    assert tab.locator("#a").get_attribute("tabindex") == "-1"


def test_j_and_k_walk_the_items(tab):
    tab.locator("#main").focus()

    tab.keyboard.press("j")
    tab.keyboard.press("j")
    assert tab.evaluate("document.activeElement.textContent") == "two"
    tab.keyboard.press("k")

    assert tab.evaluate("document.activeElement.textContent") == "one"


def test_a_letter_presses_what_bears_it(tab):
    tab.locator("#main").focus()

    tab.keyboard.press("b")

    tab.wait_for_url("**/find/")


def test_letters_that_are_switched_off_do_nothing(tab, user):
    user.shortcuts_enabled = False
    user.save(update_fields=["shortcuts_enabled"])
    tab.reload()
    tab.locator("#main").focus()

    tab.keyboard.press("b")
    tab.keyboard.press("/")

    assert tab.url.endswith("/try/")
    assert tab.locator("dialog[open]").count() == 0


def test_a_signature_travels_as_points_and_as_a_drawing(tab):
    canvas = tab.locator("[data-pad] canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    tab.mouse.move(box["x"] + 40, box["y"] + 60)
    tab.mouse.down()
    tab.mouse.move(box["x"] + 120, box["y"] + 30, steps=6)
    tab.mouse.move(box["x"] + 200, box["y"] + 80, steps=6)
    tab.mouse.up()

    strokes = json.loads(tab.locator("[data-pad-points]").input_value())
    assert len(strokes) == 1
    assert len(strokes[0]) > 3
    assert tab.locator("[data-pad-svg]").input_value().startswith("<svg")

    tab.locator("[data-pad-clear]").click()
    assert tab.locator("[data-pad-points]").input_value() == ""
