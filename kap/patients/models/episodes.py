"""A course of treatment and the phases it went through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from kap.clinic.models import Site
from kap.core.models import UUIDModel
from kap.core.triggers import append_only, never_deleted
from kap.patients.enums import EpisodeStatus, Indication, Phase
from kap.patients.models.people import Patient, knows_patients

if TYPE_CHECKING:
    from kap.accounts.models import User


class EpisodeQuerySet(models.QuerySet["EpisodeOfCare"]):
    def open(self) -> Self:
        return self.filter(
            status__in=(
                EpisodeStatus.PLANNED,
                EpisodeStatus.ACTIVE,
                EpisodeStatus.ONHOLD,
            )
        )

    def visible_to(self, user: User) -> Self:
        """Episodes of the patients this user may know of."""
        return self.all() if knows_patients(user) else self.none()


class EpisodeOfCare(UUIDModel):
    """One course of treatment, intake to discharge.  FHIR: EpisodeOfCare."""

    patient = models.ForeignKey(
        Patient, on_delete=models.PROTECT, related_name="episodes"
    )
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(
        max_length=10, choices=EpisodeStatus, default=EpisodeStatus.PLANNED
    )
    phase = models.CharField(max_length=12, choices=Phase, default=Phase.INTAKE)
    indication = models.CharField(max_length=15, choices=Indication, blank=True)
    therapist = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    prescriber = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = EpisodeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(status__in=("planned", "active", "onhold")),
                name="episode_one_open_for_a_patient",
            ),
            models.CheckConstraint(
                condition=Q(phase=Phase.CLOSED, ended_at__isnull=False)
                | (~Q(phase=Phase.CLOSED) & Q(ended_at__isnull=True)),
                name="episode_ended_iff_closed",
            ),
        ]
        triggers = never_deleted(prefix="episode_")

    def __str__(self) -> str:
        return f"EpisodeOfCare {self.pk}"


class EpisodePhaseChange(UUIDModel):
    """One step of an episode.  Written once, never changed."""

    episode = models.ForeignKey(
        EpisodeOfCare, on_delete=models.PROTECT, related_name="phase_changes"
    )
    old_phase = models.CharField(max_length=12, choices=Phase, blank=True)
    new_phase = models.CharField(max_length=12, choices=Phase)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        triggers = append_only(prefix="episode_phase_change_")

    def __str__(self) -> str:
        return f"EpisodePhaseChange {self.pk}"
