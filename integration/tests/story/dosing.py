"""Scene 5: the first dose, from the open gates to the way home."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from integration.tests.story.arrival import ESCORT, press
from integration.tests.story.papers import press_like
from integration.tests.story.stage import ADDRESS, Stage
from kap.accounts.enums import Role
from kap.accounts.models import User
from kap.demo.clinic import PASSWORD
from kap.patients.models import RelatedPerson
from kap.pharmacy.models import Product
from sessions.enums import AppointmentStatus
from sessions.models import (
    AdverseEvent,
    Appointment,
    Discharge,
    MedicationAdministration,
    VitalSigns,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page

MG_PER_KG, WEIGHT = "0.5", "64.5"
DOSE_MG, VOLUME_ML = Decimal("32.5"), "0.65"
"""0.5 mg/kg at 64.5 kg is 32.25 mg, which a syringe of 50 mg/mL gives as 0.65 mL."""
READINGS: Final = (
    (5, "132", "84"),
    (10, "138", "88"),
    (15, "141", "90"),
    (20, "139", "88"),
    (30, "134", "85"),
    (45, "128", "82"),
    (60, "125", "80"),
    (91, "122", "78"),
)


def room(stage: Stage, role: Role, visit: Appointment) -> Page:
    page = stage.at(role)
    page.goto(f"{stage.root}/sessions/visits/{visit.pk}/room/")
    return page


def gates_are_open(stage: Stage, visit: Appointment) -> None:
    """The nurse sees what is missing, and cannot give anything."""
    page = room(stage, Role.NURSE, visit)
    page.get_by_text("Waits for:").first.wait_for()
    assert page.get_by_role("button", name="Give the dose").is_disabled()
    stage.look(page, "gate-open")


def gaps_are_closed(stage: Stage, visit: Appointment) -> None:
    page = stage.at(Role.NURSE)
    escort = RelatedPerson.objects.get(
        patient=visit.patient, kind="escort", name=ESCORT
    )
    ask = page.locator("#ask")
    for name, value in (("food_at", "07:00"), ("drink_at", "11:00")):
        ask.locator(f"[name={name}]").fill(value)
    for name in ("food_day", "drink_day"):
        ask.locator(f"[name={name}]").select_option("today")
    ask.locator("[name=escort]").select_option(str(escort.pk))
    for name, value in (
        ("escort_confirmed", "yes"),
        ("medicines_unchanged", "yes"),
        ("substances_24h", "no"),
        ("feels_ill", "no"),
        ("may_be_pregnant", "no"),
    ):
        ask.locator(f"[name={name}][value={value}]").check()
    press(page, "Write down the answers")
    weigh = page.locator("#weigh")
    weigh.locator("[name=weight]").fill(WEIGHT)
    weigh.locator("[name=scale][value=kg]").check()
    press(page, "Keep the weight")
    _takes_readings(page, "124", "80")
    press(page, "I am here")
    press(room(stage, Role.THERAPIST, visit), "I am here")


def _takes_readings(page: Page, upper: str, lower: str, **more: str) -> None:
    form = page.locator("#vitals")
    values = {
        "systolic_mmhg": upper,
        "diastolic_mmhg": lower,
        "heart_rate_bpm": "72",
        "spo2_percent": "98",
        "respiratory_rate_per_min": "14",
    }
    for name, value in values.items():
        form.locator(f"[name={name}]").fill(value)
    form.locator(f"[name=sedation_moaas][value='{more.get('awake', '5')}']").check()
    for name in ("nausea_0_10", "distress_0_10", "dissociation_0_10"):
        form.locator(f"[name={name}]").select_option(more.get(name, "0"))
    press(page, "Record")


def prescriber_orders(stage: Stage, visit: Appointment) -> None:
    """In mg/kg; the page says the mg and the mL before anything is signed."""
    page = room(stage, Role.PRESCRIBER, visit)
    form = page.locator("#order-form")
    if not form.is_visible():
        page.get_by_text("Write the order").click()
    product = Product.objects.get(code="ket_50")
    form.locator("[name=product]").select_option(str(product.pk))
    form.locator("[name=route]").select_option("im")
    form.locator("[name=body_site]").select_option("deltoid")
    form.locator("[name=mg_per_kg]").fill(MG_PER_KG)
    form.locator("[name=mg_per_kg]").press("Tab")
    page.locator("#dose").get_by_text(f"{VOLUME_ML}").first.wait_for()
    form.locator("[name=as_needed]").fill("Ondansetron 4 mg once. Rescue orders 3.")
    form.locator("[name=password]").fill(PASSWORD)
    stage.look(page, "gate-order")
    press(page, "Sign the order")


def two_people_check(stage: Stage, visit: Appointment) -> None:
    page = room(stage, Role.NURSE, visit)
    page.locator("#volume [name=amount]").fill(VOLUME_ML)
    press(page, "Keep, hidden")
    held = page.locator("#timeout")
    for name in ("identity_checked", "dose_read_back", "agrees_to_begin"):
        held.locator(f"[name={name}]").check()
    _second(held, "witness", "password")
    held.locator("[name=amount]").fill(VOLUME_ML)
    press(page, "Compare and agree")
    page.get_by_text("Everything is in order to give").wait_for()
    stage.look(page, "gate-ready")


def _second(box: object, who: str, password: str) -> None:
    therapist = User.objects.get(email=ADDRESS[Role.THERAPIST])
    box.locator(f"[name={who}]").select_option(str(therapist.pk))  # type: ignore[attr-defined]
    box.locator(f"[name={password}]").fill(PASSWORD)  # type: ignore[attr-defined]


def nurse_gives(stage: Stage, visit: Appointment) -> MedicationAdministration:
    page = stage.at(Role.NURSE)
    giving = page.locator("#giving")
    giving.locator("[name=dose_mg]").fill(str(DOSE_MG))
    giving.locator("[name=lot_number]").fill("7K21")
    _second(giving, "witness", "password")
    with page.expect_navigation():
        giving.get_by_role("button", name="Give").click()
    page.get_by_text("Since the dose").wait_for()
    stage.look(page, "live-start")
    dose = MedicationAdministration.objects.get()
    assert dose.dose_mg == DOSE_MG
    assert dose.dose_mg_per_kg is not None
    return dose


def session_goes_on(stage: Stage, visit: Appointment) -> None:
    """Readings over ninety minutes, one unwanted effect with one press, a note."""
    page = stage.at(Role.NURSE)
    minute = 0
    for at, upper, lower in READINGS:
        stage.minutes_pass(at - minute, page)
        minute = at
        page.reload()
        _takes_readings(page, upper, lower)
        if at == 20:
            _nausea(stage, page)
            stage.look(page, "live-middle")
    assert VitalSigns.objects.count() == 1 + len(READINGS)
    stage.look(page, "live-late")


def _nausea(stage: Stage, page: Page) -> None:
    page.get_by_role("button", name="Nausea", exact=True).click()
    stage.wait_until(AdverseEvent.objects.exists, "The unwanted effect")
    assert AdverseEvent.objects.get().grade == 1
    page.get_by_label("What is said or seen").fill("Warm light, says that all is well.")
    page.get_by_role("button", name="Add", exact=True).click()
    page.locator("#live-log").get_by_text("Warm light").wait_for()


def patient_goes_home(stage: Stage, visit: Appointment) -> None:
    page = stage.at(Role.NURSE)
    page.get_by_text("Let the patient leave").click()
    leave = page.locator("#leave")
    for box in leave.locator("select[name^=aldrete_]").all():
        box.select_option("2")
    leave.locator("[name=is_oriented][value=yes]").check()
    for box in leave.locator("[name^=tick_]").all():
        box.check()
    leave.locator("[name=ride][value=escort]").check()
    escort = RelatedPerson.objects.get(
        patient=visit.patient, kind="escort", name=ESCORT
    )
    leave.locator("[name=escort]").select_option(str(escort.pk))
    _second(leave, "second", "second_password")
    leave.locator("[name=password]").fill(PASSWORD)
    stage.look(page, "live-leave")
    press_like(page, "Sign, the patient leaves")
    page.get_by_text("The session is over.").first.wait_for()
    stage.look(page, "record")
    home = Discharge.objects.get()
    assert home.escort is not None
    visit.refresh_from_db()
    assert visit.status == AppointmentStatus.FULFILLED
