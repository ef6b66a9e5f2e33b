"""Is ketamine safe enough for this person that a prescriber may decide so?

Algorithm: clinical reference 3.5.  The rules themselves are data, see
``eligibility_policy``; the answer is a suggestion, the prescriber decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from screening.rules.conditions import holds, truth, undecided, witnesses
from screening.rules.fact_words import label, plain_words, words
from screening.rules.facts import MISSING, Facts
from screening.rules.findings import (
    PATIENT_TEXT,
    Fact,
    Finding,
    FindingState,
    Gravity,
)
from screening.rules.rule_set import LIMIT, Outcome, Rule, RuleSet, placeholders


class Verdict(StrEnum):
    INCOMPLETE = "incomplete"
    EXCLUDE = "exclude"
    NEEDS_REVIEW = "needs_review"
    ELIGIBLE_WITH_CAUTION = "eligible_with_caution"
    ELIGIBLE = "eligible"

    @property
    def label(self) -> str:
        return _VERDICT_LABEL[self]


_VERDICT_LABEL: Final = {
    Verdict.INCOMPLETE: "answers incomplete",
    Verdict.EXCLUDE: "not suitable",
    Verdict.NEEDS_REVIEW: "needs review",
    Verdict.ELIGIBLE_WITH_CAUTION: "eligible with caution",
    Verdict.ELIGIBLE: "eligible",
}

_RANKED: Final = (
    (Gravity.EXCLUDES, Verdict.EXCLUDE),
    (Gravity.NEEDS_REVIEW, Verdict.NEEDS_REVIEW),
    (Gravity.CAUTION, Verdict.ELIGIBLE_WITH_CAUTION),
    (Gravity.SAFETY, Verdict.ELIGIBLE_WITH_CAUTION),
)
"""Gravest first (3.5 step 3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """The outcome of all enabled rules; kept with its edition and its inputs."""

    on: date
    rule_set_version: str
    inputs_digest: str
    racemic: Verdict
    esketamine: Verdict
    racemic_so_far: Verdict
    """What the answers given so far amount to, when some are still open."""
    esketamine_so_far: Verdict
    safety_pathway: bool
    findings: tuple[Finding, ...]
    """One for each enabled rule, in the order of the edition."""

    @property
    def hits(self) -> tuple[Finding, ...]:
        return self._in_state(FindingState.HIT)

    @property
    def passed(self) -> tuple[Finding, ...]:
        return self._in_state(FindingState.PASSED)

    @property
    def unanswered(self) -> tuple[Finding, ...]:
        return self._in_state(FindingState.UNANSWERED)

    @property
    def not_asked(self) -> tuple[Finding, ...]:
        """Open rules that no decision waits for."""
        return self._in_state(FindingState.NOT_ASKED)

    @property
    def excluding(self) -> tuple[Finding, ...]:
        """Hits that exclude on a racemic route or on esketamine."""
        return tuple(
            hit
            for hit in self.hits
            if Gravity.EXCLUDES in {hit.gravity, hit.gravity_esketamine}
        )

    @property
    def is_locked_exclusion(self) -> bool:
        """True when an exclusion is among the hits that nobody may override."""
        return any(hit.locked for hit in self.excluding)

    def finding(self, code: str) -> Finding:
        """The finding of one rule; KeyError when the edition does not enable it."""
        for finding in self.findings:
            if finding.code == code:
                return finding
        raise KeyError(code)

    def _in_state(self, state: FindingState) -> tuple[Finding, ...]:
        return tuple(found for found in self.findings if found.state is state)


def assess_eligibility(facts: Facts, rule_set: RuleSet, *, on: date) -> Evaluation:
    """Apply every enabled rule of an edition to the facts as of a day."""
    findings = tuple(_assess(rule, facts, on) for rule in rule_set.enabled)
    open_ = any(found.unanswered for found in findings)
    racemic = _verdict(found.gravity for found in findings)
    esketamine = _verdict(found.gravity_esketamine for found in findings)
    return Evaluation(
        on=on,
        rule_set_version=rule_set.version,
        inputs_digest=facts.digest(),
        racemic=Verdict.INCOMPLETE if open_ else racemic,
        esketamine=Verdict.INCOMPLETE if open_ else esketamine,
        racemic_so_far=racemic,
        esketamine_so_far=esketamine,
        safety_pathway=any(found.opens_safety_pathway for found in findings),
        findings=findings,
    )


def _verdict(gravities: Iterable[Gravity | None]) -> Verdict:
    present = set(gravities)
    ranked = (verdict for gravity, verdict in _RANKED if gravity in present)
    return next(ranked, Verdict.ELIGIBLE)


def _assess(rule: Rule, facts: Facts, on: date) -> Finding:
    missing = _missing(rule, facts, on)
    answer = truth(rule.when, facts, on)
    if answer and rule.racemic is not Outcome.INCOMPLETE:
        return _hit(rule, facts, on, missing)
    if answer:
        return _unanswered(rule, facts, witnesses(rule.when, facts, on))
    if missing:
        return _unanswered(rule, facts, missing)
    open_fields = undecided(rule.when, facts, on) if answer is None else ()
    if open_fields and not _is_asked(rule, facts, on):
        return _not_asked(rule, facts, open_fields)
    return _finding(
        rule,
        facts,
        state=FindingState.PASSED,
        statement=_sentence(rule.passed, rule, facts),
        fields=rule.fields,
        not_asked=_labels(open_fields),
    )


def _hit(rule: Rule, facts: Facts, on: date, missing: tuple[str, ...]) -> Finding:
    fields = witnesses(rule.when, facts, on)
    proof = "; ".join(f"{label(key)}: {words(key, facts.get(key))}" for key in fields)
    return _finding(
        rule,
        facts,
        state=FindingState.HIT,
        gravity=rule.racemic.gravity,
        gravity_esketamine=rule.esketamine.gravity,
        opens_safety_pathway=rule.racemic.opens_safety_pathway,
        statement=_sentence(rule.hit, rule, facts, proof=proof),
        fields=fields,
        unanswered=_labels(missing),
    )


def _unanswered(rule: Rule, facts: Facts, missing: tuple[str, ...]) -> Finding:
    labels = _labels(missing)
    return _finding(
        rule,
        facts,
        state=FindingState.UNANSWERED,
        gravity=Gravity.INCOMPLETE,
        gravity_esketamine=Gravity.INCOMPLETE,
        statement=f"Not answered yet: {', '.join(labels)}.",
        fields=rule.fields,
        unanswered=labels,
    )


def _not_asked(rule: Rule, facts: Facts, open_fields: tuple[str, ...]) -> Finding:
    labels = _labels(open_fields)
    return _finding(
        rule,
        facts,
        state=FindingState.NOT_ASKED,
        statement=f"Not asked yet: {', '.join(labels)}.",
        fields=rule.fields,
        not_asked=labels,
    )


def _labels(fields: Iterable[str]) -> tuple[str, ...]:
    return tuple(label(field) for field in fields)


def _finding(
    rule: Rule,
    facts: Facts,
    *,
    state: FindingState,
    statement: str,
    fields: Iterable[str],
    gravity: Gravity | None = None,
    gravity_esketamine: Gravity | None = None,
    opens_safety_pathway: bool = False,
    unanswered: tuple[str, ...] = (),
    not_asked: tuple[str, ...] = (),
) -> Finding:
    spoken = Gravity.SAFETY if opens_safety_pathway else gravity
    return Finding(
        code=rule.id,
        title=rule.title,
        state=state,
        gravity=gravity,
        gravity_esketamine=gravity_esketamine,
        opens_safety_pathway=opens_safety_pathway,
        statement=statement,
        patient_text="" if spoken is None else PATIENT_TEXT[spoken],
        facts=tuple(
            Fact(field, label(field), words(field, facts.get(field)))
            for field in fields
            if facts.get(field) is not MISSING
        ),
        unanswered=unanswered,
        why=rule.why,
        next_step=rule.next_step if state is FindingState.HIT else "",
        source=rule.source,
        locked=rule.locked,
        seed=rule.seed,
        domain=rule.domain,
        suggestion=rule.suggestion if state is FindingState.HIT else "",
        not_asked=not_asked,
    )


def _missing(rule: Rule, facts: Facts, on: date) -> tuple[str, ...]:
    return tuple(
        field for field in _needed(rule, facts, on) if facts.get(field) is MISSING
    )


def _is_asked(rule: Rule, facts: Facts, on: date) -> bool:
    """True when the rule was judged on at least one answer that it requires."""
    return any(True for _ in _needed(rule, facts, on))


def _needed(rule: Rule, facts: Facts, on: date) -> Iterator[str]:
    for need in rule.requires:
        if need.when is None or holds(need.when, facts, on):
            yield need.field


def _sentence(template: str, rule: Rule, facts: Facts, *, proof: str = "") -> str:
    filled = {name: _filled(name, rule, facts) for name in placeholders(template)}
    return template.format(**{**filled, "proof": proof})


def _filled(name: str, rule: Rule, facts: Facts) -> str:
    field = name.removesuffix(LIMIT)
    return plain_words(rule.limit(field) if name != field else facts.get(field))
