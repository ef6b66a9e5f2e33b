"""Whether an episode's newest signed decision on eligibility stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from kap.core import prepared
from screening.enums import Decision, EligibleFor
from screening.rules.graver import BOTH, ESKETAMINE, RACEMIC, Judged, is_graver


@dataclass(frozen=True, slots=True)
class EligibilityState:
    """The newest signed decision.  ``is_current``: eligible, not expired, signed by all
    who must, and nothing graver has come up since.
    """

    is_current: bool
    decision: str
    verdict: str
    """What the rules said of the medicines that the decision covers."""
    decided_at: datetime | None
    expires_at: datetime | None
    sentence: str
    has_changed: bool = False
    """The rules have come to say something graver since the decision."""
    covers: str = EligibleFor.RACEMIC
    is_override: bool = False
    """An exclusion is set aside, with or without the second signature."""
    is_overridden: bool = False
    """... and the medical director has signed as well."""
    waits_for_director: bool = False
    needs_addendum: bool = False
    """The consent must have an addendum that names the exclusion."""
    determination_id: UUID | None = None

    def covers_medicine(self, *, is_esketamine: bool) -> bool:
        side = ESKETAMINE if is_esketamine else RACEMIC
        return side in SIDES[self.covers]


SIDES: Final[Mapping[str, tuple[str, ...]]] = {
    EligibleFor.RACEMIC: (RACEMIC,),
    EligibleFor.ESKETAMINE: (ESKETAMINE,),
    EligibleFor.BOTH: BOTH,
}

_NOBODY: Final = EligibilityState(
    is_current=False,
    decision="",
    verdict="",
    decided_at=None,
    expires_at=None,
    sentence="No prescriber has decided on eligibility.",
)

# By hand: the board and every booking of a dose ask it.
_DECISIONS: Final = prepared.Statement(
    "kap_decisions",
    ("uuid[]",),
    """
SELECT wanted.id, made.id, made.decision, made.decided_at, made.expires_at,
  made.covers, made.is_override, made.needs_addendum, director.agrees,
  basis.verdict, basis.verdict_esketamine, basis.grave_hits,
  newest.verdict, newest.verdict_esketamine, newest.grave_hits
FROM unnest($1) AS wanted(id)
CROSS JOIN LATERAL (
  SELECT id, decision, decided_at, expires_at, covers, is_override, needs_addendum,
    evaluation_id
  FROM screening_eligibilitydetermination AS determination
  WHERE determination.episode_id = wanted.id ORDER BY decided_at DESC, id DESC LIMIT 1
) AS made
JOIN screening_eligibilityevaluation AS basis ON basis.id = made.evaluation_id
CROSS JOIN LATERAL (
  SELECT verdict, verdict_esketamine, grave_hits
  FROM screening_eligibilityevaluation AS evaluation
  WHERE evaluation.episode_id = wanted.id ORDER BY evaluated_at DESC, id DESC LIMIT 1
) AS newest
LEFT JOIN screening_overridesignature AS director
  ON director.determination_id = made.id AND director.part = 'director'
""",
)
_NAMES: Final = (
    "id",
    "decision",
    "decided_at",
    "expires_at",
    "covers",
    "is_override",
    "needs_addendum",
    "director_agrees",
)


def eligibility_states(
    episode_ids: Iterable[UUID], *, now: datetime
) -> dict[UUID, EligibilityState]:
    """The newest decision of each episode, in one query."""
    wanted = list(episode_ids)
    rows = prepared.rows((_DECISIONS, [[str(episode) for episode in wanted]]))
    found = {}
    for episode, *row in rows:
        made = dict(zip(_NAMES, row[:8], strict=True))
        found[episode] = _state(made, Judged(*row[8:11]), Judged(*row[11:14]), now)
    return {episode: found.get(episode, _NOBODY) for episode in wanted}


def eligibility_state(episode_id: UUID, *, now: datetime) -> EligibilityState:
    return eligibility_states([episode_id], now=now)[episode_id]


def _state(
    made: Mapping[str, Any], basis: Judged, newest: Judged, now: datetime
) -> EligibilityState:
    sides = SIDES[made["covers"]]
    worse = is_graver(basis, newest, sides=sides)
    sentence = _stands_not(made, worse=worse, now=now)
    return EligibilityState(
        is_current=not sentence,
        decision=str(made["decision"]),
        verdict=basis.verdict(sides),
        decided_at=made["decided_at"],
        expires_at=made["expires_at"],
        sentence=sentence or _stands(made),
        has_changed=worse,
        covers=str(made["covers"]),
        is_override=made["is_override"],
        is_overridden=made["is_override"] and made["director_agrees"] is True,
        waits_for_director=made["is_override"] and made["director_agrees"] is None,
        needs_addendum=made["needs_addendum"],
        determination_id=made["id"],
    )


def _stands_not(made: Mapping[str, Any], *, worse: bool, now: datetime) -> str:
    """Why the decision does not stand; empty when it does."""
    if made["decision"] != Decision.ELIGIBLE:
        return f"The decision is: {Decision(made['decision']).label.lower()}."
    if made["is_override"] and (unsigned := _UNSIGNED.get(made["director_agrees"])):
        return unsigned
    if made["expires_at"] <= now:
        return _EXPIRED[made["is_override"]]
    if worse:
        return "Something changed since the decision. A prescriber decides again."
    return ""


_UNSIGNED: Final[Mapping[bool | None, str]] = {
    None: "An exclusion is set aside; the medical director has not signed yet.",
    False: "The medical director did not agree to set the exclusion aside.",
}
_EXPIRED: Final[Mapping[bool, str]] = {
    True: "The exclusion was set aside until a day that has passed.",
    False: "The eligibility decision is older than 90 days. Review it again.",
}


def _stands(made: Mapping[str, Any]) -> str:
    if made["is_override"]:
        return "Eligible; an exclusion is set aside by prescriber and medical director."
    return "Eligible, signed by a prescriber."
