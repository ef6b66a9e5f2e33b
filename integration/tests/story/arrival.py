"""Scene 1: a patient is registered, and fills in the packet on a phone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from django.conf import settings

from integration.tests.story.stage import Stage
from kap.accounts.enums import Role
from kap.demo.clinic import PASSWORD
from kap.notifications.models import DemoMessage
from kap.patients.models import Patient
from screening.instruments import load
from screening.questions import QUESTIONS, Kind, Question

if TYPE_CHECKING:
    from playwright.sync_api import Page

GIVEN, FAMILY = "Juniper", "Inkwell"
BORN = ("July", "9", "1984")
EMAIL, PHONE_NUMBER = "juniper@mail.example", "(212) 555-0142"
ESCORT = "Rowan Inkwell"
HOW_OFTEN: Final = {
    "phq-9": (2, 2, 2, 3, 1, 2, 2, 1, 0),
    "gad-7": (2, 2, 1, 2, 1, 1, 1),
}
"""Answers to the two questionnaires before treatment: totals 15 and 10."""
SAID: Final = {
    "ketamine_reaction": "never_had",
    "escort_available": "yes",
    "reasons": "trd",
    "treatments_tried": "Sertraline helped a little.",
}
"""Everything else is answered as a healthy person does."""
CALM: Final = {
    Kind.YES_NO: "no",
    Kind.MANY: "none",
    Kind.DATE_OR_NEVER: "never",
    Kind.WEIGHT: "154",
    Kind.HEIGHT: "5",
    Kind.NUMBER: "0",
}


def front_desk_signs_in_by_keyboard(stage: Stage) -> Page:
    page = stage.screen({"width": 1180, "height": 820})
    page.goto(f"{stage.root}/accounts/login/")
    stage.look(page, "sign-in")
    tab_to(page, "Work email")
    page.keyboard.type("front.desk@demo.example")
    tab_to(page, "Password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/accounts/login/" not in url)
    stage.seat(Role.FRONT_DESK, page)
    return page


def tab_to(page: Page, name: str, *, at_most: int = 60) -> None:
    """Press Tab until the element with this label or text has the focus."""
    for _ in range(at_most):
        if _focused(page).startswith(name):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {name!r}; focus is on {_focused(page)!r}")


def _focused(page: Page) -> str:
    return str(
        page.evaluate(
            "(() => { const e = document.activeElement; if (!e) return '';"
            " const l = e.labels && e.labels[0];"
            " return (l || e).textContent.trim() || e.getAttribute('aria-label') || ''; })()"
        )
    )


def registers(stage: Stage) -> Patient:
    """Typed in, with an escort, consent by channel, and the packet sent at once."""
    page = stage.at(Role.FRONT_DESK)
    page.goto(f"{stage.root}/patients/")
    stage.look(page, "patients-none")
    page.goto(f"{stage.root}/patients/new/")
    for label, text in (
        ("First name", GIVEN),
        ("Last name", FAMILY),
        ("Birth date", "1984-07-09"),
        ("Mobile", PHONE_NUMBER),
        ("E-mail", EMAIL),
    ):
        page.get_by_label(re.compile(f"^{label}")).first.fill(text)
    page.get_by_label("Sex for clinical use").select_option("Female")
    for box in page.locator(".k-perm input[type=checkbox]").all():
        box.check()
    page.locator("[name=escort_name]").fill(ESCORT)
    page.locator("[name=escort_relationship]").fill("Spouse")
    page.locator("[name=escort_phone]").fill("(212) 555-0177")
    page.get_by_label("Send the intake packet").check()
    stage.look(page, "register")
    page.get_by_role("button", name="Register", exact=True).click()
    page.get_by_role("heading", name=f"{GIVEN} {FAMILY}").first.wait_for()
    stage.look(page, "chart-new")
    return Patient.objects.get(family_name=FAMILY)


def link_in_letter(stage: Stage, kind: str) -> str:
    """Wait for the letter of this kind in the demo mailbox; gives the link in it."""
    letters = DemoMessage.objects.filter(recipient=EMAIL, communication__kind=kind)
    stage.wait_until(letters.exists, f"A letter of the kind {kind}")
    body = letters.latest("sent_at").body
    found = re.findall(r"https?://\S+/l/[^/\s]+/", body)
    assert len(found) == 1, "one link and no other"
    assert found[0].startswith(str(settings.PUBLIC_URL))
    return found[0]


def admin_reads_the_letter(stage: Stage) -> None:
    page = stage.at(Role.ADMIN)
    page.goto(f"{stage.root}/messages/demo/")
    stage.look(page, "mailbox")


def opens(stage: Stage, link: str) -> Page:
    """The patient opens a link on the phone and gives the birth date."""
    phone = stage.phone()
    phone.goto(link)
    stage.look(phone, "phone-birth-date")
    month, day, year = BORN
    phone.get_by_label("Month").select_option(month)
    phone.get_by_label("Day").fill(day)
    phone.get_by_label("Year").fill(year)
    phone.get_by_role("button", name="Go on").click()
    phone.wait_for_url("**/p/**")
    return phone


def fills_in_the_packet(stage: Stage, phone: Page) -> None:
    """Every part, in the order in which the overview leads."""
    stage.look(phone, "phone-packet")
    phone.get_by_role("link", name="Begin").click()
    for _ in range(160):
        phone.wait_for_load_state()
        if not _one_page(stage, phone):
            break
    phone.get_by_role("heading", name="That is all").wait_for()
    stage.look(phone, "phone-thanks")


def _one_page(stage: Stage, phone: Page) -> bool:
    """Do what the page in hand asks for; false at the end."""
    path = phone.evaluate("location.pathname")
    heading = phone.locator("h1").first.inner_text()
    if path.endswith("/done/"):
        return False
    simple = {
        "Is this right?": ("phone-about", "This is right"),
        "How may we write or call?": ("phone-contact", "Keep this"),
        "This is what you said": ("phone-part-review", "This part is right"),
        "Is there anything you do not tolerate?": (
            "phone-allergies",
            "I have no known allergies",
        ),
    }
    if heading in simple:
        name, button = simple[heading]
        stage.look(phone, name)
        press(phone, button)
    elif heading == "Whom may we call?":
        phone.locator("[name=emergency_name]").fill(ESCORT)
        phone.locator("[name=emergency_phone]").fill("(212) 555-0177")
        stage.look(phone, "phone-people")
        press(phone, "Keep this")
    elif heading.startswith("All parts are done"):
        phone.get_by_label("These answers are mine").check()
        phone.get_by_label("Your name").fill(f"{GIVEN} {FAMILY}")
        stage.look(phone, "phone-summary")
        press(phone, "Sign and send")
    elif heading == "What do you take?":
        stage.look(phone, "phone-medicines")
        phone.get_by_label("Name, as on the box").fill("Sertraline")
        phone.get_by_label("How much and how often").fill("100 mg every morning")
        press(phone, "That is all I take")
    elif phone.get_by_role("link", name=re.compile("^Go on with part|^Begin")).count():
        phone.get_by_role("link", name=re.compile("^Go on with part|^Begin")).click()
    elif phone.locator("input[name=answer]").count():
        answers_measure(stage, phone, HOW_OFTEN)
    else:
        _answers_questions(stage, phone)
    return True


def press(page: Page, button: str) -> None:
    """Press and wait for the page it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).click()


