"""What the demo's patients answered about their health: mostly nothing to report."""

from __future__ import annotations

from typing import Any, Final

from kap.demo.world import DemoPatient, DemoWorld, Stage
from screening.demo_decisions import answered_at
from screening.questions import NEVER

_CALM: Final[dict[str, Any]] = {
    "htn_dx": False,
    "cvd": [],
    "mi_date": NEVER,
    "revascularisation_date": NEVER,
    "stroke_tia_date": NEVER,
    "aneurysm": False,
    "avm": False,
    "ich_history": False,
    "can_be_pregnant": False,
    "ketamine_reaction": "never_had",
    "liver_dx": [],
    "liver_risk": False,
    "dialysis": False,
    "neuro_dx": [],
    "icp_raised": False,
    "seizure_dx": False,
    "hyperthyroid": "none",
    "glaucoma_type": "none",
    "osa": False,
    "bladder_dx": [],
    "new_urinary_symptoms_weeks": 0,
    "porphyria": False,
    "psychosis_dx": False,
    "psychosis_history": False,
    "psychosis_first_degree": False,
    "mania_hypomania_now": False,
    "bipolar1_dx": False,
    "bipolar2_dx": False,
    "cssrs_risk": "none",
    "sud_active": False,
    "sud_history": False,
    "audit_c_score": 1,
    "dast10_score": 0,
    "escort_available": True,
    "capacity": True,
}
_EXCLUDING: Final = (
    {"psychosis_history": True},
    {"sud_active": True},
    {"cvd": ["unstable_angina"]},
    {"ketamine_reaction": "severe_psych"},
)
_TO_REVIEW: Final[tuple[dict[str, Any], ...]] = (
    {"cvd": ["pacemaker"]},
    {"bladder_dx": ["interstitial_cystitis"]},
    {"dast10_score": 4},
)
ECG_FROM: Final = 60
"""Years from which the rules want an ECG."""


def answers_of(world: DemoWorld, demo: DemoPatient) -> dict[str, Any]:
    answers = dict(_CALM)
    if demo.stage == Stage.EXCLUDED:
        answers |= world.random.choice(_EXCLUDING)
    elif (chance := world.random.random()) < 0.15:
        answers |= {"htn_dx": True, "htn_regimen_stable_days": 120}
    elif chance < 0.22:
        answers |= world.random.choice(_TO_REVIEW)
    day = answered_at(demo).date()
    if demo.patient.age_years(on=day) >= ECG_FROM or answers["cvd"]:
        answers["ecg_date"] = day.isoformat()
    return answers
