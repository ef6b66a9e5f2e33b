"""The review page's lines: each rule with its finding, its proof, its date and source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from kap.patients.models import EpisodeOfCare
from screening.models import EligibilityEvaluation
from screening.queries.answers import AnswerRow
from screening.queries.facts import Known, facts_of
from screening.queries.review_facts import Origin, Sources, sources_of
from screening.questions_staff import (
    ASKED_BY_FORM,
    FIELD_OF_LABEL,
    MEASURED,
    SETTLED_BY_STAFF,
)
from screening.rules.findings import FindingState, Gravity

GRAVITY_WORD: Final = {
    Gravity.EXCLUDES: "excludes",
    Gravity.NEEDS_REVIEW: "needs review",
    Gravity.CAUTION: "caution",
    Gravity.SAFETY: "safety pathway",
    Gravity.INFO: "note",
    Gravity.INCOMPLETE: "open",
}
ORDER: Final = [
    Gravity.EXCLUDES,
    Gravity.NEEDS_REVIEW,
    Gravity.SAFETY,
    Gravity.CAUTION,
    Gravity.INFO,
]
LOOK: Final = {
    Gravity.EXCLUDES: ("danger", "ban"),
    Gravity.NEEDS_REVIEW: ("warn", "alert-triangle"),
    Gravity.CAUTION: ("warn", "alert-triangle"),
    Gravity.SAFETY: ("danger", "lifebuoy"),
    Gravity.INFO: ("info", "info-circle"),
    Gravity.INCOMPLETE: ("quiet", "help-circle"),
}
OTHER: Final = "Other"


@dataclass(frozen=True, slots=True)
class Proof:
    """A fact behind a finding, with where it comes from."""

    label: str
    value: str
    origin: Origin

    @property
    def source(self) -> str:
        return self.origin.words


@dataclass(frozen=True, slots=True)
class ToDo:
    """An open question: ``how`` is answer, vitals, form or nothing (worked out elsewhere).

    ``asked``: somebody was asked and was not sure.
    """

    label: str
    field: str
    how: str
    asked: bool


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule of the evaluation, ready to show.

    ``state`` is hit, unanswered, not-asked or passed.  ``gravity`` is the graver of
    the two medicines; a hit that asks for review or caution wants the prescriber's
    answer.
    """

    code: str
    domain: str
    state: str
    title: str
    statement: str
    why: str
    next_step: str
    suggestion: str
    source: str
    tone: str
    icon: str
    racemic: str
    esketamine: str
    gravity: str
    proofs: list[Proof]
    todo: list[ToDo]
    locked: bool
    seed: bool
    rank: int
    answer: Any = None
    """The two fields of the decision's form that belong to this rule."""

    @property
    def wants_answer(self) -> bool:
        return self.gravity in (Gravity.NEEDS_REVIEW, Gravity.CAUTION)

    @property
    def wants_reason(self) -> bool:
        return self.gravity == Gravity.NEEDS_REVIEW

    @property
    def needs_you(self) -> bool:
        return self.state in (FindingState.HIT, FindingState.UNANSWERED)


