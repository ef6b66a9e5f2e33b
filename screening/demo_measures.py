"""Demo: PCL-5, PEG, AUDIT-C and a C-SSRS screen of some patients, beside PHQ-9 and GAD-7."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from kap.demo.registry import Step, register
from kap.demo.world import DemoPatient, DemoWorld, Stage
from screening import instruments
from screening.codes import unit_of
from screening.demo_decisions import answered_at
from screening.enums import ResponseMode, ResponseStatus
from screening.models import Observation, QuestionnaireResponse
from screening.services.scores import details_of

ONE_IN: Final = 4
"""As many patients as have these measures; all of a small demo's first ones are among them."""
MOST: Final = 60
"""Patients of a large demo that have them."""


def fill(world: DemoWorld) -> None:
    responses: list[QuestionnaireResponse] = []
    observations: list[Observation] = []
    chosen = [demo for demo in world.patients if demo.stage != Stage.INVITED]
    for demo in chosen[::ONE_IN][:MOST]:
        for key, answers, at in _forms(world, demo):
            response, observation = _scored(world, demo, key, answers, at)
            responses.append(response)
            observations += [observation] if observation else []
    world.insert(QuestionnaireResponse, responses)
    world.insert(Observation, observations)


def _forms(
    world: DemoWorld, demo: DemoPatient
) -> list[tuple[str, dict[str, int], datetime]]:
    """Intake, and a month later what is asked again; as calm as the demo's other answers."""
    start, random = answered_at(demo), world.random
    found = [
        ("audit-c", {"auditc-1": 1, "auditc-2": 0, "auditc-3": 0}, start),
        ("c-ssrs", {"cssrs-1": 0, "cssrs-2": 0, "cssrs-6": 0}, start),
    ]
    for days, most in ((0, 3), (28, 2)):
        at = start + timedelta(days=days)
        if at < world.now:
            pcl = {f"pcl5-{n}": random.randint(0, most) for n in range(1, 21)}
            peg = {f"peg-{n}": random.randint(most, most + 3) for n in range(1, 4)}
            found += [("pcl-5", pcl, at), ("peg", peg, at)]
    return found


def _scored(
    world: DemoWorld,
    demo: DemoPatient,
    key: str,
    answers: dict[str, int],
    at: datetime,
) -> tuple[QuestionnaireResponse, Observation | None]:
    instrument = instruments.load(key)
    score = instruments.score(key, answers, sex=demo.patient.sex)
    response = QuestionnaireResponse(
        id=world.uuid(),
        patient=demo.patient,
        episode=demo.episode,
        instrument=key,
        instrument_version=instrument.version,
        status=ResponseStatus.COMPLETED,
        answers=answers,
        mode=ResponseMode.LINK,
        created_at=at,
        completed_at=at,
    )
    if score.total is None:
        return response, None
    return response, Observation(
        id=world.uuid(),
        patient=demo.patient,
        episode=demo.episode,
        code=score.total_loinc,
        value=Decimal(score.total),
        unit=unit_of(score.total_loinc),
        interpretation=str(score.severity or ""),
        details=details_of(instrument, score),
        effective_at=at,
        recorded_at=at,
        response=response,
        source=ResponseMode.LINK,
    )


register(Step(22, "further measures", fill))
