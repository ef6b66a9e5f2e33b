"""Handing the clinic's tablet over with a code: made by staff, entered once."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from kap.accounts.models import User
from kap.audit.enums import Action, Category, Outcome
from kap.audit.services import record
from kap.patients.links import open_on_tablet
from kap.patients.models import Patient, SecureLink
from screening.models import KioskCode
from screening.permissions import check_may_send_forms

DIGITS: Final = 6
LIVES: Final = timedelta(minutes=10)


def _random_code() -> str:
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def digest_of(code: str) -> str:
    """Keyed, so that the table alone gives no code away."""
    return salted_hmac("screening.kiosk", code, algorithm="sha256").hexdigest()


def make_code(
    *,
    patient: Patient,
    purpose: str,
    object_id: UUID,
    by: User,
    now: datetime,
    draw: Callable[[], str] = _random_code,
) -> str:
    """A new code for one form; an earlier one for the same form ends."""
    check_may_send_forms(by)
    with transaction.atomic():
        live = KioskCode.objects.live(now=now).select_for_update().order_by("pk")
        taken = {row.code_digest for row in live}
        KioskCode.objects.live(now=now).filter(object_id=object_id).update(
            expires_at=now
        )
        code = draw()
        while digest_of(code) in taken:
            code = draw()
        row = KioskCode.objects.create(
            code_digest=digest_of(code),
            patient=patient,
            purpose=purpose,
            object_id=object_id,
            made_by=by,
            made_at=now,
            expires_at=now + LIVES,
        )
        _audit(row, Action.CREATE, by=by)
    return code


def redeem_code(*, code: str, now: datetime) -> tuple[SecureLink, str] | None:
    """The link and the secret of the session that the code opens; None when it is wrong.

    All live codes are locked before one is looked at: of two tablets one gets in, and
    a wrong entry counts against every code that it could have been meant for.
    """
    given = digest_of(code)
    with transaction.atomic():
        live = list(
            KioskCode.objects.live(now=now)
            .select_for_update(of=("self",))
            .select_related("patient", "made_by")
            .order_by("pk")
        )
        found = [row for row in live if hmac.compare_digest(row.code_digest, given)]
        if not found:
            KioskCode.objects.filter(pk__in=[row.pk for row in live]).update(
                failed_tries=F("failed_tries") + 1
            )
            for row in live:
                _audit(row, Action.REFUSED, by=None)
            return None
        (row,) = found
        row.used_at = now
        row.save(update_fields=["used_at"])
        return open_on_tablet(
            patient=row.patient,
            purpose=row.purpose,
            object_id=row.object_id,
            by=row.made_by,
            now=now,
        )


def _audit(row: KioskCode, action: Action, *, by: User | None) -> None:
    record(
        by=by,
        action=action,
        category=Category.LINK,
        patient_id=row.patient_id,
        object_type="KioskCode",
        object_id=row.pk,
        outcome=Outcome.REFUSED if action is Action.REFUSED else Outcome.SUCCESS,
        reason_code="kiosk",
        job="" if by else "kiosk",
    )
