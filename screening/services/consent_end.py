"""Saying no before a signature, and taking back or narrowing after it; at once (CR-11)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from kap.accounts.enums import Role
from kap.accounts.models import User
from kap.audit.enums import Action
from kap.core.errors import DomainError
from kap.patients.models import SecureLink
from kap.worklist.services import close_for, open_item
from screening.consents import ESKETAMINE, HOME, TREATMENT
from screening.enums import ConsentStatus
from screening.enums_consent import OPEN, ConsentAct, EndKind, EndWay
from screening.models import Consent
from screening.permissions import check_may_send_forms
from screening.services.consent_common import (
    ConsentClosed,
    ask_for_paper,
    audit,
    end,
    locked,
    log,
    sections_of,
    tell,
)
from screening.services.consent_sign import cosign_key

VISITS: Final = "consent-ended-visits"
TEAM: Final = "consent-ended-team"
TALK: Final = "consent-ended-talk"
"""Work after a withdrawal: planned doses, the team, an offer to talk."""
OF_TREATMENT: Final = (TREATMENT, ESKETAMINE, HOME)
TALK_WITHIN: Final = timedelta(days=2)


def decline_consent(
    *,
    consent_id: UUID,
    reason: str,
    now: datetime,
    link: SecureLink | None = None,
    by: User | None = None,
) -> Consent:
    """The patient says no; nothing else changes, and no other text depends on it."""
    if by is not None:
        check_may_send_forms(by)
    with transaction.atomic():
        consent = locked(consent_id)
        if consent.status not in OPEN:
            raise ConsentClosed(
                "This text cannot be declined any more. Please call the clinic."
            )
        end(
            consent,
            kind=EndKind.DECLINED,
            reason=reason or "Declined",
            now=now,
            by=by,
            link=link,
            to=ConsentStatus.REJECTED,
        )
        close_for(source_key=cosign_key(consent), by=by, now=now)
        audit(consent, Action.UPDATE, by=by, link=link)
        tell(consent)
    return consent


def withdraw_consent(
    *,
    consent_id: UUID,
    reason: str,
    by: User | None,
    now: datetime,
    link: SecureLink | None = None,
    way: EndWay = EndWay.SPOKEN,
) -> Consent:
    """Withdraw a signed consent, by whoever hears it; it takes effect at once."""
    if by is not None:
        check_may_send_forms(by)
    with transaction.atomic():
        consent = locked(consent_id)
        if consent.status != ConsentStatus.ACTIVE:
            raise ConsentClosed("This consent is not in force.")
        end(
            consent,
            kind=EndKind.WITHDRAWN,
            reason=reason or "Withdrawn by the patient",
            now=now,
            by=by,
            link=link,
            way=EndWay.LINK if link is not None else way,
        )
        _make_work(consent, by=by, now=now)
        ask_for_paper(consent, now=now, by=by)
        audit(consent, Action.UPDATE, by=by, link=link)
        tell(consent)
    return consent


def _make_work(consent: Consent, *, by: User | None, now: datetime) -> None:
    """Cancel doses, tell the team, offer to talk."""
    episode = consent.episode
    wanted: list[tuple[str, Role, datetime, User | None]] = [
        (TEAM, Role.PRESCRIBER, now, episode.prescriber),
    ]
    if consent.template.kind in OF_TREATMENT:
        wanted.append((VISITS, Role.FRONT_DESK, now, None))
        wanted.append((TALK, Role.THERAPIST, now + TALK_WITHIN, episode.therapist))
    for kind, role, due_at, owner in wanted:
        open_item(
            kind=kind,
            source_key=f"consent:{consent.pk}:{kind}",
            role=role,
            owner=owner,
            patient=consent.patient,
            object_id=consent.pk,
            due_at=due_at,
            by=by,
            now=now,
        )


def narrow_consent(
    *,
    consent_id: UUID,
    section_id: str,
    now: datetime,
    by: User | None = None,
    link: SecureLink | None = None,
    way: EndWay = EndWay.SPOKEN,
) -> Consent:
    """Take one agreed part back; possible at any moment, also during a session (CR-02).

    What was signed stays as it is; the narrowing stands beside it.
    """
    if by is not None:
        check_may_send_forms(by)
    with transaction.atomic():
        consent = locked(consent_id)
        if consent.status != ConsentStatus.ACTIVE:
            raise ConsentClosed("This consent is not in force.")
        if section_id not in open_choices(consent):
            raise DomainError("This part was not agreed to, or is taken back already.")
        entry = {
            "section": section_id,
            "at": now.isoformat(),
            "by": by.name if by else "",
            "how": str(EndWay.LINK if link is not None else way),
        }
        consent.narrowed = [*consent.narrowed, entry]
        consent.version += 1
        consent.save(update_fields=["narrowed", "version"])
        log(consent, ConsentAct.NARROWED, now=now, by=by, link=link, section=section_id)
        ask_for_paper(consent, now=now, by=by)
        audit(consent, Action.UPDATE, by=by, link=link)
        tell(consent)
    return consent


def open_choices(consent: Consent) -> dict[str, str]:
    """Parts that could be left out, were agreed to, and still hold: id to title."""
    gone = {entry["section"] for entry in consent.narrowed}
    return {
        str(one["id"]): str(one["title"])
        for one in sections_of(consent)
        if not one.get("required", True)
        and consent.acknowledgements.get(one["id"])
        and one["id"] not in gone
    }
