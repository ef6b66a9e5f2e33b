"""Scene 3: consent read and signed on the phone, counter-signed, made into a PDF."""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING

from pypdf import PdfReader

from integration.tests.story.arrival import FAMILY, GIVEN, link_in_letter, opens, press
from integration.tests.story.clock import ZONE
from integration.tests.story.stage import Stage
from kap.accounts.enums import Role
from kap.demo.clinic import PASSWORD
from kap.documents.models import DocumentReference
from kap.patients.models import Patient
from screening.enums import ConsentStatus
from screening.models import Consent
from screening.rules.consent_conditions import sections_for

if TYPE_CHECKING:
    from playwright.sync_api import Page


RIGHT_ANSWERS = (
    "No. That use is legal, but not approved.",
    "The next day, after a night's sleep.",
    "I call or text 988, or 911 when life is in danger.",
)


def front_desk_sends(stage: Stage, patient: Patient, form: str) -> None:
    page = stage.at(Role.FRONT_DESK)
    page.goto(f"{stage.root}/screening/patients/{patient.pk}/")
    stage.look(page, "forms")
    press(page, form)
    page.get_by_text("On its way to the patient.").wait_for()


def front_desk_sends_measures(stage: Stage, patient: Patient, name: str) -> None:
    """One questionnaire and no other, whatever was ticked as due."""
    page = stage.at(Role.FRONT_DESK)
    page.goto(f"{stage.root}/screening/patients/{patient.pk}/")
    for box in page.locator("[name=measure]").all():
        box.uncheck()
    page.get_by_label(name, exact=True).check()
    press(page, "Send the ticked ones")
    page.get_by_text("On its way to the patient.").wait_for()


def patient_reads_and_signs(stage: Stage) -> None:
    phone = opens(stage, link_in_letter(stage, "consent-to-sign"))
    stage.look(phone, "phone-consent")
    phone.get_by_role("link", name="Begin reading").click()
    while not phone.url.endswith("/sign/"):
        _reads_one_part(stage, phone)
    _tries_without_a_name(phone)
    phone.get_by_label("I have read all parts").check()
    phone.get_by_label("Your full name").fill(f"{GIVEN} {FAMILY}")
    _draws(phone)
    stage.look(phone, "phone-consent-sign")
    press_like(phone, "Sign consent")
    phone.get_by_role("heading", name="You have signed").wait_for()
    stage.wait_until(DocumentReference.objects.exists, "The patient's copy")
    phone.reload()
    phone.get_by_role("link", name="Download your copy").wait_for()
    signed = Consent.objects.get().signed_at
    assert signed is not None
    on_the_wall = f"{signed.astimezone(ZONE):%-I:%M}"
    assert on_the_wall in phone.locator("main").inner_text()
    stage.look(phone, "phone-consent-signed")
    assert Consent.objects.get().status == ConsentStatus.PARTIAL


def _reads_one_part(stage: Stage, phone: Page) -> None:
    phone.get_by_role("button", name="I have read this").wait_for()
    stage.look(phone, "phone-consent-part")
    box = phone.get_by_label("I have read and understood this part.")
    if box.count():
        box.check()
    initials = phone.get_by_label("Your initials")
    if initials.count():
        initials.fill("JI")
    for answer in RIGHT_ANSWERS:
        choice = phone.get_by_label(answer)
        if choice.count():
            choice.check()
    press(phone, "I have read this")


def _tries_without_a_name(phone: Page) -> None:
    """An empty signature is refused with a sentence."""
    with phone.expect_response(
        lambda answer: answer.request.method == "POST"
    ) as answer:
        phone.get_by_role("button", name="Sign consent").click()
    assert answer.value.status == 422
    phone.get_by_text("Type your full name as your signature.").first.wait_for()


def _draws(phone: Page) -> None:
    """A finger moves over the pad."""
    pad = phone.locator("canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    phone.mouse.move(box["x"] + 30, box["y"] + 40)
    phone.mouse.down()
    for step in range(1, 8):
        phone.mouse.move(box["x"] + 30 + 25 * step, box["y"] + 40 + 15 * (step % 3))
    phone.mouse.up()


def press_like(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


def therapist_counter_signs(stage: Stage) -> None:
    page = stage.at(Role.THERAPIST)
    consent = Consent.objects.get()
    page.goto(f"{stage.root}/screening/consents/{consent.pk}/")
    page.get_by_label("The patient has the capacity to decide on this.").check()
    page.get_by_label("The patient is not intoxicated.").check()
    page.get_by_label("Minutes spent explaining").fill("25")
    page.locator("[name=password]").fill(PASSWORD)
    stage.look(page, "consent-explain")
    press_like(page, "Sign: explained and understood")
    page.get_by_text("Nora Exemplar").first.wait_for()
    assert Consent.objects.get().status == ConsentStatus.ACTIVE


def paper_lies_in_the_chart(stage: Stage, patient: Patient) -> None:
    """Made by the worker with both names; its hash is the file's."""
    page = stage.at(Role.THERAPIST)

    papers = DocumentReference.objects.filter(patient=patient)
    stage.wait_until(lambda: papers.count() == 2, "The paper with both signatures")
    newest = DocumentReference.objects.latest("made_at")
    page.goto(f"{stage.root}/patients/{patient.pk}/documents/")
    stage.look(page, "documents")
    answer = page.request.get(f"{stage.root}/documents/{newest.pk}/")
    assert answer.status == 200
    assert hashlib.sha256(answer.body()).hexdigest() == newest.content_sha256
    text = text_of(answer.body())
    for words in (f"{GIVEN} {FAMILY}", "Nora Exemplar", "edition"):
        assert words.lower() in text.lower(), f"the paper does not say {words}"
    consent = Consent.objects.get()
    for section in sections_for(consent.template.sections, consent.facts):
        assert section["title"] in text, f"the paper lacks {section['title']}"


def text_of(pdf: bytes) -> str:
    """All text with single spaces."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())
