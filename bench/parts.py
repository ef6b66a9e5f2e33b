"""What is measured side by side: board, chart, search, booking, and growth with the data."""

from __future__ import annotations

import json
from dataclasses import dataclass

from bench import databases
from bench.driver import Target, load
from bench.floor_server import Floor, floor
from bench.product import Product, product
from bench.report import Report, say
from bench.turns import Pair, abba
from kap.embedded.postgres_server import EmbeddedPostgres

WARM_S = 1.0


@dataclass(frozen=True, slots=True)
class Pace:
    """How long and how often."""

    blocks: int
    seconds: float
    tries: int
    rounds_50: int
    rounds_200: int


FULL = Pace(blocks=5, seconds=5, tries=2, rounds_50=8, rounds_200=2)
QUICK = Pace(blocks=2, seconds=2, tries=1, rounds_50=1, rounds_200=0)


@dataclass(frozen=True, slots=True)
class Bench:
    postgres: EmbeddedPostgres
    pace: Pace
    report: Report

    def turns(self, first: Target, second: Target, *, clients: int = 1) -> Pair:
        """Both warm, then in turns."""
        for target in (first, second):
            load(target, clients=clients, seconds=WARM_S)
        pace = self.pace
        return abba(
            first,
            second,
            clients=clients,
            blocks=pace.blocks,
            seconds=pace.seconds,
            tries=pace.tries,
        )


def board(bench: Bench) -> None:
    """The day board beside a plain view of 60 rows; the chart beside the same."""
    report = bench.report
    report.head("Board and chart, 20,000 patients, beside f2 (60 rows, 1 query, 30 kB)")
    with floor(bench.postgres) as low, product(bench.postgres, databases.LARGE) as kap:
        at_sign_in = kap.web.peak_mb()
        kap.web.forget_peak()
        _sizes(low, kap)
        day_60, day_400 = kap.plan["day_60"], kap.plan["day_400"]
        pair = bench.turns(low.board(), kap.board(day_60))
        report.slower("board, 60 visits", pair, most=1.5)
        alone_ms = pair.p50s()[1]
        pair = bench.turns(low.board(), kap.board(day_400))
        report.slower("board, 400 visits", pair, most=5)
        today = kap.page("board", f"/?site={kap.plan['home_site']}")
        pair = bench.turns(low.board(), today)
        report.slower("board, today at one site", pair, most=1.5)
        pair = bench.turns(low.board(), kap.chart())
        report.slower("chart of a long course", pair, most=1.5)
        pair = bench.turns(low.board(), kap.free_places())
        report.slower("free places, 14 days", pair, most=3)
        pair = bench.turns(low.board(), kap.board(day_60), clients=8)
        report.share("board, 60 visits, 8 clients", pair, least=0.65)
        worst = max(block.p95_ms for block in pair.second)
        report.fact("  its p95 over its p50 alone", worst / alone_ms, most=6)
        report.fact(
            "memory of a web worker, most", kap.web.peak_mb(), most=120, unit="MB"
        )
        report.fact("  while someone signs in (argon2)", at_sign_in, unit="MB")
        report.fact("memory of a floor worker, most", low.web.peak_mb(), unit="MB")


def _sizes(low: Floor, kap: Product) -> None:
    plain = load(low.board(), clients=1, seconds=0.2)
    say(f"  f2: p50 {plain.p50_ms:.1f} ms")
    for day in (kap.plan["day_60"], kap.plan["day_400"]):
        answer = kap.ask(kap.get(f"/?day={day}&site={kap.plan['site']}"))
        say(f"  {day}: {len(answer.body) / 1000:.0f} kB, status {answer.status}")


def search(bench: Bench) -> None:
    """Patients by parts of words, among 100,000."""
    bench.report.head("Search among 100,000 patients, beside f2")
    with floor(bench.postgres) as low, product(bench.postgres, databases.SEARCH) as kap:
        pair = bench.turns(low.board(), kap.search())
        bench.report.slower("search", pair, most=0.8)


def booking(bench: Bench) -> None:
    """Visits booked through HTTP, beside four bare constrained rows behind HTTP."""
    report = bench.report
    report.head("Booking, beside f3 (four constrained rows in one transaction)")
    with floor(bench.postgres) as low, product(bench.postgres, databases.LARGE) as kap:
        for clients in (1, 8):
            pair = bench.turns(low.book4(), kap.mixed(), clients=clients)
            report.share(f"talks and doses, {clients} at once", pair, least=0.35)
        pair = bench.turns(low.book4(), kap.talks(), clients=1)
        report.share("talks alone, 1 at once", pair, least=0.35)


def growth(bench: Bench) -> None:
    """The same requests on ten times the data; the small database is the floor."""
    report = bench.report
    report.head("Growth, 2,000 patients beside 20,000")
    with (
        product(bench.postgres, databases.SMALL) as small,
        product(bench.postgres, databases.LARGE) as large,
    ):
        for name, one, ten in (
            (
                "board, 60 visits",
                small.board(small.plan["day_60"]),
                large.board(large.plan["day_60"]),
            ),
            ("chart", small.chart(), large.chart()),
            ("search", small.search(), large.search()),
            ("free places", small.free_places(), large.free_places()),
            ("booking a talk", small.talks(), large.talks()),
        ):
            report.slower(name, bench.turns(one, ten), most=1.3)


def counts(bench: Bench) -> None:
    """Queries of each request, which must not depend on what it shows."""
    report = bench.report
    report.head("Queries of a request (in process, 20,000 patients)")
    name = databases.clone(
        bench.postgres, databases.kept(bench.postgres, databases.LARGE), "run_counts"
    )
    env = databases.environment(bench.postgres, name)
    try:
        found = json.loads(databases.run_python(["-m", "bench.inside", "counts"], env))
    finally:
        databases.drop(bench.postgres, name)
    limits = {"board": 12, "search": 4, "chart": 15, "booking": 20}
    for what, figures in found.items():
        most = limits[what.split(",")[0].split()[0]]
        report.fact(f"{what}: queries", figures["queries"], most=most)
        say(
            f"  {figures['ms']:.1f} ms in process, {figures['kb']:.0f} kB; "
            f"{figures['mb']:.0f} MB memory by now"
        )


def profile(bench: Bench) -> None:
    """Where the time goes, for developers; not part of ``all``."""
    name = databases.clone(
        bench.postgres, databases.kept(bench.postgres, databases.LARGE), "run_profile"
    )
    env = databases.environment(bench.postgres, name)
    try:
        say(databases.run_python(["-m", "bench.inside", "profile"], env))
    finally:
        databases.drop(bench.postgres, name)
