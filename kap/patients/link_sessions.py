"""Exchanging a link and a birth date for a short session, exactly counted in PostgreSQL."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Final

from django.db import transaction
from django.db.models import F

from kap.accounts.models import User
from kap.audit.enums import Action, Category, Outcome
from kap.audit.services import record
from kap.core.models import RateCounter
from kap.core.ratelimit import Limit
from kap.patients import signals
from kap.patients.models import Patient, PatientLinkSession, SecureLink
from kap.patients.models.links import IDLE, LONGEST, TABLET_IDLE

SEEN_EVERY: Final = timedelta(minutes=1)
"""How exactly the idle time is kept; more often would be a write for every page."""
MOST_TRIES: Final = 5
BY_PATIENT: Final = Limit("link-proof", MOST_TRIES, timedelta(minutes=15))
"""Wrong birth dates over all links of one patient; a new link does not reset it."""


class Answer(StrEnum):
    OPEN = "open"
    WRONG = "wrong"
    WAIT = "wait"
    """Too many wrong birth dates for this patient just now."""
    DEAD = "dead"
    """Used up, expired, revoked, locked or never there: nobody learns which."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """What came of a try; ``secret`` opens the session, ``tries_left`` is of this link."""

    answer: Answer
    secret: str = ""
    purpose: str = ""
    tries_left: int = 0


def live_link(token_sha256: str, *, now: datetime) -> SecureLink | None:
    """The link, if it still opens something.  Changes nothing: mail scanners open links too."""
    return (
        SecureLink.objects.live(now=now)
        .filter(token_sha256=token_sha256, failed_proofs__lt=MOST_TRIES)
        .select_related("patient__site")
        .first()
    )


def exchange(token_sha256: str, birth_date: str, *, now: datetime) -> Exchange:
    """Try a birth date (as YYYY-MM-DD) on a link.

    The link's row and the patient's counter are locked before the date is looked at,
    so that of many tries at once no more than five are ever evaluated.
    """
    with transaction.atomic():
        link = (
            SecureLink.objects.live(now=now)
            .filter(token_sha256=token_sha256, failed_proofs__lt=MOST_TRIES)
            .select_for_update(of=("self",))
            .first()
        )
        if link is None:
            _compare("0000-00-00", birth_date)
            return Exchange(Answer.DEAD)
        counter = _patient_counter(link, now=now)
        if counter.hits >= MOST_TRIES:
            return Exchange(Answer.WAIT)
        born = Patient.objects.values_list("birth_date", flat=True).get(
            pk=link.patient_id
        )
        if _compare(born.isoformat(), birth_date):
            return _open(link, now=now)
        return _refuse(link, counter)


def exchange_without_proof(token_sha256: str, *, now: datetime) -> Exchange:
    """Open a link whose purpose asks for no proof: an escort's, say."""
    with transaction.atomic():
        link = (
            SecureLink.objects.live(now=now)
            .filter(token_sha256=token_sha256)
            .select_for_update(of=("self",))
            .first()
        )
        return Exchange(Answer.DEAD) if link is None else _open(link, now=now)


def _compare(right: str, given: str) -> bool:
    """In constant time, whatever was typed."""
    digests = [
        hashlib.sha256(text.encode("utf-8", "replace")).digest()
        for text in (right, given)
    ]
    return hmac.compare_digest(*digests)


def _patient_counter(link: SecureLink, *, now: datetime) -> RateCounter:
    """This patient's counter, locked; an old window starts anew."""
    key = BY_PATIENT.key(str(link.patient_id))
    RateCounter.objects.bulk_create(
        [RateCounter(key=key, window_start=now, hits=0)], ignore_conflicts=True
    )
    counter = RateCounter.objects.select_for_update().get(key=key)
    if counter.window_start <= now - BY_PATIENT.window:
        counter.window_start, counter.hits = now, 0
        counter.save(update_fields=["window_start", "hits"])
    return counter


def _refuse(link: SecureLink, counter: RateCounter) -> Exchange:
    counter.hits += 1
    counter.save(update_fields=["hits"])
    link.failed_proofs += 1
    link.save(update_fields=["failed_proofs"])
    _record(link, Action.REFUSED, Outcome.REFUSED)
    left = MOST_TRIES - link.failed_proofs
    if left <= 0 or counter.hits >= MOST_TRIES:
        transaction.on_commit(
            partial(
                signals.link_locked.send,
                SecureLink,
                patient_id=link.patient_id,
                link_id=link.pk,
            )
        )
    if left <= 0:
        return Exchange(Answer.DEAD)
    return Exchange(
        Answer.WAIT if counter.hits >= MOST_TRIES else Answer.WRONG, tries_left=left
    )


def _open(link: SecureLink, *, now: datetime) -> Exchange:
    secret = open_session(link, now=now)
    _record(link, Action.SIGN_IN, Outcome.SUCCESS)
    return Exchange(Answer.OPEN, secret=secret, purpose=link.purpose)


def open_session(
    link: SecureLink, *, now: datetime, handed_over_by: User | None = None
) -> str:
    """Begin a session and count the use; answers the secret, of which only a digest is kept."""
    secret = secrets.token_urlsafe(24)
    SecureLink.objects.filter(pk=link.pk).update(
        use_count=F("use_count") + 1, failed_proofs=0
    )
    PatientLinkSession.objects.create(
        secret_sha256=_digest(secret),
        link=link,
        opened_at=now,
        seen_at=now,
        handed_over_by=handed_over_by,
    )
    return secret


def live_session(secret: str, *, now: datetime) -> PatientLinkSession | None:
    """The session of a secret, unless idle, too old, closed, or its link was taken back."""
    session = (
        PatientLinkSession.objects.filter(
            secret_sha256=_digest(secret),
            closed_at=None,
            opened_at__gt=now - LONGEST,
            seen_at__gt=now - IDLE,
            link__revoked_at=None,
        )
        .exclude(handed_over_by__isnull=False, seen_at__lte=now - TABLET_IDLE)
        .select_related("link__patient__site")
        .first()
    )
    if session and session.seen_at < now - SEEN_EVERY:
        PatientLinkSession.objects.filter(pk=session.pk).update(seen_at=now)
        session.seen_at = now
    return session


def was_on_tablet(secret: str) -> bool:
    """Whether a session, live or over, was on the clinic's own device."""
    return PatientLinkSession.objects.filter(
        secret_sha256=_digest(secret), handed_over_by__isnull=False
    ).exists()


def stay(session: PatientLinkSession, *, now: datetime) -> PatientLinkSession:
    """The patient says that they are still there."""
    session.seen_at = now
    session.save(update_fields=["seen_at"])
    return session


def close_session(session: PatientLinkSession, *, now: datetime) -> None:
    """The patient is done; the link itself may still be used."""
    PatientLinkSession.objects.filter(pk=session.pk, closed_at=None).update(
        closed_at=now
    )


def sweep(*, now: datetime) -> int:
    """Forget sessions that ended more than a day ago; what was done in them is in the history."""
    old, _ = PatientLinkSession.objects.filter(
        opened_at__lt=now - LONGEST - timedelta(days=1)
    ).delete()
    return old


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _record(link: SecureLink, action: Action, outcome: Outcome) -> None:
    record(
        by=None,
        action=action,
        category=Category.LINK,
        patient_id=link.patient_id,
        object_type="SecureLink",
        object_id=link.pk,
        outcome=outcome,
        link_id=link.pk,
        reason_code=link.purpose,
    )
