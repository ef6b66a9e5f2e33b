"""Where an open episode stands in screening, in one query, for "what comes next"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Subquery

from kap.patients.enums import Phase
from kap.patients.models import EpisodeOfCare
from screening.consents import TREATMENT
from screening.enums import Decision, PacketStatus
from screening.enums_consent import LIVE
from screening.models import (
    Consent,
    EligibilityDetermination,
    EligibilityEvaluation,
    IntakePacket,
    PreparationRecord,
)
from screening.queries.consent_open import has_open_question


@dataclass(frozen=True, slots=True)
class Stand:
    episode_id: UUID
    wants_packet: bool
    has_review: bool
    wants_consent: bool
    has_question: bool
    consent_id: UUID | None
    wants_preparation: bool


def stand_of(patient_id: UUID, *, now: datetime) -> Stand | None:
    """None when the patient is not in care."""
    own = OuterRef("pk")
    evaluation = EligibilityEvaluation.objects.filter(episode=own).order_by(
        "-evaluated_at", "-pk"
    )
    decision = EligibilityDetermination.objects.filter(episode=own).order_by(
        "-decided_at", "-pk"
    )
    consents = Consent.objects.filter(episode=own, template__kind=TREATMENT)
    live = consents.filter(status__in=LIVE)
    row = (
        EpisodeOfCare.objects.open()
        .filter(patient=patient_id)
        .annotate(
            has_packet=Exists(
                IntakePacket.objects.filter(episode=own).exclude(
                    status=PacketStatus.CANCELLED
                )
            ),
            evaluation_id=Subquery(evaluation.values("pk")[:1]),
            decided_on=Subquery(decision.values("evaluation_id")[:1]),
            decision=Subquery(decision.values("decision")[:1]),
            expires_at=Subquery(decision.values("expires_at")[:1]),
            consent_id=Subquery(live.order_by("-proposed_at").values("pk")[:1]),
            questions=Subquery(live.order_by("-proposed_at").values("questions")[:1]),
            is_prepared=Exists(
                PreparationRecord.objects.filter(episode=own, signed_at__isnull=False)
            ),
        )
        .values()
        .first()
    )
    return None if row is None else _stand(dict(row), now)


def _stand(row: dict[str, Any], now: datetime) -> Stand:
    phase = Phase(str(row["phase"]))
    is_early = phase in (Phase.INTAKE, Phase.SCREENING)
    expires = row["expires_at"]
    is_eligible = row["decision"] == Decision.ELIGIBLE and (
        isinstance(expires, datetime) and expires > now
    )
    is_cleared = is_eligible and phase in (Phase.CONSENT, Phase.PREPARATION)
    evaluated = row["evaluation_id"]
    consent_id = row["consent_id"]
    return Stand(
        episode_id=row["id"],
        wants_packet=is_early and not row["has_packet"],
        has_review=is_early
        and evaluated is not None
        and row["decided_on"] != evaluated,
        wants_consent=is_cleared and consent_id is None,
        has_question=has_open_question(row["questions"]),
        consent_id=consent_id if isinstance(consent_id, UUID) else None,
        wants_preparation=is_cleared and not row["is_prepared"],
    )
