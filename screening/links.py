"""What screening's secure links open, and which messages carry them."""

from __future__ import annotations

from datetime import datetime, timedelta

from kap.notifications import registry
from kap.notifications.models import Communication
from kap.notifications.registry import MessageKind
from kap.patients import help as help_page
from kap.patients.enums import ContactPurpose
from kap.patients.links import LinkPurpose, register_purpose
from screening.enums import ConsentStatus, PacketStatus, ResponseStatus
from screening.models import Consent, IntakePacket, QuestionnaireResponse

help_page.register_view("screening:call_me")
register_purpose(
    LinkPurpose("packet", "Intake packet", "screening:packet", max_uses=40)
)
register_purpose(
    LinkPurpose(
        "safety-plan",
        "Safety plan",
        "screening:my_plan",
        ttl=timedelta(days=90),
        max_uses=100,
    )
)
register_purpose(LinkPurpose("measures", "Questionnaire", "screening:form_start"))
register_purpose(
    LinkPurpose(
        "consent", "Consent", "screening:read", ttl=timedelta(days=30), max_uses=40
    )
)


def _packet_waits(message: Communication, _now: datetime) -> bool:
    open_ = (PacketStatus.SENT, PacketStatus.IN_PROGRESS)
    return IntakePacket.objects.filter(
        pk__in=[message.about_id], status__in=open_
    ).exists()


def _consent_waits(message: Communication, _now: datetime) -> bool:
    return Consent.objects.filter(
        pk__in=[message.about_id], status=ConsentStatus.PROPOSED
    ).exists()


def _measure_waits(message: Communication, _now: datetime) -> bool:
    return QuestionnaireResponse.objects.filter(
        pk__in=[message.about_id], status=ResponseStatus.IN_PROGRESS
    ).exists()


registry.register(
    MessageKind(
        "packet",
        ContactPurpose.CARE,
        still_wanted=_packet_waits,
        label="Form before the first visit",
        stops_when="it is filled in or called back",
        is_asked_for=True,
    )
)
registry.register(
    MessageKind(
        "consent-to-sign",
        ContactPurpose.CARE,
        still_wanted=_consent_waits,
        label="To read and sign",
        stops_when="it is signed or declined",
        is_asked_for=True,
    )
)
registry.register(
    MessageKind(
        "measures-due",
        ContactPurpose.MEASURES,
        still_wanted=_measure_waits,
        label="A form to fill in",
        stops_when="it is filled in",
    )
)
