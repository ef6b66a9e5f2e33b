"""What is asked before a dose, and what each gate answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum

from sessions.rules.dose_types import Route
from sessions.rules.spacing import SpacingFinding
from sessions.rules.vitals_before import BeforeDose


class GateState(StrEnum):
    DONE = "done"
    OPEN = "open"
    """Somebody can still mend it today."""
    BLOCKED = "blocked"
    """No dose while this stands."""
    NOT_NEEDED = "not-needed"
    UNKNOWN = "unknown"
    """Not asked or not known yet, which is never a yes."""


class Owner(StrEnum):
    """Who can mend a gate; the codes are those of the staff roles."""

    PRESCRIBER = "prescriber"
    NURSE = "nurse"
    THERAPIST = "therapist"
    FRONT_DESK = "front-desk"
    TWO_PEOPLE = "two-people"
    """Two people at the chair."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateResult:
    """One gate: its state in a sentence, and who may do what about it."""

    code: str
    title: str
    state: GateState
    sentence: str
    owner: Owner
    overridable_by: tuple[Owner, ...] = ()
    """All of these together, each with a reason; empty: nobody may."""
    is_hard: bool = True
    """False: a warning that stops nothing."""
    source: str = ""

    @property
    def holds_the_dose(self) -> bool:
        """True while a dose may not begin because of this gate."""
        passes = self.state in {GateState.DONE, GateState.NOT_NEEDED}
        return self.is_hard and not passes


@dataclass(frozen=True, slots=True, kw_only=True)
class EligibilityFacts:
    """The newest signed decision."""

    decision: str
    """eligible, not-eligible or deferred."""
    verdict: str
    """What the rules said: exclude, needs_review, eligible_with_caution, eligible."""
    signed_on: date
    changed_since: bool = False
    """New diagnosis, medicine, pregnancy or emergency visit after the decision."""
    exclusion_overridden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentFacts:
    """One required text and what became of it."""

    title: str
    signed_on: date | None = None
    is_withdrawn: bool = False
    newer_edition_on: date | None = None
    """A newer edition is in force since then."""
    change_is_material: bool = False


class MedicineList(StrEnum):
    """How the list of medicines stands today (4.3)."""

    SETTLED = "settled"
    """Gone through before, nothing new on it, nothing to be held."""
    NEW = "new"
    HOLDS = "holds"
    """Something was to be held, and nobody has asked today."""
    PASS = "pass"  # noqa: S105 -- a state, not a password
    """Gone through today, all as planned or decided by a prescriber."""
    INCOMPLETE = "incomplete"
    PRESCRIBER = "prescriber"
    BLOCK = "block"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadinessFacts:
    """Everything the gates ask.  None: nobody has said so yet."""

    route: Route
    dose_at: datetime
    """When the dose is planned, or now."""
    today: date
    """The day at the site."""
    zone: tzinfo
    eligibility: EligibilityFacts | None = None
    consents: Sequence[ConsentFacts] = ()
    """One for every required text."""
    preparations_done: int = 0
    spacing: Sequence[SpacingFinding] = ()
    phq9_on: date | None = None
    self_harm_open: bool | None = None
    """An unanswered or unfinished item 9; None: never asked."""
    medicines_checked_on: date | None = None
    medicines_changed: bool | None = None
    substances_24h: bool | None = None
    """Alcohol, benzodiazepine, stimulant or opioid in the last 24 h."""
    medicine_list: MedicineList = MedicineList.SETTLED
    fasting_asked: bool = False
    last_solid_food_at: datetime | None = None
    last_meal_was_fatty: bool = False
    last_clear_liquid_at: datetime | None = None
    escort_name: str = ""
    escort_phone: str = ""
    escort_confirmed_on: date | None = None
    weight_on: date | None = None
    vitals: BeforeDose | None = None
    order_signed: bool = False
    order_lacks: Sequence[str] = ()
    """Parts of the order that are missing: “rescue orders”, “most for today”."""
    therapist_present: bool | None = None
    monitor_present: bool | None = None
    identifiers_confirmed: bool | None = None
    """Two identifiers, said by the patient."""
    dose_read_back: bool | None = None
    read_back_by: frozenset[str] = frozenset()
    """Keys of the two people of the read-back."""
