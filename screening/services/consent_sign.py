"""The patient's signature, or the legal representative's and the patient's assent."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from kap.accounts.enums import Role
from kap.accounts.models import User
from kap.audit.enums import Action
from kap.core.errors import DomainError
from kap.documents.models import Meaning, Signature
from kap.documents.services import digest, sign
from kap.patients.models import SecureLink
from kap.worklist.services import close_for, open_item
from screening.enums import ConsentStatus
from screening.enums_consent import OPEN, ConsentAct, EndKind, SignerRole
from screening.models import Consent, ConsentSignature
from screening.queries.consent_roles import roles_of
from screening.rules.consent_signing import not_answered
from screening.rules.consent_text import (
    frozen_html,
    missing_acknowledgements,
    signed_content,
)
from screening.services.consent import material_since
from screening.services.consent_common import (
    ConsentClosed,
    ConsentNotReady,
    ask_for_paper,
    audit,
    check_fit_to_sign,
    end,
    locked,
    log,
    move,
    sections_of,
    tell,
    whose_turn,
)
from screening.services.consent_copy import send_copy
from screening.services.consent_questions import open_questions

COSIGN: Final = "consent-cosign"
"""The kind of work item that waits for the clinician's signature."""
COSIGN_WITHIN: Final = timedelta(days=1)
BY_LINK: Final = (SignerRole.REPRESENTATIVE, SignerRole.PATIENT)
MEANINGS: Final = {
    SignerRole.REPRESENTATIVE: Meaning.REPRESENT,
    SignerRole.PATIENT: Meaning.CONSENT,
    SignerRole.ESCORT: Meaning.ESCORT,
    SignerRole.CLINICIAN: Meaning.EXPLAINED,
    SignerRole.INTERPRETER: Meaning.INTERPRET,
    SignerRole.WITNESS: Meaning.WITNESS,
}


def sign_consent_as_patient(
    *,
    consent_id: UUID,
    edition: int,
    printed_name: str,
    drawing_svg: str,
    link: SecureLink,
    proof: str,
    now: datetime,
) -> Consent:
    """Freeze what was read and sign it.  ``edition`` is what was shown.

    The legal representative signs first where there is one, then the patient assents.
    Raises ConsentNotReady with what is missing, ConsentClosed for a second signature.
    """
    with transaction.atomic():
        consent = locked(consent_id)
        role = _turn_of_link(consent)
        _check_link(consent, link)
        _check_ready(consent, edition=edition, printed_name=printed_name, now=now)
        if consent.status == ConsentStatus.PROPOSED:
            _freeze(consent, now=now)
        signature = sign(
            object_type="Consent",
            object_id=consent.pk,
            meaning=_meaning(consent, role),
            content=consent.frozen_html,
            patient=consent.patient,
            link=link,
            printed_name=printed_name.strip(),
            proof=proof,
            drawing_svg=drawing_svg,
            signer_key=f"link:{link.pk}" if role != SignerRole.PATIENT else "",
            now=now,
        )
        put_under(consent, signature, role, link=link, now=now)
        audit(consent, Action.SIGN, by=None, link=link)
    return consent


def _turn_of_link(consent: Consent) -> SignerRole:
    if consent.status not in OPEN:
        words = {ConsentStatus.ACTIVE: "You have signed this already. Thank you."}
        raise ConsentClosed(
            words.get(
                ConsentStatus(consent.status),
                "This text cannot be signed any more. Please call the clinic.",
            )
        )
    role = whose_turn(consent)
    if role not in BY_LINK:
        raise ConsentClosed("You have signed this already. Thank you.")
    return SignerRole(role)


def _check_link(consent: Consent, link: SecureLink) -> None:
    """The link is this consent's, or that of the edition it continues."""
    known = {consent.pk}
    earlier = consent
    while earlier.continues_id is not None and earlier.continues is not None:
        earlier = earlier.continues
        known.add(earlier.pk)
    if link.object_id not in known or link.patient_id != consent.patient_id:
        raise DomainError("This link does not open this text.")


