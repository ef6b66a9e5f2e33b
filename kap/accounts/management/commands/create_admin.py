"""Make the first admin of a new clinic; asks for everything, and for the password twice."""

from __future__ import annotations

import getpass
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from kap.accounts import signals
from kap.accounts.enums import Role
from kap.accounts.models import User


class Command(BaseCommand):
    help = (
        "Make an account with the role admin; the password is asked for, never given."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", help="the work address to sign in with")
        parser.add_argument("--name", help="the person's name")

    def handle(self, *args: Any, **options: Any) -> None:
        email = (options["email"] or input("Work email: ")).strip().lower()
        name = (options["name"] or input("Name: ")).strip()
        self._check(email, name)
        password = self._password(User(email=email, name=name))
        with transaction.atomic():
            user = User.objects.create_user(
                email=email,
                name=name,
                password=password,
                roles=[Role.ADMIN],
                is_staff=True,
            )
            signals.acted.send(
                sender=User,
                by=None,
                what="create",
                about=user.pk,
                why="first-admin",
                job="create_admin",
            )
        self.stdout.write("Made. The second step is set up at the first sign-in.")

    @staticmethod
    def _check(email: str, name: str) -> None:
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError("This is no e-mail address.") from error
        if not name:
            raise CommandError("An account needs the name of its person.")
        if User.objects.filter(email=email).exists():
            raise CommandError("Somebody has this address.")

    @staticmethod
    def _password(user: User) -> str:
        password = getpass.getpass("Password: ")
        if password != getpass.getpass("The same again: "):
            raise CommandError("The two differ. Run the command again.")
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        return password
