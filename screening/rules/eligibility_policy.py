"""The eligibility rules that ship, as one edition.

Clinical reference 3.3, 3.4 and 3.6: conditions are kept in the machine form of 3.6, and
what is required before a decision is the last column of 3.2; a second tier of the same
rule has the suffix ``b``.  Marks in ``source``: seed, V (checked), GK (general
knowledge), ID (implementation default, for the medical director to sign).  Rules tagged
"ours" are not in the reference.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from screening.rules.eligibility_policy_body import BODY_RULES
from screening.rules.eligibility_policy_breathing import BREATHING_RULES
from screening.rules.eligibility_policy_heart import HEART_RULES
from screening.rules.eligibility_policy_medicines import MEDICINE_RULES
from screening.rules.eligibility_policy_mind import MIND_RULES
from screening.rules.eligibility_policy_nerves import NERVE_RULES
from screening.rules.eligibility_policy_organs import ORGAN_RULES
from screening.rules.eligibility_policy_person import PERSON_RULES
from screening.rules.eligibility_policy_pregnancy import PREGNANCY_RULES
from screening.rules.eligibility_policy_pressure import PRESSURE_RULES
from screening.rules.eligibility_policy_substances import SUBSTANCE_RULES
from screening.rules.eligibility_policy_suicide import SUICIDE_RULES
from screening.rules.eligibility_policy_vessels import VESSEL_RULES
from screening.rules.rule_set import RuleSet, parse_rule_set

_DOMAINS: Final = (
    PERSON_RULES,
    PREGNANCY_RULES,
    PRESSURE_RULES,
    HEART_RULES,
    VESSEL_RULES,
    ORGAN_RULES,
    NERVE_RULES,
    MIND_RULES,
    SUICIDE_RULES,
    SUBSTANCE_RULES,
    MEDICINE_RULES,
    BREATHING_RULES,
    BODY_RULES,
)

DEFAULT_RULES: Final[dict[str, Any]] = {
    "version": "2026.11.2",
    "title": "KAP adults",
    "source": "Clinical reference 3.2 to 3.4 and 3.6; medical director to sign",
    "rules": [rule for domain in _DOMAINS for rule in domain],
}
"""The edition as data, as a policy edition stores it."""

EARLIER_VERSIONS: Final = ("2026.11",)
"""Editions that shipped before: an unsigned one of these is replaced by this one."""


@cache
def default_rule_set() -> RuleSet:
    return parse_rule_set(DEFAULT_RULES)
