"""The gates before a dose, one function each (clinical reference 1.4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from sessions.rules.dose_units import NBSP, with_unit
from sessions.rules.readiness_fasting import Fast, assess_fasting
from sessions.rules.readiness_policy import ReadinessPolicy
from sessions.rules.readiness_types import (
    ConsentFacts,
    EligibilityFacts,
    GateResult,
    GateState,
    MedicineList,
    Owner,
    ReadinessFacts,
)
from sessions.rules.spacing import SpacingLevel

PRESCRIBER_ALONE = (Owner.PRESCRIBER,)
S = GateState


def day(on: date, today: date) -> str:
    """“today”, or “14 Oct”, with the year when it is not this year's."""
    if on == today:
        return "today"
    year = "" if on.year == today.year else f"{NBSP}{on.year}"
    return f"{on.day}{NBSP}{on:%b}{year}"


def eligibility(facts: ReadinessFacts, policy: ReadinessPolicy) -> GateResult:
    """G-02: a signed decision, not too old, and nothing new since."""
    gate = GateResult(
        code="G-02",
        title="Eligible, reviewed",
        state=S.DONE,
        sentence="",
        owner=Owner.PRESCRIBER,
        overridable_by=PRESCRIBER_ALONE,
        source="seed S-22 to S-27; 90 days ID",
    )
    found = facts.eligibility
    if found is None:
        return says(gate, S.OPEN, "No eligibility decision is signed.", lock=True)
    signed = day(found.signed_on, facts.today)
    age = (facts.today - found.signed_on).days
    if refusal := _not_eligible(found, signed):
        return says(gate, S.BLOCKED, refusal, lock=True)
    if age > policy.eligibility_max_age_days:
        sentence = (
            f"Decision of {signed} is {with_unit(age, 'days')} old; the most is "
            f"{policy.eligibility_max_age_days}. Review it."
        )
        return says(gate, S.OPEN, sentence)
    if found.changed_since:
        return says(gate, S.OPEN, f"Something changed since {signed}. Review it.")
    return says(gate, S.DONE, f"Decided {signed}.")


def _not_eligible(found: EligibilityFacts, signed: str) -> str:
    if found.decision != "eligible":
        return f"Decided {signed}: {found.decision.replace('-', ' ')}."
    if found.verdict == "incomplete":
        return "Answers of the screening are incomplete."
    if found.verdict == "exclude" and not found.exclusion_overridden:
        return "The rules exclude a dose. See the screening review."
    return ""


def consent(facts: ReadinessFacts, policy: ReadinessPolicy) -> GateResult:
    """G-03: every required text signed in the edition in force."""
    gate = GateResult(
        code="G-03",
        title="Consent",
        state=S.DONE,
        sentence="",
        owner=Owner.FRONT_DESK,
        source="seed S-09; grace of 30 days ID",
    )
    if not facts.consents:
        return says(gate, S.UNKNOWN, "No consent text is set for this course.")
    answers = [_one_consent(one, facts, policy) for one in facts.consents]
    bad = [answer for answer in answers if answer[0] is not S.DONE]
    if not bad:
        return says(gate, S.DONE, " ".join(sentence for _, sentence, _ in answers))
    state = S.BLOCKED if any(one[0] is S.BLOCKED for one in bad) else S.OPEN
    sentence = " ".join(sentence for _, sentence, _ in bad)
    may_override = all(can for _, _, can in bad)
    by = PRESCRIBER_ALONE if may_override else ()
    return replace(gate, state=state, sentence=sentence, overridable_by=by)


def _one_consent(
    one: ConsentFacts, facts: ReadinessFacts, policy: ReadinessPolicy
) -> tuple[GateState, str, bool]:
    """State, sentence, and whether a prescriber may override."""
    if one.is_withdrawn:
        return S.BLOCKED, f"{one.title}: withdrawn.", False
    if one.signed_on is None:
        return S.OPEN, f"{one.title}: not signed.", False
    signed = f"{one.title}: signed {day(one.signed_on, facts.today)}"
    if one.newer_edition_on is None:
        return S.DONE, f"{signed}.", False
    since = (facts.today - one.newer_edition_on).days
    if one.change_is_material:
        return S.OPEN, f"{signed}; the text has changed since. Sign it anew.", False
    if since <= policy.consent_grace_days:
        return S.DONE, f"{signed}; a new edition is to be signed.", False
    return S.OPEN, f"{signed}; the new edition is overdue.", True


