"""What holds of the verdict whatever the answers are."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings, strategies as st

from screening.rules.eligibility import Verdict
from screening.rules.eligibility_policy import default_rule_set
from screening.rules.facts import MISSING, Facts
from screening.rules.findings import FindingState, Gravity
from screening.tests.rule_cases import CASES
from screening.tests.rule_facts import HEALTHY, OURS, REQUIRED, codes, judge

RANK = [
    Verdict.ELIGIBLE,
    Verdict.ELIGIBLE_WITH_CAUTION,
    Verdict.NEEDS_REVIEW,
    Verdict.EXCLUDE,
]
OF_GRAVITY = {
    None: Verdict.ELIGIBLE,
    Gravity.INFO: Verdict.ELIGIBLE,
    Gravity.CAUTION: Verdict.ELIGIBLE_WITH_CAUTION,
    Gravity.SAFETY: Verdict.ELIGIBLE_WITH_CAUTION,
    Gravity.NEEDS_REVIEW: Verdict.NEEDS_REVIEW,
    Gravity.EXCLUDES: Verdict.EXCLUDE,
}
RULES = {rule.id: rule for rule in default_rule_set().rules}
CHANGES = [
    (code, changes)
    for code, case in CASES.items()
    for changes in case.fires
    if code != "E-INF-01" and MISSING not in changes.values()
]
FIELDS = sorted({field for _, changes in CHANGES for field in changes})

some_changes = st.lists(st.sampled_from(CHANGES), max_size=6)
anything = st.fixed_dictionaries(
    {},
    optional={
        field: st.sampled_from(
            [changes[field] for _, changes in CHANGES if field in changes]
        )
        for field in FIELDS
    },
)


def merged(chosen) -> Facts:
    facts = HEALTHY
    for _, changes in chosen:
        facts = replace(facts, **changes)
    return facts


@settings(max_examples=150, deadline=None)
@given(some_changes)
def test_the_result_is_the_gravest_of_the_hits(chosen):
    evaluation = judge(merged(chosen))

    racemic = max(
        (RANK.index(OF_GRAVITY[hit.gravity]) for hit in evaluation.hits), default=0
    )
    other = max(
        (RANK.index(OF_GRAVITY[hit.gravity_esketamine]) for hit in evaluation.hits),
        default=0,
    )
    assert evaluation.racemic_so_far is RANK[racemic]
    assert evaluation.esketamine_so_far is RANK[other]
    incomplete = any(found.unanswered for found in evaluation.findings)
    assert (evaluation.racemic is Verdict.INCOMPLETE) is incomplete
    assert len(evaluation.findings) == len(RULES)


@settings(max_examples=100, deadline=None)
@given(anything, st.sampled_from(CHANGES))
def test_one_more_grave_fact_never_makes_it_better(base, one):
    """Only where the fact brings its rule: some answers settle another rule away."""
    code, changes = one
    before = judge(replace(HEALTHY, **base))
    after = judge(replace(HEALTHY, **{**base, **changes}))
    lost = set(codes(before.hits)) - set(codes(after.hits))

    if code in codes(after.hits) and not lost:
        for side in ("racemic_so_far", "esketamine_so_far"):
            assert RANK.index(getattr(after, side)) >= RANK.index(getattr(before, side))
        assert after.safety_pathway >= before.safety_pathway


@settings(max_examples=150, deadline=None)
@given(anything, st.sampled_from([*REQUIRED, *OURS]))
def test_a_required_fact_that_goes_is_never_better_than_incomplete(base, field):
    evaluation = judge(replace(HEALTHY, **base), **{field: MISSING})

    assert evaluation.racemic is Verdict.INCOMPLETE
    assert evaluation.esketamine is Verdict.INCOMPLETE


@settings(max_examples=150, deadline=None)
@given(anything, st.sampled_from(sorted(set(FIELDS) - {*REQUIRED, *OURS})))
def test_a_fact_that_goes_never_turns_a_hit_into_a_silent_pass(base, field):
    before = judge(replace(HEALTHY, **base))
    after = judge(replace(HEALTHY, **base), **{field: MISSING})

    for found in before.hits:
        now = after.finding(found.code)
        silent = now.state is FindingState.PASSED and not now.not_asked
        assert not silent


@settings(max_examples=100, deadline=None)
@given(anything)
def test_facts_survive_being_stored(base):
    facts = replace(HEALTHY, **base)

    assert Facts.from_json(facts.as_json()) == facts
    assert judge(Facts.from_json(facts.as_json())) == judge(facts)


def test_nothing_answered_is_incomplete_and_nothing_passes():
    evaluation = judge(Facts())

    assert (evaluation.racemic, evaluation.esketamine) == ("incomplete", "incomplete")
    assert evaluation.passed == ()
    assert evaluation.hits == ()
