"""What one rule says of one person, and how grave it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Gravity(StrEnum):
    """How far a finding stands in the way of a dose."""

    INFO = "info"
    CAUTION = "caution"
    SAFETY = "safety"
    """Opens the safety pathway; stands beside the verdict, never excludes."""
    NEEDS_REVIEW = "needs-review"
    EXCLUDES = "excludes"
    INCOMPLETE = "incomplete"


class FindingState(StrEnum):
    HIT = "hit"
    PASSED = "passed"
    UNANSWERED = "unanswered"
    """A required answer is missing: the verdict is incomplete."""
    NOT_ASKED = "not-asked"
    """Open, but not required before a decision: of the day itself, or a laboratory's."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One answer that a rule looked at, in words."""

    field: str
    label: str
    value: str

    def __str__(self) -> str:
        return f"{self.label}: {self.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The report of one rule: every rule leaves one, also when it passes."""

    code: str
    title: str
    state: FindingState
    gravity: Gravity | None
    """For the racemic routes; None when the rule passed."""
    gravity_esketamine: Gravity | None
    opens_safety_pathway: bool
    statement: str
    """For staff."""
    patient_text: str
    """Safe to show to the patient: no diagnosis and no inference.  May be empty."""
    facts: tuple[Fact, ...]
    unanswered: tuple[str, ...]
    """Labels of the required questions that are still open; they hold up a decision."""
    why: str
    next_step: str
    source: str
    locked: bool
    """A locked exclusion cannot be overridden by anybody."""
    seed: bool
    """One of the exclusions or nuances of the founding protocol."""
    domain: str = ""
    suggestion: str = ""
    """What the reference suggests when the rule hits: dose, route, letter, log."""
    not_asked: tuple[str, ...] = ()
    """Labels of questions that are open without holding up the decision."""

    @property
    def is_hit(self) -> bool:
        return self.state is FindingState.HIT

    @property
    def fact(self) -> str:
        """The answers behind the finding, in one line."""
        return "; ".join(str(fact) for fact in self.facts)


PATIENT_TEXT: Final = {
    Gravity.INFO: "",
    Gravity.CAUTION: "Your clinician will talk with you about one of your answers.",
    Gravity.SAFETY: (
        "Thank you for telling us. A member of your care team will contact you today. "
        "If you are in danger now, call 911, or call or text 988."
    ),
    Gravity.NEEDS_REVIEW: (
        "A clinician needs to review one of your answers. We will contact you."
    ),
    Gravity.EXCLUDES: (
        "A clinician needs to review one of your answers. We will contact you."
    ),
    Gravity.INCOMPLETE: "Some questions are still open. You can finish them any time.",
}
"""Clinical reference 3.5 step 6: “needs review”, never the inference."""
