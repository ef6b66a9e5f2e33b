"""How far each form of an episode has come: states, never answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kap.core.outbox import OutboxStatus
from kap.notifications.models import Communication
from screening.enums import ConsentStatus, PacketStatus, ResponseStatus
from screening.models import Consent, IntakePacket, QuestionnaireResponse
from screening.queries.instruments import edition
from screening.queries.packet_progress import progress_of
from screening.rules.consent_conditions import sections_for


@dataclass(frozen=True, slots=True)
class FormLine:
    """One form as everybody at the clinic may see it."""

    id: UUID
    kind: str
    """packet, measures or consent: the purpose of its link."""
    title: str
    state: str
    tone: str
    detail: str
    at: datetime
    is_open: bool
    message: str = ""


FORMS_SHOWN = 30
PACKET_LOOK = {
    PacketStatus.SENT: ("Sent", "info"),
    PacketStatus.IN_PROGRESS: ("Being filled in", "info"),
    PacketStatus.COMPLETED: ("Filled in", "ok"),
    PacketStatus.CANCELLED: ("Called back", "quiet"),
}
RESPONSE_LOOK = {
    ResponseStatus.IN_PROGRESS: ("Sent", "info"),
    ResponseStatus.COMPLETED: ("Filled in", "ok"),
    ResponseStatus.AMENDED: ("Filled in", "ok"),
    ResponseStatus.ENTERED_IN_ERROR: ("Entered in error", "quiet"),
    ResponseStatus.STOPPED: ("Called back", "quiet"),
}
CONSENT_LOOK = {
    ConsentStatus.PROPOSED: ("Sent", "info"),
    ConsentStatus.PARTIAL: ("Signed in part", "info"),
    ConsentStatus.ACTIVE: ("Signed", "ok"),
    ConsentStatus.REJECTED: ("Declined", "warn"),
    ConsentStatus.INACTIVE: ("No longer counts", "quiet"),
}
MESSAGE_WORD = {
    OutboxStatus.PREPARATION: "message waits to go out",
    OutboxStatus.IN_PROGRESS: "message is going out",
    OutboxStatus.COMPLETED: "message sent",
    OutboxStatus.NOT_DONE: "message could not be sent",
    OutboxStatus.STOPPED: "message stopped",
    OutboxStatus.UNKNOWN: "not known whether the message arrived",
}


def form_lines(episode_id: UUID) -> list[FormLine]:
    """Packets, questionnaires and consents, newest first; four queries."""
    packets = list(
        IntakePacket.objects.filter(episode=episode_id)
        .select_related("patient")
        .order_by("-sent_at")[:10]
    )
    responses = list(
        QuestionnaireResponse.objects.filter(episode=episode_id)
        .order_by("-created_at")
        .defer("answers")[:FORMS_SHOWN]
    )
    consents = list(
        Consent.objects.filter(episode=episode_id)
        .select_related("template")
        .defer("frozen_html")
        .order_by("-proposed_at")[:10]
    )
    said = _messages(
        [row.pk for rows in (packets, responses, consents) for row in rows]
    )
    lines = [_packet(row, said) for row in packets]
    lines += [_response(row, said) for row in responses]
    lines += [_consent(row, said) for row in consents]
    return sorted(lines, key=lambda line: (not line.is_open, -line.at.timestamp()))


def _messages(ids: Sequence[UUID]) -> dict[UUID, str]:
    rows = (
        Communication.objects.filter(about_id__in=list(ids))
        .order_by("created_at")
        .values_list("about_id", "status")
    )
    return {
        about: MESSAGE_WORD.get(OutboxStatus(status), "")
        for about, status in rows
        if about is not None
    }


def _packet(packet: IntakePacket, said: dict[UUID, str]) -> FormLine:
    state, tone = PACKET_LOOK[PacketStatus(packet.status)]
    is_open = packet.status in (PacketStatus.SENT, PacketStatus.IN_PROGRESS)
    return FormLine(
        id=packet.pk,
        kind="packet",
        title="Intake packet",
        state=state,
        tone=tone,
        detail=_packet_detail(packet, is_open=is_open),
        at=packet.completed_at or packet.sent_at,
        is_open=is_open,
        message=said.get(packet.pk, "no message planned") if is_open else "",
    )


def _packet_detail(packet: IntakePacket, *, is_open: bool) -> str:
    parts = f"{len(packet.done)} of {len(packet.sections)} parts"
    if not is_open:
        return parts
    progress = progress_of(packet)
    return f"{parts}, {progress.answered} of {progress.total} answered"


def _response(response: QuestionnaireResponse, said: dict[UUID, str]) -> FormLine:
    state, tone = RESPONSE_LOOK[ResponseStatus(response.status)]
    is_open = response.status == ResponseStatus.IN_PROGRESS
    if is_open and response.started_at:
        state = "Being filled in"
    return FormLine(
        id=response.pk,
        kind="measures",
        title=edition(response.instrument, response.definition_id).title,
        state=state,
        tone=tone,
        detail="",
        at=response.completed_at or response.created_at,
        is_open=is_open,
        message=said.get(response.pk, "no message planned") if is_open else "",
    )


def _consent(consent: Consent, said: dict[UUID, str]) -> FormLine:
    state, tone = CONSENT_LOOK[ConsentStatus(consent.status)]
    is_open = consent.status == ConsentStatus.PROPOSED
    detail = f"edition {consent.template.edition}"
    if is_open and consent.opened_at:
        state = "Opened"
        parts = sections_for(consent.template.sections, consent.facts)
        detail += f", {len(consent.read_sections)} of {len(parts)} parts read"
    return FormLine(
        id=consent.pk,
        kind="consent",
        title=consent.template.title,
        state=state,
        tone=tone,
        detail=detail,
        at=consent.signed_at or consent.proposed_at,
        is_open=is_open,
        message=said.get(consent.pk, "no message planned") if is_open else "",
    )
