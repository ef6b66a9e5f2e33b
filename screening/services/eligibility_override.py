"""Setting an exclusion aside: the prescriber asks, the medical director signs or refuses."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from kap.accounts.enums import Role
from kap.accounts.models import User
from kap.accounts.services import prove_identity
from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.core.constraints import breaks
from kap.core.errors import NotAllowed
from kap.documents.models import Meaning
from kap.documents.services import sign
from kap.patients.models import EpisodeOfCare
from kap.worklist.models import WorkItem
from kap.worklist.services import cancel_for, close_for, open_item
from screening.enums import Decision, OverridePart
from screening.models import EligibilityDetermination, OverrideSignature
from screening.permissions import check_may_sign_override
from screening.services.eligibility_after import move_on, tell
from screening.services.eligibility_checks import (
    DecisionRefused,
    check_facts,
    check_newest,
)

OVERRIDE: Final = "eligibility-override"
"""The kind of work item that waits for the medical director."""
DIRECTOR_WITHIN: Final = timedelta(days=2)
"""How long the medical director has (ours)."""
SAME_PERSON: Final = (
    "You signed this as the prescriber. The second signature must be another person's."
)


def override_key(determination_id: UUID) -> str:
    return f"override:{determination_id}"


def begin_override(
    made: EligibilityDetermination, *, episode: EpisodeOfCare, by: User, now: datetime
) -> None:
    """The first of two signatures; inside the decision's transaction."""
    OverrideSignature.objects.create(
        determination=made,
        part=OverridePart.PRESCRIBER,
        agrees=True,
        reason=made.reason,
        signed_by=by,
        signed_at=now,
    )
    open_item(
        kind=OVERRIDE,
        source_key=override_key(made.pk),
        role=Role.MEDICAL_DIRECTOR,
        patient=episode.patient,
        object_id=episode.pk,
        due_at=now + DIRECTOR_WITHIN,
        by=by,
        now=now,
    )


def withdraw_waiting(episode_id: UUID, *, by: User, now: datetime) -> None:
    """A newer decision takes the place of one that still waited for the director."""
    waiting = WorkItem.objects.open().filter(kind=OVERRIDE, object_id=episode_id)
    for key in list(waiting.values_list("source_key", flat=True)):
        cancel_for(source_key=key, by=by, now=now)


def answer_override(
    *,
    determination_id: UUID,
    agrees: bool,
    reason: str,
    password: str,
    by: User,
    now: datetime,
) -> OverrideSignature:
    """The medical director's signature, or refusal, proven by password.

    DecisionRefused when it was answered before, by the same person as the first
    signature, or when something changed since the prescriber signed.
    """
    check_may_sign_override(by)
    if not reason.strip():
        raise DecisionRefused("Write the reason.", "reason")
    with transaction.atomic():
        made = EligibilityDetermination.objects.select_related(
            "evaluation__episode__site", "evaluation__episode__patient"
        ).get(pk=determination_id)
        episode = EpisodeOfCare.objects.select_for_update().get(pk=made.episode_id)
        _check_open(made, by)
        if agrees:
            _check_still_true(made, now=now)
        prove_identity(user=by, password=password, now=now)
        row = _insert(made, agrees=agrees, reason=reason.strip(), by=by, now=now)
        sign(
            object_type="OverrideSignature",
            object_id=row.pk,
            meaning=Meaning.DECISION,
            content=override_content(row),
            user=by,
            printed_name=by.name,
            proof="password",
            now=now,
        )
        close_for(source_key=override_key(made.pk), by=by, now=now)
        if agrees:
            move_on(episode, Decision.ELIGIBLE, by=by, now=now)
        tell(made)
        record(
            by=by,
            action=Action.SIGN,
            category=Category.SCREENING,
            patient_id=made.evaluation.episode.patient_id,
            object_type="OverrideSignature",
            object_id=row.pk,
        )
    return row


def _check_open(made: EligibilityDetermination, by: User) -> None:
    signed = {row.part: row for row in made.override_signatures.all()}
    if not made.is_override:
        raise DecisionRefused("This decision sets nothing aside.")
    if OverridePart.DIRECTOR in signed:
        raise DecisionRefused("The medical director has answered this already.")
    if signed[OverridePart.PRESCRIBER].signed_by_id == by.pk:
        raise NotAllowed(SAME_PERSON)


def _check_still_true(made: EligibilityDetermination, *, now: datetime) -> None:
    check_newest(made.evaluation, made.pk)
    check_facts(made.evaluation, now=now)
    if made.expires_at <= now:
        raise DecisionRefused(
            "The day until which the exclusion was to be set aside has passed."
        )


def _insert(
    made: EligibilityDetermination,
    *,
    agrees: bool,
    reason: str,
    by: User,
    now: datetime,
) -> OverrideSignature:
    try:
        with transaction.atomic():
            return OverrideSignature.objects.create(
                determination=made,
                part=OverridePart.DIRECTOR,
                agrees=agrees,
                reason=reason,
                signed_by=by,
                signed_at=now,
            )
    except IntegrityError as error:
        if breaks(error, constraint="override_signed_by_two_people"):
            raise NotAllowed(SAME_PERSON) from error
        raise


def override_content(row: OverrideSignature) -> str:
    """What the director signs: the prescriber's whole decision, and the answer to it."""
    return json.dumps(
        {
            "determination": str(row.determination_id),
            "content_sha256": row.determination.content_sha256,
            "agrees": row.agrees,
            "reason": row.reason,
        },
        sort_keys=True,
    )
