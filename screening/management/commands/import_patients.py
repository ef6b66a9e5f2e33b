"""Takes patients over from a file: FHIR R4 (JSON or NDJSON) or a table (CSV)."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from kap.clinic.models import Site
from kap.core import clock
from screening.enums import DateOrder, ImportProblemKind
from screening.importing.incoming import FileRefused, Problem
from screening.importing.runs import Wishes, import_file
from screening.importing.words import summary
from screening.models import ImportRun


class Command(BaseCommand):
    help = (
        "Takes patients over from FHIR R4 (a Patient, a Bundle, or one resource a line) or CSV "
        "(docs/import.md). Running it twice adds nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument(
            "--site", help="name of the site; needed when there are several"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="only say what would be taken"
        )
        parser.add_argument(
            "--open-episode",
            action="store_true",
            help="begin a course of care for each new patient",
        )
        parser.add_argument(
            "--accept-matches",
            action="store_true",
            help="take a patient although a like record is here already",
        )
        parser.add_argument(
            "--date-order",
            choices=DateOrder.values,
            default=DateOrder.YMD,
            help="how dates in a table are written",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        wishes = Wishes(
            open_episode=options["open_episode"],
            accept_matches=options["accept_matches"],
            is_dry_run=options["dry_run"],
            date_order=options["date_order"],
        )
        run = self._run(options["file"], self._site(options["site"]), wishes)
        for line in summary(run):
            self.stdout.write(line)

    def _run(self, name: str, site: Site, wishes: Wishes) -> ImportRun:
        try:
            return import_file(
                path=Path(name),
                site=site,
                wishes=wishes,
                clock=clock.now,
                said=self._say,
            )
        except FileRefused as refusal:
            raise CommandError(str(refusal)) from None
        except (OSError, ValueError, DatabaseError) as error:
            kind = type(error).__name__
        raise CommandError(
            f"The import stopped half-way ({kind}). What was taken is whole; run it again."
        )

    def _site(self, name: str | None) -> Site:
        sites = Site.objects.filter(is_active=True)
        if name:
            sites = sites.filter(name__iexact=name)
        found = list(sites.order_by("name")[:2])
        if len(found) == 1:
            return found[0]
        if name:
            raise CommandError("There is no active site of that name.")
        if found:
            raise CommandError("There are several sites. Name one with --site.")
        raise CommandError("The clinic has no site yet. An admin adds one first.")

    def _say(self, problem: Problem) -> None:
        kind = ImportProblemKind(problem.kind).label
        field = f", {problem.field}" if problem.field else ""
        self.stdout.write(f"{problem.place}{field}: {problem.reason} [{kind}]")
