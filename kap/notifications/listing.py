"""The outbox as pages show it: what needs somebody, what is due, what went."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q

from kap.accounts.models import User
from kap.core.outbox import OutboxStatus
from kap.notifications import registry
from kap.notifications.models import Communication, CommunicationQuerySet
from kap.notifications.sentences import CHIPS, why
from kap.patients.enums import Channel

PAGE: Final = 50
SHOWN: Final = {
    "": (OutboxStatus.COMPLETED, OutboxStatus.NOT_DONE, OutboxStatus.STOPPED),
    "unknown": (OutboxStatus.UNKNOWN,),
    "due": (OutboxStatus.PREPARATION,),
    "sent": (OutboxStatus.COMPLETED,),
    "failed": (OutboxStatus.NOT_DONE, OutboxStatus.STOPPED),
}
WORDS: Final = {
    "": "All",
    "unknown": "Unknown",
    "due": "Due",
    "sent": "Sent",
    "failed": "Not sent",
}
FIRST_DUE: Final = 20
CHANNEL_ICONS: Final = {Channel.EMAIL: "mail", Channel.SMS: "message"}


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One line: for whom, when, and how it stands."""

    id: UUID
    label: str
    about: datetime | None
    to: str
    patient_id: UUID
    channel: str
    icon: str
    at: datetime
    word: str
    tone: str
    state_icon: str
    note: str
    is_waiting: bool
    is_unknown: bool


@dataclass(frozen=True, slots=True)
class Section:
    heading: str
    rows: list[MessageRow]


@dataclass(frozen=True, slots=True)
class Cursor:
    at: datetime
    id: UUID

    def __str__(self) -> str:
        return f"{self.at.isoformat()}_{self.id}"


@dataclass(frozen=True, slots=True)
class OutboxPage:
    sections: list[Section] = field(default_factory=list)
    older: Cursor | None = None

    @property
    def is_empty(self) -> bool:
        return not any(section.rows for section in self.sections)


def cursor_from(text: str) -> Cursor | None:
    """A cursor from an address; what is none begins at the top."""
    moment, _, key = text.partition("_")
    try:
        at, row_id = datetime.fromisoformat(moment), UUID(key)
    except ValueError:
        return None
    return Cursor(at, row_id) if at.tzinfo else None


def outbox(
    user: User,
    *,
    show: str = "",
    after: Cursor | None = None,
    patient_id: UUID | None = None,
) -> OutboxPage:
    """Unknown first, then due, then what ended; three queries at most."""
    messages = Communication.objects.visible_to(user)
    if patient_id is not None:
        messages = messages.filter(patient_id=patient_id)
    messages = messages.select_related("patient", "related_person", "to_user")
    sections: list[Section] = []
    if show == "" and after is None:
        unknown = messages.filter(status__in=SHOWN["unknown"]).order_by("finished_at")
        due = messages.filter(status__in=SHOWN["due"]).order_by("due_at")
        sections += [
            Section("Unknown: nothing is sent twice", rows_of(unknown[:PAGE])),
            Section("Due next", rows_of(due[:FIRST_DUE])),
        ]
    rows, older = _part(messages.filter(status__in=SHOWN[show]), show=show, after=after)
    sections.append(Section(HEADINGS[show], rows))
    return OutboxPage([section for section in sections if section.rows], older)


HEADINGS: Final = {
    "": "Done",
    "unknown": "Unknown: nothing is sent twice",
    "due": "Due",
    "sent": "Sent",
    "failed": "Not sent, or stopped",
}


def _part(
    messages: CommunicationQuerySet, *, show: str, after: Cursor | None
) -> tuple[list[MessageRow], Cursor | None]:
    """One page along an index: due ones from the next on, all others newest first."""
    forward = show == "due"
    name, than = ("due_at", "gt") if forward else ("finished_at", "lt")
    order = (name, "id") if forward else (f"-{name}", "-id")
    found = messages.filter(**{f"{name}__isnull": False}).order_by(*order)
    if after is not None:
        found = found.filter(
            Q(**{f"{name}__{than}": after.at})
            | Q(**{name: after.at, f"id__{than}": after.id})
        )
    got = list(found[: PAGE + 1])
    shown = got[:PAGE]
    last = shown[-1] if len(got) > PAGE else None
    older = Cursor(getattr(last, name), last.pk) if last else None
    return rows_of(shown), older


def rows_of(messages: Iterable[Communication]) -> list[MessageRow]:
    """Lines for messages whose people are loaded."""
    return [_row(message) for message in messages]


def _row(message: Communication) -> MessageRow:
    word, tone, state_icon = CHIPS[OutboxStatus(message.status)]
    waiting = message.status == OutboxStatus.PREPARATION
    note = why(message.problem)
    if waiting and not note:
        kind = registry.kind(message.kind)
        note = f"Stops when {kind.stops_when}" if kind and kind.stops_when else ""
    return MessageRow(
        id=message.pk,
        label=registry.label_of(message.kind),
        about=message.about_at,
        to=_to(message),
        patient_id=message.patient_id,
        channel=message.get_channel_display(),
        icon=CHANNEL_ICONS.get(Channel(message.channel), "message"),
        at=(message.due_at if waiting else message.finished_at) or message.due_at,
        word=word,
        tone=tone,
        state_icon=state_icon,
        note=note,
        is_waiting=waiting,
        is_unknown=message.status == OutboxStatus.UNKNOWN,
    )


def _to(message: Communication) -> str:
    if message.to_user is not None:
        return f"{message.to_user.name}, staff"
    if message.related_person is not None:
        return f"{message.related_person.name}, for {message.patient.full_name}"
    return message.patient.full_name


def unknown_count(user: User) -> int:
    """For the badge beside Messages."""
    unknown = Communication.objects.visible_to(user).filter(status=OutboxStatus.UNKNOWN)
    return unknown.count()
