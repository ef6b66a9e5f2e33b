"""People who sign in, and what entitles a clinician to act."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from kap.accounts.enums import (
    CLINICAL,
    PRESCRIBING,
    CredentialKind,
    MailKind,
    Role,
    Theme,
)
from kap.core.models import OutboxQuerySet, OutboxRow, UUIDModel
from kap.core.triggers import append_only, never_deleted


class UserManager(BaseUserManager["User"]):
    def create_user(
        self, *, email: str, password: str | None = None, **fields: Any
    ) -> User:
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(
        self, *, email: str, password: str | None = None, **fields: Any
    ) -> User:
        fields.update(is_staff=True, is_superuser=True, roles=[Role.ADMIN])
        fields.setdefault("name", "Administrator")
        return self.create_user(email=email, password=password, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """One named person; accounts are never shared and never deleted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField("e-mail address", unique=True, max_length=254)
    name = models.CharField("name", max_length=120)
    roles = ArrayField(
        models.CharField(max_length=20, choices=Role), default=list, blank=True
    )
    is_active = models.BooleanField("may sign in", default=True)
    is_staff = models.BooleanField("may open the admin", default=False)
    theme = models.CharField(max_length=5, choices=Theme, default=Theme.AUTO)
    shortcuts_enabled = models.BooleanField("single-letter shortcuts", default=True)
    session_epoch = models.PositiveIntegerField(default=0, editable=False)
    """Raised to end every session of this person at once."""
    joined_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_is_unique"),
        ]
        triggers = never_deleted(prefix="user_")

    def __str__(self) -> str:
        return self.name

    def has_role(self, *roles: str) -> bool:
        return any(role in self.roles for role in roles)

    @property
    def is_clinical(self) -> bool:
        return self.has_role(*CLINICAL)

    @property
    def may_prescribe(self) -> bool:
        return self.has_role(*PRESCRIBING)

    @property
    def initials(self) -> str:
        words = [word for word in self.name.replace("Dr ", "").split() if word]
        return "".join(word[0] for word in (words[:1] + words[-1:]))[:2].upper()

    @property
    def role_label(self) -> str:
        return ", ".join(Role(role).label for role in self.roles if role in Role)


class RoleChange(UUIDModel):
    """A role given or taken; written once."""

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="role_changes"
    )
    roles_before = ArrayField(models.CharField(max_length=20))
    roles_after = ArrayField(models.CharField(max_length=20))
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(user=F("changed_by")), name="role_change_by_another_person"
            )
        ]
        triggers = append_only(prefix="role_change_")

    def __str__(self) -> str:
        return f"RoleChange {self.pk}"


class Practitioner(UUIDModel):
    """A clinician; one to one with a user.  FHIR: Practitioner."""

    user = models.OneToOneField(
        User, on_delete=models.PROTECT, related_name="practitioner"
    )
    qualification = models.CharField(
        max_length=40, blank=True, help_text="MD, LMFT, RN …"
    )
    npi = models.CharField("NPI", max_length=10, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    languages = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    sex = models.CharField(
        max_length=10,
        blank=True,
        choices=[("female", "Woman"), ("male", "Man")],
        help_text="Patients may ask to be seen by a woman or a man; may stay empty.",
    )
    is_bookable = models.BooleanField(default=True)

    class Meta:
        triggers = never_deleted(prefix="practitioner_")

    def __str__(self) -> str:
        return self.user.name


class CredentialQuerySet(models.QuerySet["Credential"]):
    def valid(self, *, on: date) -> Self:
        return self.filter(
            Q(expires_on=None) | Q(expires_on__gte=on), valid_from__lte=on
        )


class Credential(UUIDModel):
    """A licence, registration or training, until the day it ends."""

    practitioner = models.ForeignKey(
        Practitioner, on_delete=models.PROTECT, related_name="credentials"
    )
    kind = models.CharField(max_length=20, choices=CredentialKind)
    number = models.CharField(max_length=60, blank=True)
    issued_by = models.CharField(max_length=120, blank=True)
    valid_from = models.DateField()
    expires_on = models.DateField(null=True, blank=True)

    objects = CredentialQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(expires_on__gt=F("valid_from")),
                name="credential_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return f"Credential {self.pk}"


class UsedCode(models.Model):
    """A code of the authenticator app that was used: the same one opens nothing again."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    counter = models.BigIntegerField()
    """Which stretch of 30 seconds since 1970 the code belongs to."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "counter"], name="code_used_once")
        ]

    def __str__(self) -> str:
        return f"UsedCode {self.pk}"


class AccountMail(OutboxRow):
    """A message to a member of staff about their own account.

    Without ``user`` it answers somebody who asked for an unknown address: nothing is
    sent, and asking took as long.  The link is made when it is sent, never stored.
    """

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="account_mails"
    )
    kind = models.CharField(max_length=10, choices=MailKind)
    about = models.CharField(max_length=40, blank=True)
    """What was changed, as a code."""
    demo_text = models.TextField(blank=True)
    """In a demo nothing leaves the machine: what would have gone out stands here."""

    objects = OutboxQuerySet.as_manager()

    class Meta(OutboxRow.Meta):
        pass
