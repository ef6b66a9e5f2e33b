"""Prove that the history is whole; names the first row that is not, and then exits with 1."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from kap.audit import anchors, chain


class Command(BaseCommand):
    help = "Recompute the chain of the history and compare it with the signed anchors."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--anchors",
            action="store_true",
            help="also compare with the signed heads; without them a cut end goes unseen",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            lines = list(anchors.kept()) if options["anchors"] else []
        except (anchors.ForgedAnchorError, ValueError, TypeError) as error:
            self._fail(str(error))
        found = chain.verify(anchors=lines)
        if found.trouble:
            self._fail(found.trouble)
        checked = f", {len(lines)} anchors agree" if options["anchors"] else ""
        self.stdout.write(f"{found.events} events are as they were sealed{checked}.")

    def _fail(self, sentence: str) -> None:
        self.stderr.write(sentence)
        sys.exit(1)
