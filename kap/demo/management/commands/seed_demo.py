"""Fills an empty database with a fictional clinic."""

from __future__ import annotations

import math
import time
from argparse import ArgumentParser
from random import Random
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from kap.core import clock
from kap.demo.clinic import make_clinic
from kap.demo.people import make_patients
from kap.demo.registry import steps
from kap.demo.world import DemoWorld
from kap.patients.models import Patient

VISITS_PER_PATIENT = 5
VISITS_PER_SITE_AND_MONTH = 1_150
SMALL = {"patients": 150, "months": 3}


class Command(BaseCommand):
    help = "Fill an empty database with a fictional clinic; the same seed gives the same one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--patients", type=int, default=200)
        parser.add_argument("--months", type=int, default=6)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--small", action="store_true", help="the clinic of a first start"
        )
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing when patients exist"
        )

    def handle(self, **options: Any) -> None:
        if not settings.KAP_DEMO:
            raise CommandError(
                "Demo data is only for a demo. Set KAP_DEMO=1 to allow it."
            )
        if Patient.objects.exists():
            if options["if_empty"]:
                self.stdout.write("There are patients already; nothing was added.")
                return
            raise CommandError("There are patients already. Use an empty database.")
        if options["small"]:
            options.update(SMALL)
        self._check(options)
        self._fill(options)

    def _check(self, options: dict[str, Any]) -> None:
        if not 1 <= options["patients"] <= 1_000_000:
            raise CommandError("--patients must be from 1 to 1000000.")
        if not 1 <= options["months"] <= 240:
            raise CommandError("--months must be from 1 to 240.")

    def _fill(self, options: dict[str, Any]) -> None:
        started = time.monotonic()
        world = DemoWorld(
            random=Random(options["seed"]),  # noqa: S311 -- repeatable, not secret
            now=clock.now().replace(second=0, microsecond=0),
            months=options["months"],
            is_small=options["patients"] <= 500,
            say=self.stdout.write,
        )
        wanted = options["patients"] * VISITS_PER_PATIENT
        sites = max(1, math.ceil(wanted / (VISITS_PER_SITE_AND_MONTH * world.months)))
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = 0")
                cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            make_clinic(world, site_count=sites)
            make_patients(world, count=options["patients"])
            self._tell("patients", started)
            for step in steps():
                step.run(world)
                self._tell(step.name, started)
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
            cursor.execute("ANALYZE")
        visits = sum(len(demo.visits) for demo in world.patients)
        self.stdout.write(
            f"{len(world.patients)} patients and {visits} visits are there."
        )

    def _tell(self, name: str, started: float) -> None:
        self.stdout.write(f"{name}: done after {time.monotonic() - started:.1f} s")
