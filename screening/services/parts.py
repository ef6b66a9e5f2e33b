"""Finishing one part of the packet: its answers become the record, the part is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from kap.accounts.models import User
from kap.core.errors import DomainError
from kap.patients.facts import OwnDetails, RelatedFacts
from kap.patients.models import EpisodeOfCare, SecureLink
from kap.patients.queries import contact_consents
from kap.patients.services import (
    add_related_person,
    correct_own_details,
    set_contact_consent,
)
from screening.enums import PacketSection, ResponseMode, ResponseStatus
from screening.instruments import Answers
from screening.models import IntakePacket, QuestionnaireResponse
from screening.questions import PATIENT_SEX, asked, implied
from screening.services.history import (
    record_allergies,
    record_answers,
    record_medications,
)
from screening.services.measures import request_measures, submit_response
from screening.services.packets import complete_section


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Who answers, and how: the patient through a link, or staff who write it down."""

    mode: ResponseMode
    by: User | None = None
    link: SecureLink | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Medicines:
    """What is taken and what is not tolerated, as pairs of name and dose or reaction.

    ``none_known`` is None when the person is not sure about allergies.
    """

    taken: Sequence[tuple[str, str]]
    allergies: Sequence[tuple[str, str]]
    none_known: bool | None


def finish_identity(
    *,
    packet: IntakePacket,
    details: OwnDetails,
    version: int,
    hand: Hand,
    now: datetime,
) -> IntakePacket:
    """Keep what was corrected; an unchanged record is only confirmed."""
    patient = packet.patient
    same = details == OwnDetails(
        pronouns=patient.pronouns,
        phone=patient.phone,
        email=patient.email,
        address=patient.address,
        language=patient.language,
    )
    with transaction.atomic():
        if not same:
            correct_own_details(
                patient_id=patient.pk,
                version=version,
                details=details,
                by=hand.by,
                link_id=hand.link.pk if hand.link else None,
            )
        return _complete(packet, PacketSection.IDENTITY, hand, now)


def finish_people(
    *,
    packet: IntakePacket,
    people: Sequence[RelatedFacts],
    hand: Hand,
    now: datetime,
) -> IntakePacket:
    """Keep who is called in an emergency and who takes the patient home."""
    with transaction.atomic():
        known = set(
            packet.patient.related_people.filter(ended_at=None).values_list(
                "kind", "name", "phone"
            )
        )
        for person in people:
            if (person.kind, person.name, person.phone) not in known:
                add_related_person(
                    patient=packet.patient,
                    facts=person,
                    by=hand.by,
                    now=now,
                    link_id=hand.link.pk if hand.link else None,
                )
        return _complete(packet, PacketSection.PEOPLE, hand, now)


def finish_contact(
    *,
    packet: IntakePacket,
    given: Mapping[tuple[str, str], bool],
    hand: Hand,
    now: datetime,
) -> IntakePacket:
    """Keep what may be sent by which channel; only what is new is written down."""
    with transaction.atomic():
        known = contact_consents(packet.patient_id)
        for (channel, purpose), is_given in given.items():
            before = known.get((channel, purpose))
            if before is not None and before.is_given == is_given:
                continue
            set_contact_consent(
                patient=packet.patient,
                channel=channel,
                purpose=purpose,
                is_given=is_given,
                by=hand.by,
                now=now,
                link_id=hand.link.pk if hand.link else None,
            )
        return _complete(packet, PacketSection.CONTACT, hand, now)


def finish_history(
    *,
    packet: IntakePacket,
    section: PacketSection,
    answers: Mapping[str, object],
    hand: Hand,
    now: datetime,
) -> IntakePacket:
    """Keep the answers of one history part, and what follows from them.

    Answers to questions that no longer apply stay in the drafts and are not kept here.
    """
    base = {PATIENT_SEX: packet.patient.sex}
    said = {
        question.field: answers[question.field]
        for question in asked(section, {**answers, **base})
        if question.field in answers
    }
    with transaction.atomic():
        record_answers(
            episode=_episode(packet),
            answers={
                **said,
                **implied(section, {**answers, **base}),
                **_counted(said),
            },
            mode=hand.mode,
            by=hand.by,
            now=now,
            link=hand.link,
        )
        return _complete(packet, section, hand, now)


def _counted(said: Mapping[str, object]) -> dict[str, object]:
    """How many risk factors of the heart were named; not sure leaves the count open."""
    if "cvd_risks" not in said:
        return {}
    risks = said["cvd_risks"]
    if not isinstance(risks, list) or said.get("htn_dx") is None:
        return {"cvd_risk_factor_count": None}
    return {"cvd_risk_factor_count": len(risks) + bool(said["htn_dx"])}


def finish_medications(
    *, packet: IntakePacket, medicines: Medicines, hand: Hand, now: datetime
) -> IntakePacket:
    """Keep medicines and allergies; "I take nothing" is an answer of its own."""
    with transaction.atomic():
        record_medications(
            patient=packet.patient,
            names_and_doses=medicines.taken,
            mode=hand.mode,
            by=hand.by,
            now=now,
            link=hand.link,
        )
        if medicines.none_known is not None:
            record_allergies(
                patient=packet.patient,
                names_and_reactions=medicines.allergies,
                none_known=medicines.none_known,
                mode=hand.mode,
                by=hand.by,
                now=now,
                link=hand.link,
            )
        record_answers(
            episode=_episode(packet),
            answers={
                "takes_medicines": bool(medicines.taken),
                "allergies": medicines.none_known,
            },
            mode=hand.mode,
            by=hand.by,
            now=now,
            link=hand.link,
        )
        return _complete(packet, PacketSection.MEDICATIONS, hand, now)


def response_of_part(
    *, packet: IntakePacket, section: str, now: datetime
) -> QuestionnaireResponse:
    """The questionnaire behind a part: filled in since the packet was sent, or to be."""
    rows = QuestionnaireResponse.objects.filter(
        episode_id=packet.episode_id, instrument=section
    )
    if section in packet.done:
        done = (
            rows.filter(status=ResponseStatus.COMPLETED)
            .order_by("-completed_at")
            .first()
        )
        if done is not None:
            return done
    waiting = rows.filter(status=ResponseStatus.IN_PROGRESS).first()
    if waiting is not None:
        return waiting
    (asked,) = request_measures(
        patient=packet.patient,
        episode=_episode(packet),
        instrument_keys=[section],
        due_at=now,
        by=None,
        now=now,
    )
    return asked


def finish_measure(
    *,
    packet: IntakePacket,
    section: str,
    response_id: UUID,
    answers: Answers,
    hand: Hand,
    now: datetime,
) -> IntakePacket:
    """Send one questionnaire of the packet in."""
    with transaction.atomic():
        response = submit_response(
            response_id=response_id,
            answers=answers,
            mode=hand.mode,
            by=hand.by,
            now=now,
            link=hand.link,
        )
        if response.patient_id != packet.patient_id:
            raise DomainError("This form belongs to somebody else.")
        return _complete(packet, section, hand, now)


def _complete(
    packet: IntakePacket, section: str, hand: Hand, now: datetime
) -> IntakePacket:
    return complete_section(
        packet_id=packet.pk, section=section, by=hand.by, now=now, link=hand.link
    )


def _episode(packet: IntakePacket) -> EpisodeOfCare:
    return packet.episode