def preparation(facts: ReadinessFacts, policy: ReadinessPolicy) -> GateResult:
    """G-04: as many preparation visits as the protocol asks for."""
    done, least = facts.preparations_done, policy.preparations_min
    return GateResult(
        code="G-04",
        title="Preparation",
        state=S.DONE if done >= least else S.OPEN,
        sentence=f"{done} of {least} done.",
        owner=Owner.THERAPIST,
        overridable_by=(Owner.PRESCRIBER, Owner.THERAPIST),
        source="seed S-09",
    )


def spacing(facts: ReadinessFacts, policy: ReadinessPolicy) -> GateResult:
    """G-06: far enough from the dose before; a block (SP-11) no reason lifts."""
    del policy
    hard = [one for one in facts.spacing if one.stops]
    blocked = any(one.level is SpacingLevel.BLOCK for one in hard)
    found = hard or [o for o in facts.spacing if o.level is not SpacingLevel.INFO]
    sentences = " ".join(one.sentence for one in found)
    return GateResult(
        code="G-06",
        title="Time since the last dose",
        state=S.OPEN if found else S.DONE,
        sentence=sentences or "Far enough from the last dose.",
        owner=Owner.PRESCRIBER,
        overridable_by=() if blocked else PRESCRIBER_ALONE,
        is_hard=bool(hard) or not found,
        source="; ".join(one.source for one in found) or "1.5",
    )


def measures(facts: ReadinessFacts, policy: ReadinessPolicy) -> GateResult:
    """G-08: PHQ-9 of this week; hard only while item 9 is open."""
    gate = GateResult(
        code="G-08",
        title="PHQ-9 and item 9",
        state=S.DONE,
        sentence="",
        owner=Owner.THERAPIST,
        is_hard=False,
        source="seed S-20; 5.13; 7 days ID",
    )
    if facts.self_harm_open:
        sentence = "A safety alert is open. A clinician closes it before any dose."
        return replace(gate, state=S.BLOCKED, sentence=sentence, is_hard=True)
    if facts.phq9_on is None or facts.self_harm_open is None:
        return replace(gate, state=S.UNKNOWN, sentence="PHQ-9 is not filled in.")
    filled = f"PHQ-9 filled in {day(facts.phq9_on, facts.today)}"
    if (facts.today - facts.phq9_on).days > policy.phq9_max_age_days:
        most = with_unit(policy.phq9_max_age_days, "days")
        return replace(gate, state=S.OPEN, sentence=f"{filled}, more than {most} ago.")
    return replace(gate, sentence=f"{filled}, item 9 closed.")


def medicines(facts: ReadinessFacts, policy: ReadinessPolicy) -> GateResult:
    """G-09: asked today for changes, alcohol and other substances; the list as it stands."""
    del policy
    gate = GateResult(
        code="G-09",
        title="Medicines, last 24 h",
        state=S.DONE,
        sentence="Asked today, nothing new.",
        owner=Owner.NURSE,
        overridable_by=PRESCRIBER_ALONE,
        source="seed S-21",
    )
    answers = (facts.medicines_changed, facts.substances_24h)
    if facts.medicines_checked_on != facts.today or None in answers:
        return says(gate, S.UNKNOWN, "Not asked today.")
    if facts.substances_24h:
        sentence = (
            "Alcohol, benzodiazepine, stimulant or opioid in the last 24 h. "
            "The prescriber decides."
        )
        return says(gate, S.OPEN, sentence)
    return _medicine_list(gate, facts)


