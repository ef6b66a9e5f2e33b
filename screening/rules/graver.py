"""Has something come up since a decision that the decision did not know?

Clinical reference 3.5 step 5: a decision rests on what the rules said then.  A verdict
that is graver now, or one more rule that excludes or asks for review, ends that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from screening.rules.findings import Finding, Gravity

RACEMIC: Final = "r"
ESKETAMINE: Final = "e"
BOTH: Final = (RACEMIC, ESKETAMINE)

_RANK: Final = {
    verdict: place
    for place, verdict in enumerate(
        (
            "eligible",
            "eligible_with_caution",
            "needs_review",
            "incomplete",
            "exclude",
        )
    )
}
"""Incomplete stands below exclude: what is not known may still be harmless."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What one run said: a verdict for each medicine, and ``grave_hits``."""

    racemic: str
    esketamine: str
    hits: Collection[str]

    def verdict(self, sides: Iterable[str]) -> str:
        """The graver verdict of the medicines asked about."""
        named = {RACEMIC: self.racemic, ESKETAMINE: self.esketamine}
        return max((named[side] for side in sides), key=_RANK.__getitem__)


def grave_hits(findings: Iterable[Finding]) -> list[str]:
    """``rR:CODE`` for a rule that asks for review on racemic ketamine, ``eX:CODE`` for
    one that excludes esketamine, ``rL:CODE`` when nobody may set that aside.
    """
    return sorted(
        entry for finding in findings if finding.is_hit for entry in _entries(finding)
    )


def _entries(finding: Finding) -> Iterator[str]:
    sides = ((RACEMIC, finding.gravity), (ESKETAMINE, finding.gravity_esketamine))
    for side, gravity in sides:
        if gravity in (Gravity.NEEDS_REVIEW, Gravity.EXCLUDES):
            yield f"{side}R:{finding.code}"
        if gravity is Gravity.EXCLUDES:
            yield f"{side}X:{finding.code}"
            if finding.locked:
                yield f"{side}L:{finding.code}"


def is_graver(before: Judged, after: Judged, *, sides: Iterable[str] = BOTH) -> bool:
    """Whether the later run says something graver about these medicines."""
    wanted = tuple(sides)
    for side in wanted:
        if _RANK[after.verdict([side])] > _RANK[before.verdict([side])]:
            return True
    known = set(before.hits)
    return any(hit not in known for hit in after.hits if hit[0] in wanted)
