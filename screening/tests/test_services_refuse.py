from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from kap.accounts.tests.factories import PASSWORD, PrescriberFactory, UserFactory
from kap.core.errors import ChangedMeanwhile, DomainError, NotAllowed
from kap.documents.models import Signature
from kap.notifications.models import Communication
from kap.patients.signals import episode_opened
from kap.patients.tests.factories import ContactConsentFactory, EpisodeFactory
from kap.worklist.models import WorkItem
from screening import services
from screening.enums import (
    ConsentStatus,
    Decision,
    PacketSection,
    PacketStatus,
    ResponseMode,
)
from screening.models import Consent, IntakePacket
from screening.queries import consent_state
from screening.services.packet_confirm import confirm_packet
from screening.tests.consent_room import clinician_signs, patient_signs, read_whole
from screening.tests.factories import (
    ConsentFactory,
    PacketFactory,
    answered,
    publish_edition,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def episode(db, now, freeze):
    freeze(now)
    return EpisodeFactory.create()


@pytest.fixture
def desk(db):
    return UserFactory.create(front_desk=True)


@pytest.fixture
def nurse(db):
    return UserFactory.create(nurse=True)


@pytest.fixture
def stranger(db):
    return UserFactory.create(compliance=True)


PACKET_CLOSED = {PacketStatus.COMPLETED, PacketStatus.CANCELLED}


@pytest.mark.parametrize("status", list(PacketStatus))
@pytest.mark.parametrize("act", ["draft", "complete", "cancel"])
def test_a_packet_takes_answers_only_while_it_is_open(episode, desk, now, status, act):
    packet = PacketFactory.create(
        episode=episode,
        status=status,
        completed_at=now if status == PacketStatus.COMPLETED else None,
    )

    def do():
        if act == "draft":
            return services.save_draft(
                packet_id=packet.pk,
                section=PacketSection.MIND,
                typed={},
                version=0,
                now=now,
            )
        if act == "complete":
            return services.complete_section(
                packet_id=packet.pk, section=PacketSection.CONTACT, by=None, now=now
            )
        return services.cancel_packet(packet_id=packet.pk, by=desk, now=now)

    if status in PACKET_CLOSED:
        with pytest.raises(services.PacketClosed, match="sent in already"):
            do()
    else:
        wanted = PacketStatus.CANCELLED if act == "cancel" else PacketStatus.IN_PROGRESS
        assert do().status == wanted


def test_a_draft_on_an_old_state_is_refused(episode, now):
    packet = PacketFactory.create(episode=episode)
    with pytest.raises(ChangedMeanwhile, match="another device"):
        services.save_draft(
            packet_id=packet.pk,
            section=PacketSection.MIND,
            typed={},
            version=9,
            now=now,
        )


def test_a_part_that_was_not_asked_for_is_refused(episode, now):
    packet = PacketFactory.create(episode=episode, sections=["identity"])
    with pytest.raises(DomainError, match="not among"):
        services.complete_section(
            packet_id=packet.pk, section=PacketSection.MIND, by=None, now=now
        )


def test_sending_again_keeps_one_packet_and_writes_again(episode, desk, now):
    ContactConsentFactory.create(patient=episode.patient)
    first = services.send_packet(episode=episode, by=desk, now=now)
    again = services.send_packet(episode=episode, by=desk, now=now + timedelta(hours=1))
    assert first.pk == again.pk
    assert Communication.objects.filter(kind="packet").count() == 2


def test_who_does_not_book_sends_no_form(episode, stranger, now):
    with pytest.raises(NotAllowed):
        services.send_packet(episode=episode, by=stranger, now=now)
    with pytest.raises(NotAllowed):
        services.send_measures(
            episode=episode, instrument_keys=["phq-9"], by=stranger, now=now
        )
    with pytest.raises(NotAllowed):
        services.propose_consent(episode=episode, by=stranger, now=now)


@pytest.mark.parametrize(("wanted", "count"), [(True, 1), (False, 0)])
def test_joining_a_course_sends_the_packet(episode, desk, wanted, count):
    episode_opened.send(
        None,
        patient_id=episode.patient_id,
        episode_id=episode.pk,
        by_id=desk.pk,
        send_packet=wanted,
    )
    assert IntakePacket.objects.count() == count


def consent_in(episode, status, now):
    if status == ConsentStatus.PARTIAL:
        consent = ConsentFactory.create(episode=episode)
        read_whole(consent, now)
        return patient_signs(consent, now)
    signed = status in (ConsentStatus.ACTIVE, ConsentStatus.INACTIVE)
    ended = status in (ConsentStatus.REJECTED, ConsentStatus.INACTIVE)
    return ConsentFactory.create(
        episode=episode,
        status=status,
        signed_at=now if signed else None,
        content_sha256="a" * 64 if signed else "",
        frozen_html="<p>x</p>" if signed else "",
        ended_at=now if ended else None,
    )


ALLOWED = {
    "read": {ConsentStatus.PROPOSED},
    "decline": {ConsentStatus.PROPOSED, ConsentStatus.PARTIAL},
    "ask": {ConsentStatus.PROPOSED},
    "withdraw": {ConsentStatus.ACTIVE},
    "explain": {ConsentStatus.PARTIAL},
}


@pytest.mark.parametrize("status", list(ConsentStatus))
@pytest.mark.parametrize("act", list(ALLOWED))
def test_each_step_of_a_consent_from_each_status(episode, nurse, now, status, act):
    consent = consent_in(episode, status, now)

    def do():
        if act == "read":
            services.acknowledge_section(
                consent_id=consent.pk, section_id="what", given=""
            )
        elif act == "decline":
            services.decline_consent(
                consent_id=consent.pk, reason="", link=None, now=now
            )
        elif act == "ask":
            services.ask_about_section(
                consent_id=consent.pk,
                section_id="what",
                text="Why?",
                link=None,
                now=now,
            )
        elif act == "withdraw":
            services.withdraw_consent(
                consent_id=consent.pk, reason="", by=nurse, now=now
            )
        else:
            clinician_signs(consent, now, by=nurse)

    if status in ALLOWED[act]:
        do()
    else:
        with pytest.raises(DomainError):
            do()


def test_an_unsigned_older_edition_gives_way_to_the_newer(episode, desk, now):
    old = services.propose_consent(episode=episode, by=desk, now=now)
    publish_edition(number=2)
    new = services.propose_consent(episode=episode, by=desk, now=now)
    old.refresh_from_db()
    assert (old.status, new.status) == (ConsentStatus.INACTIVE, ConsentStatus.PROPOSED)
    again = services.propose_consent(episode=episode, by=desk, now=now)
    assert again.pk == new.pk
    assert Consent.objects.count() == 2


def test_a_signed_consent_counts_until_a_material_edition_comes(episode, now):
    consent_in(episode, ConsentStatus.ACTIVE, now)
    assert consent_state(episode.pk, on=now.date()).is_current
    publish_edition(number=2, is_material=False)
    assert consent_state(episode.pk, on=now.date()).is_current
    publish_edition(number=3)
    assert not consent_state(episode.pk, on=now.date()).is_current


def test_only_clinicians_explain_answer_and_only_staff_withdraw(
    episode, desk, stranger, now
):
    consent = consent_in(episode, ConsentStatus.ACTIVE, now)
    with pytest.raises(NotAllowed):
        clinician_signs(consent, now, by=desk)
    with pytest.raises(NotAllowed):
        services.answer_question(consent_id=consent.pk, number=0, by=desk, now=now)
    with pytest.raises(NotAllowed):
        services.withdraw_consent(
            consent_id=consent.pk, reason="", by=stranger, now=now
        )
    assert not Signature.objects.exists()


def test_a_prescriber_without_valid_credentials_cannot_decide(episode, now):
    user = UserFactory.create(prescriber=True)
    answered(episode)
    evaluation = services.evaluate_eligibility(
        episode=episode, cause="review", by=None, now=now
    )
    args = {
        "evaluation_id": evaluation.pk,
        "decision": Decision.DEFERRED,
        "conditions": "",
        "reason": "Later",
        "password": PASSWORD,
        "now": now,
    }
    with pytest.raises(NotAllowed, match="licence"):
        services.decide_eligibility(by=user, **args)
    with pytest.raises(NotAllowed, match="prescriber"):
        services.decide_eligibility(by=UserFactory.create(nurse=True), **args)
    decided = services.decide_eligibility(by=PrescriberFactory.create().user, **args)
    assert decided.decision == Decision.DEFERRED


def test_the_rules_are_kept_once_for_the_same_answers(episode, now):
    answered(episode)
    first = services.evaluate_eligibility(episode=episode, cause="a", by=None, now=now)
    again = services.evaluate_eligibility(episode=episode, cause="b", by=None, now=now)
    assert first.pk == again.pk


def test_a_measurement_cannot_lie_in_the_future(episode, nurse, now):
    args = {
        "patient": episode.patient,
        "episode": episode,
        "code": "29463-7",
        "value": Decimal(70),
        "now": now,
    }
    with pytest.raises(DomainError, match="future"):
        services.record_observation(
            effective_at=now + timedelta(hours=1), by=nurse, **args
        )
    with pytest.raises(NotAllowed):
        services.record_observation(
            effective_at=now, by=UserFactory.create(front_desk=True), **args
        )
    assert services.record_observation(effective_at=now, by=nurse, **args).unit == "kg"


def test_naming_an_allergy_ends_none_known_and_not_the_other_way(episode, nurse, now):
    args = {
        "patient": episode.patient,
        "mode": ResponseMode.CLINICIAN,
        "by": nurse,
        "now": now,
    }
    services.record_allergies(names_and_reactions=[], none_known=True, **args)
    services.record_allergies(
        names_and_reactions=[("Latex", "")], none_known=False, **args
    )
    services.record_allergies(names_and_reactions=[], none_known=True, **args)
    live = episode.patient.allergies.filter(entered_in_error_at=None)
    assert [row.text for row in live] == ["Latex"]
    with pytest.raises(DomainError, match="Either"):
        services.record_allergies(
            names_and_reactions=[("X", "")], none_known=True, **args
        )


def test_a_review_item_closes_with_the_decision(episode, now):
    packet = PacketFactory.create(episode=episode, sections=["contact"])
    services.complete_section(
        packet_id=packet.pk, section=PacketSection.CONTACT, by=None, now=now
    )
    confirm_packet(
        packet_id=packet.pk,
        printed_name="Ada Reed",
        proof="secure link and date of birth",
        hand=services.Hand(mode="link"),
        now=now,
    )
    item = WorkItem.objects.get(kind="screening-review")
    services.decide_eligibility(
        evaluation_id=episode.evaluations.get().pk,
        decision=Decision.DEFERRED,
        conditions="",
        reason="Answers are missing",
        password=PASSWORD,
        by=PrescriberFactory.create().user,
        now=now,
    )
    item.refresh_from_db()
    assert item.closed_at is not None
