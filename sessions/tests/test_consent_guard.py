"""What a dose means for signatures, and what a consent means for a dose."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kap.accounts.tests.factories import UserFactory
from screening import services as screening
from screening.models import Consent
from screening.queries import required_consents
from screening.services import ConsentNotReady
from screening.tests.consent_room import (
    clinician_signs,
    in_force,
    link_to,
    patient_signs,
    proposed,
    read_whole,
)
from sessions import services
from sessions.consent_facts import planned, under_effect
from sessions.tests.dosing_room import NOW, DosingRoom, make_dosing_room

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def room() -> DosingRoom:
    return make_dosing_room()


def test_a_consent_withdrawn_on_the_day_stops_the_dose(room: DosingRoom) -> None:
    order = room.make_ready()
    screening.withdraw_consent(
        consent_id=Consent.objects.get().pk,
        reason="Not today, not ever.",
        by=UserFactory.create(roles=["nurse"]),
        now=NOW,
    )

    with pytest.raises(services.DoseNotAllowed, match="withdrawn"):
        room.give(order)


def test_a_consent_that_waits_for_the_clinician_allows_no_dose() -> None:
    room = make_dosing_room(is_consented=False)
    order = room.make_ready()
    consent = proposed(room.episode, NOW - 30 * HOUR)
    read_whole(consent, NOW - 30 * HOUR, initials="JT")
    patient_signs(consent, NOW - 30 * HOUR)

    with pytest.raises(services.DoseNotAllowed, match="not signed"):
        room.give(order)


def test_nothing_is_signed_after_the_dose_has_begun(room: DosingRoom) -> None:
    touch = in_force(room.episode, NOW - 30 * HOUR, kind="touch")
    release = proposed(
        room.episode, NOW - 30 * HOUR, kind="roi", about="My sister, all"
    )
    read_whole(release, NOW)
    room.give(room.make_ready())

    assert under_effect(room.episode.patient_id, NOW + HOUR).dose_started_at == NOW
    with pytest.raises(ConsentNotReady, match="A dose was given today"):
        patient_signs(release, NOW + HOUR)
    screening.narrow_consent(
        consent_id=touch.pk, section_id="hand", link=link_to(touch, NOW), now=NOW + HOUR
    )
    touch.refresh_from_db()
    assert [entry["how"] for entry in touch.narrowed] == ["link"]
    patient_signs(release, NOW + 24 * HOUR)


def test_a_sedative_or_a_sleepy_reading_stops_signatures(room: DosingRoom) -> None:
    room.arrive()
    room.ask(substances_24h=True)
    found = under_effect(room.episode.patient_id, NOW)
    assert found.sedative_said_at is not None
    room.ask(NOW, substances_24h=False)
    assert under_effect(room.episode.patient_id, NOW).sedative_said_at is None
    room.measure(NOW, sedation_moaas=4)
    assert under_effect(room.episode.patient_id, NOW).lowest_moaas_at == NOW


def test_the_order_says_route_and_product_and_the_booking_the_first_dose(
    room: DosingRoom,
) -> None:
    episode = room.episode.pk
    assert planned([episode])[episode].route is None
    order = room.make_ready()
    found = planned([episode])[episode]
    assert (found.route, found.product) == (order.route, order.product.code)
    assert found.is_compounded is False
    assert found.first_dose_at == room.appointment.starts_at


def test_an_exclusion_set_aside_asks_for_its_own_paper(room: DosingRoom) -> None:
    on = NOW.date()
    found = dict(required_consents(room.episode.pk, on=on, needs_addendum=True))
    assert not found["Override of a rule consent"].is_current
    addendum = proposed(room.episode, NOW - HOUR, kind="override_addendum")
    read_whole(addendum, NOW)
    patient_signs(addendum, NOW)
    clinician_signs(addendum, NOW)
    found = dict(required_consents(room.episode.pk, on=on, needs_addendum=True))
    assert found["Override of a rule consent"].is_current
