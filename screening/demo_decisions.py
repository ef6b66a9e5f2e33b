"""What was decided and agreed in the demo: evaluations, decisions, consents, preparation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import sqrt
from typing import Any, Final

from kap.clinic.enums import PolicyKind
from kap.clinic.models import PolicyEdition
from kap.clinic.queries import policy_in_force
from kap.demo.world import DemoPatient, DemoVisit, DemoWorld, Stage
from screening.demo_consents import insert_consents
from screening.enums import (
    Decision,
    Verdict,
)
from screening.models import (
    EligibilityDetermination,
    EligibilityEvaluation,
    PreparationRecord,
)
from screening.questions import NEVER
from screening.rules import preparation as preparing
from screening.rules.eligibility import assess_eligibility
from screening.rules.facts import Facts
from screening.rules.graver import grave_hits
from screening.rules.rule_set import RuleSet, parse_rule_set
from screening.services.eligibility import VALID_FOR, plain_finding


def answered_at(demo: DemoPatient) -> datetime:
    return demo.entered_at + timedelta(days=1, hours=3)


def height_cm(demo: DemoPatient) -> int:
    """A height that suits the weight: nobody in the demo is far too heavy or too light."""
    return min(max(round(sqrt(demo.weight_kg / 24) * 100), 155), 192)


def insert_decisions(
    world: DemoWorld, answered: list[DemoPatient], answers: dict[Any, dict[str, Any]]
) -> None:
    policy = policy_in_force(PolicyKind.ELIGIBILITY, on=world.now.date())
    rules = parse_rule_set(policy.body)
    evaluations, determinations = [], []
    for demo in answered:
        evaluation = _evaluation(world, demo, answers[demo.patient.pk], policy, rules)
        evaluations.append(evaluation)
        if demo.stage == Stage.ANSWERED:
            continue
        determinations.append(_determination(world, demo, evaluation))
    world.insert(EligibilityEvaluation, evaluations)
    world.insert(EligibilityDetermination, determinations)


def _evaluation(
    world: DemoWorld,
    demo: DemoPatient,
    answers: dict[str, Any],
    policy: PolicyEdition,
    rules: RuleSet,
) -> EligibilityEvaluation:
    moment = min(answered_at(demo) + timedelta(days=2, hours=1), world.now)
    known = {
        field: None if value == NEVER else value for field, value in answers.items()
    }
    known |= {
        "age_years": demo.patient.age_years(on=moment.date()),
        "phq9_baseline": demo.phq9_baseline,
        "gad7_baseline": demo.gad7_baseline,
        "phq9_item9": 0,
        "bp_sys_mean": "122",
        "bp_dia_mean": "76",
        "hr": 68,
        "spo2": 98,
        "weight_kg": str(demo.weight_kg),
        "height_cm": str(height_cm(demo)),
        "bmi": f"{demo.weight_kg / (height_cm(demo) / 100) ** 2:.1f}",
        "sex_for_audit": demo.patient.sex,
    }
    facts = Facts.from_json(known)
    outcome = assess_eligibility(facts, rules, on=moment.date())
    return EligibilityEvaluation(
        id=world.uuid(),
        episode=demo.episode,
        policy=policy,
        inputs=facts.as_json(),
        inputs_sha256=outcome.inputs_digest,
        findings=[plain_finding(finding) for finding in outcome.findings],
        verdict=Verdict(str(outcome.racemic)),
        verdict_esketamine=Verdict(str(outcome.esketamine)),
        safety_pathway=outcome.safety_pathway,
        grave_hits=grave_hits(outcome.findings),
        cause="packet",
        evaluated_at=moment,
    )


def _determination(
    world: DemoWorld, demo: DemoPatient, evaluation: EligibilityEvaluation
) -> EligibilityDetermination:
    decided_at = _decided_at(world, demo)
    is_out = demo.stage == Stage.EXCLUDED
    return EligibilityDetermination(
        id=world.uuid(),
        episode=demo.episode,
        evaluation=evaluation,
        decision=Decision.NOT_ELIGIBLE if is_out else Decision.ELIGIBLE,
        reason="An exclusion stands." if is_out else "Reviewed with the patient.",
        conditions="",
        content_sha256="0" * 64,
        decided_at=decided_at,
        decided_by=demo.site.prescribers[0].user,
        expires_at=decided_at + VALID_FOR,
    )


def _decided_at(world: DemoWorld, demo: DemoPatient) -> datetime:
    return min(answered_at(demo) + timedelta(days=4), world.now)


def consents(world: DemoWorld, cleared: list[DemoPatient]) -> None:
    """Put before each when the decision was signed."""
    sent_at = {demo.patient.pk: _decided_at(world, demo) for demo in cleared}
    insert_consents(world, cleared, sent_at)


PREPARED_POINTS: Final = sorted(
    code
    for points in (
        preparing.EDUCATION["im"],
        preparing.EXPECTATIONS,
        preparing.NAVIGATION,
        preparing.THERAPIST,
        preparing.TOUCH,
        preparing.SETTING,
        preparing.LOGISTICS,
        preparing.EVENING,
    )
    for code, _words in points
)
PREPARED_DETAIL: Final = {
    "lyrics": "no",
    "light": "dim",
    "warmth": "warm",
    "triggers": "Sudden loud sounds",
    "support_person": "The escort of the day",
    "risk-strange": {"back": "yes", "words": "I may feel far away for a while."},
    "risk-pressure": {"back": "yes", "words": "My blood pressure goes up a bit."},
    "risk-driving": {"back": "yes", "words": "No car until I have slept."},
}


def preparations(world: DemoWorld, demo: DemoPatient) -> Iterator[PreparationRecord]:
    for visit in demo.visits:
        if visit.kind == "preparation" and visit.ends_at <= world.now:
            yield _preparation(world, demo, visit)


def _preparation(
    world: DemoWorld, demo: DemoPatient, visit: DemoVisit
) -> PreparationRecord:
    therapist = visit.actor("therapist").user
    return PreparationRecord(
        id=world.uuid(),
        episode=demo.episode,
        held_at=visit.starts_at,
        intention=world.random.choice(_INTENTIONS),
        touch=world.random.choice(("none", "hand")),
        stop_signal="Raised hand",
        music="Quiet strings",
        eye_shades=True,
        grounding="Feet on the floor, a hand on the blanket",
        route="im",
        covered=PREPARED_POINTS,
        detail=PREPARED_DETAIL,
        written_by=therapist,
        created_at=visit.ends_at,
        signed_at=visit.ends_at,
        signed_by=therapist,
        content_sha256="0" * 64,
    )


_INTENTIONS: Final = (
    "To be gentle with myself.",
    "To look at what I have been avoiding.",
    "To find out what rest feels like.",
    "To say goodbye properly.",
)
