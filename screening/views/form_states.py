"""How far each form has come, and sending, opening or calling one back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from kap.accounts.enums import SCHEDULING
from kap.accounts.policies import StaffRequest, staff
from kap.audit.enums import Category
from kap.audit.services import record_read
from kap.core import clock
from kap.core.errors import DomainError
from kap.core.idempotency import once_only
from kap.notifications.models import Communication
from kap.patients import links
from kap.patients.models import EpisodeOfCare
from screening import services
from screening.enums import ConsentStatus, PacketStatus, ResponseStatus
from screening.models import Consent, IntakePacket, QuestionnaireResponse
from screening.queries import consent_states, eligibility_state
from screening.queries.due_measures import choices
from screening.queries.forms import form_lines
from screening.queries.instruments import askable
from screening.views.staff import episode_or_404, frame


@staff(*SCHEDULING)
@require_safe
def states(request: StaffRequest, pk: UUID) -> HttpResponse:
    """States only: nothing that was answered stands here."""
    episode, now = episode_or_404(request, pk), clock.now()
    record_read(
        by=request.user, category=Category.QUESTIONNAIRE, patient_id=episode.patient_id
    )
    on = now.astimezone(episode.site.zone).date()
    lines = form_lines(episode.pk)
    state = eligibility_state(episode.pk, now=now)
    context = {
        **frame(request, episode, now=now),
        "lines": lines,
        "has_packet": any(line.kind == "packet" and line.is_open for line in lines),
        "consent": consent_states([episode.pk], on=on)[episode.pk],
        "eligibility": _eligibility_words(
            request, state.sentence, bool(state.decision)
        ),
        "is_clinical": request.user.is_clinical,
        "is_open": episode.ended_at is None,
        "measures": choices(episode, now=now, is_clinical=request.user.is_clinical)
        if episode.ended_at is None
        else [],
    }
    return render(request, "screening/forms.html", context)


def _eligibility_words(request: StaffRequest, sentence: str, is_decided: bool) -> str:  # noqa: FBT001
    if request.user.is_clinical:
        return sentence
    return "Decided by a prescriber." if is_decided else "Clinical review needed."


@staff(*SCHEDULING)
@require_POST
@once_only
def send(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Send one kind of form by the channels the patient agreed to."""
    episode, now = episode_or_404(request, pk), clock.now()
    what = request.POST.get("what", "")
    by = request.user
    try:
        if what == "packet":
            ids = [services.send_packet(episode=episode, by=by, now=now).pk]
        elif what == "measures":
            keys = _chosen(request, episode)
            asked = services.send_measures(
                episode=episode, instrument_keys=keys, by=by, now=now
            )
            ids = [row.pk for row in asked]
        elif what == "consent":
            ids = [services.propose_consent(episode=episode, by=by, now=now).pk]
        else:
            raise Http404
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        _say(request, ids)
    return redirect("screening:forms", episode.pk)


def _chosen(request: StaffRequest, episode: EpisodeOfCare) -> list[str]:
    """The ticked questionnaires, as far as the site uses them."""
    wanted = set(request.POST.getlist("measure"))
    keys = [one.key for one in askable(episode.site_id) if one.key in wanted]
    if not keys:
        raise DomainError("Tick at least one questionnaire.")
    return keys


def _say(request: StaffRequest, ids: list[UUID]) -> None:
    """Whether a message goes out, or the tablet is the way."""
    if Communication.objects.filter(about_id__in=ids).exists():
        messages.success(request, "On its way to the patient.")
    else:
        messages.success(
            request,
            "Ready. No message goes out: the patient has agreed to no channel. "
            "Open it on the tablet, or ask on the phone.",
        )


@staff(*SCHEDULING)
@require_POST
@once_only
def again(request: StaffRequest, pk: UUID, kind: str, form: UUID) -> HttpResponse:
    """Send an open form's message once more."""
    episode, now = episode_or_404(request, pk), clock.now()
    by = request.user
    try:
        if kind == "packet":
            services.send_packet(episode=episode, by=by, now=now)
        elif kind == "measures":
            response = _waiting_response(episode, form)
            services.send_measures(
                episode=episode, instrument_keys=[response.instrument], by=by, now=now
            )
        else:
            services.propose_consent(episode=episode, by=by, now=now)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        _say(request, [form])
    return redirect("screening:forms", episode.pk)


def _waiting_response(episode: EpisodeOfCare, pk: UUID) -> QuestionnaireResponse:
    return get_object_or_404(
        QuestionnaireResponse,
        pk=pk,
        episode=episode,
        status=ResponseStatus.IN_PROGRESS,
    )


@staff(*SCHEDULING)
@require_POST
@once_only
def tablet(request: StaffRequest, pk: UUID, kind: str, form: UUID) -> HttpResponse:
    """Give the device to the patient; staff are signed out of this browser."""
    episode = episode_or_404(request, pk)
    open_form_or_404(episode, kind, form)
    return links.hand_over(
        request, patient=episode.patient, purpose=kind, object_id=form, now=clock.now()
    )


def open_form_or_404(episode: EpisodeOfCare, kind: str, form: UUID) -> None:
    if kind == "packet":
        open_ = (PacketStatus.SENT, PacketStatus.IN_PROGRESS)
        get_object_or_404(IntakePacket, pk=form, episode=episode, status__in=open_)
    elif kind == "measures":
        _waiting_response(episode, form)
    else:
        get_object_or_404(
            Consent, pk=form, episode=episode, status=ConsentStatus.PROPOSED
        )


@staff(*SCHEDULING)
@require_POST
@once_only
def call_back(request: StaffRequest, pk: UUID, form: UUID) -> HttpResponse:
    """Call an open packet back; what was kept stays."""
    episode = episode_or_404(request, pk)
    packet = get_object_or_404(IntakePacket, pk=form, episode=episode)
    try:
        services.cancel_packet(packet_id=packet.pk, by=request.user, now=clock.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Called back. Its links no longer open.")
    return redirect("screening:forms", episode.pk)
