from __future__ import annotations

import pytest

from screening.enums import PacketSection, PacketStatus
from screening.questions import by_field, screens
from screening.tests.factories import PacketFactory
from screening.tests.test_browser_screening import enter, home, look, shot

__all__ = ["home"]

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=False)
PART = {section: number for number, section in enumerate(PacketSection, start=1)}
SHORT = ("identity", "people", "contact", "nerves", "ketamine", "medications", "gad-7")


def at(field):
    section = by_field(field).section
    fields = [screen.fields for screen in screens(section)]
    (number,) = [place for place, one in enumerate(fields, start=1) if field in one]
    return f"{PART[section]}/{number}/"


def test_each_kind_of_screen_on_a_phone(page, home, axe):
    packet = PacketFactory.create()
    packet.drafts = {"nerves": {"seizure_dx": False}}
    packet.save()
    enter(page, home, "packet", packet)
    for path, name in (
        ("", "packet"),
        (f"{PART[PacketSection.PEOPLE]}/", "people"),
        (f"{PART[PacketSection.CONTACT]}/", "contact"),
        (at("reasons"), "many"),
        (at("main_reason"), "text"),
        (at("pharmacy"), "texts"),
        (at("weight_said_kg"), "size"),
        (at("mi_date"), "date"),
        (at("aneurysm"), "group"),
        (f"{PART[PacketSection.MEDICATIONS]}/2/", "allergies"),
        (f"{PART[PacketSection.PHQ9]}/9/help/", "help"),
        ("later/", "later"),
    ):
        look(page, home, axe, f"/p/forms/{path}", f"pt-{name}")
    for path, name in (("/kiosk/", "kiosk"), ("/kiosk/?over=1", "kiosk-over")):
        look(page, home, axe, path, f"pt-{name}")
    page.goto(f"{home.url}/p/forms/{at('weight_said_kg')}")
    page.get_by_role("button", name="Next").click()
    page.get_by_text("Write a number, or tick").first.wait_for()
    shot(page, "pt-refused")
    axe(page)
    targets = page.locator("main a:visible, main button:visible, .k-answer")
    heights = [
        targets.nth(number).bounding_box()["height"]
        for number in range(targets.count())
    ]
    assert min(heights) >= 44


def test_a_whole_packet_with_the_keyboard_alone(page, home, axe):
    packet = PacketFactory.create(sections=SHORT)
    enter(page, home, "packet", packet)
    page.goto(f"{home.url}/p/forms/")
    seen = set()
    for _ in range(60):
        kind = _kind_of_page(page)
        if kind == "done":
            break
        if kind not in seen and kind in {"review", "summary"}:
            shot(page, f"pt-{kind}")
            axe(page)
        seen.add(kind)
        with page.expect_navigation():
            _by_keyboard(page, kind)
    packet.refresh_from_db()
    assert packet.status == PacketStatus.COMPLETED
    assert {"review", "summary", "question", "item"} <= seen
    axe(page)


def _kind_of_page(page):
    path = page.evaluate("location.pathname")
    if path.endswith("/review/"):
        return "review"
    for end in ("summary", "done"):
        if path.endswith(f"/{end}/"):
            return end
    if path == "/p/forms/":
        return "overview"
    heading = page.locator("h1").first.inner_text()
    known = {
        "Is this right?": "identity",
        "Whom may we call?": "people",
        "How may we write or call?": "contact",
        "What do you take?": "medicines",
        "Is there anything you do not tolerate?": "allergies",
    }
    is_item = page.locator("[name=answer]").count()
    return known.get(heading, "item" if is_item else "question")


def _by_keyboard(page, kind):
    if kind == "people":
        for name in ("emergency_none", "escort_none"):
            page.locator(f"[name={name}]").focus()
            page.keyboard.press("Space")
    elif kind == "summary":
        page.locator("[name=is_mine]").focus()
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.type("Ada Reed")
    elif kind in {"question", "item"}:
        _answers(page)
    if kind == "medicines":
        _press(page, page.get_by_role("button", name="I take nothing"))
    elif kind == "allergies":
        _press(page, page.get_by_role("button", name="I have no known allergies"))
    else:
        _press(page, page.locator(".k-pt-foot .btn-primary"))


def _answers(page):
    """The second answer of each group, by its arrow key; a number where one is asked."""
    names = page.eval_on_selector_all(
        "#answer input:not([type=hidden])",
        "(all) => [...new Set(all.filter((one) => one.type !== 'date').map((one) => one.name))]",
    )
    for name in names:
        field = page.locator(f"#answer [name={name}]").first
        field.focus()
        sort = field.get_attribute("type")
        if sort == "radio":
            page.keyboard.press("Space")
            if not name.endswith("_date"):
                page.keyboard.press("ArrowDown")
        elif sort == "checkbox" and not name.endswith("_unsure"):
            page.locator(f"#answer [name={name}][value=none]").focus()
            page.keyboard.press("Space")
        elif sort == "text":
            page.keyboard.type("2")


def _press(page, button):
    button.focus()
    page.keyboard.press("Enter")


def test_medicines_are_added_with_the_keyboard(page, home, axe):
    packet = PacketFactory.create()
    enter(page, home, "packet", packet)
    page.goto(f"{home.url}/p/forms/{PART[PacketSection.MEDICATIONS]}/1/")
    page.get_by_label("Name, as on the box").fill("Lisinopril")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Remove Lisinopril").wait_for()
    shot(page, "pt-medicines-one")
    axe(page)
