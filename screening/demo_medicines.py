"""The demo's medicines, gone through and confirmed by the prescriber."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from kap.demo.world import DemoPatient, DemoWorld, Stage
from screening.demo_decisions import answered_at
from screening.enums_medicines import HoldChoice, MedicineRoute, ReconciliationState
from screening.models import MedicationReconciliation, MedicationStatement
from screening.queries.medicines import values_of
from screening.rules.medicines.matching import match
from screening.rules.medicines.review import Judged, judge, judge_classes
from screening.rules.medicines.types import Route

LOOKED_UP = "Looked up: belongs to none of the classes."


def insert_reconciliations(
    world: DemoWorld,
    answered: list[DemoPatient],
    taken: dict[Any, list[MedicationStatement]],
    answers: dict[Any, dict[str, Any]],
) -> None:
    """One list for each patient; who only answered so far has none yet."""
    rows = []
    for demo in answered:
        if demo.stage == Stage.ANSWERED:
            continue
        lines = [_line(row) for row in taken.get(demo.patient.pk, [])]
        answers[demo.patient.pk] |= values_of(lines)
        rows.append(_reconciliation(world, demo, lines))
    world.insert(MedicationReconciliation, rows)


def _reconciliation(
    world: DemoWorld, demo: DemoPatient, lines: list[dict[str, Any]]
) -> MedicationReconciliation:
    by = demo.site.prescribers[0].user
    values = values_of(lines)
    return MedicationReconciliation(
        id=world.uuid(),
        patient=demo.patient,
        episode=demo.episode,
        state=ReconciliationState.CONFIRMED,
        route=MedicineRoute.IM,
        nothing_taken=not lines,
        lines=lines,
        max_severity=values["med_max_severity"],
        qt_count=values["qt_drug_count"],
        needs_prescriber=any(line["resolved"] == "none" for line in lines),
        made_at=min(answered_at(demo) + timedelta(days=1), world.now),
        made_by=by,
        signed_by=by,
    )


def _line(row: MedicationStatement) -> dict[str, Any]:
    found = match(row.text)
    if found.is_whole:
        return _as_kept(row, judge(found, Route.IM), "match", "")
    return _as_kept(row, judge_classes((), Route.IM), "none", LOOKED_UP)


def _as_kept(
    row: MedicationStatement, judged: Judged, resolved: str, reason: str
) -> dict[str, Any]:
    return {
        "statement": str(row.pk),
        "text": row.text,
        "dose": row.dose_text,
        "source": str(row.source),
        "often": "",
        "last_taken": "",
        "classes": list(judged.class_ids),
        "resolved": resolved,
        "severity": int(judged.severity),
        "plan": str(HoldChoice.CONTINUE),
        "hold_before_h": None,
        "restart": "",
        "reason": reason,
        "risk": judged.has_abrupt_stop_risk,
        "cns": judged.is_cns_depressant,
        "qt": judged.lengthens_qt,
        "today": "",
    }
