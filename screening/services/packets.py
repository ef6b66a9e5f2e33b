"""The packet from sending to the last part: what is typed is kept as one goes."""

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
from kap.patients.links import revoke_for_object
from kap.patients.models import EpisodeOfCare, SecureLink
from kap.worklist.services import close_for, open_item
from screening.enums import PacketStatus
from screening.models import IntakePacket
from screening.models.packet_templates import LOCKED_INSTRUMENTS, OWN_SECTIONS
from screening.permissions import check_may_send_forms
from screening.services.packet_templates import choose_template, parts_to_send

FULL: Final = (*map(str, OWN_SECTIONS), *LOCKED_INSTRUMENTS)
"""What is sent when no template is in force."""
OPEN_FOR: Final = timedelta(days=14)
"""How long a packet waits to be filled in (ours)."""
BY_HAND: Final = "packet-by-hand"
BY_HAND_WITHIN: Final = timedelta(days=2)
"""When the front desk has called or handed a tablet over (ours)."""
ELSEWHERE: Final = (
    "This part was changed on another device. Both are kept; check it here."
)


class PacketClosed(IllegalTransition):
    """The packet has been sent in or called back."""


class AnsweredElsewhere(ChangedMeanwhile):
    """The same question was answered on another device after this page was opened.

    ``answers`` is what stands now, ``at`` when it was kept, ``version`` of the part.
    """

    def __init__(self, answers: dict[str, Any], at: datetime, version: int) -> None:
        self.answers, self.at, self.version = answers, at, version
        super().__init__("This was answered on another device.")


def send_packet(
    *,
    episode: EpisodeOfCare,
    by: User | None,
    now: datetime,
    sections: Sequence[str] | None = None,
    route: str = "",
) -> IntakePacket:
    """Make the packet and plan the message with its link; one open for an episode.

    The parts come from the template that fits indication and route best.  A patient
    who agreed to no channel gets no message: the front desk is told instead.
    """
    if by is not None:
        check_may_send_forms(by)
    with transaction.atomic():
        EpisodeOfCare.objects.select_for_update().get(pk=episode.pk)
        packet = episode.intake_packets.filter(
            status__in=(PacketStatus.SENT, PacketStatus.IN_PROGRESS)
        ).first()
        if packet is None:
            packet = _new_packet(episode, sections, route, by=by, now=now)
        planned = plan_message(
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
        if not planned:
            _by_hand(packet, episode, by=by, now=now)
        _audit(packet, Action.SEND, by=by)
    return packet


def _new_packet(
    episode: EpisodeOfCare,
    sections: Sequence[str] | None,
    route: str,
    *,
    by: User | None,
    now: datetime,
) -> IntakePacket:
    template = None
    if sections is None:
        on = now.astimezone(episode.site.zone).date()
        template = choose_template(indication=episode.indication, route=route, on=on)
        sections = parts_to_send(template) if template else FULL
    return IntakePacket.objects.create(
        patient_id=episode.patient_id,
        episode=episode,
        template=template,
        sections=[str(section) for section in sections],
        sent_at=now,
        sent_by=by,
    )


def by_hand_key(packet_id: UUID) -> str:
    return f"{BY_HAND}:{packet_id}"


def _by_hand(
    packet: IntakePacket, episode: EpisodeOfCare, *, by: User | None, now: datetime
) -> None:
    open_item(
        kind=BY_HAND,
        source_key=by_hand_key(packet.pk),
        role=Role.FRONT_DESK,
        due_at=now + BY_HAND_WITHIN,
        patient=episode.patient,
        object_id=episode.pk,
        by=by,
        now=now,
    )


def section_version(packet: IntakePacket, section: str) -> int:
    """Counts how often a part was kept; a page says which state it was opened on."""
    return int(packet.stamps.get(section, {}).get("version", 0))


def save_screen(
    *,
    packet_id: UUID,
    section: str,
    typed: Mapping[str, Any],
    now: datetime,
    seen: int | None = None,
) -> IntakePacket:
    """Keep the answers of one screen; the others of the part stay as they are.

    ``seen`` is the part's version when the page was opened.  Raises AnsweredElsewhere
    when one of these very questions was answered differently since then.
    """
    with transaction.atomic():
        packet = _open_packet(packet_id)
        kept = dict(packet.drafts.get(section, {}))
        _refuse_newer(packet, section, typed, kept, seen)
        _keep(packet, section, {**kept, **typed}, changed=list(typed), now=now)
    return packet


def save_draft(
    *,
    packet_id: UUID,
    section: str,
    typed: Mapping[str, Any],
    version: int,
    now: datetime,
) -> IntakePacket:
    """Keep a whole part, such as a list; raises ChangedMeanwhile on a second device."""
    with transaction.atomic():
        packet = _open_packet(packet_id)
        if section_version(packet, section) != version:
            raise ChangedMeanwhile(ELSEWHERE)
        _keep(packet, section, dict(typed), changed=list(typed), now=now)
    return packet


def _refuse_newer(
    packet: IntakePacket,
    section: str,
    typed: Mapping[str, Any],
    kept: Mapping[str, Any],
    seen: int | None,
) -> None:
    stamps = packet.stamps.get(section, {}).get("fields", {})
    newer = [
        stamps[field]
        for field, value in typed.items()
        if seen is not None
        and field in stamps
        and stamps[field][0] > seen
        and kept.get(field) != value
    ]
    if newer:
        _, at = max(newer)
        raise AnsweredElsewhere(
            {field: kept.get(field) for field in typed},
            datetime.fromisoformat(at),
            section_version(packet, section),
        )


def _keep(
    packet: IntakePacket,
    section: str,
    answers: dict[str, Any],
    *,
    changed: Sequence[str],
    now: datetime,
) -> None:
    """A part that is changed is to be looked through again before it counts as done."""
    version = section_version(packet, section) + 1
    before = packet.stamps.get(section, {}).get("fields", {})
    stamp = [version, now.isoformat()]
    packet.stamps = {
        **packet.stamps,
        section: {
            "version": version,
            "fields": before | dict.fromkeys(changed, stamp),
        },
    }
    packet.drafts = {**packet.drafts, section: answers}
    packet.done = [name for name in packet.done if name != section]
    packet.status = PacketStatus.IN_PROGRESS
    packet.version += 1
    packet.save(update_fields=["drafts", "stamps", "done", "status", "version"])


def complete_section(
    *,
    packet_id: UUID,
    section: str,
    by: User | None,
    now: datetime,  # noqa: ARG001 -- callers of every service give it
    link: SecureLink | None = None,
) -> IntakePacket:
    """Mark one part as done; the packet itself is sent in by ``confirm_packet``.

    The caller has kept the part's answers in the same transaction.
    """
    with transaction.atomic():
        packet = _open_packet(packet_id)
        if section not in packet.sections:
            raise DomainError("This part is not among the ones that were asked for.")
        if section not in packet.done:
            packet.done = [*packet.done, str(section)]
        packet.status = PacketStatus.IN_PROGRESS
        packet.version += 1
        packet.save(update_fields=["done", "status", "version"])
        _audit(packet, Action.UPDATE, by=by, link=link)
    return packet


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
        close_for(source_key=by_hand_key(packet.pk), by=by, now=now)
        _audit(packet, Action.UPDATE, by=by)
    return packet


def _open_packet(packet_id: UUID) -> IntakePacket:
    packet = IntakePacket.objects.select_for_update(of=("self",)).get(pk=packet_id)
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
