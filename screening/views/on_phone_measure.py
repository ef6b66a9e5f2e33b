"""One questionnaire, asked on the phone: by itself, or as a part of the packet."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from kap.accounts.enums import CLINICAL
from kap.accounts.models import User
from kap.accounts.policies import StaffRequest, staff
from kap.audit.enums import Category
from kap.audit.services import record_read
from kap.core import clock
from kap.core.errors import DomainError
from kap.core.idempotency import once_only
from kap.patients.models import EpisodeOfCare
from screening import services
from screening.enums import ResponseStatus
from screening.forms.measures import MeasureForm
from screening.instruments.notes import NOTES
from screening.models import IntakePacket, QuestionnaireResponse
from screening.queries.instruments import instrument_of
from screening.views.staff import episode_or_404, frame


@staff(*CLINICAL)
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def measure(request: StaffRequest, pk: UUID, form: UUID) -> HttpResponse:
    """One questionnaire, asked on the phone."""
    episode, now = episode_or_404(request, pk), clock.now()
    response = get_object_or_404(
        QuestionnaireResponse,
        pk=form,
        episode=episode,
        status=ResponseStatus.IN_PROGRESS,
    )
    return ask_measure(request, episode, response, None, now)


def ask_measure(
    request: StaffRequest,
    episode: EpisodeOfCare,
    response: QuestionnaireResponse,
    packet: IntakePacket | None,
    now: datetime,
) -> HttpResponse:
    """By itself, or as a part of ``packet``."""
    instrument = instrument_of(response)
    filled = MeasureForm(
        request.POST if request.method == "POST" else None, instrument=instrument
    )
    if request.method == "POST" and filled.is_valid():
        try:
            _submit(response, packet, filled, request.user, now)
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"{instrument.title} is filled in.")
        name = "screening:phone" if packet else "screening:forms"
        return redirect(name, episode.pk)
    record_read(
        by=request.user, category=Category.QUESTIONNAIRE, patient_id=episode.patient_id
    )
    context = {
        **frame(request, episode, now=now),
        "form": filled,
        "instrument": instrument,
        "rows": filled.rows(),
        "hint": NOTES.get(instrument.key, ""),
    }
    status = 422 if filled.errors else 200
    return render(request, "screening/phone_measure.html", context, status=status)


def _submit(
    response: QuestionnaireResponse,
    packet: IntakePacket | None,
    filled: MeasureForm,
    by: User,
    now: datetime,
) -> None:
    if packet is not None:
        services.finish_measure(
            packet=packet,
            section=response.instrument,
            response_id=response.pk,
            answers=filled.values(),
            hand=services.Hand(mode=filled.mode(), by=by),
            now=now,
        )
        return
    services.submit_response(
        response_id=response.pk,
        answers=filled.values(),
        mode=filled.mode(),
        by=by,
        now=now,
    )
