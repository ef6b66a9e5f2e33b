"""The medicines as a page shows them: as typed, what they are, how grave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from screening.enums import ResponseMode
from screening.queries.medicines import Line, Standing
from screening.rules.medicines.review import SEVERITY_TONES, SEVERITY_WORDS, class_of
from screening.rules.medicines.types import Severity

CHIP_WORDS = {
    Severity.NONE: "",
    Severity.MINOR: "Minor",
    Severity.MODERATE: "Moderate",
    Severity.MAJOR: "Major",
    Severity.CONTRAINDICATED: "Not combined",
}


@dataclass(frozen=True, slots=True)
class MedicineRow:
    """``word`` and ``tone``: the one chip of the line; empty when nothing is to be said."""

    text: str
    dose: str
    what: str
    word: str
    tone: str
    source: str
    at: datetime
    plan: str = ""


def medicine_rows(standing: Standing) -> list[MedicineRow]:
    """What is taken now, with what the confirmed list says of each; no query."""
    known = {line["statement"]: line for line in standing.lines}
    return [_row(one, known.get(one["id"])) for one in standing.statements]


def _row(said: Line, line: Line | None) -> MedicineRow:
    severity = Severity(line["severity"]) if line else Severity.NONE
    return MedicineRow(
        text=said["text"],
        dose=said["dose"],
        what=what_of(line) if line else "",
        word=CHIP_WORDS[severity] if line else "Not gone through",
        tone=SEVERITY_TONES[severity] if line else "warn",
        source=str(ResponseMode(said["source"]).label),
        at=datetime.fromisoformat(said["recorded_at"]),
        plan=plan_words(line) if line else "",
    )


def what_of(line: Line) -> str:
    """The classes in words; what was looked up and belongs to none says so."""
    if line["classes"]:
        return ", ".join(class_of(one).name for one in line["classes"])
    return "No class" if line["resolved"] == "none" else "Unknown"


def plan_words(line: Line) -> str:
    if line["plan"] == "hold":
        return f"hold {line['hold_before_h']} h before; {line['restart']}"
    return f"taper; {line['restart']}" if line["plan"] == "taper" else ""


def severity_words(severity: int) -> str:
    return SEVERITY_WORDS[Severity(severity)]
