"""What is known of a person when eligibility is judged.

Field names and meanings: clinical reference 3.2.  An unanswered question is
``MISSING``, never "no".  A date that was asked and does not exist is ``None``
("never", "not done"), which is an answer.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Final


class Missing(Enum):
    """The answer of a question that nobody has answered."""

    MISSING = "missing"

    def __bool__(self) -> bool:
        return False


MISSING: Final = Missing.MISSING

YesNo = bool | Missing
Count = int | Missing
Amount = Decimal | int | Missing
Word = str | Missing
Codes = frozenset[str] | Missing
Day = date | None | Missing


class FactRefused(ValueError):
    """A stored answer that does not fit its field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Every answer that a rule may ask for.  Pressures in mmHg, weight in kg."""

    # Demographics
    age_years: Count = MISSING
    sex_for_audit: Word = MISSING
    sex_for_qtc: Word = MISSING
    can_be_pregnant: YesNo = MISSING
    home_route_requested: YesNo = MISSING
    has_housing_phone: YesNo = MISSING
    sole_carer_no_cover_24h: YesNo = MISSING
    escort_available: YesNo = MISSING
    capacity: YesNo = MISSING
    # Reproductive
    pregnant: Word = MISSING
    hcg_result: Word = MISSING
    hcg_date: Day = MISSING
    breastfeeding: YesNo = MISSING
    trying_to_conceive: YesNo = MISSING
    # Vital signs and size
    bp_sys_mean: Amount = MISSING
    bp_dia_mean: Amount = MISSING
    hr: Count = MISSING
    spo2: Count = MISSING
    temp_c: Amount = MISSING
    weight_kg: Amount = MISSING
    height_cm: Amount = MISSING
    bmi: Amount = MISSING
    # Heart and vessels
    cvd: Codes = MISSING
    nyha: Count = MISSING
    mi_date: Day = MISSING
    revascularisation_date: Day = MISSING
    cvd_event_date: Day = MISSING
    stroke_tia_date: Day = MISSING
    aneurysm: YesNo = MISSING
    avm: YesNo = MISSING
    ich_history: YesNo = MISSING
    htn_dx: YesNo = MISSING
    htn_regimen_stable_days: Count = MISSING
    cvd_risk_factor_count: Count = MISSING
    qt_drug_count: Count = MISSING
    qtc_ms: Count = MISSING
    ecg_date: Day = MISSING
    # Liver and kidney
    liver_dx: Codes = MISSING
    child_pugh: Word = MISSING
    alt_x_uln: Amount = MISSING
    liver_risk: YesNo = MISSING
    lft_date: Day = MISSING
    egfr: Amount = MISSING
    dialysis: YesNo = MISSING
    # Brain and nerves
    neuro_dx: Codes = MISSING
    icp_raised: YesNo = MISSING
    seizure_dx: YesNo = MISSING
    last_seizure_date: Day = MISSING
    seizure_control: Word = MISSING
    head_injury_date: Day = MISSING
    moca_score: Count = MISSING
    # Mental health
    psychosis_dx: YesNo = MISSING
    psychosis_history: YesNo = MISSING
    psychosis_first_degree: YesNo = MISSING
    mania_hypomania_now: YesNo = MISSING
    bipolar1_dx: YesNo = MISSING
    bipolar2_dx: YesNo = MISSING
    personality_severe: YesNo = MISSING
    dissociative_disorder: YesNo = MISSING
    severe_panic_flag: YesNo = MISSING
    asrm_score: Count = MISSING
    dayof_mental_status_abnormal: YesNo = MISSING
    # Suicide
    phq9_item9: Count = MISSING
    cssrs_risk: Word = MISSING
    si_level: Word = MISSING
    attempt_date: Day = MISSING
    # Substances
    sud_active: YesNo = MISSING
    sud_history: YesNo = MISSING
    sud_remission_days: Count = MISSING
    audit_score: Count = MISSING
    audit_c_score: Count = MISSING
    dast10_score: Count = MISSING
    cannabis_use: Word = MISSING
    ketamine_misuse_history: YesNo = MISSING
    alcohol_withdrawal_risk: YesNo = MISSING
    dayof_intoxicated: YesNo = MISSING
    # Ketamine before
    ketamine_reaction: Word = MISSING
    esk_hypersensitivity: YesNo = MISSING
    dosings_12m: Count = MISSING
    # Thyroid and eyes
    hyperthyroid: Word = MISSING
    tsh: Amount = MISSING
    thyroid_symptoms: YesNo = MISSING
    glaucoma_type: Word = MISSING
    iop: Amount = MISSING
    eye_dx: Codes = MISSING
    # Lungs, nose, stomach
    osa: YesNo = MISSING
    cpap_used: YesNo = MISSING
    home_o2: YesNo = MISSING
    fev1_pct: Amount = MISSING
    resp_infection_now: YesNo = MISSING
    nasal_dx: Codes = MISSING
    gi_dx: Codes = MISSING
    severe_nausea_history: YesNo = MISSING
    # Bladder
    bladder_dx: Codes = MISSING
    new_urinary_symptoms_weeks: Count = MISSING
    # Other
    porphyria: YesNo = MISSING
    eating_disorder_active: YesNo = MISSING
    surgery_date: Day = MISSING
    hb_g_dl: Amount = MISSING
    potassium: Amount = MISSING
    glucose_mg_dl: Amount = MISSING
    # Medicines
    med_classes: Codes = MISSING
    med_max_severity: Count = MISSING
    # Baselines
    phq9_baseline: Count = MISSING
    gad7_baseline: Count = MISSING

    def get(self, name: str) -> Any:
        return getattr(self, name)

    def as_json(self) -> dict[str, Any]:
        """The answered questions, ready for a JSON column; see ``from_json``."""
        answered = {name: self.get(name) for name in FIELD_NAMES}
        return {
            name: _plain(value)
            for name, value in answered.items()
            if value is not MISSING
        }

    def digest(self) -> str:
        """SHA-256 of the answers: the same answers give the same digest."""
        text = json.dumps(self.as_json(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Facts:
        """Read what ``as_json`` wrote; FactRefused for what does not fit."""
        return cls(**{name: _parse(name, value) for name, value in stored.items()})


FIELD_KINDS: Final[Mapping[str, str]] = {
    field.name: str(field.type) for field in fields(Facts)
}
FIELD_NAMES: Final = frozenset(FIELD_KINDS)


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    return value


def _checked(kind: type) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        if type(value) is not kind:
            raise TypeError
        return value

    return check


def _amount(value: Any) -> Decimal | int:
    return value if type(value) is int else Decimal(_checked(str)(value))


_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "YesNo": _checked(bool),
    "Count": _checked(int),
    "Amount": _amount,
    "Word": _checked(str),
    "Codes": lambda value: frozenset(_checked(list)(value)),
    "Day": lambda value: None if value is None else date.fromisoformat(value),
}


def _parse(name: str, value: Any) -> Any:
    try:
        return _READERS[FIELD_KINDS[name]](value)
    except (KeyError, TypeError, ValueError, ArithmeticError):
        raise FactRefused(f"The answer to {name!r} cannot be read.") from None
