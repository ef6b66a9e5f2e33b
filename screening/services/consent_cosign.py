"""The signatures after the patient's: clinician, interpreter, witness, escort."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from kap.accounts.models import User
from kap.accounts.services import prove_identity
from kap.audit.enums import Action
from kap.core.errors import DomainError
from kap.documents.services import sign
from kap.patients.models import SecureLink
from kap.worklist.services import close_for
from screening.consent_hooks import planned_care
from screening.consents import TREATMENT
from screening.enums import ConsentStatus
from screening.enums_consent import SignerRole
from screening.models import Consent
from screening.permissions import check_may_explain_consent, check_may_send_forms
from screening.rules.consent_signing import needs_reason_for_haste, not_understood
from screening.rules.consent_text import signed_content
from screening.services.consent import material_since
from screening.services.consent_common import (
    ConsentClosed,
    ConsentNotReady,
    audit,
    check_fit_to_sign,
    locked,
    sections_of,
    signed_roles,
    whose_turn,
)
from screening.services.consent_reading import keep_teach_back
from screening.services.consent_sign import MEANINGS, cosign_key, put_under

MAX_MINUTES: Final = 600
BESIDE: Final = (SignerRole.ESCORT, SignerRole.INTERPRETER, SignerRole.WITNESS)
STATEMENTS: Final = {
    SignerRole.ESCORT: (
        "I am an adult. I come to the clinic, take the patient home, and stay until they "
        "are settled. I am sober, and I know when to call the clinic and when to call 911."
    ),
    SignerRole.INTERPRETER: (
        "I interpreted the whole text, the questions and the answers completely and "
        "truthfully, and keep them to myself."
    ),
    SignerRole.WITNESS: (
        "I saw the signature given. It was given freely, by somebody who was awake and "
        "knew what they signed."
    ),
}


@dataclass(frozen=True, slots=True)
class Attestation:
    """What the clinician declares (C-31)."""

    has_capacity: bool
    is_not_intoxicated: bool
    minutes: int
    understood: dict[str, bool] = field(default_factory=dict)
    """Question id: said in own words."""
    haste_reason: str = ""


def sign_consent_as_clinician(
    *,
    consent_id: UUID,
    password: str,
    attestation: Attestation,
    by: User,
    now: datetime,
    drawing_svg: str = "",
) -> Consent:
    """The clinician signs that it was explained and understood."""
    check_may_explain_consent(by)
    with transaction.atomic():
        consent = locked(consent_id)
        _check_turn(consent, SignerRole.CLINICIAN, now=now)
        keep_teach_back(consent, attestation.understood, by=by, now=now)
        _check_attestation(consent, attestation)
        prove_identity(user=by, password=password, now=now)
        consent.same_day_reason = attestation.haste_reason.strip()
        statement = _statement(consent, attestation)
        signature = sign(
            object_type="Consent",
            object_id=consent.pk,
            meaning=MEANINGS[SignerRole.CLINICIAN],
            content=signed_content(consent.frozen_html, statement),
            user=by,
            printed_name=by.name,
            proof="password",
            drawing_svg=drawing_svg,
            now=now,
        )
        put_under(
            consent,
            signature,
            SignerRole.CLINICIAN,
            statement=statement,
            by=by,
            now=now,
        )
        close_for(source_key=cosign_key(consent), by=by, now=now)
        audit(consent, Action.SIGN, by=by)
    return consent


def _check_turn(consent: Consent, role: SignerRole, *, now: datetime) -> None:
    """It is this role's turn, and nothing speaks against signing now."""
    if role in signed_roles(consent):
        raise ConsentClosed(f"This has been signed already: {role.label.lower()}.")
    turn = whose_turn(consent)
    if consent.status == ConsentStatus.PROPOSED and turn != role:
        raise ConsentNotReady("The patient signs first.")
    if consent.status not in (ConsentStatus.PROPOSED, ConsentStatus.PARTIAL):
        raise ConsentClosed("This consent cannot be signed any more.")
    if turn != role:
        first = SignerRole(turn).label.lower() if turn else "nobody"
        raise ConsentNotReady(f"Next to sign: {first}.")
    if material_since(consent, now):
        raise ConsentNotReady(
            "A newer edition has been published. Send it to the patient anew."
        )
    check_fit_to_sign(consent, now=now)


