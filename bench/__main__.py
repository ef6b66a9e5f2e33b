"""``make bench``: the product's figures, each beside a floor of the same run.

    python -m bench                     everything, at most 25 minutes once the data are made
    python -m bench board booking      parts by name
    python -m bench --quick            two minutes, to see that it runs
    python -m bench profile            where the time goes (not part of all)
    python -m bench measures           PHQ-9 sent in by 8 at once (not part of all)

A missed goal is printed, not an error; the command fails only when it cannot measure.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

from bench import databases, parts, race
from bench.calendar import calendar
from bench.measures import measures
from bench.product import collect_static
from bench.report import Report, say
from bench.rules import rules
from kap.embedded import paths
from kap.embedded.say import CannotStartError, complain

PARTS: dict[str, Callable[[parts.Bench], None]] = {
    "board": parts.board,
    "calendar": calendar,
    "counts": parts.counts,
    "search": parts.search,
    "booking": parts.booking,
    "race": race.race,
    "growth": parts.growth,
}
OTHER = {"profile": parts.profile, "measures": measures}
BARE = ("planner", "rules", "paper")
"""Parts that need no database."""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = [*PARTS, *OTHER, *BARE, "all"]
    parser.add_argument("parts", nargs="*", metavar="part", help=", ".join(names))
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    unknown = set(given.parts) - set(names)
    if unknown:
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    wanted = given.parts or ["all"]
    if "all" in wanted:
        wanted = [*PARTS, *BARE]
    try:
        return _run(wanted, quick=given.quick)
    except (CannotStartError, RuntimeError) as error:
        complain(str(error))
        return 1


def _run(wanted: list[str], *, quick: bool) -> int:
    started = time.monotonic()
    report = Report()
    if set(wanted) - set(BARE):
        with databases.server() as postgres:
            collect_static(postgres)
            pace = parts.QUICK if quick else parts.FULL
            bench = parts.Bench(postgres, pace, report)
            for name in wanted:
                if name not in BARE:
                    ({**PARTS, **OTHER}[name])(bench)
    if "rules" in wanted:
        rules(report, quick=quick)
    if report.lines:
        report.end()
    if "planner" in wanted:
        _planner(quick=quick)
    if "paper" in wanted:
        _paper(quick=quick)
    say(
        f"\nTook {time.monotonic() - started:.0f} s. Data are kept in {databases.home()}."
    )
    return 0


def _planner(*, quick: bool) -> None:
    say("\nThe course planner beside CP-SAT")
    command = ["-m", "bench.planner", "--instances", "2" if quick else "12"]
    env = {"DJANGO_SETTINGS_MODULE": "bench.product_settings"}
    say(
        databases.run_python(
            command, {**env, "PYTHONPATH": str(paths.ROOT)}, may_miss=True
        )
    )


def _paper(*, quick: bool) -> None:
    say("\nA consent as PDF beside WeasyPrint's own time")
    command = ["-m", "bench.paper", "--rounds", "4" if quick else "12"]
    env = {"DJANGO_SETTINGS_MODULE": "bench.product_settings"}
    say(databases.run_python(command, {**env, "PYTHONPATH": str(paths.ROOT)}))


if __name__ == "__main__":
    sys.exit(main())
