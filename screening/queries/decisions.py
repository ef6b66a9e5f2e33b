"""Signed decisions with each rule's answer and the hands of an override, for the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from kap.accounts.enums import Role
from kap.accounts.models import User
from screening.enums import Decision, EligibleFor, OverridePart, RuleAnswer
from screening.models import (
    EligibilityDetermination,
    EligibilityRuleDecision,
    OverrideSignature,
)


@dataclass(frozen=True, slots=True)
class Said:
    """What was answered to one rule."""

    code: str
    title: str
    answer: str
    reason: str


@dataclass(frozen=True, slots=True)
class Hand:
    """One of the two signatures of an override."""

    part: str
    who: str
    user_id: UUID
    agrees: bool
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Decided:
    """A signed decision, ready to show."""

    id: UUID
    decision: str
    covers: str
    conditions: str
    reason: str
    decided_by: str
    decided_at: datetime
    expires_at: datetime
    is_override: bool
    needs_addendum: bool
    said: list[Said]
    hands: list[Hand]

    @property
    def is_eligible(self) -> bool:
        return self.decision == Decision.ELIGIBLE

    @property
    def decision_word(self) -> str:
        return Decision(self.decision).label

    @property
    def covers_word(self) -> str:
        return EligibleFor(self.covers).label.lower()

    @property
    def director(self) -> Hand | None:
        wanted = OverridePart.DIRECTOR.label
        return next((hand for hand in self.hands if hand.part == wanted), None)


def rows_of(episode: OuterRef, *, limit: int = 20) -> ArraySubquery:
    """The newest decisions of an episode as JSON, to be read along with something else."""
    own = OuterRef("pk")
    said = EligibilityRuleDecision.objects.filter(determination=own).order_by("code")
    hands = OverrideSignature.objects.filter(determination=own).order_by("signed_at")
    plain = (
        "id",
        "decision",
        "covers",
        "conditions",
        "reason",
        "decided_at",
        "expires_at",
        "is_override",
        "needs_addendum",
    )
    rows = (
        EligibilityDetermination.objects.filter(episode=episode)
        .order_by("-decided_at", "-pk")
        .values(
            row=JSONObject(
                **{name: name for name in plain},
                decided_by="decided_by__name",
                said=ArraySubquery(
                    said.values(
                        row=JSONObject(
                            code="code", title="title", answer="answer", reason="reason"
                        )
                    )
                ),
                hands=ArraySubquery(
                    hands.values(
                        row=JSONObject(
                            part="part",
                            who="signed_by__name",
                            user_id="signed_by",
                            agrees="agrees",
                            reason="reason",
                            at="signed_at",
                        )
                    )
                ),
            )
        )[:limit]
    )
    return ArraySubquery(rows)


def read_rows(rows: Iterable[Mapping[str, Any]]) -> list[Decided]:
    return [_decided(row) for row in rows]


def _decided(row: Mapping[str, Any]) -> Decided:
    moments = {
        name: datetime.fromisoformat(row[name]) for name in ("decided_at", "expires_at")
    }
    return Decided(
        **{
            **row,
            **moments,
            "id": UUID(row["id"]),
            "said": [
                Said(**{**one, "answer": RuleAnswer(one["answer"]).label})
                for one in row["said"]
            ],
            "hands": [_hand(one) for one in row["hands"]],
        }
    )


def _hand(row: Mapping[str, Any]) -> Hand:
    return Hand(
        **{
            **row,
            "part": OverridePart(row["part"]).label,
            "user_id": UUID(row["user_id"]),
            "at": datetime.fromisoformat(row["at"]),
        }
    )


@dataclass(frozen=True, slots=True)
class WaitingOverride:
    """A decision that waits for the medical director; ``may_sign``: this person."""

    made: Decided
    asked_by: str
    may_sign: bool
    is_own: bool


def waiting_override(
    decisions: list[Decided], *, user: User, now: datetime
) -> WaitingOverride | None:
    """The newest decision, when the second signature is open; costs no query."""
    newest = decisions[0] if decisions else None
    if newest is None or not newest.is_override or newest.director:
        return None
    if newest.expires_at <= now:
        return None
    first = newest.hands[0]
    is_own = first.user_id == user.pk
    may = user.has_role(Role.MEDICAL_DIRECTOR) and not is_own
    return WaitingOverride(newest, first.who, may, is_own)
