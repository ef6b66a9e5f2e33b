"""What the rules said, and what the prescriber decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from kap.clinic.models import PolicyEdition
from kap.core.models import UUIDModel
from kap.core.triggers import append_only
from kap.patients.models import EpisodeOfCare
from screening.enums import Decision, EligibleFor, Verdict

if TYPE_CHECKING:
    from kap.accounts.models import User


class EvaluationQuerySet(models.QuerySet["EligibilityEvaluation"]):
    def visible_to(self, user: User) -> Self:
        if user.is_clinical:
            return self.all()
        return self.none()


class EligibilityEvaluation(UUIDModel):
    """One run of the rules: the edition, the inputs and the outcome, as they were."""

    episode = models.ForeignKey(
        EpisodeOfCare, on_delete=models.PROTECT, related_name="evaluations"
    )
    policy = models.ForeignKey(
        PolicyEdition, on_delete=models.PROTECT, related_name="+"
    )
    inputs = models.JSONField()
    inputs_sha256 = models.CharField(max_length=64)
    findings = models.JSONField()
    verdict = models.CharField(max_length=22, choices=Verdict)
    verdict_esketamine = models.CharField(max_length=22, choices=Verdict)
    safety_pathway = models.BooleanField()
    grave_hits = ArrayField(models.CharField(max_length=24), default=list)
    """Rules that ask for review (``CODE:R``), exclude (``:R`` and ``:X``) or exclude and
    are locked (``:L`` too): a later run with one more of these is graver."""
    cause = models.CharField(max_length=40)
    evaluated_at = models.DateTimeField()
    evaluated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["episode", "-evaluated_at"], name="evaluation_newest")
        ]
        triggers = append_only(prefix="evaluation_")

    def __str__(self) -> str:
        return f"EligibilityEvaluation {self.pk}"


class EligibilityDetermination(UUIDModel):
    """A prescriber's signed decision.  FHIR: ClinicalImpression.  The newest counts."""

    episode = models.ForeignKey(
        EpisodeOfCare, on_delete=models.PROTECT, related_name="determinations"
    )
    evaluation = models.ForeignKey(
        EligibilityEvaluation, on_delete=models.PROTECT, related_name="determinations"
    )
    decision = models.CharField(max_length=12, choices=Decision)
    conditions = models.TextField(max_length=2000, blank=True)
    reason = models.TextField(max_length=2000, blank=True)
    content_sha256 = models.CharField(max_length=64)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    expires_at = models.DateTimeField()
    covers = models.CharField(
        max_length=10, choices=EligibleFor, default=EligibleFor.RACEMIC
    )
    is_override = models.BooleanField(default=False)
    """An exclusion that is not locked is set aside; it stands once the medical director
    has signed as well."""
    needs_addendum = models.BooleanField(default=False)
    """The consent must have an addendum that names the exclusion."""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("decided_at")),
                name="determination_expires_later",
            ),
            models.CheckConstraint(
                condition=models.Q(is_override=False)
                | models.Q(
                    decision=Decision.ELIGIBLE, needs_addendum=True, reason__gt=""
                ),
                name="determination_override_is_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["episode", "-decided_at"], name="determination_newest")
        ]
        triggers = append_only(prefix="determination_")

    def __str__(self) -> str:
        return f"EligibilityDetermination {self.pk}"