@dataclass(frozen=True, slots=True)
class Domain:
    """The rules about one thing: what needs somebody, what was not asked, what passed."""

    name: str
    needs: list[RuleLine]
    not_asked: list[RuleLine]
    passed: list[RuleLine]

    @property
    def rank(self) -> tuple[int, str]:
        return min((line.rank for line in self.needs), default=99), self.name


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules of one evaluation: what stands in the way first."""

    lines: list[RuleLine]

    def _hits(self) -> list[RuleLine]:
        return [line for line in self.lines if line.state == FindingState.HIT]

    @property
    def exclusions(self) -> list[RuleLine]:
        return [
            line
            for line in self._hits()
            if "excludes" in (line.racemic, line.esketamine)
        ]

    @property
    def cautions(self) -> list[RuleLine]:
        return [line for line in self._hits() if line not in self.exclusions]

    @property
    def missing(self) -> list[RuleLine]:
        return [line for line in self.lines if line.state == FindingState.UNANSWERED]

    @property
    def not_asked(self) -> list[RuleLine]:
        return [line for line in self.lines if line.state == FindingState.NOT_ASKED]

    @property
    def clear(self) -> list[RuleLine]:
        return [line for line in self.lines if line.state == FindingState.PASSED]

    @property
    def count(self) -> int:
        return len(self.lines)

    @property
    def needs_you(self) -> int:
        return sum(line.needs_you for line in self.lines)

    @property
    def to_answer(self) -> list[RuleLine]:
        """Hits that ask for review or caution: each wants the prescriber's answer."""
        return [line for line in self._hits() if line.wants_answer]

    def with_answers(self, answers: Mapping[str, Any]) -> Rules:
        return Rules(
            [replace(line, answer=answers.get(line.code)) for line in self.lines]
        )

    @property
    def domains(self) -> list[Domain]:
        """What needs somebody first, then by name."""
        grouped: dict[str, list[RuleLine]] = {}
        for line in self.lines:
            grouped.setdefault(line.domain, []).append(line)
        found = [_domain(name, lines) for name, lines in grouped.items()]
        return sorted(found, key=lambda one: one.rank)


def _domain(name: str, lines: list[RuleLine]) -> Domain:
    return Domain(
        name=name,
        needs=[line for line in lines if line.needs_you],
        not_asked=[line for line in lines if line.state == FindingState.NOT_ASKED],
        passed=[line for line in lines if line.state == FindingState.PASSED],
    )


def rules_of(
    evaluation: EligibilityEvaluation,
    known: Known,
    episode: EpisodeOfCare,
    *,
    on: date,
) -> Rules:
    sources = sources_of(known, episode, on=on)
    lines = [_line(finding, sources) for finding in evaluation.findings]
    return Rules(sorted(lines, key=lambda line: line.rank))


def _line(finding: Mapping[str, Any], sources: Sources) -> RuleLine:
    racemic, esketamine = finding["gravity"], finding["gravity_esketamine"]
    gravest = _gravest(gravity for gravity in (racemic, esketamine) if gravity)
    shown = Gravity.SAFETY if finding["opens_safety_pathway"] else gravest
    tone, icon = LOOK[shown] if shown else ("ok", "check")
    if finding["state"] == FindingState.NOT_ASKED:
        tone, icon = LOOK[Gravity.INCOMPLETE]
    open_labels = [*finding["unanswered"], *finding.get("not_asked", ())]
    return RuleLine(
        code=finding["code"],
        domain=(finding.get("domain") or OTHER).capitalize(),
        state=finding["state"],
        title=finding["title"],
        statement=finding["statement"],
        why=finding["why"],
        next_step=finding["next_step"],
        suggestion=finding.get("suggestion", ""),
        source=finding["source"],
        tone=tone,
        icon=icon,
        racemic=_word(racemic),
        esketamine=_word(esketamine),
        gravity=str(gravest or ""),
        proofs=[
            Proof(fact["label"], fact["value"], sources.origin(fact["field"]))
            for fact in finding["facts"]
        ],
        todo=[_todo(label, sources.answers) for label in open_labels],
        locked=finding["locked"],
        seed=finding.get("seed", False),
        rank=_rank(shown) if shown else len(ORDER) + 1,
    )


def _gravest(gravities: Iterable[str]) -> Gravity | None:
    return min((Gravity(one) for one in gravities), key=_rank, default=None)


def _rank(gravity: Gravity) -> int:
    return ORDER.index(gravity) if gravity in ORDER else len(ORDER)


def _word(gravity: str | None) -> str:
    return GRAVITY_WORD[Gravity(gravity)] if gravity else "clear"


def _todo(label: str, answers: Mapping[str, AnswerRow]) -> ToDo:
    field = FIELD_OF_LABEL.get(label, label.lower().replace(" ", "_"))
    asked = field in answers
    if field in MEASURED:
        return ToDo(label, field, "vitals", asked)
    if field in ASKED_BY_FORM and field not in SETTLED_BY_STAFF:
        return ToDo(label, field, "form", asked)
    return ToDo(label, field, "answer" if field in SETTLED_BY_STAFF else "", asked)


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
