"""The review page's lines: each rule with its finding, its proof, its date and source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format

from kap.patients.models import EpisodeOfCare
from screening import instruments
from screening.enums import ResponseMode
from screening.models import EligibilityEvaluation
from screening.queries.answers import AnswerRow
from screening.queries.facts import (
    FilledIn,
    Known,
    facts_of,
    pressures_of_last_day,
)
from screening.questions_staff import (
    ASKED_BY_FORM,
    FIELD_OF_LABEL,
    MEASURED,
    SETTLED_BY_STAFF,
)
from screening.rules.findings import FindingState, Gravity

GRAVITY_WORD = {
    Gravity.EXCLUDES: "excludes",
    Gravity.NEEDS_REVIEW: "needs review",
    Gravity.CAUTION: "caution",
    Gravity.SAFETY: "safety pathway",
    Gravity.INFO: "note",
    Gravity.INCOMPLETE: "open",
}
ORDER = [
    Gravity.EXCLUDES,
    Gravity.NEEDS_REVIEW,
    Gravity.SAFETY,
    Gravity.CAUTION,
    Gravity.INFO,
]
LOOK = {
    Gravity.EXCLUDES: ("danger", "ban"),
    Gravity.NEEDS_REVIEW: ("warn", "alert-triangle"),
    Gravity.CAUTION: ("warn", "alert-triangle"),
    Gravity.SAFETY: ("danger", "lifebuoy"),
    Gravity.INFO: ("info", "info-circle"),
    Gravity.INCOMPLETE: ("quiet", "help-circle"),
}


@dataclass(frozen=True, slots=True)
class Proof:
    """A fact behind a finding, with where it comes from."""

    label: str
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class ToDo:
    """An open question: ``how`` is answer, vitals, form or nothing (typed in elsewhere)."""

    label: str
    field: str
    how: str


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule of the evaluation, ready to show."""

    code: str
    title: str
    statement: str
    why: str
    next_step: str
    source: str
    tone: str
    icon: str
    racemic: str
    esketamine: str
    proofs: list[Proof]
    todo: list[ToDo]
    locked: bool
    rank: int


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules of one evaluation: what stands in the way first."""

    exclusions: list[RuleLine]
    cautions: list[RuleLine]
    missing: list[RuleLine]
    clear: list[RuleLine]
    not_asked: list[RuleLine]
    """Open, but no decision waits for them."""

    @property
    def count(self) -> int:
        groups = (
            self.exclusions,
            self.cautions,
            self.missing,
            self.clear,
            self.not_asked,
        )
        return sum(len(group) for group in groups)


@dataclass(frozen=True, slots=True)
class Sources:
    """Where each fact comes from, in words."""

    answers: Mapping[str, AnswerRow]
    forms: Mapping[str, FilledIn]
    pressed_on: date | None
    zone: ZoneInfo

    def of(self, field: str) -> str:
        row = self.answers.get(field)
        if row is not None:
            who = row.by_name or "the patient"
            how = ResponseMode(row.mode).label.lower()
            note = f"; {row.note}" if row.note else ""
            return f"{who}, {how}, {self._day(row.answered_at)}{note}"
        key = ASKED_BY_FORM.get(field)
        if key and key in self.forms:
            return f"{instruments.load(key).title} of {self._day(self.forms[key].completed_at)}"
        if field in {"bp_sys_mean", "bp_dia_mean"} and self.pressed_on:
            return f"seated readings of {date_format(self.pressed_on, 'j M Y')}"
        return "from the birth date" if field == "age_years" else ""

    def _day(self, at: datetime) -> str:
        return date_format(at.astimezone(self.zone).date(), "j M Y")


def rules_of(
    evaluation: EligibilityEvaluation, known: Known, episode: EpisodeOfCare
) -> Rules:
    systolic, _ = pressures_of_last_day(known.readings, episode)
    zone = episode.site.zone
    sources = Sources(
        answers=known.answers,
        forms=known.forms,
        pressed_on=systolic[0].effective_at.astimezone(zone).date()
        if systolic
        else None,
        zone=zone,
    )
    lines = [(finding, _line(finding, sources)) for finding in evaluation.findings]
    hits = [line for finding, line in lines if finding["state"] == FindingState.HIT]
    excluding = [line for line in hits if "excludes" in (line.racemic, line.esketamine)]
    others = [line for line in hits if line not in excluding]
    return Rules(
        exclusions=sorted(excluding, key=lambda line: line.rank),
        cautions=sorted(others, key=lambda line: line.rank),
        missing=[
            line
            for finding, line in lines
            if finding["state"] == FindingState.UNANSWERED
        ],
        clear=[
            line for finding, line in lines if finding["state"] == FindingState.PASSED
        ],
        not_asked=[
            line
            for finding, line in lines
            if finding["state"] == FindingState.NOT_ASKED
        ],
    )


def _line(finding: Mapping[str, Any], sources: Sources) -> RuleLine:
    gravities = [finding["gravity"], finding["gravity_esketamine"]]
    known = [Gravity(gravity) for gravity in gravities if gravity]
    gravest = min(known, key=_rank) if known else None
    if finding["opens_safety_pathway"]:
        gravest = Gravity.SAFETY
    tone, icon = LOOK[gravest] if gravest else ("ok", "check")
    if finding["state"] == FindingState.NOT_ASKED:
        tone, icon = LOOK[Gravity.INCOMPLETE]
    racemic, esketamine = (
        "not asked yet"
        if finding["state"] == FindingState.NOT_ASKED
        else _word(gravity)
        for gravity in gravities
    )
    return RuleLine(
        code=finding["code"],
        title=finding["title"],
        statement=finding["statement"],
        why=finding["why"],
        next_step=finding["next_step"],
        source=finding["source"],
        tone=tone,
        icon=icon,
        racemic=racemic,
        esketamine=esketamine,
        proofs=[
            Proof(fact["label"], fact["value"], sources.of(fact["field"]))
            for fact in finding["facts"]
        ],
        todo=[
            _todo(label)
            for label in [*finding["unanswered"], *finding.get("not_asked", ())]
        ],
        locked=finding["locked"],
        rank=_rank(gravest) if gravest else len(ORDER),
    )


def _rank(gravity: Gravity) -> int:
    return ORDER.index(gravity) if gravity in ORDER else len(ORDER)


def _word(gravity: str | None) -> str:
    return GRAVITY_WORD[Gravity(gravity)] if gravity else "clear"


def _todo(label: str) -> ToDo:
    field = FIELD_OF_LABEL.get(label, label.lower().replace(" ", "_"))
    if field in MEASURED:
        return ToDo(label, field, "vitals")
    if field in ASKED_BY_FORM:
        return ToDo(label, field, "form")
    return ToDo(label, field, "answer" if field in SETTLED_BY_STAFF else "")


def is_stale(
    evaluation: EligibilityEvaluation,
    known: Known,
    episode: EpisodeOfCare,
    *,
    policy_now: object,
    on: date,
) -> str:
    """Why the rules should run again; empty when they need not."""
    if evaluation.policy_id != policy_now:
        return "A new edition of the rules is in force since these answers were judged."
    if facts_of(known, episode, on=on).digest() != evaluation.inputs_sha256:
        return "Answers or readings changed since the rules ran."
    return ""
