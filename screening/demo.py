"""What the demo's patients answered, and what was decided."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from kap.demo import names
from kap.demo.registry import Step, register
from kap.demo.world import DemoPatient, DemoWorld, Stage
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
from screening.demo_answers import answers_of
from screening.demo_decisions import (
    answered_at,
    consents,
    height_cm,
    insert_decisions,
    preparations,
)
from screening.demo_medicines import insert_reconciliations
from screening.demo_scores import answers_for, score_at
from screening.enums import (
    PacketSection,
    PacketStatus,
    ResponseMode,
    ResponseStatus,
)
from screening.models import (
    AllergyIntolerance,
    HistoryAnswer,
    IntakePacket,
    MedicationStatement,
    Observation,
    PreparationRecord,
    QuestionnaireResponse,
)

BEGUN: Final = 4
"""Parts that some of the invited have done."""


def fill(world: DemoWorld) -> None:
    """Packets, answers, scores, decisions and consents, in bulk."""
    answered = [demo for demo in world.patients if demo.stage != Stage.INVITED]
    cleared = [demo for demo in answered if demo.stage in (Stage.CLEARED, Stage.COURSE)]
    world.insert(IntakePacket, [_packet(world, demo) for demo in world.patients])
    answers = {demo.patient.pk: answers_of(world, demo) for demo in answered}
    _insert_history(world, answered, answers)
    _insert_scores(world, answered)
    insert_decisions(world, answered, answers)
    consents(world, cleared)
    world.insert(
        PreparationRecord,
        [record for demo in cleared for record in preparations(world, demo)],
    )


def _packet(world: DemoWorld, demo: DemoPatient) -> IntakePacket:
    is_done = demo.stage != Stage.INVITED
    sections = list(PacketSection)
    is_begun = not is_done and demo.patient.number % 2 == 0
    done = sections if is_done else sections[:BEGUN] if is_begun else []
    status = PacketStatus.IN_PROGRESS if is_begun else PacketStatus.SENT
    return IntakePacket(
        id=world.uuid(),
        patient=demo.patient,
        episode=demo.episode,
        sections=sections,
        done=done,
        status=PacketStatus.COMPLETED if is_done else status,
        sent_at=demo.entered_at,
        sent_by=world.users["front-desk"],
        completed_at=answered_at(demo) if is_done else None,
    )


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
                answered_at=answered_at(demo),
            )
            for demo in answered
            for field, value in answers[demo.patient.pk].items()
        ],
    )
    medicines, allergies = [], []
    taken: dict[Any, list[MedicationStatement]] = {}
    for demo in answered:
        common: dict[str, Any] = {
            "patient": demo.patient,
            "recorded_at": answered_at(demo),
            "source": ResponseMode.LINK,
        }
        for name, dose in world.random.sample(
            names.MEDICINES, world.random.randrange(3)
        ):
            row = MedicationStatement(
                id=world.uuid(), text=name, dose_text=dose, **common
            )
            medicines.append(row)
            taken.setdefault(demo.patient.pk, []).append(row)
        allergies.append(_allergy(world, common))
    world.insert(MedicationStatement, medicines)
    world.insert(AllergyIntolerance, allergies)
    insert_reconciliations(world, answered, taken, answers)


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
    yield answered_at(demo), 0.0
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
    moment = answered_at(demo) + timedelta(days=2)
    if moment > world.now:
        return []
    random = world.random
    pressures = [
        (random.randrange(108, 134), random.randrange(64, 86)) for _ in range(2)
    ]
    values = [
        (HEART_RATE, random.randrange(58, 88)),
        (SPO2, random.randrange(96, 100)),
        (WEIGHT, demo.weight_kg),
        (HEIGHT, height_cm(demo)),
    ]
    rows = [_observation(world, demo, code, value, moment) for code, value in values]
    for minutes, (systolic, diastolic) in enumerate(pressures):
        at = moment + timedelta(minutes=6 * minutes)
        rows.append(_observation(world, demo, SYSTOLIC, systolic, at))
        rows.append(_observation(world, demo, DIASTOLIC, diastolic, at))
    return rows


register(Step(20, "answers, scores, decisions, consents", fill))
