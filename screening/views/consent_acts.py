"""What staff do with a consent: send one, name who signs, sign beside, end, narrow, hand over."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from kap.accounts.enums import SCHEDULING
from kap.accounts.policies import StaffRequest, staff
from kap.core import clock
from kap.core.errors import DomainError, NotAllowed
from kap.core.idempotency import once_only
from kap.patients import links
from screening import services
from screening.enums_consent import OPEN, EndWay, SignerRole
from screening.forms.consent import PasswordForm
from screening.forms.consent_staff import PeopleForm, SendTextForm, StaffWithdrawForm
from screening.models import Consent
from screening.queries.consent_paper import places_of
from screening.services.consent_cosign import BESIDE, link_purpose
from screening.views.consent_staff import consent_or_404, consent_page
from screening.views.staff import episode_or_404


@staff(*SCHEDULING)
@require_POST
@once_only
def send(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Put one kind of text before the patient."""
    episode = episode_or_404(request, pk)
    form = SendTextForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose a text from the list.")
        return redirect("screening:consents", episode.pk)
    try:
        made = services.propose_consent(
            episode=episode,
            kind=form.cleaned_data["kind"],
            about=form.cleaned_data["about"],
            by=request.user,
            now=clock.now(),
            anew=request.POST.get("anew") == "yes",
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("screening:consents", episode.pk)
    return redirect("screening:consent_of", made.pk)


@staff(*SCHEDULING)
@require_POST
@once_only
def people(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Name an interpreter, a witness, a representative."""
    found = consent_or_404(request, pk)
    form = PeopleForm.of(found, request.POST)
    if form.is_valid():
        try:
            services.set_people(
                consent_id=found.pk,
                people=form.people(),
                by=request.user,
                now=clock.now(),
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Kept.")
            return redirect("screening:consent_of", found.pk)
    return consent_page(request, found, people_form=form, status=422)


@staff(*SCHEDULING)
@require_POST
@once_only
def beside(request: StaffRequest, pk: UUID) -> HttpResponse:
    """A member of staff signs as witness or interpreter."""
    found = consent_or_404(request, pk)
    form = PasswordForm(request.POST)
    if form.is_valid():
        try:
            services.sign_consent_beside(
                consent_id=found.pk,
                role=_turn_of(found),
                password=form.cleaned_data["password"],
                by=request.user,
                now=clock.now(),
            )
        except NotAllowed as refusal:
            form.add_error("password", str(refusal))
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Signed.")
            return redirect("screening:consent_of", found.pk)
    return consent_page(request, found, beside_form=form, status=422)


@staff(*SCHEDULING)
@require_POST
@once_only
def withdraw(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Whoever hears it writes it down; it counts at once."""
    found = consent_or_404(request, pk)
    form = StaffWithdrawForm(request.POST)
    if form.is_valid():
        try:
            _end(request, found, form)
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "Written down. It counts at once.")
            return redirect("screening:consent_of", found.pk)
    return consent_page(request, found, withdraw_form=form, status=422)


def _end(request: StaffRequest, found: Consent, form: StaffWithdrawForm) -> None:
    reason = form.cleaned_data["reason"]
    if found.status in OPEN:
        services.decline_consent(
            consent_id=found.pk, reason=reason, by=request.user, now=clock.now()
        )
        return
    services.withdraw_consent(
        consent_id=found.pk,
        reason=reason,
        way=EndWay(form.cleaned_data["way"]),
        by=request.user,
        now=clock.now(),
    )


@staff(*SCHEDULING)
@require_POST
@once_only
def narrow(request: StaffRequest, pk: UUID, section: str) -> HttpResponse:
    """One agreed part is taken back, also during a session."""
    found = consent_or_404(request, pk)
    try:
        services.narrow_consent(
            consent_id=found.pk, section_id=section, by=request.user, now=clock.now()
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Taken back. It counts at once.")
    return redirect("screening:consent_of", found.pk)


@staff(*SCHEDULING)
@require_POST
@once_only
def printed(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The patient was given a printed copy."""
    found = consent_or_404(request, pk)
    try:
        services.note_copy_printed(
            consent_id=found.pk, by=request.user, now=clock.now()
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Noted: a copy was handed over.")
    return redirect("screening:consent_of", found.pk)


@staff(*SCHEDULING)
@require_POST
@once_only
def tablet(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Give the device to whoever signs next; staff are signed out of this browser."""
    found = consent_or_404(request, pk)
    return links.hand_over(
        request,
        patient=found.patient,
        purpose=_purpose_of(found),
        object_id=found.pk,
        now=clock.now(),
    )


@staff(*SCHEDULING)
@require_POST
@once_only
def own_link(request: StaffRequest, pk: UUID) -> HttpResponse:
    """A link of their own for interpreter, witness or escort, shown once."""
    found = consent_or_404(request, pk)
    purpose = link_purpose(_turn_of(found))
    issued = links.issue_link(
        patient=found.patient,
        purpose=purpose,
        object_id=found.pk,
        by=request.user,
        now=clock.now(),
    )
    return consent_page(request, found, link_url=issued.url)


def _turn_of(found: Consent) -> SignerRole:
    """Whose turn it is beside patient and clinician; 404 when it is nobody's."""
    for place in places_of(found):
        if place.is_next and place.role in BESIDE:
            return place.role
    raise Http404


def _purpose_of(found: Consent) -> str:
    for place in places_of(found):
        if place.is_next and place.role in BESIDE:
            return link_purpose(place.role)
        if place.is_next and place.role != SignerRole.CLINICIAN:
            return "consent"
    raise Http404


__all__ = [
    "beside",
    "narrow",
    "own_link",
    "people",
    "printed",
    "send",
    "tablet",
    "withdraw",
]
