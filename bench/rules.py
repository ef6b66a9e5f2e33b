"""All eligibility rules over one person, beside as many plain comparisons of tuples.

The floor is a loop that compares one pair for each comparison of the edition; what the
rules cost above it is the nesting, the words of each finding and the digest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from statistics import median
from time import perf_counter

from bench.report import Report
from screening.rules.eligibility import assess_eligibility
from screening.rules.eligibility_policy import DEFAULT_RULES, default_rule_set
from screening.rules.rule_set import parse_rule_set
from screening.tests.rule_facts import HEALTHY, TODAY, days_ago

MOST_US = 2000
"""Two milliseconds."""
_SICK = replace(
    HEALTHY,
    age_years=71,
    bp_sys_mean=164,
    htn_dx=True,
    cvd=frozenset({"unstable_angina", "pacemaker"}),
    stroke_tia_date=days_ago(100),
    psychosis_history=True,
    phq9_item9=3,
    cssrs_risk="high",
    dast10_score=7,
    osa=True,
    med_max_severity=4,
    med_classes=frozenset({"M-008", "M-052"}),
    bmi=41,
)


def rules(report: Report, *, quick: bool = False) -> None:
    """Print the middle and the worst of many runs; the goal is 2 ms in the middle."""
    edition = default_rule_set()
    count = sum(len(rule.tests) for rule in edition.rules)
    report.head(f"All {len(edition.rules)} eligibility rules, one person")
    rounds = 50 if quick else 400
    pairs = [((name, 1), (name, 2)) for name in map(str, range(count))]
    floor = _times(lambda: sum(one == other for one, other in pairs), rounds)
    report.fact(f"floor: {count} comparisons of tuples", median(floor), unit="µs")
    for name, facts in (("healthy", HEALTHY), ("sick", _SICK)):
        judge = partial(assess_eligibility, facts, edition, on=TODAY)
        found = _times(judge, rounds)
        report.fact(f"{name}, in the middle", median(found), most=MOST_US, unit="µs")
        report.fact("  19 of 20 within", sorted(found)[-rounds // 20], unit="µs")
    parsing = _times(lambda: parse_rule_set(DEFAULT_RULES), rounds // 10)
    report.fact("reading an edition, once", median(parsing), unit="µs")


def _times(run: Callable[[], object], rounds: int) -> list[float]:
    """Microseconds of each of so many runs, after a few to warm up."""
    found = []
    for turn in range(-5, rounds):
        start = perf_counter()
        run()
        if turn >= 0:
            found.append(1e6 * (perf_counter() - start))
    return found
