"""Sending the whole packet in: the answers are confirmed with a name, then judged."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from kap.accounts.enums import Role
from kap.accounts.models import User
from kap.audit.enums import Action
from kap.core.errors import DomainError
from kap.documents.models import Meaning
from kap.documents.services import sign
from kap.patients.enums import Phase
from kap.patients.models import EpisodeOfCare
from kap.patients.services import move_phase
from kap.worklist.services import close_for, open_item
from screening.enums import PacketSection, PacketStatus, ResponseStatus
from screening.models import (
    AllergyIntolerance,
    IntakePacket,
    MedicationStatement,
    QuestionnaireResponse,
)
from screening.queries.answers import newest_answers
from screening.questions import PATIENT_SEX, asked, of_section
from screening.services.eligibility import REVIEW, evaluate_eligibility, review_key
from screening.services.packets import _audit, _open_packet, by_hand_key
from screening.services.parts import Hand

REVIEW_WITHIN: Final = timedelta(days=2)
"""When a prescriber has looked at it (ours)."""
SIGNED_AS: Final = "IntakePacket"


class NotAllDone(DomainError):
    """A part is still open."""


def confirm_packet(
    *, packet_id: UUID, printed_name: str, proof: str, hand: Hand, now: datetime
) -> IntakePacket:
    """Sign what was answered and send it in; raises NotAllDone and PacketClosed.

    The patient signs; on the telephone the member of staff signs for having read the
    answers back.  The digest covers every answer as it stands in the record.
    """
    if len(printed_name.strip()) < 2:
        raise DomainError("Write your name to confirm that the answers are yours.")
    with transaction.atomic():
        packet = _open_packet(packet_id)
        if not set(packet.done) >= set(packet.sections):
            raise NotAllDone("A part is still open. Finish it first.")
        packet.signature = sign(
            object_type=SIGNED_AS,
            object_id=packet.pk,
            meaning=Meaning.AUTHOR,
            content=content_of(packet),
            now=now,
            user=hand.by,
            patient=None if hand.by else packet.patient,
            link=hand.link,
            printed_name=printed_name,
            proof=proof,
        )
        packet.drafts = _hidden(packet)
        packet.stamps = {}
        packet.status = PacketStatus.COMPLETED
        packet.completed_at = now
        packet.version += 1
        packet.save()
        _audit(packet, Action.SIGN, by=hand.by, link=hand.link)
        close_for(source_key=by_hand_key(packet.pk), by=hand.by, now=now)
        _sent_in(packet, by=hand.by, now=now)
    return packet


def content_of(packet: IntakePacket) -> str:
    """Everything that was answered, as text that is always written the same way."""
    answers = newest_answers(packet.episode_id)
    fields = {
        question.field
        for name in packet.sections
        if name in PacketSection.values
        for question in of_section(PacketSection(name))
    }
    content = {
        "packet": str(packet.pk),
        "parts": packet.sections,
        "answers": {name: row.value for name, row in answers.items() if name in fields},
        "medicines": sorted(_held(MedicationStatement, packet, "text", "dose_text")),
        "allergies": sorted(_held(AllergyIntolerance, packet, "text", "reaction")),
        "questionnaires": _measures(packet),
    }
    return json.dumps(content, sort_keys=True, ensure_ascii=False)


def _held(model: Any, packet: IntakePacket, *names: str) -> list[tuple[str, str]]:
    rows = model.objects.filter(patient_id=packet.patient_id, entered_in_error_at=None)
    return list(rows.values_list(*names))


def _measures(packet: IntakePacket) -> dict[str, Mapping[str, Any]]:
    rows = (
        QuestionnaireResponse.objects.filter(
            episode_id=packet.episode_id,
            instrument__in=packet.sections,
            status=ResponseStatus.COMPLETED,
        )
        .order_by("instrument", "-completed_at")
        .distinct("instrument")
    )
    return {row.instrument: row.answers for row in rows}


def _hidden(packet: IntakePacket) -> dict[str, Any]:
    """Answers whose question no longer applied: never submitted, not thrown away."""
    left: dict[str, Any] = {}
    for name, typed in packet.drafts.items():
        if name not in PacketSection.values or not of_section(PacketSection(name)):
            continue
        shown = asked(PacketSection(name), {**typed, PATIENT_SEX: packet.patient.sex})
        fields = {question.field for question in shown}
        if hidden := {key: said for key, said in typed.items() if key not in fields}:
            left[name] = hidden
    return left


def _sent_in(packet: IntakePacket, *, by: User | None, now: datetime) -> None:
    """All parts are there: run the rules, begin screening, ask for a review."""
    episode = EpisodeOfCare.objects.select_related(
        "site", "patient", "therapist", "prescriber"
    ).get(pk=packet.episode_id)
    evaluate_eligibility(episode=episode, cause="packet", by=by, now=now)
    if episode.phase == Phase.INTAKE:
        move_phase(episode_id=episode.pk, to=Phase.SCREENING, by=None, now=now)
    open_item(
        kind=REVIEW,
        source_key=review_key(packet.episode_id, packet.pk),
        role=Role.PRESCRIBER,
        owner=episode.prescriber,
        cover=episode.therapist,
        patient=episode.patient,
        object_id=episode.pk,
        due_at=now + REVIEW_WITHIN,
        by=by,
        now=now,
    )
