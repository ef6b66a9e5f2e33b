"""`manage.py verify_signatures`: is every signature as it was written, under its own text?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kap.documents.checks import broken_signatures


class Command(BaseCommand):
    help = "Checks the seal of every signature and the text it stands under."

    def handle(self, *args: Any, **options: Any) -> None:
        count, found = broken_signatures()
        for signature_id, reason in found:
            self.stderr.write(f"{signature_id}: {reason}")
        if found:
            raise CommandError(f"{len(found)} of {count} signatures do not hold.")
        self.stdout.write(f"{count} signatures hold.")
