"""The pages of the dosing room, walked through by HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from kap.accounts.enums import CLINICAL, Role
from kap.accounts.models import User
from kap.accounts.tests.factories import PASSWORD, UserFactory
from kap.pharmacy.models import Product
from sessions.models import (
    AdverseEvent,
    Encounter,
    MedicationAdministration,
    MedicationRequest,
    VitalSigns,
)
from sessions.tests.dosing_room import NOW, DosingRoom, make_dosing_room
from sessions.tests.factories import make_clinic

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(freeze: Callable[[datetime], Any]) -> Any:
    return freeze(NOW)


@pytest.fixture
def room() -> DosingRoom:
    return make_dosing_room()


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def post(client: Client, name: str, pk: Any, *args: Any, **data: Any) -> Any:
    return client.post(
        reverse(f"sessions:{name}", args=[pk, *args]), {"_once": str(uuid4()), **data}
    )


def text(response: Any) -> str:
    words = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", words.replace("\u00a0", " ").replace("&nbsp;", " "))


READING = {
    "systolic_mmhg": "124",
    "diastolic_mmhg": "78",
    "heart_rate_bpm": "72",
    "spo2_percent": "98",
    "respiratory_rate_per_min": "14",
    "sedation_moaas": "5",
    "nausea_0_10": "0",
    "dissociation_0_10": "0",
}


def order_data(**change: str) -> dict[str, str]:
    facts = {
        "product": str(Product.objects.get(code="ket_50").pk),
        "route": "im",
        "mg_per_kg": "0.5",
        "body_site": "deltoid",
        "as_needed": "Ondansetron 4 mg. Rescue orders 3.",
        "password": PASSWORD,
    }
    return {**facts, **change}


def leave_data(room: DosingRoom, **change: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "is_oriented": "yes",
        "ride": "escort",
        "escort": str(room.escort.pk),
        "password": PASSWORD,
        "second": str(room.prescriber.pk),
        "second_password": PASSWORD,
    }
    for key in ("activity", "breathing", "circulation", "awareness", "oxygen"):
        facts[f"aldrete_{key}"] = "2"
    for key in (
        "gait",
        "nausea",
        "mood",
        "escort",
        "site",
        "instructions",
        "next-visit",
        "closing",
    ):
        facts[f"tick_{key}"] = "on"
    return {**facts, **change}


def test_a_whole_session_by_its_forms(  # noqa: PLR0915 -- one story
    room: DosingRoom, clock: Any
) -> None:
    """Check-in to leaving, each step as its own person sends it."""
    room.arrive()
    nurse, therapist, prescriber = map(
        sign_in, (room.nurse, room.therapist, room.prescriber)
    )
    assert "Waits for" in text(nurse.get(reverse("sessions:gate", args=[room.pk])))

    asked = {
        "food_at": "20:00",
        "food_day": "yesterday",
        "drink_at": "6:00",
        "drink_day": "today",
        "escort": str(room.escort.pk),
        "escort_confirmed": "yes",
        "medicines_unchanged": "yes",
        "substances_24h": "no",
        "feels_ill": "no",
        "may_be_pregnant": "no",
    }
    assert post(nurse, "gate_check", room.pk, **asked).status_code == 302
    assert (
        post(nurse, "gate_weight", room.pk, weight="154.3", scale="lb").status_code
        == 302
    )
    for client in (nurse, therapist):
        assert post(client, "presence", room.pk, here="yes").status_code == 302
    assert post(nurse, "vitals", room.pk, **READING).status_code == 302
    shown = prescriber.post(reverse("sessions:gate_dose", args=[room.pk]), order_data())
    assert "35 mg = 0.7 mL of 50 mg/mL" in text(shown)
    signed = post(prescriber, "gate_order", room.pk, **order_data())
    assert signed.status_code == 302, text(signed)
    order = MedicationRequest.objects.get()
    clock.shift(60)
    assert (
        post(nurse, "gate_syringe", room.pk, order=order.pk, amount="0.7").status_code
        == 302
    )
    page = nurse.get(reverse("sessions:gate", args=[room.pk]))
    assert "hidden" in text(page)
    held = post(
        nurse,
        "gate_time_out",
        room.pk,
        order=order.pk,
        identity_checked="on",
        dose_read_back="on",
        agrees_to_begin="on",
        witness=room.therapist.pk,
        amount="0.70",
        password=PASSWORD,
    )
    assert held.status_code == 302, text(held)
    page = nurse.get(reverse("sessions:gate", args=[room.pk]))
    assert "Everything is in order to give 35 mg" in text(page)
    give = {
        "order": order.pk,
        "dose_mg": "35",
        "lot_number": "KT-2304",
        "witness": room.therapist.pk,
        "password": PASSWORD,
    }
    given = post(nurse, "give", room.pk, **give)
    assert given.status_code == 302, text(given)
    assert given["Location"] == reverse("sessions:session_live", args=[room.pk])
    live = nurse.get(given["Location"])
    assert live.status_code == 200
    assert "35 mg ketamine IM at 10:01" in text(live)
    assert "Stay with the door" in text(live)

    clock.shift(20 * 60)
    nurse, therapist = map(sign_in, (room.nurse, room.therapist))
    assert post(nurse, "event", room.pk, key="nausea").status_code == 302
    assert post(therapist, "note", room.pk, text="Eyes closed").status_code == 302
    part = nurse.get(reverse("sessions:session_part", args=[room.pk]))
    assert "Eyes closed" in text(part)
    assert "readings missed" in text(part)
    clock.shift(70 * 60)
    nurse = sign_in(room.nurse)
    assert post(nurse, "vitals", room.pk, **READING).status_code == 302
    left = post(nurse, "discharge", room.pk, **leave_data(room))
    assert left.status_code == 302, text(left)
    record = nurse.get(left["Location"])
    assert "left at" in text(record)
    assert Encounter.objects.get().status == "finished"
    again = nurse.get(reverse("sessions:session_live", args=[room.pk]))
    assert again["Location"] == reverse("sessions:record", args=[room.pk])


def test_the_same_press_of_give_twice_is_one_dose(room: DosingRoom) -> None:
    order = room.make_ready()
    nurse = sign_in(room.nurse)
    data = {
        "_once": str(uuid4()),
        "order": order.pk,
        "dose_mg": "35",
        "lot_number": "K",
        "witness": room.therapist.pk,
        "password": PASSWORD,
    }
    url = reverse("sessions:give", args=[room.pk])

    first, second = nurse.post(url, data), nurse.post(url, data)

    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    other = nurse.post(url, {**data, "_once": str(uuid4())})
    assert other.status_code == 409
    assert "given already" in text(other)
    assert MedicationAdministration.objects.count() == 1


NUMBERS = (
    "", " ", "abc", "NaN", "Infinity", "-Infinity", "1e3", "0x10", "-5", "+-5", "0",
    "35,5", "3 5", "３５", "٣٥", "1.2345", "35.", ".5", "999999", "1" * 40, "35mg",
    "--35", "35;DROP", "\u2212 35", "35\u00a0",
)  # fmt: skip


@pytest.mark.parametrize("value", NUMBERS)
def test_a_dose_is_a_plain_number(room: DosingRoom, value: str) -> None:
    """Decimals are strict from the form on (DM5)."""
    order = room.make_ready()

    response = post(
        sign_in(room.nurse),
        "give",
        room.pk,
        order=order.pk,
        dose_mg=value,
        lot_number="K",
        witness=room.therapist.pk,
        password=PASSWORD,
    )

    if value.strip() == "35":
        assert response.status_code == 302
        return
    assert response.status_code == 422
    assert not MedicationAdministration.objects.exists()


@pytest.mark.parametrize("value", [*NUMBERS, "301", "19"])
def test_a_reading_is_a_whole_number(room: DosingRoom, value: str) -> None:
    room.arrive()

    response = post(sign_in(room.nurse), "vitals", room.pk, heart_rate_bpm=value)

    if value.strip() == "35":
        assert response.status_code == 302
        return
    assert response.status_code == 422
    assert not VitalSigns.objects.exists()


def test_what_was_typed_stays_after_a_refusal(room: DosingRoom) -> None:
    room.arrive()

    response = post(
        sign_in(room.nurse), "vitals", room.pk, systolic_mmhg="700", diastolic_mmhg="88"
    )

    page = response.content.decode()
    assert 'value="700"' in page
    assert 'value="88"' in page
    assert "700 is not possible" in text(response)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        (
            "give",
            {
                "order": str(uuid4()),
                "dose_mg": "35",
                "lot_number": "K",
                "witness": "x",
                "password": "p",
            },
        ),
        ("gate_syringe", {"order": str(uuid4()), "amount": "1"}),
        (
            "gate_time_out",
            {
                "order": str(uuid4()),
                "amount": "1",
                "identity_checked": "on",
                "dose_read_back": "on",
                "agrees_to_begin": "on",
                "witness": "x",
                "password": "p",
            },
        ),
        ("vitals", {"heart_rate_bpm": "70"}),
        ("event", {"key": "nausea"}),
        ("note", {"text": "x"}),
        ("not_today", {"reason": "x"}),
        ("presence", {"here": "yes"}),
    ],
)
def test_jumping_ahead_is_refused_with_a_sentence(
    room: DosingRoom, name: str, data: dict[str, str]
) -> None:
    """Nobody is here yet: each later step by its address alone (DM8)."""
    response = post(sign_in(room.nurse), name, room.pk, **data)

    assert response.status_code == 409
    assert "checked in" in text(response) or "not here yet" in text(response)
    assert not Encounter.objects.exists()


def test_leaving_before_the_dose_is_refused(room: DosingRoom) -> None:
    room.arrive()

    response = post(sign_in(room.nurse), "discharge", room.pk, **leave_data(room))

    assert response.status_code == 409
    assert "No dose is given yet" in text(response)


def test_leaving_too_early_keeps_the_form(room: DosingRoom) -> None:
    room.give(room.make_ready())

    response = post(sign_in(room.nurse), "discharge", room.pk, **leave_data(room))

    assert response.status_code == 422
    assert "Not yet." in text(response)
    assert "Earliest time is 11:30" in text(response)


PAGES = (
    "room",
    "gate",
    "record",
    "session_live",
    "session_part",
    "session_now",
    "gate_part",
)


@pytest.mark.parametrize("role", list(Role))
def test_pages_of_the_room_are_for_clinicians(room: DosingRoom, role: str) -> None:
    room.give(room.make_ready())
    client = sign_in(UserFactory.create(roles=[role]))

    for name in PAGES:
        status = client.get(reverse(f"sessions:{name}", args=[room.pk])).status_code
        assert (status == 403) is (role not in CLINICAL), name
    for name, pk in (
        ("live", None),
        ("live_part", None),
        ("of_patient", room.episode.patient_id),
    ):
        url = reverse(f"sessions:{name}", args=[pk] if pk else [])
        assert (client.get(url).status_code == 403) is (role not in CLINICAL), name


@pytest.mark.parametrize(
    "role", sorted(CLINICAL - {Role.PRESCRIBER, Role.MEDICAL_DIRECTOR})
)
def test_only_prescribers_post_an_order(room: DosingRoom, role: str) -> None:
    room.arrive()
    client = sign_in(UserFactory.create(roles=[role]))

    assert post(client, "gate_order", room.pk, **order_data()).status_code == 403
    assert not MedicationRequest.objects.exists()


def test_an_unknown_visit_is_not_there(room: DosingRoom) -> None:
    client = sign_in(room.nurse)
    assert client.get(reverse("sessions:gate", args=[uuid4()])).status_code == 404


def test_the_polls_answer_nothing_until_something_changes(room: DosingRoom) -> None:
    order = room.make_ready()
    client = sign_in(room.nurse)
    page = client.get(reverse("sessions:gate", args=[room.pk])).content.decode()
    (url,) = re.findall(r'hx-get="([^"]+gate/part[^"]+)"', page)
    assert client.get(url).status_code == 204
    room.measure()
    assert client.get(url).status_code == 200
    room.give(order)
    gone = client.get(url)
    assert (gone.status_code, gone["HX-Redirect"]) == (
        204,
        reverse("sessions:room", args=[room.pk]),
    )
    page = client.get(reverse("sessions:session_live", args=[room.pk])).content.decode()
    (url,) = re.findall(r'hx-get="([^"]+live/part[^"]+)"', page)
    assert client.get(url).status_code == 204
    client.post(reverse("sessions:event", args=[room.pk]), {"key": "nausea"})
    assert client.get(url).status_code == 200
    assert client.get(reverse("sessions:live")).status_code == 200


def test_an_event_by_htmx_answers_the_changed_parts(room: DosingRoom) -> None:
    room.give(room.make_ready())
    client = sign_in(room.nurse)
    url = reverse("sessions:event", args=[room.pk])

    response = client.post(
        url,
        {"_once": str(uuid4()), "key": "dizziness"},
        headers={"HX-Request": "true"},
        follow=True,
    )

    assert "Dizziness, grade 1" in text(response)
    assert 'id="live-log"' in response.content.decode()
    event = AdverseEvent.objects.get()
    undo = reverse("sessions:event_undo", args=[room.pk, event.pk])
    assert client.post(undo, {"_once": str(uuid4())}).status_code == 302
    refused = client.post(undo, {"_once": str(uuid4())}, headers={"HX-Request": "true"})
    assert refused.status_code == 400
    assert "does not stand" in refused.content.decode()


def test_a_wrong_reading_and_a_wrong_dose_are_put_right(room: DosingRoom) -> None:
    order = room.make_ready()
    dose = room.give(order)
    client = sign_in(room.nurse)
    row = VitalSigns.objects.get()
    url = reverse("sessions:vitals_void", args=[room.pk, row.pk])
    assert "124/78" in text(client.get(url))
    assert client.post(url, {"_once": str(uuid4())}).status_code == 422
    assert (
        client.post(url, {"_once": str(uuid4()), "reason": "Wrong arm"}).status_code
        == 302
    )
    assert client.get(url).status_code == 404
    url = reverse("sessions:dose_correct", args=[room.pk, dose.pk])
    assert client.get(url).status_code == 200
    data = {
        "order": order.pk,
        "dose_mg": "30",
        "lot_number": "K",
        "witness": room.therapist.pk,
        "password": PASSWORD,
        "reason": "Typed wrongly",
    }
    assert client.post(url, {"_once": str(uuid4()), **data}).status_code == 302
    assert client.get(url).status_code == 404


def test_rooms_and_lists_cost_the_same_for_one_and_for_three(
    django_assert_num_queries: Any,
) -> None:
    clinic = make_clinic(rooms=3)
    first = make_dosing_room(clinic=clinic)
    first.give(first.make_ready())
    client = sign_in(first.nurse)
    client.get(reverse("sessions:live"))
    for count in (1, 3):
        with django_assert_num_queries(12):
            page = client.get(reverse("sessions:live"))
        assert page.content.decode().count("k-tile-clock") == count
        if count == 1:
            for place in (1, 2):
                other = make_dosing_room(clinic=clinic, room=place)
                other.give(other.make_ready())


def test_the_record_before_anything_happened(room: DosingRoom) -> None:
    client = sign_in(room.nurse)
    page = client.get(reverse("sessions:record", args=[room.pk]))
    assert "Nothing is recorded yet" in text(page)
    patient = room.episode.patient_id
    assert "No dosing session yet" in text(
        client.get(reverse("sessions:of_patient", args=[patient]))
    )
    room.give(room.make_ready())
    assert "35 mg ketamine IM" in text(
        client.get(reverse("sessions:of_patient", args=[patient]))
    )
    chart = client.get(reverse("patients:chart", args=[patient]))
    assert "Dose and response" in text(chart)
    assert "70 kg" in text(chart)


def test_not_today_leads_to_the_record(room: DosingRoom) -> None:
    room.arrive()
    client = sign_in(room.nurse)
    assert post(client, "not_today", room.pk, reason="").status_code == 422
    done = post(client, "not_today", room.pk, reason="Fever")
    assert "No dose: Fever" in text(client.get(done["Location"]))