def _meaning(consent: Consent, role: SignerRole) -> Meaning:
    if role == SignerRole.PATIENT and consent.representative_name:
        return Meaning.ASSENT
    return MEANINGS[role]


def _check_ready(
    consent: Consent, *, edition: int, printed_name: str, now: datetime
) -> None:
    if consent.template.edition != edition or material_since(consent, now):
        raise ConsentNotReady(
            "A newer edition has been published. Read what is new, then sign."
        )
    check_fit_to_sign(consent, now=now)
    if open_questions(consent):
        raise ConsentNotReady(
            "You asked a question. We will answer it first; then you can sign."
        )
    sections = sections_of(consent)
    if missing := missing_acknowledgements(
        sections, consent.read_sections, consent.acknowledgements
    ):
        raise ConsentNotReady(f"Not read or ticked yet: {', '.join(missing)}.")
    if waiting := not_answered(sections, consent.teach_back):
        raise ConsentNotReady(f"Not answered yet: {' '.join(waiting)}")
    if not printed_name.strip():
        raise ConsentNotReady("Type your full name as your signature.")


def _freeze(consent: Consent, *, now: datetime) -> None:
    consent.roles = list(roles_of(consent))
    consent.frozen_html = frozen_html(
        title=consent.template.title,
        edition=consent.template.edition,
        sections=sections_of(consent),
        acknowledgements=consent.acknowledgements,
        about=consent.about,
    )
    consent.content_sha256 = digest(consent.frozen_html)
    consent.signed_at = now


def put_under(
    consent: Consent,
    signature: Signature,
    role: SignerRole,
    *,
    now: datetime,
    statement: str = "",
    by: User | None = None,
    link: SecureLink | None = None,
) -> None:
    """Fill one place under a locked consent; with the last one it takes effect."""
    roles = list(roles_of(consent))
    ConsentSignature.objects.create(
        consent=consent,
        signature=signature,
        role=role,
        position=roles.index(role) + 1,
        signed_at=now,
        statement=statement,
    )
    log(consent, ConsentAct.SIGNED, now=now, by=by, link=link, note=role.label)
    if role == roles[-1]:
        _activate(consent, now=now, by=by)
    else:
        if consent.status == ConsentStatus.PROPOSED:
            move(consent, ConsentStatus.PARTIAL)
        consent.save()
        if roles[roles.index(role) + 1] == SignerRole.CLINICIAN:
            _ask_clinician(consent, now=now)
    ask_for_paper(consent, now=now, by=by)
    tell(consent)


def _activate(consent: Consent, *, now: datetime, by: User | None) -> None:
    """All have signed: it counts, and takes the place of what was signed before."""
    earlier = (
        consent.episode.consents.select_for_update()
        .filter(
            template__kind=consent.template.kind,
            about=consent.about,
            status=ConsentStatus.ACTIVE,
        )
        .exclude(pk=consent.pk)
    )
    for one in earlier:
        end(
            one,
            kind=EndKind.REPLACED,
            reason=f"Replaced by edition {consent.template.edition}, signed anew.",
            now=now,
            by=by,
        )
        close_for(source_key=f"consent:{one.pk}:renewal", by=by, now=now)
    move(consent, ConsentStatus.ACTIVE)
    consent.activated_at = now
    consent.save()
    log(consent, ConsentAct.ACTIVATED, now=now, by=by)
    send_copy(consent, now=now)


def _ask_clinician(consent: Consent, *, now: datetime) -> None:
    open_item(
        kind=COSIGN,
        source_key=cosign_key(consent),
        role=Role.THERAPIST,
        owner=consent.episode.therapist,
        cover=consent.episode.prescriber,
        patient=consent.patient,
        object_id=consent.pk,
        due_at=now + COSIGN_WITHIN,
        now=now,
    )


def cosign_key(consent: Consent) -> str:
    return f"consent:{consent.pk}:cosign"


__all__ = ["put_under", "sign_consent_as_patient", "signed_content"]
