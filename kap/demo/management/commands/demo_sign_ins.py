"""Says with which accounts the demo clinic can be entered."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from kap.accounts.enums import Role
from kap.accounts.models import User
from kap.demo.clinic import PASSWORD, SIGN_INS


class Command(BaseCommand):
    help = "Print the demo sign-ins that exist, one a line."

    def handle(self, *args: Any, **options: Any) -> None:
        addresses = [email for email, _, _ in SIGN_INS]
        known = set(
            User.objects.filter(email__in=addresses).values_list("email", flat=True)
        )
        if not known:
            return
        self.stdout.write(f"Sign in with one of these; the password is {PASSWORD}")
        for email, name, role in SIGN_INS:
            if email in known:
                self.stdout.write(f"  {email:<26}{Role(role).label}, {name}")
