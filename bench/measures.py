"""Sending PHQ-9 in through a patient's link, from 8 browsers at once, beside f2.

One POST keeps the last answer, scores the form, keeps the score, writes the audit rows and has
the eligibility rules judge again: what a patient waits for after "Send my answers".
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

from bench import databases, driver
from bench.driver import Target
from bench.floor_server import floor
from bench.parts import QUICK, Bench
from bench.product import BOOKED, product

CLIENTS = 8
MOST_MS = 100
FORMS = 12_000
FORMS_QUICK = 1_500


def measures(bench: Bench) -> None:
    """Print the middle and the 95th of 100 beside f2 under the same load."""
    report = bench.report
    report.head(f"PHQ-9 sent in, {CLIENTS} at once, beside f2")
    size = databases.SMALL
    with floor(bench.postgres) as low, product(bench.postgres, size) as kap:
        env = databases.environment(bench.postgres, f"run_{size.name}")
        count = FORMS_QUICK if bench.pace is QUICK else FORMS
        made = databases.run_python(["-m", "bench.inside", "forms", str(count)], env)
        sending = Target(
            "PHQ-9", kap.web.port, _posts(kap.web.port, json.loads(made)), BOOKED
        )
        pair = bench.turns(low.board(), sending, clients=CLIENTS)
        report.fact("f2, p50", pair.p50s()[0], unit="ms")
        report.fact("f2, p95", max(block.p95_ms for block in pair.first), unit="ms")
        report.fact("PHQ-9, p50", pair.p50s()[1], most=MOST_MS, unit="ms")
        report.fact("PHQ-9, p95", max(block.p95_ms for block in pair.second), unit="ms")


def _posts(port: int, forms: dict[str, Any]) -> Iterator[bytes]:
    """Each form is sent once; when they are used up, the run ends with a sentence."""
    for cookies in forms["cookies"]:
        fields = {
            "csrfmiddlewaretoken": forms["token"],
            "_once": str(uuid.uuid4()),
            "answer": "0",
        }
        yield driver.post(port, forms["path"], fields, cookies)
    raise RuntimeError("More forms were sent than were made. Make FORMS larger.")
