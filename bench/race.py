"""Many clients want one place at the same instant: one gets it, the rest read a sentence."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from bench import databases
from bench.driver import Answer, at_once
from bench.parts import Bench
from bench.product import Product, product
from bench.report import say
from bench.timing import HEADER
from bench.words import sentence_of
from kap.embedded.postgres_server import EmbeddedPostgres

KINDS = ("patient", "room", "therapist", "prescriber", "partly")
DATABASE = f"run_{databases.SMALL.name}"
SENTENCE_END = "Choose another time."

OVERLAPS = """
SELECT count(*) FROM clinic_slot a JOIN clinic_slot b
ON a.schedule_id = b.schedule_id AND a.lane = b.lane AND a.id < b.id
AND a.period && b.period
WHERE a.status IN ('busy', 'busy-unavailable') AND b.status IN ('busy', 'busy-unavailable')
"""


@dataclass(slots=True)
class Score:
    """What came of all rounds of one kind."""

    rounds: int = 0
    bad_rounds: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    impolite: int = 0
    waits_ms: list[float] = field(default_factory=list)
    inside_ms: list[float] = field(default_factory=list)

    def take(self, answers: list[Answer]) -> None:
        self.rounds += 1
        won = sum(200 <= answer.status < 400 for answer in answers)
        self.bad_rounds += won != 1
        for answer in answers:
            self.statuses[answer.status] += 1
            lost = answer.status in {409, 422}
            polite = sentence_of(answer.body).endswith(SENTENCE_END)
            self.impolite += lost and not polite
            self.waits_ms.append(1000 * answer.seconds)
            self.inside_ms.append(float(answer.header(HEADER) or 0))

    @property
    def errors(self) -> int:
        return sum(
            many
            for status, many in self.statuses.items()
            if status not in {302, 409, 422}
        )


def race(bench: Bench) -> None:
    """All kinds of conflict, with 2 and 8 workers."""
    for workers in (2, 8):
        bench.report.head(
            f"Race for one place: 50 and 200 clients to {workers} workers"
        )
        with product(
            bench.postgres, databases.SMALL, workers=workers, timing=True
        ) as kap:
            before = _deadlocks(bench.postgres)
            alone = _alone_ms(kap)
            starts = iter(kap.plan["race_starts"])
            for clients, rounds in (
                (50, bench.pace.rounds_50),
                (200, bench.pace.rounds_200),
            ):
                if rounds:
                    _rounds(bench, kap, starts, clients, rounds, (workers, alone))
            after = _deadlocks(bench.postgres)
            report = bench.report
            report.fact(f"{workers} workers: deadlocks", after - before, most=0)
            report.fact(
                f"{workers} workers: overlapping slots",
                _overlaps(bench.postgres),
                most=0,
            )


def _rounds(
    bench: Bench,
    kap: Product,
    starts: Any,
    clients: int,
    rounds: int,
    setting: tuple[int, float],
) -> None:
    total = Score()
    for kind in KINDS:
        score = Score()
        for _ in range(rounds):
            start = datetime.fromisoformat(next(starts))
            requests = [
                kap.booking(_place(kap.plan, kind, start, place))
                for place in range(clients)
            ]
            answers = at_once(kap.web.port, requests)
            score.take(answers)
            total.take(answers)
        say(f"  {kind}: {dict(score.statuses)}, {_times(score)}")
    _tell(bench, total, clients, *setting)


def _tell(
    bench: Bench, total: Score, clients: int, workers: int, alone_ms: float
) -> None:
    report, many = bench.report, f"{clients} to {workers}"
    report.fact(f"{many}: rounds not won once", total.bad_rounds, most=0)
    report.fact(f"{many}: answers 5xx or none", total.errors, most=0)
    report.fact(f"{many}: refusals without a sentence", total.impolite, most=0)
    report.fact(
        f"{many}: longest inside",
        max(total.inside_ms),
        most=1000,
        unit="ms",
    )
    report.fact(
        f"{many}: longest wait of a client", max(total.waits_ms), most=1000, unit="ms"
    )
    late = sorted(total.waits_ms)[int(0.99 * (len(total.waits_ms) - 1))]
    report.fact(f"{many}: p99 over one booking alone", late / alone_ms, most=20)


def _times(score: Score) -> str:
    return (
        f"wait p50 {median(score.waits_ms):.0f} max {max(score.waits_ms):.0f} ms, inside "
        f"p50 {median(score.inside_ms):.0f} max {max(score.inside_ms):.0f} ms"
    )


def _alone_ms(kap: Product) -> float:
    """One booking at a time, nobody else there."""
    times = [kap.ask(next(kap.talks().requests)).seconds for _ in range(20)]
    return 1000 * median(times)


def _place(
    plan: dict[str, Any], kind: str, start: datetime, place: int
) -> dict[str, Any]:
    """The ``place``-th client's wish: everything is its own but what the kind names."""
    patients, therapists = plan["patients"], plan["therapists"]
    video = plan["video_rooms"]
    room = video[place // 30 % len(video)]
    patient, therapist = (
        patients[place % len(patients)],
        therapists[place % len(therapists)],
    )
    visit, person = "preparation", f"therapist:{therapist}"
    if kind == "patient":
        patient = patients[-1]
    elif kind == "room":
        room = plan["rooms"][0]
    elif kind == "prescriber":
        visit, person = "follow-up", f"prescriber:{plan['prescribers'][0]}"
    else:
        person = f"therapist:{therapists[0]}"
    if kind == "partly":
        start += timedelta(minutes=15 * (place % 4))
    return {
        "patient": patient,
        "what": f"kind:{visit}",
        "minutes": 60,
        "place": f"{start:%Y-%m-%dT%H:%M}~room:{room}~{person}",
    }


def _deadlocks(postgres: EmbeddedPostgres) -> int:
    statement = "SELECT deadlocks FROM pg_stat_database WHERE datname = %s"
    return int(databases.rows(postgres, "postgres", statement, [DATABASE])[0][0])


def _overlaps(postgres: EmbeddedPostgres) -> int:
    return int(databases.rows(postgres, DATABASE, OVERLAPS)[0][0])