_LIST_WORDS: Final = {
    MedicineList.NEW: "A medicine on the list was not gone through. Go through it today.",
    MedicineList.HOLDS: "Something was to be held. Go through the list: was it?",
    MedicineList.INCOMPLETE: "It is not known of every medicine whether it was taken.",
    MedicineList.PRESCRIBER: (
        "A medicine was taken although a hold was planned. The prescriber decides."
    ),
}


def _medicine_list(gate: GateResult, facts: ReadinessFacts) -> GateResult:
    """What was changed or held is gone through again today (4.3)."""
    found = facts.medicine_list
    if found is MedicineList.BLOCK:
        sentence = "A medicine that is not combined here was taken. No dose today."
        return says(gate, S.BLOCKED, sentence, lock=True)
    if found is MedicineList.PASS:
        return replace(gate, sentence="Asked today; each medicine gone through.")
    if sentence := _LIST_WORDS.get(found, ""):
        return says(gate, S.OPEN, sentence)
    if facts.medicines_changed:
        sentence = (
            "Medicines have changed. Go through the list; the prescriber decides."
        )
        return says(gate, S.OPEN, sentence)
    return gate


def fasting(facts: ReadinessFacts, policy: ReadinessPolicy) -> GateResult:
    """G-10: food and drink stopped in time for the route."""
    rule = policy.fasting[facts.route]
    gate = GateResult(
        code="G-10",
        title="Fasting",
        state=S.UNKNOWN,
        sentence="Not asked yet.",
        owner=Owner.NURSE,
        overridable_by=PRESCRIBER_ALONE,
        source=rule.source,
    )
    if not facts.fasting_asked:
        return gate
    answer = assess_fasting(
        rule,
        dose_at=facts.dose_at,
        zone=facts.zone,
        last_solid_food_at=facts.last_solid_food_at,
        last_meal_was_fatty=facts.last_meal_was_fatty,
        last_clear_liquid_at=facts.last_clear_liquid_at,
    )
    warns = answer.fast is Fast.SHORT or facts.route in policy.fasting_warns_only
    state = S.DONE if answer.fast is Fast.KEPT else S.OPEN
    return replace(gate, state=state, sentence=answer.sentence, is_hard=not warns)


def escort(facts: ReadinessFacts, policy: ReadinessPolicy) -> GateResult:
    """G-11: a named escort who has said yes today."""
    del policy
    gate = GateResult(
        code="G-11",
        title="Escort",
        state=S.OPEN,
        sentence="",
        owner=Owner.FRONT_DESK,
        source="seed S-39",
    )
    if not facts.escort_name:
        return says(gate, S.OPEN, "No escort is named. No dose without one.")
    if not facts.escort_phone:
        return says(gate, S.OPEN, f"{facts.escort_name}: no phone number.")
    if facts.escort_confirmed_on != facts.today:
        return says(gate, S.OPEN, f"{facts.escort_name} has not confirmed today.")
    return says(gate, S.DONE, f"{facts.escort_name} confirmed today.")


def weight(facts: ReadinessFacts, policy: ReadinessPolicy) -> GateResult:
    """G-12: a weight young enough for the route."""
    most = policy.weight_max_age_days[facts.route]
    gate = GateResult(
        code="G-12",
        title="Weight",
        state=S.NOT_NEEDED,
        sentence="Not needed for this route.",
        owner=Owner.NURSE,
        source="1.10 ID",
    )
    if most is None:
        return gate
    if facts.weight_on is None:
        return says(gate, S.UNKNOWN, "Not measured yet.")
    taken = day(facts.weight_on, facts.today)
    if (facts.today - facts.weight_on).days <= most:
        return says(gate, S.DONE, f"Measured {taken}.")
    limit = "today's" if most == 0 else f"one of the last {with_unit(most, 'days')}"
    return says(gate, S.OPEN, f"Measured {taken}; it takes {limit}.")


def says(
    gate: GateResult, state: GateState, sentence: str, *, lock: bool = False
) -> GateResult:
    """The gate with its answer; ``lock`` takes away the right to override."""
    by = () if lock else gate.overridable_by
    return replace(gate, state=state, sentence=sentence, overridable_by=by)
