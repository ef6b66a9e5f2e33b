"""`manage.py verify_documents`: is every file as it was made?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kap.documents.checks import broken_documents


class Command(BaseCommand):
    help = "Checks the hash of every file that was made."

    def handle(self, *args: Any, **options: Any) -> None:
        count, found = broken_documents()
        for document_id, reason in found:
            self.stderr.write(f"{document_id}: {reason}")
        if found:
            raise CommandError(f"{len(found)} of {count} files do not hold.")
        self.stdout.write(f"{count} files hold.")
