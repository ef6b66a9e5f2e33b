"""Sending the intake packet, keeping what is typed, and finishing each part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from kap.accounts.enums import Role
from kap.accounts.models import User
from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.core.errors import ChangedMeanwhile, DomainError, IllegalTransition
from kap.notifications.services import plan_message, stop_messages
from kap.patients.enums import Phase
from kap.patients.links import revoke_for_object
from kap.patients.models import EpisodeOfCare, SecureLink
from kap.patients.services import move_phase
from kap.worklist.services import open_item
from screening.enums import PacketSection, PacketStatus
from screening.models import IntakePacket
from screening.permissions import check_may_send_forms
from screening.services.eligibility import REVIEW, evaluate_eligibility, review_key

FULL: Final = tuple(PacketSection)
OPEN_FOR: Final = timedelta(days=14)
"""How long a packet waits to be filled in (ours)."""
REVIEW_WITHIN: Final = timedelta(days=2)
"""When a prescriber has looked at it (ours)."""


class PacketClosed(IllegalTransition):
    """The packet has been sent in or called back."""


def send_packet(
    *,
    episode: EpisodeOfCare,
    by: User | None,
    now: datetime,
    sections: Sequence[PacketSection] = FULL,
) -> IntakePacket:
    """Make the packet and plan the message with its link; one open for an episode."""
    if by is not None:
        check_may_send_forms(by)
    with transaction.atomic():
        EpisodeOfCare.objects.select_for_update().get(pk=episode.pk)
        packet = episode.intake_packets.filter(
            status__in=(PacketStatus.SENT, PacketStatus.IN_PROGRESS)
        ).first()
        if packet is None:
            packet = IntakePacket.objects.create(
                patient_id=episode.patient_id,
                episode=episode,
                sections=list(sections),
                sent_at=now,
                sent_by=by,
            )
        plan_message(
            kind="packet",
            key=f"packet:{packet.pk}:{now:%Y%m%d%H%M}",
            patient=episode.patient,
            about_id=packet.pk,
            due_at=now,
            useless_after=now + OPEN_FOR,
            link_purpose="packet",
            link_object_id=packet.pk,
            by=by,
            now=now,
        )
        _audit(packet, Action.SEND, by=by)
    return packet


def save_draft(
    *,
    packet_id: UUID,
    section: PacketSection,
    typed: Mapping[str, Any],
    version: int,
) -> IntakePacket:
    """Keep what is typed in one part; raises ChangedMeanwhile on a second device."""
    with transaction.atomic():
        packet = _open_packet(packet_id)
        if packet.version != version:
            raise ChangedMeanwhile(
                "This part was changed on another device. Both are kept; check it here."
            )
        packet.drafts = {**packet.drafts, str(section): dict(typed)}
        packet.status = PacketStatus.IN_PROGRESS
        packet.version += 1
        packet.save(update_fields=["drafts", "status", "version"])
    return packet


def complete_section(
    *,
    packet_id: UUID,
    section: PacketSection,
    by: User | None,
    now: datetime,
    link: SecureLink | None = None,
) -> IntakePacket:
    """Mark one part as done; the last one sends the packet in.

    The caller has kept the part's answers in the same transaction.
    """
    with transaction.atomic():
        packet = _open_packet(packet_id)
        if section not in packet.sections:
            raise DomainError("This part is not among the ones that were asked for.")
        if section not in packet.done:
            packet.done = [*packet.done, section]
        packet.drafts = {
            name: typed for name, typed in packet.drafts.items() if name != section
        }
        packet.status = PacketStatus.IN_PROGRESS
        packet.version += 1
        if set(packet.done) >= set(packet.sections):
            packet.status = PacketStatus.COMPLETED
            packet.completed_at = now
        packet.save()
        _audit(packet, Action.UPDATE, by=by, link=link)
        if packet.completed_at is not None:
            _sent_in(packet, by=by, now=now)
    return packet


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


def cancel_packet(*, packet_id: UUID, by: User, now: datetime) -> IntakePacket:
    """Call a packet back; what was sent in stays in the record."""
    check_may_send_forms(by)
    with transaction.atomic():
        packet = _open_packet(packet_id)
        packet.status = PacketStatus.CANCELLED
        packet.version += 1
        packet.save(update_fields=["status", "version"])
        stop_messages(key_prefix=f"packet:{packet.pk}:", now=now)
        revoke_for_object(object_id=packet.pk, by=by, now=now)
        _audit(packet, Action.UPDATE, by=by)
    return packet


def _open_packet(packet_id: UUID) -> IntakePacket:
    packet = IntakePacket.objects.select_for_update().get(pk=packet_id)
    if packet.status not in (PacketStatus.SENT, PacketStatus.IN_PROGRESS):
        raise PacketClosed("This has been sent in already. Thank you.")
    return packet


def _audit(
    packet: IntakePacket,
    action: Action,
    *,
    by: User | None,
    link: SecureLink | None = None,
) -> None:
    record(
        by=by,
        link_id=link.pk if link else None,
        action=action,
        category=Category.SCREENING,
        patient_id=packet.patient_id,
        object_type="IntakePacket",
        object_id=packet.pk,
    )
