"""Reading and signing a consent on the phone or on the clinic's tablet."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.core import clock
from kap.core.errors import DomainError
from kap.core.idempotency import once_only
from kap.patients.links import LinkRequest, patient_link
from screening import services
from screening.enums import ConsentStatus
from screening.enums_consent import SignerRole
from screening.forms.consent import AskForm, ReadForm, SignForm, TeachBackForm
from screening.models import Consent
from screening.queries import consents
from screening.queries.consents import Part
from screening.services import ConsentClosed, WrongInitials, open_questions
from screening.views.consent_link import consent_of, next_by_link
from screening.views.patient import not_valid, page, proof_of


def _up_to_date(request: LinkRequest, consent: Consent) -> Consent:
    """The text in force; what changed on the way is said, nothing read is lost."""
    current, changed = services.catch_up(consent_id=consent.pk, now=clock.now())
    if changed:
        messages.warning(request, _changed_words(current, changed))
    return current


def _changed_words(consent: Consent, changed: list[str]) -> str:
    when = consent.template.effective_from
    return _(
        "The text was changed on %(day)s. Please read these parts: %(parts)s. "
        "What you read before is kept."
    ) % {"day": f"{when:%d %b %Y}".lstrip("0"), "parts": ", ".join(changed)}


def _closed(consent: Consent) -> HttpResponse | None:
    """Where to go when nothing is to be read or signed here any more."""
    if consent.status == ConsentStatus.PROPOSED:
        return None
    if consent.status == ConsentStatus.PARTIAL and next_by_link(consent):
        return None
    return redirect("screening:read_done")


@patient_link("consent")
@require_safe
def overview(request: LinkRequest) -> HttpResponse:
    consent = consent_of(request)
    if consent is None:
        return not_valid(request)
    if closed := _closed(consent):
        return closed
    consent = _up_to_date(request, consent)
    services.open_consent(consent_id=consent.pk, now=clock.now())
    _read(request, consent)
    earlier = consents.earlier_signed(consent)
    parts = consents.parts_of(consent, earlier)
    context = {
        "consent": consent,
        "parts": parts,
        "earlier": earlier,
        "minutes": sum(part.minutes for part in parts),
        "next": _next_part(parts, earlier_first=earlier is not None),
        "is_ready": consents.is_ready(parts),
        "asked": len(open_questions(consent)),
    }
    return page(request, "read", context)


def _next_part(parts: list[Part], *, earlier_first: bool) -> Part | None:
    """The first part that waits; with an earlier signature, the first that is new."""
    waiting = [part for part in parts if part.is_open]
    new = [part for part in waiting if part.is_new]
    if earlier_first and new:
        return new[0]
    return waiting[0] if waiting else None


@patient_link("consent")
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def part(request: LinkRequest, number: int) -> HttpResponse:
    consent = consent_of(request)
    if consent is None:
        return not_valid(request)
    if consent.status != ConsentStatus.PROPOSED:
        return _closed(consent) or redirect("screening:read_sign")
    before = consent.pk
    consent = _up_to_date(request, consent)
    if consent.pk != before:
        return redirect("screening:read")
    earlier = consents.earlier_signed(consent)
    parts = consents.parts_of(consent, earlier)
    if not 1 <= number <= len(parts):
        return redirect("screening:read")
    here = parts[number - 1]
    if consent.opened_at is None:
        services.open_consent(consent_id=consent.pk, now=clock.now())
    form = _form_of(request, here)
    if form.is_bound and form.is_valid() and _keep(request, consent, here, form):
        return _after(number, consent, here, len(parts))
    context = {
        "consent": consent,
        "part": here,
        "total": len(parts),
        "previous": number - 1,
        "following": number + 1 if number < len(parts) else 0,
        "form": form,
        "earlier": earlier,
        "asked": [asked for asked in consent.questions if asked["section"] == here.id],
        "missed": [one for one in here.questions if one.was_wrong],
    }
    return page(request, "read_part", context, status=422 if form.errors else 200)


def _form_of(request: LinkRequest, here: Part) -> ReadForm | TeachBackForm:
    posted = request.POST if request.method == "POST" else None
    if here.ack == "teach_back":
        return TeachBackForm(posted, part=here)
    return ReadForm(posted, part=here)


def _keep(
    request: LinkRequest,
    consent: Consent,
    here: Part,
    form: ReadForm | TeachBackForm,
) -> bool:
    """Keep what was given; False with a sentence on the form."""
    try:
        if isinstance(form, TeachBackForm):
            services.answer_teach_back(
                consent_id=consent.pk,
                answers=form.answers(),
                link=request.link,
                now=clock.now(),
            )
        services.acknowledge_section(
            consent_id=consent.pk,
            section_id=here.id,
            given=form.given() if isinstance(form, ReadForm) else "",
        )
    except WrongInitials as refusal:
        form.add_error("given", str(refusal))
        return False
    return True


def _after(number: int, consent: Consent, here: Part, total: int) -> HttpResponse:
    """The next part; the same one again while an answer was not right."""
    if here.questions:
        consent.refresh_from_db()
        again = consents.parts_of(consent, None)[number - 1]
        if any(question.was_wrong for question in again.questions):
            return redirect("screening:read_part", number)
    if number < total:
        return redirect("screening:read_part", number + 1)
    return redirect("screening:read_sign")


@patient_link("consent")
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def ask(request: LinkRequest, number: int) -> HttpResponse:
    """A question about one part; somebody calls, and the signature waits for that."""
    consent = consent_of(request)
    if consent is None:
        return not_valid(request)
    if consent.status != ConsentStatus.PROPOSED:
        return _closed(consent) or redirect("screening:read_sign")
    parts = consents.parts_of(consent, None)
    if not 1 <= number <= len(parts):
        return redirect("screening:read")
    here = parts[number - 1]
    form = AskForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.ask_about_section(
                consent_id=consent.pk,
                section_id=here.id,
                text=form.cleaned_data["question"],
                link=request.link,
                now=clock.now(),
            )
        except DomainError as refusal:
            form.add_error("question", str(refusal))
        else:
            return redirect("screening:read_part", number)
    context = {
        "part": here,
        "form": form,
        "place_text": _("Part %(number)s of %(total)s")
        % {"number": number, "total": len(parts)},
    }
    return page(request, "read_ask", context, status=422 if form.errors else 200)


@patient_link("consent")
@require_http_methods(["GET", "HEAD", "POST"])
@once_only
def sign(request: LinkRequest) -> HttpResponse:
    consent = consent_of(request)
    if consent is None:
        return not_valid(request)
    if closed := _closed(consent):
        return closed
    before = consent.pk
    consent = _up_to_date(request, consent)
    if consent.pk != before:
        return redirect("screening:read")
    posted = request.POST if request.method == "POST" else None
    form = SignForm(posted, initial={"edition": consent.template.edition})
    if posted is not None and form.is_valid():
        try:
            _sign(request, consent, form)
        except ConsentClosed:
            return redirect("screening:read_done")
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            consent.refresh_from_db()
            return _closed(consent) or redirect("screening:read_sign")
    return _sign_page(request, consent, form)


def _sign(request: LinkRequest, consent: Consent, form: SignForm) -> None:
    services.sign_consent_as_patient(
        consent_id=consent.pk,
        edition=form.cleaned_data["edition"],
        printed_name=form.cleaned_data["printed_name"],
        drawing_svg=form.cleaned_data["signature_svg"],
        link=request.link,
        proof=proof_of(request),
        now=clock.now(),
    )


def _sign_page(
    request: LinkRequest, consent: Consent, form: forms.Form
) -> HttpResponse:
    parts = consents.parts_of(consent, None)
    role = next_by_link(consent)
    context = {
        "consent": consent,
        "form": form,
        "total": len(parts),
        "missing": [part for part in parts if part.is_open],
        "asked": len(open_questions(consent)),
        "is_representative": role == SignerRole.REPRESENTATIVE,
        "is_assent": bool(consent.representative_name) and role == SignerRole.PATIENT,
    }
    return page(request, "read_sign", context, status=422 if form.errors else 200)


def _read(request: LinkRequest, consent: Consent) -> None:
    record(
        by=None,
        link_id=request.link.pk,
        action=Action.READ,
        category=Category.CONSENT,
        patient_id=consent.patient_id,
        object_type="Consent",
        object_id=consent.pk,
    )
