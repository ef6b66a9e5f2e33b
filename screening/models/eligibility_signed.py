"""What belongs to one signed decision: each rule's answer, and the two hands of an override."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from kap.core.models import UUIDModel
from kap.core.triggers import append_only
from screening.enums import OverridePart, RuleAnswer
from screening.models.eligibility import EligibilityDetermination
from screening.rules.findings import Gravity


class EligibilityRuleDecision(UUIDModel):
    """What the prescriber said of one rule that asked for review or caution."""

    determination = models.ForeignKey(
        EligibilityDetermination,
        on_delete=models.PROTECT,
        related_name="rule_decisions",
    )
    code = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    gravity = models.CharField(max_length=12)
    """The graver of the two medicines, as the rule said it."""
    answer = models.CharField(max_length=8, choices=RuleAnswer)
    reason = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["determination", "code"], name="rule_decision_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(
                    answer=RuleAnswer.ACCEPTED,
                    gravity=Gravity.NEEDS_REVIEW.value,
                    reason="",
                ),
                name="rule_decision_review_has_a_reason",
            ),
        ]
        triggers = append_only(prefix="rule_decision_")

    def __str__(self) -> str:
        return f"EligibilityRuleDecision {self.pk}"


class OverrideSignature(UUIDModel):
    """One of the two people who set an exclusion aside, or refused to."""

    determination = models.ForeignKey(
        EligibilityDetermination,
        on_delete=models.PROTECT,
        related_name="override_signatures",
    )
    part = models.CharField(max_length=10, choices=OverridePart)
    agrees = models.BooleanField()
    reason = models.CharField(max_length=2000)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["determination", "part"], name="override_part_signed_once"
            ),
            models.UniqueConstraint(
                fields=["determination", "signed_by"],
                name="override_signed_by_two_people",
            ),
            models.CheckConstraint(
                condition=models.Q(reason__gt=""), name="override_has_a_reason"
            ),
            models.CheckConstraint(
                condition=models.Q(agrees=True) | models.Q(part=OverridePart.DIRECTOR),
                name="override_is_refused_by_the_director_only",
            ),
        ]
        triggers = append_only(prefix="override_signature_")

    def __str__(self) -> str:
        return f"OverrideSignature {self.pk}"
