"""Seal every secret at rest with the newest key; may be stopped and run again."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from kap.core import fieldcrypto


class Command(BaseCommand):
    help = "Seal every secret at rest with the newest of FIELD_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, count in fieldcrypto.rotate().items():
            self.stdout.write(f"{name}: {count} sealed anew")
