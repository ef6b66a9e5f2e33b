"""The safety plan: each version written once, read and signed by the patient if they like."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction

from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.core.errors import ChangedMeanwhile, DomainError
from kap.documents.models import Meaning, Signature
from kap.documents.services import sign
from kap.notifications.services import plan_message
from kap.patients.enums import ContactPurpose
from kap.patients.models import Patient, SecureLink
from screening.models import SafetyPlan
from screening.permissions import check_may_record_history
from screening.queries.safety import newest_plan
from screening.services.sending import USEFUL_FOR

if TYPE_CHECKING:
    from kap.accounts.models import User

STEPS: Final = (
    "warning_signs",
    "own_ways",
    "people_and_places",
    "people_to_ask",
    "professionals",
    "safe_surroundings",
)
PURPOSE: Final = "safety-plan"


def write_plan(
    *,
    patient: Patient,
    based_on: int,
    words: Mapping[str, str],
    reason: str,
    by: User,
    now: datetime,
) -> SafetyPlan:
    """A new version.  ``based_on`` is the version that was on the page; 0 for the first.

    Raises ChangedMeanwhile when somebody wrote another version in between.
    """
    check_may_record_history(by)
    texts = {step: words[step].strip() for step in STEPS}
    if not all(texts.values()):
        raise DomainError("Each of the six steps needs at least a word.")
    with transaction.atomic():
        Patient.objects.select_for_update(no_key=True, of=("self",)).get(pk=patient.pk)
        before = newest_plan(patient.pk)
        if (before.version if before else 0) != based_on:
            raise ChangedMeanwhile(
                "Somebody else wrote a new version after you opened this page."
            )
        if before is not None and not reason.strip():
            raise DomainError("Say in a few words why there is a new version.")
        plan = SafetyPlan.objects.create(
            patient=patient,
            version=based_on + 1,
            reason=reason.strip() if before else "",
            made_at=now,
            written_by=by,
            **texts,
        )
        _audit(plan, Action.CREATE, by=by)
    return plan


def send_plan(*, plan: SafetyPlan, by: User, now: datetime) -> int:
    """A copy on the patient's phone, by a link; answers on how many channels it goes."""
    check_may_record_history(by)
    with transaction.atomic():
        rows = plan_message(
            kind="page-to-read",
            key=f"safety-plan:{plan.pk}:{now:%Y%m%d%H%M}",
            patient=plan.patient,
            about_id=plan.pk,
            purpose=ContactPurpose.CARE,
            due_at=now,
            useless_after=now + USEFUL_FOR,
            link_purpose=PURPOSE,
            link_object_id=plan.pk,
            by=by,
            now=now,
        )
        if not rows:
            raise DomainError(
                "The patient has agreed to no messages. Print the plan or use the tablet."
            )
        _audit(plan, Action.EXPORT, by=by)
    return len(rows)


def sign_plan(
    *, plan: SafetyPlan, printed_name: str, link: SecureLink, proof: str, now: datetime
) -> Signature:
    """The patient's own name under it; nobody has to."""
    return sign(
        object_type="SafetyPlan",
        object_id=plan.pk,
        meaning=Meaning.REVIEW,
        content=plan_content(plan),
        patient=plan.patient,
        link=link,
        printed_name=printed_name,
        proof=proof,
        now=now,
    )


def plan_content(plan: SafetyPlan) -> str:
    """Everything that is shown to the signer."""
    facts = {step: getattr(plan, step) for step in STEPS}
    facts |= {"patient": str(plan.patient_id), "version": str(plan.version)}
    return json.dumps(facts, sort_keys=True)


def record_plan_read(*, plan: SafetyPlan, link: SecureLink) -> None:
    """The patient opened their copy."""
    _audit(plan, Action.READ, by=None, link_id=link.pk)


def _audit(
    plan: SafetyPlan, action: Action, *, by: User | None, link_id: UUID | None = None
) -> None:
    record(
        by=by,
        action=action,
        category=Category.SCREENING,
        patient_id=plan.patient_id,
        object_type="SafetyPlan",
        object_id=plan.pk,
        link_id=link_id,
    )
