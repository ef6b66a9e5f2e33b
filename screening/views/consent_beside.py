"""An interpreter, a witness or an escort signs through a link of their own."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from kap.core import clock
from kap.core.errors import DomainError
from kap.core.idempotency import once_only
from kap.patients.links import LinkRequest, patient_link
from screening import services
from screening.enums_consent import SignerRole
from screening.forms.consent import BesideForm
from screening.models import Consent, ConsentSignature
from screening.queries.consents import spaced
from screening.services.consent_cosign import BESIDE, STATEMENTS, link_purpose
from screening.views.patient import not_valid, page, proof_of

_ROLES = {link_purpose(role): role for role in BESIDE}


@patient_link(*_ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def sign(request: LinkRequest) -> HttpResponse:
    """Says nothing of the care: the statement, the fingerprint, and a place to sign."""
    consent = Consent.objects.filter(
        pk=request.link.object_id, patient_id=request.link.patient_id
    ).first()
    if consent is None:
        return not_valid(request)
    role = _ROLES[request.link.purpose]
    form = BesideForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            _sign(request, consent, role, form)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    place = ConsentSignature.objects.filter(consent=consent, role=role)
    context = {
        "form": form,
        "role": role,
        "statement": STATEMENTS[role],
        "fingerprint": spaced(consent.content_sha256),
        "signed": place.select_related("signature").first(),
    }
    return page(request, "beside", context, status=422 if form.errors else 200)


def _sign(
    request: LinkRequest, consent: Consent, role: SignerRole, form: BesideForm
) -> None:
    on_tablet = request.link_session.handed_over_by_id is not None
    services.sign_consent_by_own_link(
        consent_id=consent.pk,
        role=role,
        printed_name=form.cleaned_data["printed_name"],
        drawing_svg=form.cleaned_data["signature_svg"],
        link=request.link,
        proof=proof_of(request) if on_tablet else "own secure link",
        now=clock.now(),
    )
