"""The interface kit in a real browser: axe in three themes, narrow screens, keys, forms."""

from __future__ import annotations

import re

import pytest

from kap.ui import navigation, palette

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = (390, 1180, 1440)


@pytest.fixture
def found(monkeypatch):
    """A palette that knows two people and one action."""
    hits = [
        palette.Hit(
            "1", "Juniper Testwell", "born 4 Mar 1985 · MRN 100 417", "/find/?one", "JT"
        ),
        palette.Hit(
            "2", "June Papercut", "born 30 Jan 1961 · MRN 100 298", "/find/?two", "JP"
        ),
    ]
    action = palette.PaletteAction("gallery", "See components", "palette", "ui:gallery")
    monkeypatch.setattr(palette, "_searches", {"Patients": lambda words, user: hits})
    monkeypatch.setattr(palette, "_actions", {"gallery": action})


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_gallery_has_no_axe_finding(inside, live_server, axe, user, theme):
    user.theme = theme
    user.save(update_fields=["theme"])
    inside.set_viewport_size({"width": 1440, "height": 900})
    inside.emulate_media(reduced_motion="reduce")

    inside.goto(live_server.url + "/ui/components/")

    axe(inside)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    "path", ["/ui/components/", "/find/", "/accounts/login/", "/nowhere/"]
)
def test_nothing_scrolls_sideways(inside, live_server, width, path):
    inside.set_viewport_size({"width": width, "height": 820})

    inside.goto(live_server.url + path)

    wide = inside.evaluate(
        "[document.documentElement, ...document.querySelectorAll('.k-main, .k-col')]"
        ".filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.className + ' ' + e.scrollWidth)"
    )
    assert wide == []


def test_the_palette_opens_with_a_slash_and_leads_to_what_is_chosen(
    inside, live_server, found
):
    inside.goto(live_server.url + "/find/")
    inside.locator("#main").focus()

    inside.keyboard.press("/")
    inside.get_by_role("combobox").type("jun")
    inside.wait_for_selector("#palette-list [data-hit='2']")
    inside.keyboard.press("ArrowDown")
    inside.keyboard.press("Enter")

    inside.wait_for_url(re.compile(r"/find/\?two$"))


def test_escape_closes_the_palette(inside, live_server, found):
    inside.goto(live_server.url + "/find/")

    inside.keyboard.press("Control+k")
    inside.wait_for_selector("#palette[open] [role='option']")
    inside.keyboard.press("Escape")

    assert inside.locator("#palette").is_visible() is False


def test_the_palette_has_no_axe_finding(inside, live_server, found, axe):
    inside.goto(live_server.url + "/find/")

    inside.keyboard.press("Control+k")
    inside.wait_for_selector("#palette[open] [role='option']")

    axe(inside)


def test_g_and_a_letter_go_to_a_place(inside, live_server, monkeypatch):
    item = navigation.NavItem("g", "Gallery", "palette", "ui:gallery", shortcut="x")
    monkeypatch.setattr(navigation, "_items", {"g": item})
    inside.goto(live_server.url + "/find/")
    inside.locator("#main").focus()

    inside.keyboard.press("g")
    inside.keyboard.press("x")

    inside.wait_for_url("**/ui/components/")


def test_letters_rest_while_a_field_has_the_focus(inside, live_server):
    inside.goto(live_server.url + "/find/")
    inside.locator("#find-q").focus()

    inside.keyboard.type("/?")

    assert inside.locator("#find-q").input_value() == "/?"
    assert inside.locator("dialog[open]").count() == 0


def test_the_question_mark_shows_the_keys(inside, live_server, axe):
    inside.goto(live_server.url + "/find/")
    inside.locator("#main").focus()

    inside.keyboard.press("?")

    inside.wait_for_selector("#shortcuts[open]")
    axe(inside)


def test_the_theme_changes_at_once_and_is_kept(inside, live_server, user):
    inside.goto(live_server.url + "/find/")

    inside.locator("[popovertarget='user-menu']").click()
    with inside.expect_response("**/ui/theme/") as answer:
        inside.locator("[data-theme-set='dark']").click()

    assert answer.value.status == 204
    assert inside.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    user.refresh_from_db()
    assert user.theme == "dark"


def test_on_a_phone_the_rail_is_a_menu_and_the_side_a_drawer(inside, live_server):
    inside.set_viewport_size({"width": 390, "height": 820})
    inside.goto(live_server.url + "/ui/components/")

    assert inside.locator("#rail").is_visible() is False
    inside.get_by_role("button", name="Menu", exact=True).click()
    assert inside.locator("#rail").is_visible() is True
    inside.keyboard.press("Escape")
    inside.get_by_role("button", name="Beside 2").click()
    assert inside.locator("#side").is_visible() is True


def test_focus_is_on_the_summary_of_a_refused_form(inside, live_server):
    inside.goto(live_server.url + "/ui/components/")

    assert inside.evaluate("document.activeElement.className").endswith("k-summary")


def test_a_clock_counts_on(inside, live_server):
    inside.goto(live_server.url + "/ui/components/")

    assert inside.locator("[data-since]").first.inner_text() == "0:50"


def test_a_plain_form_passes_the_forgery_check(inside, live_server, found):
    inside.goto(live_server.url + "/find/")

    inside.locator("#find-q").fill("jun")
    inside.get_by_role("button", name="Find", exact=True).click()

    inside.get_by_role("link", name="Juniper Testwell").wait_for()
