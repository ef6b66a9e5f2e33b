"""The calendar's week of 20 people beside a plain view of 60 rows, and its poll while nothing changes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bench import databases, driver
from bench.driver import Target
from bench.floor_server import floor
from bench.product import Product, product

if TYPE_CHECKING:
    from bench.parts import Bench

PEOPLE: Final = 20
FIRST_PAINT_MS: Final = 300
PICK: Final = re.compile(rb'name="pick" value="(\d+)"')
PART: Final = re.compile(rb'data-part="([^"]+)" data-version="([^"]+)"')
UNCHANGED: Final = frozenset({304})


def calendar(bench: Bench) -> None:
    """A week of 20 people, a day of every room, and the poll."""
    report = bench.report
    report.head("Calendar, 20,000 patients, beside f2 (60 rows, 1 query, 30 kB)")
    with floor(bench.postgres) as low, product(bench.postgres, databases.LARGE) as kap:
        where = f"day={kap.plan['day_60']}&site={kap.plan['site']}"
        first = kap.ask(kap.get(f"/sessions/calendar/?by=people&{where}"))
        people = b".".join(PICK.findall(first.body)[-PEOPLE:]).decode()
        week = f"/sessions/calendar/?by=people&only={people}&{where}"
        pair = bench.turns(low.board(), kap.page("calendar", week))
        report.slower("a week of 20 people", pair, most=8)
        paint = pair.p50s()[1]
        report.fact("  the page, alone", paint, most=FIRST_PAINT_MS, unit="ms")
        day = f"/sessions/calendar/?by=rooms&span=day&{where}"
        report.slower(
            "a day of every room",
            bench.turns(low.board(), kap.page("day", day)),
            most=4,
        )
        poll = bench.turns(low.board(), _poll(kap, week))
        report.slower("asking whether anything changed", poll, most=1)


def _poll(kap: Product, week: str) -> Target:
    """What an open page asks every few seconds."""
    found = PART.search(kap.ask(kap.get(week)).body)
    if found is None:
        raise RuntimeError("The calendar has no address for its poll.")
    path = found[1].decode().replace("&amp;", "&")
    request = kap.get(path).replace(
        b"\r\n", b'\r\nIf-None-Match: "' + found[2] + b'"\r\n', 1
    )
    return Target("poll", kap.web.port, driver.endless(request), UNCHANGED)