def _answers_questions(stage: Stage, phone: Page) -> None:
    """Whatever stands on the screen: one question, or a small group."""
    names = phone.eval_on_selector_all(
        "#answer [name]", "(all) => all.map((one) => one.name)"
    )
    asked = [one for one in QUESTIONS if one.field in names]
    assert asked, "the screen asks something of the packet"
    for question in asked:
        _answer(phone, question)
    stage.look(phone, f"phone-question-{asked[0].kind}")
    press(phone, "Next")


def _answer(phone: Page, question: Question) -> None:
    field = question.field
    said = SAID.get(field, CALM.get(question.kind, ""))
    if question.kind is Kind.TEXT:
        phone.locator(f"[name={field}]").fill(said)
    elif question.kind in (Kind.WEIGHT, Kind.HEIGHT, Kind.NUMBER):
        phone.locator(f"[name={field}]").fill(said)
        unit = "lb" if question.kind is Kind.WEIGHT else "ft"
        if question.kind is not Kind.NUMBER:
            phone.locator(f"[name={field}_unit][value={unit}]").check()
    else:
        value = said or question.choices[0].value
        phone.locator(f"[name={field}][value='{value}']").check()


def answers_measure(
    stage: Stage, phone: Page, values: Mapping[str, tuple[int, ...]]
) -> None:
    """The question of PHQ-9 or GAD-7 that stands on the page."""
    text = phone.locator("legend .k-reading").inner_text()
    key, place = _item(text)
    stage.look(phone, f"phone-{key}")
    choices = phone.locator("label.k-answer")
    if key not in values:
        # no drinks, no drugs
        no = choices.filter(has_text=re.compile("^(No|Never)"))
        (no if no.count() else choices).first.click()
    else:
        # the last item, how difficult it all makes life, is not scored
        choices.nth(values[key][place] if place < len(values[key]) else 1).click()
    is_last = phone.get_by_role("button", name="Send my answers", exact=True).count()
    press(phone, "Send my answers" if is_last else "Next")


def _item(text: str) -> tuple[str, int]:
    for key in ("phq-9", "gad-7", "audit-c", "dast-10"):
        texts = [item.text for item in load(key).items]
        if text in texts:
            return key, texts.index(text)
    raise AssertionError(f"no questionnaire asks {text!r}")
