"""What patient pages share: the object of the link, who answers, the calm ways out."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from kap.patients.links import LinkRequest
from kap.patients.models.links import TABLET_IDLE
from screening.enums import ResponseMode
from screening.models import IntakePacket, QuestionnaireResponse
from screening.services import Hand


def hand_of(request: LinkRequest) -> Hand:
    """The patient, on their own phone or on the clinic's tablet."""
    on_tablet = request.link_session.handed_over_by_id is not None
    mode = ResponseMode.TABLET if on_tablet else ResponseMode.LINK
    return Hand(mode=mode, link=request.link)


def proof_of(request: LinkRequest) -> str:
    if request.link_session.handed_over_by_id is not None:
        return "staff beside the clinic's tablet"
    return "secure link and date of birth"


def packet_of(request: LinkRequest) -> IntakePacket | None:
    """The packet this link opens; None when it is not this patient's."""
    return (
        IntakePacket.objects.select_related(
            "patient", "episode__site", "episode__patient"
        )
        .filter(pk=request.link.object_id, patient_id=request.link.patient_id)
        .first()
    )


def response_of(request: LinkRequest) -> QuestionnaireResponse | None:
    """The questionnaire this link opens; None when it is not this patient's."""
    return (
        QuestionnaireResponse.objects.select_related("patient__site", "episode")
        .filter(pk=request.link.object_id, patient_id=request.link.patient_id)
        .first()
    )


def not_valid(request: LinkRequest) -> HttpResponse:
    """The same page as for a link that is not valid."""
    return render(request, "patients/link_closed.html", status=403)


def page(
    request: LinkRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    site = request.link.patient.site
    response = render(
        request,
        f"screening/p/{template}.html",
        {"site": site, "patient": request.link.patient, **context},
        status=status,
    )
    if request.link_session.is_on_tablet:
        seconds = int(TABLET_IDLE.total_seconds()) + 1
        response["Refresh"] = f"{seconds}; url={reverse('screening:kiosk')}?over=1"
    return response
