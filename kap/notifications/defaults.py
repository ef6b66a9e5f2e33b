"""The kinds every installation has, and the words they ship with.

A phase registers its kinds again under the same keys, with what makes each of them
superfluous.  Words are neutral: no medicine, no diagnosis, no kind of visit.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from kap.notifications import registry
from kap.notifications.models import MessageTemplate
from kap.notifications.registry import MessageKind
from kap.patients.enums import Channel, ContactPurpose

CARE, MEASURES = ContactPurpose.CARE, ContactPurpose.MEASURES

KINDS: Final = (
    MessageKind("visit-booked", CARE, label="Visit booked", is_asked_for=True),
    MessageKind("course-booked", CARE, label="Course booked", is_asked_for=True),
    MessageKind("visit-7d", CARE, label="A week before"),
    MessageKind("visit-48h", CARE, label="Two days before", rank=2),
    MessageKind("visit-24h", CARE, label="The day before", rank=1),
    MessageKind("visit-2h", CARE, label="Two hours before"),
    MessageKind("visit-next-day", CARE, label="How are you today?"),
    MessageKind("measures-due", MEASURES, label="A form to fill in"),
    MessageKind("packet", CARE, label="Form before the first visit", is_asked_for=True),
    MessageKind("consent-to-sign", CARE, label="To read and sign", is_asked_for=True),
    MessageKind("consent-copy", CARE, label="Copy of what was signed"),
    MessageKind("escort-24h", CARE, label="Driver: time and place"),
    MessageKind("staff-attention", CARE, label="To staff: something needs a look"),
    MessageKind("staff-urgent", CARE, label="To staff, urgent", day_and_night=True),
    MessageKind("page-to-read", CARE, label="A page of their own", is_asked_for=True),
)

FOOT: Final = (
    "\n\nQuestions, or you would rather not get these messages? Call {phone}.\n\n{site}"
)

EMAILS: Final = {
    "course-booked": (
        "{site}: your visits are booked",
        "Hello,\n\nyour visits are booked. The first is on {date} at {time}.\n\n"
        "[All of them: {link}\n\n]To change one, call {phone}." + FOOT,
    ),
    "visit-booked": (
        "{site}: your visit on {date}",
        "Hello,\n\nyour visit is on {date} at {time}.\n\n"
        "[What to know before: {link}\n\n]To change it, call {phone}." + FOOT,
    ),
    "visit-7d": (
        "{site}: your visit on {date}",
        "Hello,\n\nyour visit is in a week, on {date} at {time}.\n\n"
        "[There is something to do before it: {link}\n\n]To change it, call {phone}."
        + FOOT,
    ),
    "visit-48h": (
        "{site}: your visit on {date}",
        "Hello,\n\nyour visit is on {date} at {time}.\n\n"
        "[Read how to get ready: {link}\n\n]If something has changed, call {phone}."
        + FOOT,
    ),
    "visit-24h": (
        "{site}: see you tomorrow",
        "Hello,\n\nsee you on {date} at {time}.\n\n"
        "[A few questions before it, and your times: {link}\n\n]"
        "If you cannot come, call {phone}." + FOOT,
    ),
    "visit-2h": (
        "{site}: see you at {time}",
        "Hello,\n\nsee you today at {time}.\n\n[Your times for today: {link}]" + FOOT,
    ),
    "visit-next-day": (
        "{site}: how are you today?",
        "Hello,\n\nhow are you today?\n\n[A few short questions: {link}\n\n]"
        "If anything troubles you, do not write: call {phone}." + FOOT,
    ),
    "measures-due": (
        "{site}: a short form for you",
        "Hello,\n\na short form is ready for you: {link}\n\n"
        "You can stop and come back; what you wrote is kept." + FOOT,
    ),
    "packet": (
        "{site}: a form before your visit",
        "Hello,\n\nthere is a form for you before your visit: {link}\n\n"
        "You can stop and come back whenever you like; what you wrote is kept. "
        "The link asks for your birth date." + FOOT,
    ),
    "consent-to-sign": (
        "{site}: something to read and sign",
        "Hello,\n\nthere is something to read and sign before your visit: {link}\n\n"
        "Take your time. The link asks for your birth date." + FOOT,
    ),
    "staff-urgent": (
        "A clinical task needs attention",
        "A clinical task needs attention. Sign in to read what: {link}\n\n"
        "It goes to the next person if nobody takes it on. "
        "Messages never say more than this.",
    ),
    "page-to-read": (
        "{site}: a page for you",
        "Hello,\n\nthe page you asked for is here: {link}\n\n"
        "The link asks for your birth date." + FOOT,
    ),
    "consent-copy": (
        "{site}: your copy",
        "Hello,\n\nyour copy of what you signed is ready: {link}\n\n"
        "The link asks for your birth date." + FOOT,
    ),
    "staff-attention": (
        "Something needs a look",
        "Something on your list needs a look. Sign in to read what: {link}\n\n"
        "Messages never say more than this.",
    ),
}

TEXTS: Final = {
    "course-booked": "{site}: your visits are booked. The first: {date}, {time}. Call {phone} to change.",
    "visit-booked": "{site}: your visit is on {date} at {time}. To change it call {phone}.",
    "visit-7d": "{site}: your visit is on {date} at {time}.[ To do before: {link}]",
    "visit-48h": "{site}: your visit is on {date} at {time}.[ Get ready: {link}]",
    "visit-24h": "{site}: see you {date}, {time}.[ Your times and questions: {link}]",
    "visit-2h": "{site}: see you today at {time}. Questions: {phone}",
    "visit-next-day": "{site}: how are you today?[ Tell us: {link}] To talk, call {phone}.",
    "measures-due": "{site}: a short form is ready for you. {link}",
    "packet": "{site}: there is a form for you before your visit. {link}",
    "staff-urgent": "A clinical task needs attention. Sign in: {link}",
    "page-to-read": "{site}: the page you asked for. {link}",
    "consent-to-sign": "{site}: something to read and sign before your visit. {link}",
    "consent-copy": "{site}: your copy of what you signed is ready. {link}",
    "escort-24h": (
        "{site}: thank you for coming along on {date}."
        "[ When and where: {link}] Call {phone}"
    ),
}


def register_kinds() -> None:
    for kind in KINDS:
        registry.register(kind)


def install(now: datetime) -> None:  # noqa: ARG001 -- the signature of installers
    """Add the words that are missing; words that a clinic has changed stay."""
    there = set(MessageTemplate.objects.values_list("kind", "channel", "language"))
    rows = [
        MessageTemplate(kind=kind, channel=Channel.EMAIL, subject=subject, body=body)
        for kind, (subject, body) in EMAILS.items()
    ]
    rows += [
        MessageTemplate(kind=kind, channel=Channel.SMS, body=body)
        for kind, body in TEXTS.items()
    ]
    MessageTemplate.objects.bulk_create(
        [row for row in rows if (row.kind, row.channel, row.language) not in there],
        ignore_conflicts=True,
    )