def _check_attestation(consent: Consent, attestation: Attestation) -> None:
    if not attestation.has_capacity:
        raise ConsentNotReady(
            "Without capacity to decide, the patient cannot consent. "
            "A legal representative signs."
        )
    if not attestation.is_not_intoxicated:
        raise ConsentNotReady("Nobody consents while intoxicated. Sign another day.")
    if not 1 <= attestation.minutes <= MAX_MINUTES:
        raise ConsentNotReady("Say how many minutes you spent explaining.")
    if unclear := not_understood(sections_of(consent), consent.teach_back):
        raise ConsentNotReady(f"Not yet understood: {' '.join(unclear)}")
    if is_hasty(consent) and not attestation.haste_reason.strip():
        raise ConsentNotReady(
            "It was signed less than 24 hours before the first dose. Say why."
        )


def is_hasty(consent: Consent) -> bool:
    """CR-01: the first treatment consent of a course, too close to its first dose."""
    if consent.template.kind != TREATMENT or consent.signed_at is None:
        return False
    earlier = Consent.objects.filter(
        episode=consent.episode_id,
        template__kind=TREATMENT,
        activated_at__isnull=False,
    ).exclude(pk=consent.pk)
    return needs_reason_for_haste(
        signed_at=consent.signed_at,
        first_dose_at=planned_care([consent.episode_id])[
            consent.episode_id
        ].first_dose_at,
        is_first=not earlier.exists(),
    )


def _statement(consent: Consent, attestation: Attestation) -> str:
    words = [
        "I explained this text and answered the questions.",
        "The patient has capacity to decide and is not intoxicated.",
        f"Time spent: {attestation.minutes} minutes.",
    ]
    if consent.interpreter_name:
        identity = f", {consent.interpreter_id}" if consent.interpreter_id else ""
        words.append(f"Interpreter: {consent.interpreter_name}{identity}.")
    if consent.teach_back:
        words.append("The questions on understanding were answered rightly.")
    if attestation.haste_reason.strip():
        words.append(
            "Signed less than 24 hours before the first dose because: "
            f"{attestation.haste_reason.strip()}"
        )
    return " ".join(words)


def sign_consent_beside(
    *, consent_id: UUID, role: SignerRole, password: str, by: User, now: datetime
) -> Consent:
    """A member of staff signs as witness or interpreter, with their own password."""
    check_may_send_forms(by)
    with transaction.atomic():
        consent = _for_beside(consent_id, role, now=now)
        _check_another_person(consent, by)
        prove_identity(user=by, password=password, now=now)
        signature = sign(
            object_type="Consent",
            object_id=consent.pk,
            meaning=MEANINGS[role],
            content=signed_content(consent.frozen_html, STATEMENTS[role]),
            user=by,
            printed_name=by.name,
            proof="password",
            now=now,
        )
        put_under(consent, signature, role, statement=STATEMENTS[role], by=by, now=now)
        audit(consent, Action.SIGN, by=by)
    return consent


def sign_consent_by_own_link(
    *,
    consent_id: UUID,
    role: SignerRole,
    printed_name: str,
    drawing_svg: str,
    link: SecureLink,
    proof: str,
    now: datetime,
) -> Consent:
    """Interpreter, witness or escort signs through a link of their own, once."""
    if not printed_name.strip():
        raise ConsentNotReady("Type your full name as your signature.")
    with transaction.atomic():
        consent = _for_beside(consent_id, role, now=now)
        is_own = link.object_id == consent.pk and link.patient_id == consent.patient_id
        if not is_own or link.purpose != link_purpose(role):
            raise DomainError("This link does not open this text.")
        signature = sign(
            object_type="Consent",
            object_id=consent.pk,
            meaning=MEANINGS[role],
            content=signed_content(consent.frozen_html, STATEMENTS[role]),
            patient=consent.patient,
            link=link,
            signer_key=f"link:{link.pk}",
            printed_name=printed_name.strip(),
            proof=proof,
            drawing_svg=drawing_svg,
            now=now,
        )
        put_under(
            consent, signature, role, statement=STATEMENTS[role], link=link, now=now
        )
        audit(consent, Action.SIGN, by=None, link=link)
    return consent


def _for_beside(consent_id: UUID, role: SignerRole, *, now: datetime) -> Consent:
    if role not in BESIDE:
        raise DomainError("This place under the text is not yours.")
    consent = locked(consent_id)
    _check_turn(consent, role, now=now)
    return consent


def _check_another_person(consent: Consent, by: User) -> None:
    """Who explained it does not also witness it."""
    if consent.consent_signatures.filter(signature__user=by).exists():
        raise ConsentNotReady(
            "You signed this text already. Another person signs here."
        )


def link_purpose(role: str) -> str:
    """Each role has a purpose of its own, so that no link signs for another."""
    return f"sign-{role}"


__all__ = [
    "Attestation",
    "is_hasty",
    "sign_consent_as_clinician",
    "sign_consent_beside",
    "sign_consent_by_own_link",
]
