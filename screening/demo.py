"""What the demo's patients answered, and what was decided."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from kap.clinic.enums import PolicyKind
from kap.clinic.models import PolicyEdition
from kap.clinic.queries import policy_in_force
from kap.demo import names
from kap.demo.registry import Step, register
from kap.demo.world import DemoPatient, DemoVisit, DemoWorld, Stage
from kap.documents.models import TemplateEdition
from kap.documents.services import digest
from screening import instruments
from screening.codes import (
    DIASTOLIC,
    GAD7_TOTAL,
    HEART_RATE,
    HEIGHT,
    NO_KNOWN_ALLERGY,
    PHQ9_TOTAL,
    SPO2,
    SYSTOLIC,
    UNITS,
    WEIGHT,
)
from screening.consents import TREATMENT
from screening.demo_scores import answers_for, score_at
from screening.enums import (
    ConsentStatus,
    Decision,
    PacketSection,
    PacketStatus,
    ResponseMode,
    ResponseStatus,
    Verdict,
)
from screening.models import (
    AllergyIntolerance,
    Consent,
    EligibilityDetermination,
    EligibilityEvaluation,
    HistoryAnswer,
    IntakePacket,
    MedicationStatement,
    Observation,
    PreparationRecord,
    QuestionnaireResponse,
)
from screening.questions import NEVER
from screening.rules.consent_text import frozen_html
from screening.rules.eligibility import assess_eligibility
from screening.rules.facts import Facts
from screening.rules.rule_set import RuleSet, parse_rule_set
from screening.services.eligibility import VALID_FOR, plain_finding

_CALM: Final[dict[str, Any]] = {
    "htn_dx": False,
    "cvd": [],
    "mi_date": NEVER,
    "revascularisation_date": NEVER,
    "can_be_pregnant": False,
    "ketamine_reaction": "never_had",
    "psychosis_dx": False,
    "psychosis_history": False,
    "sud_active": False,
    "capacity": True,
}
_EXCLUDING: Final = (
    {"psychosis_history": True},
    {"sud_active": True},
    {"cvd": ["unstable_angina"]},
    {"ketamine_reaction": "severe_psych"},
)


def fill(world: DemoWorld) -> None:
    """Packets, answers, scores, decisions and consents, in bulk."""
    answered = [demo for demo in world.patients if demo.stage != Stage.INVITED]
    cleared = [
        demo for demo in answered if demo.stage in (Stage.CLEARED, Stage.COURSE)
    ]
    world.insert(IntakePacket, [_packet(world, demo) for demo in world.patients])
    answers = {demo.patient.pk: _answers(world, demo) for demo in answered}
    _insert_history(world, answered, answers)
    _insert_scores(world, answered)
    _insert_decisions(world, answered, answers)
    _insert_consents(world, cleared)
    world.insert(
        PreparationRecord,
        [record for demo in cleared for record in _preparations(world, demo)],
    )


def _packet(world: DemoWorld, demo: DemoPatient) -> IntakePacket:
    is_done = demo.stage != Stage.INVITED
    sections = list(PacketSection)
    return IntakePacket(
        id=world.uuid(),
        patient=demo.patient,
        episode=demo.episode,
        sections=sections,
        done=sections if is_done else [],
        status=PacketStatus.COMPLETED if is_done else PacketStatus.SENT,
        sent_at=demo.entered_at,
        sent_by=world.users["front-desk"],
        completed_at=_answered_at(demo) if is_done else None,
    )


def _answered_at(demo: DemoPatient) -> datetime:
    return demo.entered_at + timedelta(days=1, hours=3)


def _answers(world: DemoWorld, demo: DemoPatient) -> dict[str, Any]:
    answers = dict(_CALM)
    if demo.stage == Stage.EXCLUDED:
        answers |= world.random.choice(_EXCLUDING)
    elif world.random.random() < 0.15:
        answers |= {"htn_dx": True, "htn_regimen_stable_days": 120}
    return answers


def _insert_history(
    world: DemoWorld, answered: list[DemoPatient], answers: dict[Any, dict[str, Any]]
) -> None:
    world.insert(
        HistoryAnswer,
        [
            HistoryAnswer(
                id=world.uuid(),
                patient=demo.patient,
                episode=demo.episode,
                field=field,
                value=value,
                mode=ResponseMode.LINK,
                answered_at=_answered_at(demo),
            )
            for demo in answered
            for field, value in answers[demo.patient.pk].items()
        ],
    )
    medicines, allergies = [], []
    for demo in answered:
        common: dict[str, Any] = {
            "patient": demo.patient,
            "recorded_at": _answered_at(demo),
            "source": ResponseMode.LINK,
        }
        for name, dose in world.random.sample(names.MEDICINES, world.random.randrange(3)):
            medicines.append(
                MedicationStatement(id=world.uuid(), text=name, dose_text=dose, **common)
            )
        allergies.append(_allergy(world, common))
    world.insert(MedicationStatement, medicines)
    world.insert(AllergyIntolerance, allergies)


def _allergy(world: DemoWorld, common: dict[str, Any]) -> AllergyIntolerance:
    if world.random.random() < 0.8:
        return AllergyIntolerance(
            id=world.uuid(), text="No known allergies", code=NO_KNOWN_ALLERGY, **common
        )
    name, reaction = world.random.choice(names.ALLERGIES)
    return AllergyIntolerance(id=world.uuid(), text=name, reaction=reaction, **common)


def _insert_scores(world: DemoWorld, answered: list[DemoPatient]) -> None:
    """PHQ-9 and GAD-7 at the start, before doses and after; sizes and pressures."""
    responses: list[QuestionnaireResponse] = []
    observations: list[Observation] = []
    for demo in answered:
        for moment, progress in _moments(world, demo):
            for key, code, start, end in (
                ("phq-9", PHQ9_TOTAL, demo.phq9_baseline, demo.phq9_end),
                ("gad-7", GAD7_TOTAL, demo.gad7_baseline, demo.gad7_end),
            ):
                total = score_at(world.random, key, start, end, progress)
                response = _response(world, demo, key, total, moment)
                responses.append(response)
                observations.append(_total(world, demo, code, key, total, response))
        observations += _measured(world, demo)
    world.insert(QuestionnaireResponse, responses)
    world.insert(Observation, observations)


def _moments(world: DemoWorld, demo: DemoPatient) -> Iterator[tuple[datetime, float]]:
    """When scores were taken, and how far of the way to the end they lie (0 to 1)."""
    yield _answered_at(demo), 0.0
    doses = [dose for dose in demo.doses() if dose.starts_at < world.now]
    for dose in doses:
        if dose.number in (2, 4, 6):
            yield dose.starts_at - timedelta(hours=20), (dose.number - 1) / 6
    if doses and doses[-1].number == doses[-1].of_total:
        for days in (7, 28, 56):
            moment = doses[-1].ends_at + timedelta(days=days)
            if moment < world.now:
                yield moment, 1.0


def _response(
    world: DemoWorld, demo: DemoPatient, key: str, total: int, moment: datetime
) -> QuestionnaireResponse:
    return QuestionnaireResponse(
        id=world.uuid(),
        patient=demo.patient,
        episode=demo.episode,
        instrument=key,
        instrument_version=instruments.load(key).version,
        status=ResponseStatus.COMPLETED,
        answers=answers_for(world.random, key, total),
        mode=ResponseMode.LINK,
        created_at=moment,
        completed_at=moment,
    )


def _total(
    world: DemoWorld,
    demo: DemoPatient,
    code: str,
    key: str,
    total: int,
    response: QuestionnaireResponse,
) -> Observation:
    assert response.completed_at is not None  # noqa: S101 -- made three lines above
    return _observation(
        world,
        demo,
        code,
        total,
        response.completed_at,
        interpretation=str(instruments.scoring(key).severity(total)),
        response=response,
    )


def _observation(
    world: DemoWorld,
    demo: DemoPatient,
    code: str,
    value: int,
    moment: datetime,
    **more: Any,
) -> Observation:
    return Observation(
        id=world.uuid(),
        patient=demo.patient,
        episode=demo.episode,
        code=code,
        value=Decimal(value),
        unit=UNITS[code],
        effective_at=moment,
        recorded_at=moment,
        source=ResponseMode.LINK if "response" in more else ResponseMode.CLINICIAN,
        **more,
    )


def _measured(world: DemoWorld, demo: DemoPatient) -> list[Observation]:
    moment = _answered_at(demo) + timedelta(days=2)
    if moment > world.now:
        return []
    random = world.random
    pressures = [(random.randrange(108, 134), random.randrange(64, 86)) for _ in range(2)]
    values = [
        (HEART_RATE, random.randrange(58, 88)),
        (SPO2, random.randrange(96, 100)),
        (WEIGHT, demo.weight_kg),
        (HEIGHT, random.randrange(152, 192)),
    ]
    rows = [_observation(world, demo, code, value, moment) for code, value in values]
    for minutes, (systolic, diastolic) in enumerate(pressures):
        at = moment + timedelta(minutes=6 * minutes)
        rows.append(_observation(world, demo, SYSTOLIC, systolic, at))
        rows.append(_observation(world, demo, DIASTOLIC, diastolic, at))
    return rows


def _insert_decisions(
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
    moment = min(_answered_at(demo) + timedelta(days=2, hours=1), world.now)
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
    return min(_answered_at(demo) + timedelta(days=4), world.now)


def _insert_consents(world: DemoWorld, cleared: list[DemoPatient]) -> None:
    template = TemplateEdition.objects.in_force(
        kind=TREATMENT, language="en", on=world.now.date()
    )
    if template is None:
        return
    given = {
        section["id"]: "DM"
        for section in template.sections
        if section.get("ack", "none") != "none"
    }
    text = frozen_html(
        title=template.title,
        edition=template.edition,
        sections=template.sections,
        acknowledgements=given,
    )
    world.insert(
        Consent,
        [_consent(world, demo, template, text, given) for demo in cleared],
    )


def _consent(
    world: DemoWorld,
    demo: DemoPatient,
    template: TemplateEdition,
    text: str,
    given: dict[str, str],
) -> Consent:
    sent_at = _decided_at(world, demo)
    is_signed = demo.stage == Stage.COURSE
    return Consent(
        id=world.uuid(),
        patient=demo.patient,
        episode=demo.episode,
        template=template,
        status=ConsentStatus.ACTIVE if is_signed else ConsentStatus.PROPOSED,
        proposed_at=sent_at,
        proposed_by=world.users["front-desk"],
        opened_at=sent_at if is_signed else None,
        read_sections=[section["id"] for section in template.sections] if is_signed else [],
        acknowledgements=given if is_signed else {},
        frozen_html=text if is_signed else "",
        content_sha256=digest(text) if is_signed else "",
        signed_at=sent_at + timedelta(hours=2) if is_signed else None,
    )


def _preparations(world: DemoWorld, demo: DemoPatient) -> Iterator[PreparationRecord]:
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
        covered=["effects", "expectations", "touch", "logistics"],
        touch=world.random.choice(("none", "hand")),
        stop_signal="Raised hand",
        music="Quiet, without words",
        eye_shades=True,
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

register(Step(20, "answers, scores, decisions, consents", fill))
