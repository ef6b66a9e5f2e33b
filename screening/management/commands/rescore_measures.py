"""``manage.py rescore_measures phq-9 --by EMAIL --reason TEXT``: scores computed anew, the old ones kept."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kap.accounts.models import User
from kap.core import clock
from kap.core.errors import DomainError
from screening.services.scores import rescore


class Command(BaseCommand):
    help = "Score all filled-in forms of one questionnaire anew, after its module was corrected."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("instrument", help="phq-9, gad-7, pcl-5, …")
        parser.add_argument("--by", required=True, help="e-mail address of an admin")
        parser.add_argument("--reason", required=True, help="what was wrong")

    def handle(self, *_args: Any, **options: Any) -> None:
        by = User.objects.filter(email=options["by"], is_active=True).first()
        if by is None:
            raise CommandError("Nobody who works here has this e-mail address.")
        try:
            done = rescore(
                key=options["instrument"],
                reason=options["reason"],
                by=by,
                now=clock.now(),
            )
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"{done.looked_at} forms looked at, {done.changed} scored anew."
        )
