"""Signing the order for a dose."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from kap.accounts.enums import PRESCRIBING
from kap.accounts.services import check_credentials_valid, prove_identity
from kap.audit.enums import Action
from kap.documents.models import Meaning
from kap.documents.services import digest, sign
from screening.codes import WEIGHT
from screening.services import record_observation
from sessions.enums import OrderStatus
from sessions.models import Appointment, MedicationRequest
from sessions.queries.readiness_dose import OrderDraft, Worked, work_out
from sessions.rules.dose_types import DoseLevel, DoseRefused
from sessions.services.dosing_common import (
    DoseNotAllowed,
    WrongSecondPerson,
    check_role,
    hold_coming,
    second_person,
    write_history,
)

if TYPE_CHECKING:
    from kap.accounts.models import User


def sign_order(
    *,
    appointment_id: UUID,
    draft: OrderDraft,
    password: str,
    by: User,
    now: datetime,
    reason: str = "",
    cosigner_email: str = "",
    cosigner_password: str = "",
) -> MedicationRequest:
    """Sign an order; it takes the place of the one before.

    A soft limit takes a reason, a hard one a second prescriber with their own password;
    beyond an absolute one there is no order.
    """
    check_role(by, PRESCRIBING, "A prescriber signs the order.")
    with transaction.atomic():
        appointment = hold_coming(appointment_id)
        on = now.astimezone(appointment.site.zone).date()
        check_credentials_valid(user=by, on=on)
        worked = _worked(draft, appointment, now=now)
        _check_limits(worked, reason)
        if not draft.as_needed.strip():
            raise DoseNotAllowed("Write the as-needed and rescue orders.")
        prove_identity(user=by, password=password, now=now)
        cosigner = None
        if worked.dose.level is DoseLevel.HARD:
            cosigner = _cosigner(cosigner_email, cosigner_password, by=by, now=now)
        if draft.weight_kg is not None:
            record_observation(
                patient=appointment.patient,
                episode=appointment.episode,
                code=WEIGHT,
                value=draft.weight_kg,
                effective_at=now,
                by=by,
                now=now,
            )
        return _write(
            appointment, draft, worked, reason=reason, cosigner=cosigner, by=by, now=now
        )


def _worked(draft: OrderDraft, appointment: Appointment, *, now: datetime) -> Worked:
    try:
        return work_out(draft, appointment, now=now)
    except DoseRefused as refusal:
        raise DoseNotAllowed(str(refusal)) from refusal


def _check_limits(worked: Worked, reason: str) -> None:
    level = worked.dose.level
    sentences = " ".join(check.sentence for check in worked.dose.breaches)
    if level is DoseLevel.ABSOLUTE:
        raise DoseNotAllowed(sentences)
    if level is not DoseLevel.OK and not reason.strip():
        raise DoseNotAllowed(f"{sentences} Write the reason.")


def _cosigner(email: str, password: str, *, by: User, now: datetime) -> User:
    if not email.strip():
        raise WrongSecondPerson(
            "A second prescriber signs with their own e-mail and password."
        )
    cosigner = second_person(
        by=by,
        email=email,
        password=password,
        now=now,
        roles=PRESCRIBING,
        who="second prescriber",
    )
    check_credentials_valid(user=cosigner, on=now.date())
    return cosigner


def _write(
    appointment: Appointment,
    draft: OrderDraft,
    worked: Worked,
    *,
    reason: str,
    cosigner: User | None,
    by: User,
    now: datetime,
) -> MedicationRequest:
    for old in MedicationRequest.objects.select_for_update().filter(
        appointment=appointment, status=OrderStatus.ACTIVE
    ):
        old.status = OrderStatus.STOPPED
        old.save(update_fields=["status"])
    dose = worked.dose
    order = MedicationRequest(
        appointment=appointment,
        patient_id=appointment.patient_id,
        product=worked.product,
        route=draft.route,
        dose_mg=dose.dose_mg,
        weight_kg=worked.weight_kg,
        weight_measured_at=worked.weight_at,
        dose_mg_per_kg=dose.mg_per_kg,
        volume_ml=dose.volume_ml,
        unit_count=dose.units,
        infusion_min=draft.infusion_min,
        is_diluted=draft.is_diluted,
        body_site=draft.body_site,
        max_total_mg=worked.max_total_mg,
        as_needed=draft.as_needed.strip(),
        checks=[
            {
                "level": str(check.level),
                "code": check.code,
                "sentence": check.sentence,
                "source": check.source,
            }
            for check in dose.checks
        ],
        reason=reason.strip(),
        cosigned_by=cosigner,
        ordered_at=now,
        ordered_by=by,
    )
    content = order_content(order)
    order.content_sha256 = digest(content)
    order.save()
    for user in filter(None, (by, cosigner)):
        sign(
            object_type="MedicationRequest",
            object_id=order.pk,
            meaning=Meaning.ORDER if user is by else Meaning.REVIEW,
            content=content,
            user=user,
            printed_name=user.name,
            proof="password",
            now=now,
        )
    write_history(
        by=by,
        action=Action.SIGN,
        appointment=appointment,
        object_type="MedicationRequest",
        object_id=order.pk,
    )
    return order


SIGNED = (
    "appointment_id",
    "patient_id",
    "product_id",
    "route",
    "dose_mg",
    "weight_kg",
    "dose_mg_per_kg",
    "volume_ml",
    "unit_count",
    "infusion_min",
    "is_diluted",
    "body_site",
    "max_total_mg",
    "as_needed",
    "checks",
    "reason",
)


def order_content(order: MedicationRequest) -> str:
    """The very text that is signed: every figure of the order."""
    facts = {name: _text(getattr(order, name)) for name in SIGNED}
    return json.dumps(facts, sort_keys=True, default=str)


def _text(value: Any) -> Any:
    """Numbers as they read, so that what comes back from the database reads the same."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value
