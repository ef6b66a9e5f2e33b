"""Which patients a draft of the rules would newly affect, before anybody signs it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from kap.accounts.models import User
from kap.clinic.enums import PolicyKind
from kap.clinic.models import PolicyEdition
from kap.patients.models import EpisodeOfCare
from screening.models import EligibilityDraft, EligibilityEvaluation
from screening.rules.eligibility import Evaluation, Verdict, assess_eligibility
from screening.rules.facts import FIELD_NAMES, Facts
from screening.rules.graver import BOTH, Judged, grave_hits, is_graver
from screening.rules.policy_edit import changed_codes
from screening.rules.rule_set import RuleSet, parse_rule_set

MOST: Final = 5000
"""Patients that one preview looks at, the newest courses first."""
BATCH: Final = 500
SHOWN: Final = 100
"""Names in each group."""
GROUPS: Final = (
    (Verdict.EXCLUDE, "Newly excluded", "danger"),
    (Verdict.INCOMPLETE, "Newly incomplete", "quiet"),
    (Verdict.NEEDS_REVIEW, "Newly needs review", "warn"),
    (Verdict.ELIGIBLE_WITH_CAUTION, "Newly eligible with caution", "warn"),
    (Verdict.ELIGIBLE, "Newly eligible", "ok"),
    ("", "Same result, but one more rule excludes or asks for review", "warn"),
)
"""By the verdict of the draft; a decision of the last group would not stand any more."""


@dataclass(frozen=True, slots=True)
class Affected:
    """One patient whose verdict would differ."""

    episode_id: UUID
    name: str
    number: str
    before: str
    after: str
    rules: str


@dataclass(slots=True)
class Group:
    label: str
    tone: str
    count: int = 0
    rows: list[Affected] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Preview:
    looked_at: int
    total: int
    groups: list[Group]

    @property
    def affected(self) -> int:
        return sum(group.count for group in self.groups)


def preview(draft: EligibilityDraft, *, user: User, now: datetime) -> Preview:
    """Both editions over what is known of each open episode; queries grow by batches."""
    changed = changed_codes(draft.based_on.body, draft.body)
    old, new = parse_rule_set(draft.based_on.body), parse_rule_set(draft.body)
    sides = (old, new), (_only(old, changed), _only(new, changed))
    groups = {str(key): Group(label, tone) for key, label, tone in GROUPS}
    episodes = _episodes(draft, user)
    total, looked_at = episodes.count(), 0
    for row in _rows(episodes[:MOST]) if changed else ():
        looked_at += 1
        found = _affected(row, *sides, now=now)
        if found is not None:
            verdict, affected = found
            groups[verdict].count += 1
            if len(groups[verdict].rows) < SHOWN:
                groups[verdict].rows.append(affected)
    shown = [group for group in groups.values() if group.count]
    return Preview(looked_at if changed else total, total, shown)


def _only(rules: RuleSet, codes: set[str]) -> RuleSet:
    return replace(rules, rules=tuple(one for one in rules.rules if one.id in codes))


def _episodes(draft: EligibilityDraft, user: User) -> QuerySet[EpisodeOfCare]:
    newest = EligibilityEvaluation.objects.filter(episode=OuterRef("pk")).order_by(
        "-evaluated_at", "-pk"
    )
    episodes = EpisodeOfCare.objects.visible_to(user).open()
    if draft.site_id is not None:
        episodes = episodes.filter(site=draft.site_id)
    else:
        own = PolicyEdition.objects.filter(
            kind=PolicyKind.ELIGIBILITY, site__isnull=False
        ).values("site")
        episodes = episodes.filter(~Q(site__in=own))
    return (
        episodes.annotate(judged=Subquery(newest.values("pk")[:1]))
        .filter(judged__isnull=False)
        .select_related("patient", "site")
        .order_by("-started_at", "pk")
    )


def _rows(episodes: QuerySet[EpisodeOfCare]) -> Iterator[tuple[Any, Mapping[str, Any]]]:
    """Each episode with what was known when it was judged last; one query a batch."""
    found = list(episodes)
    for start in range(0, len(found), BATCH):
        part: list[Any] = found[start : start + BATCH]
        inputs = dict(
            EligibilityEvaluation.objects.filter(
                pk__in=[row.judged for row in part]
            ).values_list("pk", "inputs")
        )
        for row in part:
            yield row, inputs[row.judged]


def _affected(
    row: tuple[Any, Mapping[str, Any]],
    whole: tuple[RuleSet, RuleSet],
    changed: tuple[RuleSet, RuleSet],
    *,
    now: datetime,
) -> tuple[str, Affected] | None:
    """Only the rules that differ are run at first: most patients end there."""
    episode, inputs = row
    on = now.astimezone(episode.site.zone).date()
    known = {name: value for name, value in inputs.items() if name in FIELD_NAMES}
    known["age_years"] = episode.patient.age_years(on=on)
    facts = Facts.from_json(known)
    first, second = (assess_eligibility(facts, rules, on=on) for rules in changed)
    if _said(first) == _said(second):
        return None
    old, new = (assess_eligibility(facts, rules, on=on) for rules in whole)
    (before, old_hits), (after, new_hits) = _judged(old), _judged(new)
    if before == after and not is_graver(old_hits, new_hits):
        return None
    moved = {
        one.code
        for one in (*first.findings, *second.findings)
        if _of(first, one.code) != _of(second, one.code)
    }
    return "" if before == after else after, Affected(
        episode_id=episode.pk,
        name=episode.patient.full_name,
        number=episode.patient.number_text,
        before=before.label,
        after=after.label,
        rules=", ".join(sorted(moved)),
    )


def _said(outcome: Evaluation) -> dict[str, tuple[Any, ...]]:
    return {
        one.code: (one.gravity, one.gravity_esketamine, bool(one.unanswered))
        for one in outcome.findings
        if one.gravity or one.gravity_esketamine or one.unanswered
    }


def _of(outcome: Evaluation, code: str) -> tuple[Any, ...] | None:
    return _said(outcome).get(code)


def _judged(outcome: Evaluation) -> tuple[Verdict, Judged]:
    """The graver verdict of both medicines, and what it rests on."""
    judged = Judged(
        str(outcome.racemic), str(outcome.esketamine), grave_hits(outcome.findings)
    )
    return Verdict(judged.verdict(BOTH)), judged
