"""Facts that follow from others: size, the last event, the sex of two limits, doses counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from kap.patients.models import EpisodeOfCare
from screening.queries.fact_sources import FactSource, SourceKind, Valued, latest_day

_EVENTS: Final = ("mi_date", "stroke_tia_date")
"""Events of heart and vessels that have a question of their own (SMPC names both)."""

_COUNTED: Final = ("dosings_12m", "qt_drug_count")


def others_on(
    others: Mapping[str, FactSource | Valued],
    known: Mapping[str, FactSource],
    on: date,
) -> dict[str, FactSource]:
    """What registered sources say; what somebody counted higher is never counted down."""
    found = {
        name: other(on) if callable(other) else other for name, other in others.items()
    }
    for name in _COUNTED:
        told, counted = known.get(name), found.get(name)
        if told and counted and _is_more(told.value, counted.value):
            found[name] = told
    return found


def _is_more(told: Any, counted: Any) -> bool:
    return told is not None and counted is not None and told > counted


def derived(
    known: Mapping[str, FactSource], episode: EpisodeOfCare
) -> dict[str, FactSource]:
    """What follows from other facts: size, the last event, the sex of two limits."""
    made: dict[str, FactSource] = {}
    if size := _bmi(known.get("weight_kg"), known.get("height_cm")):
        made["bmi"] = size
    told = known.get("cvd_event_date")
    event = latest_day([told, *(known.get(name) for name in _EVENTS)])
    if event and event is not told:
        made["cvd_event_date"] = replace(event, kind=SourceKind.COMPUTED)
    sex = episode.patient.sex
    of_record = FactSource(sex, SourceKind.COMPUTED, words="patient record")
    is_either = sex in {"male", "female"}
    if "sex_for_qtc" not in known and is_either:
        made["sex_for_qtc"] = of_record
    if "sex_for_audit" not in known:
        made["sex_for_audit"] = (
            of_record if is_either else replace(of_record, value="other")
        )
    return made


def _bmi(weight: FactSource | None, height: FactSource | None) -> FactSource | None:
    """Kilograms by square meters, one place; None when one of them is not known."""
    if weight is None or height is None or Decimal(height.value) <= 0:
        return None
    meters = Decimal(height.value) / 100
    value = (Decimal(weight.value) / meters**2).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return replace(weight, value=str(value), kind=SourceKind.COMPUTED)
