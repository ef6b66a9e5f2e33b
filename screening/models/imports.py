"""Files of patients taken in: each run, and what could not be taken from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models

from kap.accounts.enums import Role
from kap.clinic.models import Site
from kap.core.models import UUIDModel
from kap.core.outbox import OutboxQuerySet, OutboxRow
from kap.core.triggers import append_only, never_deleted
from screening.enums import DateOrder, ImportKind, ImportProblemKind

if TYPE_CHECKING:
    from kap.accounts.models import User


class ImportRunQuerySet(OutboxQuerySet["ImportRun"]):
    def visible_to(self, user: User) -> Self:
        return self.all() if user.has_role(Role.ADMIN) else self.none()


class ImportRun(OutboxRow):
    """One file to take patients from.  A worker takes it in slices; ``rows_done`` says how far.

    The file's own name is not kept: people write patients' names into it.
    """

    file_kind = models.CharField(max_length=12, choices=ImportKind)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    """None: the command line."""
    stored_name = models.CharField(max_length=60, blank=True)
    """Random name under the private files folder; empty when the command line reads the file."""
    content_sha256 = models.CharField(max_length=64)
    byte_count = models.PositiveBigIntegerField()
    date_order = models.CharField(
        max_length=3, choices=DateOrder, default=DateOrder.YMD
    )
    open_episode = models.BooleanField(default=False)
    accept_matches = models.BooleanField(default=False)
    is_dry_run = models.BooleanField(default=False)
    rows_total = models.PositiveIntegerField(null=True)
    rows_done = models.PositiveIntegerField(default=0)
    """Patients (rows of a table) that were looked at; written with each of them."""
    counts = models.JSONField(default=dict)
    refusal = models.CharField(max_length=200, blank=True)
    """Why the file as a whole could not be read, in a sentence of ours."""

    objects = ImportRunQuerySet.as_manager()

    class Meta(OutboxRow.Meta):
        indexes = [
            *OutboxRow.Meta.indexes,
            models.Index(fields=["-created_at", "-id"], name="import_run_newest"),
        ]
        triggers = never_deleted(prefix="import_run_")


class ImportProblem(UUIDModel):
    """One thing that was not taken: where it stands, which field, why.  Never a value."""

    run = models.ForeignKey(
        ImportRun, on_delete=models.PROTECT, related_name="problems"
    )
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=ImportProblemKind)
    place = models.CharField(max_length=80)
    """``line 12``, or ``entry 7 (urn:uuid:…)``."""
    field = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "position"], name="import_problem_position"
            )
        ]
        triggers = append_only(prefix="import_problem_")

    def __str__(self) -> str:
        return f"ImportProblem {self.pk}"
