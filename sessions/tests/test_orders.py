"""Signing an order: limits, reasons, a second prescriber, credentials, products."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from kap.accounts.enums import CredentialKind, Role
from kap.accounts.models import Credential
from kap.accounts.tests.factories import PASSWORD, PractitionerFactory, UserFactory
from kap.core.errors import DomainError, NotAllowed
from kap.documents.checks import signature_fault
from kap.documents.models import Signature
from kap.pharmacy.models import Product, Route
from screening.models import Observation
from sessions import services
from sessions.models import MedicationRequest
from sessions.services.orders import order_content
from sessions.tests.dosing_room import (
    NOW,
    DosingRoom,
    make_dosing_room,
    second_prescriber,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def room() -> DosingRoom:
    room = make_dosing_room()
    room.arrive()
    room.weigh("70")
    return room


def product(code: str) -> Any:
    return Product.objects.get(code=code).pk


def plain(error: pytest.ExceptionInfo[Any]) -> str:
    return str(error.value).replace("\u00a0", " ")


def test_a_usual_order_is_signed_and_sealed(room: DosingRoom) -> None:
    order = room.order()

    assert (order.dose_mg, order.volume_ml, order.weight_kg) == (
        Decimal(35),
        Decimal("0.7"),
        Decimal(70),
    )
    assert order.max_total_mg == Decimal(35)
    signature = Signature.objects.get(object_type="MedicationRequest")
    assert (signature.user, signature.meaning) == (room.prescriber, "order")
    kept = MedicationRequest.objects.get()
    assert signature_fault(signature) == ""
    assert kept.content_sha256 == signature.content_sha256
    assert '"dose_mg": "35"' in order_content(kept)


IV = {"route": Route.IV, "body_site": "", "infusion_min": 40}


@pytest.mark.parametrize(
    ("change", "mg", "ml"),
    [
        pytest.param(IV, "35", "0.7", id="D1"),
        pytest.param({**IV, "code": "ket_10"}, "35", "3.5", id="D2"),
        pytest.param(
            {**IV, "weight_kg": Decimal("82.5"), "reason": "r"}, "41.5", "0.83", id="D3"
        ),
        pytest.param(
            {"mg_per_kg": Decimal("1.0"), "weight_kg": Decimal(80), "reason": "r"},
            "80",
            "1.6",
            id="D8",
        ),
        pytest.param(
            {
                "route": Route.SL,
                "code": "troche_100",
                "mg_per_kg": None,
                "dose_mg": Decimal(250),
                "reason": "first session above 150",
            },
            "250",
            None,
            id="D11",
        ),
        pytest.param(
            {
                "route": Route.IN_ESK,
                "code": "spravato_28",
                "mg_per_kg": None,
                "dose_mg": Decimal(84),
                "reason": "missed two",
            },
            "84",
            None,
            id="D14",
        ),
    ],
)
def test_the_reference_doses(
    room: DosingRoom, change: dict[str, Any], mg: str, ml: str | None
) -> None:
    facts = dict(change)
    reason = facts.pop("reason", "")
    if "code" in facts:
        facts["product_id"] = product(facts.pop("code"))

    order = room.order(draft=room.draft(**facts), reason=reason)

    assert order.dose_mg == Decimal(mg)
    assert order.volume_ml == (Decimal(ml) if ml else None)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        pytest.param(
            {**IV, "mg_per_kg": Decimal("1.6")}, "not possible", id="D5-absolute"
        ),
        pytest.param(
            {
                "route": Route.IN_ESK,
                "code": "spravato_28",
                "mg_per_kg": None,
                "dose_mg": Decimal(50),
            },
            "not possible",
            id="D13",
        ),
        pytest.param(
            {**IV, "code": "troche_100"}, "is not for IV use", id="product-route"
        ),
        pytest.param(
            {"route": Route.SL}, "is not for sublingual use", id="vial-under-tongue"
        ),
        pytest.param({"product_id": None}, "Choose the product", id="no-product"),
        pytest.param(
            {"product_id": uuid4()}, "Choose the product", id="unknown-product"
        ),
        pytest.param({"mg_per_kg": None}, "Enter the dose once", id="no-dose"),
        pytest.param({"dose_mg": Decimal(35)}, "Enter the dose once", id="two-doses"),
        pytest.param({**IV, "infusion_min": None}, "infusion time", id="no-minutes"),
        pytest.param({"as_needed": " "}, "rescue orders", id="no-rescue"),
        pytest.param(
            {"max_total_mg": Decimal(30)}, "cannot be less", id="most-below-dose"
        ),
        pytest.param({"mg_per_kg": Decimal("0.0001")}, "too small", id="too-small"),
    ],
)
def test_what_is_refused_for_everybody(
    room: DosingRoom, change: dict[str, Any], sentence: str
) -> None:
    facts = dict(change)
    if "code" in facts:
        facts["product_id"] = product(facts.pop("code"))
    cosigner = second_prescriber()

    with pytest.raises(services.DoseNotAllowed) as refusal:
        room.order(
            draft=room.draft(**facts),
            reason="I want to",
            cosigner_email=cosigner.email,
            cosigner_password=PASSWORD,
        )
    assert sentence in plain(refusal)
    assert not MedicationRequest.objects.exists()


def test_a_soft_limit_takes_a_reason(room: DosingRoom) -> None:
    draft = room.draft(mg_per_kg=Decimal("0.9"))

    with pytest.raises(services.DoseNotAllowed, match="Write the reason"):
        room.order(draft=draft)
    order = room.order(draft=draft, reason="Two courses elsewhere")
    assert order.reason == "Two courses elsewhere"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({**IV, "mg_per_kg": Decimal("1.1")}, id="D5"),
        pytest.param({**IV, "infusion_min": 15}, id="D6"),
        pytest.param({**IV, "code": "ket_100"}, id="D18"),
        pytest.param({"max_total_mg": Decimal(112)}, id="session-total"),
    ],
)
def test_a_hard_limit_takes_a_second_prescriber(
    room: DosingRoom, change: dict[str, Any]
) -> None:
    facts = dict(change)
    if "code" in facts:
        facts["product_id"] = product(facts.pop("code"))
    draft = room.draft(**facts)

    def go(email: str, password: str = PASSWORD) -> Any:
        return room.order(
            draft=draft, reason="Why", cosigner_email=email, cosigner_password=password
        )

    with pytest.raises(services.WrongSecondPerson, match="second prescriber signs"):
        go("")
    with pytest.raises(services.WrongSecondPerson, match="somebody else than you"):
        go(room.prescriber.email)
    with pytest.raises(services.WrongSecondPerson, match="may not be"):
        go(room.nurse.email)
    second = second_prescriber()
    with pytest.raises(services.WrongSecondPerson, match="not the password of"):
        go(second.email, "wrong")
    order = go(second.email)
    assert order.cosigned_by == second
    assert Signature.objects.filter(object_id=order.pk).count() == 2


def test_a_weight_in_pounds_asks_for_its_unit(room: DosingRoom) -> None:
    draft = room.draft(weight_kg=Decimal(154))

    with pytest.raises(services.DoseNotAllowed) as refusal:
        room.order(draft=draft)
    assert "154 lb is 69.9 kg" in plain(refusal)
    assert Observation.objects.filter(code="29463-7").count() == 1


def test_yesterdays_weight_is_no_weight_for_an_injection() -> None:
    room = make_dosing_room()
    room.arrive()
    room.weigh(at=NOW.replace(day=22))

    with pytest.raises(services.DoseNotAllowed, match="Enter the weight"):
        room.order()
    order = room.order(draft=room.draft(weight_kg=Decimal("71.5")))
    assert Observation.objects.filter(code="29463-7").latest(
        "effective_at"
    ).value == Decimal("71.5")
    assert order.weight_measured_at is not None


@pytest.mark.parametrize(
    "role", [r for r in Role if r not in ("prescriber", "medical-director")]
)
def test_only_prescribers_sign(room: DosingRoom, role: str) -> None:
    with pytest.raises(NotAllowed, match="prescriber signs"):
        room.order(by=UserFactory.create(roles=[role]))


def test_credentials_must_be_in_force(room: DosingRoom) -> None:
    newcomer = PractitionerFactory.create(user=UserFactory.create(prescriber=True)).user
    with pytest.raises(NotAllowed, match="No valid licence"):
        room.order(by=newcomer)
    Credential.objects.filter(
        practitioner__user=room.prescriber, kind=CredentialKind.DEA
    ).update(expires_on=date(2026, 11, 1))
    with pytest.raises(NotAllowed, match="DEA registration"):
        room.order()


def test_a_wrong_password_signs_nothing(room: DosingRoom) -> None:
    with pytest.raises(DomainError, match="not your password"):
        room.order(password="wrong")
    assert not MedicationRequest.objects.exists()


def test_a_newer_order_takes_the_place_of_the_first(room: DosingRoom) -> None:
    first, second = room.order(), room.order(draft=room.draft(mg_per_kg=Decimal("0.6")))

    first.refresh_from_db()
    assert (first.status, second.status) == ("stopped", "active")


def test_after_the_dose_there_is_no_order() -> None:
    ready = make_dosing_room()
    ready.give(ready.make_ready())

    with pytest.raises(DomainError, match="given already"):
        ready.order()
