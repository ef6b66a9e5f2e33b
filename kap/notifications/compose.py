"""From a planned message to the words, the sender and the address it goes out with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format

from kap.core.outbox import OutboxStatus
from kap.notifications import gsm, registry, texts, words
from kap.notifications.models import Communication, MessageTemplate
from kap.notifications.queries import phone_of
from kap.patients.enums import Channel
from kap.patients.links import issue_link

if TYPE_CHECKING:
    from kap.patients.models import Patient

LANGUAGE = "en"


class CannotComposeError(Exception):
    """The message cannot be written; the code says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Letter:
    """What leaves the building."""

    reference: str
    """The message's id, for the provider's own list; says nothing."""
    recipient: str
    sender: str
    subject: str
    body: str


def address_of(message: Communication) -> str:
    """Where it goes, as it is known now; nothing when there is no address."""
    if message.to_user is not None:
        if not message.to_user.is_active:
            return ""
        by_mail = message.channel == Channel.EMAIL
        return message.to_user.email if by_mail else phone_of(message.to_user)
    if message.related_person is not None:
        person = message.related_person
        return "" if person.ended_at else person.phone
    if message.channel == Channel.EMAIL:
        return message.patient.email
    return message.patient.phone


def sender_of(patient: Patient) -> str:
    site = patient.site
    return texts.one_line(site.discreet_name if patient.discreet_sender else site.name)


def template_for(message: Communication) -> MessageTemplate:
    """The words in the patient's language, or in English; staff read English."""
    theirs = LANGUAGE if message.to_user is not None else message.patient.language
    wanted = (theirs, LANGUAGE)
    found = {
        template.language: template
        for template in MessageTemplate.objects.filter(
            kind=message.kind, channel=message.channel, language__in=wanted
        )
    }
    for language in wanted:
        if language in found:
            return found[language]
    raise CannotComposeError("no-words")


def compose(message: Communication, *, now: datetime) -> Letter:
    """Write the message; makes its secure link when it has one.

    The words are checked again: a text that an earlier release let through does not
    go out.
    """
    template = template_for(message)
    sender = sender_of(message.patient)
    values = {**_values(message, sender), "link": "x"}
    shown = {**values, "site": sender if message.patient.discreet_sender else "x"}
    try:
        for text in (template.subject, template.body):
            if words.denied(texts.fill(text, shown)):
                raise CannotComposeError("denied-word")
        values["link"] = _link(message, now=now)
        subject = texts.one_line(texts.fill(template.subject, values))
        body = texts.fill(template.body, values)
    except texts.EmptyTokenError as missing:
        raise CannotComposeError(f"no-{missing}") from None
    return Letter(
        reference=str(message.pk),
        recipient=texts.one_line(address_of(message)),
        sender=sender,
        subject=subject[: texts.SUBJECT_LENGTH],
        body=_fitting(body, message.channel),
    )


def _fitting(body: str, channel: str) -> str:
    if channel != Channel.SMS:
        return body
    plain = gsm.plain(body)
    if gsm.length(plain) > 2 * gsm.ONE_MESSAGE:
        raise CannotComposeError("too-long")
    return plain


def _values(message: Communication, sender: str) -> dict[str, str]:
    """The fixed tokens by the site's wall clock, and what the kind adds."""
    site = message.patient.site
    values = {"site": sender, "phone": site.phone}
    if message.about_at is not None:
        local = timezone.localtime(message.about_at, site.zone)
        values["date"] = date_format(local, "D j M")
        values["time"] = date_format(local, "g:i A").lower()
    kind = registry.kind(message.kind)
    own = kind.tokens(message) if kind else {}
    return {**values, **{name: own[name] for name in own if name in texts.TOKENS}}


def _link(message: Communication, *, now: datetime) -> str:
    """A fresh link for the patient's side; the front page for staff."""
    if message.to_user is not None:
        return settings.PUBLIC_URL + "/"
    if not message.link_purpose or message.link_object_id is None:
        return ""
    issued = issue_link(
        patient=message.patient,
        purpose=message.link_purpose,
        object_id=message.link_object_id,
        by=None,
        now=now,
    )
    message.link = issued.link
    Communication.objects.filter(pk=message.pk, status=OutboxStatus.IN_PROGRESS).update(
        link=issued.link
    )
    return issued.url
