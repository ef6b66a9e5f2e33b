"""Readies database, demo clinic and static files in one process: `make run` calls it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

NOT_SERVED = ["django_htmx"]
"""Its scripts name modules that it does not ship; ours are under static/vendor."""


class Command(BaseCommand):
    help = "Migrate, fill the demo clinic if it is empty, collect static files."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="fill an empty clinic")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("Bringing the database up to date ...")
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        if options["demo"]:
            call_command("seed_demo", small=True, if_empty=True)
            with (Path(settings.KAP_HOME) / "demo-sign-ins.txt").open("w") as file:
                call_command("demo_sign_ins", stdout=file)
        self._collect_static()

    def _collect_static(self) -> None:
        """Copy and fingerprint static files; skipped when none has changed."""
        stamp = Path(settings.KAP_HOME) / "run" / "static.stamp"
        target = Path(settings.STATIC_ROOT)
        fingerprint = _static_fingerprint()
        if target.exists() and stamp.exists() and stamp.read_text() == fingerprint:
            return
        self.stdout.write("Collecting static files ...")
        call_command(
            "collectstatic",
            interactive=False,
            clear=True,
            ignore_patterns=NOT_SERVED,
            verbosity=0,
        )
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(fingerprint)


def _static_fingerprint() -> str:
    digest = hashlib.sha256()
    root = Path(settings.BASE_DIR)
    digest.update((root / "requirements.txt").read_bytes())
    for path in sorted((root / "static").rglob("*")):
        if path.is_file():
            found = path.stat()
            row = f"{path.relative_to(root)} {found.st_size} {found.st_mtime_ns}\n"
            digest.update(row.encode())
    return digest.hexdigest()
