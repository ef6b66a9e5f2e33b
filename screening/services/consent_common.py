"""What the steps of a consent share: locking it, moving it, its history, telling others."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from kap.accounts.models import User
from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.core.errors import DomainError, IllegalTransition
from kap.documents.services import request_document
from kap.patients.models import SecureLink
from screening.consent_hooks import under_effect
from screening.enums import ConsentStatus
from screening.enums_consent import (
    CONSENT_TRANSITIONS,
    ConsentAct,
    EndKind,
    EndWay,
)
from screening.models import Consent, ConsentEvent, ConsentSignature
from screening.queries.consent_roles import roles_of
from screening.rules.consent_conditions import sections_for
from screening.rules.consent_signing import next_role, why_not_now
from screening.signals import consent_changed


class ConsentNotReady(DomainError):
    """Something must be read, ticked or answered before the signature."""


class ConsentClosed(IllegalTransition):
    """This consent has been signed, declined or withdrawn already."""


def locked(consent_id: UUID) -> Consent:
    """The row, locked, with its text, patient and site."""
    return (
        Consent.objects.select_for_update(of=("self",))
        .select_related("template", "patient__site", "episode__site")
        .get(pk=consent_id)
    )


def waiting(consent_id: UUID) -> Consent:
    """The row, locked, if the patient can still read and sign it."""
    consent = locked(consent_id)
    if consent.status in (ConsentStatus.ACTIVE, ConsentStatus.PARTIAL):
        raise ConsentClosed("You have signed this already. Thank you.")
    if consent.status != ConsentStatus.PROPOSED:
        raise ConsentClosed(
            "This text cannot be signed any more. Please call the clinic."
        )
    return consent


def sections_of(consent: Consent) -> list[dict[str, Any]]:
    """The parts of the text that apply to this patient, as they were put together."""
    return sections_for(consent.template.sections, consent.facts)


def signed_roles(consent: Consent) -> set[str]:
    rows = ConsentSignature.objects.filter(consent=consent)
    return set(rows.values_list("role", flat=True))


def whose_turn(consent: Consent) -> str | None:
    """Who signs next; None when all have."""
    return next_role(roles_of(consent), signed_roles(consent))


def check_fit_to_sign(consent: Consent, *, now: datetime) -> None:
    """CR-02 and CR-03: nothing is signed or widened on the day of a dose or a sedative."""
    why = why_not_now(
        under_effect(consent.patient_id, now=now),
        now=now,
        zone=consent.episode.site.zone,
    )
    if why:
        raise ConsentNotReady(why)


def move(consent: Consent, to: ConsentStatus) -> None:
    """Set the status, if the table of transitions has this step."""
    if to not in CONSENT_TRANSITIONS[ConsentStatus(consent.status)]:
        raise ConsentClosed(
            f"This consent is: {consent.get_status_display().lower()}. "
            "Look at the page again."
        )
    consent.status = to
    consent.version += 1


def end(
    consent: Consent,
    *,
    kind: EndKind,
    reason: str,
    now: datetime,
    by: User | None = None,
    link: SecureLink | None = None,
    way: EndWay | str = "",
    to: ConsentStatus = ConsentStatus.INACTIVE,
) -> None:
    """An agreement ends; its text, signatures and history stay."""
    move(consent, to)
    consent.ended_at, consent.ended_by = now, by
    consent.end_kind, consent.end_way = kind, way
    consent.end_reason = reason[:300]
    consent.save()
    log(consent, ConsentAct.ENDED, now=now, by=by, link=link, note=reason)


def log(
    consent: Consent,
    act: ConsentAct,
    *,
    now: datetime,
    by: User | None = None,
    link: SecureLink | None = None,
    section: str = "",
    note: str = "",
) -> None:
    """One line in the consent's own history."""
    ConsentEvent.objects.create(
        consent=consent,
        act=act,
        at=now,
        by=by,
        link=link,
        section=section[:40],
        note=note[:300],
    )


def ask_for_paper(consent: Consent, *, now: datetime, by: User | None = None) -> None:
    """The PDF is made, or made again with what has been added."""
    request_document(
        kind="consent",
        source_id=consent.pk,
        patient=consent.patient,
        by=by,
        now=now,
    )


def audit(
    consent: Consent, action: Action, *, by: User | None, link: SecureLink | None = None
) -> None:
    record(
        by=by,
        link_id=link.pk if link else None,
        action=action,
        category=Category.CONSENT,
        patient_id=consent.patient_id,
        object_type="Consent",
        object_id=consent.pk,
    )


def tell(consent: Consent) -> None:
    """Let later phases know, after the commit."""
    transaction.on_commit(
        partial(
            consent_changed.send,
            Consent,
            episode_id=consent.episode_id,
            consent_id=consent.pk,
        )
    )
