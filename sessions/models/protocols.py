"""A course as the clinic plans it: steps, gaps between them, and who each needs."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from kap.core.models import UUIDModel
from kap.core.triggers import append_only, never_deleted
from kap.patients.models import EpisodeOfCare
from kap.pharmacy.models import Route
from sessions.enums import CarePlanStatus, VisitKind

ONLY_SWITCHED = pgtrigger.Protect(
    name="protocol_published_is_final",
    operation=pgtrigger.Update,
    condition=pgtrigger.AnyChange(exclude=["is_active"]),
)
"""A published edition is only ever switched on or off."""
NO_STEP_INTO_A_COURSE = pgtrigger.Trigger(
    name="protocol_step_none_added_later",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func="""
IF EXISTS (SELECT 1 FROM kap_sessions_careplan WHERE protocol_id = NEW.protocol_id) THEN
  RAISE EXCEPTION 'This edition is in use; publish a new one.';
END IF;
RETURN NEW;
""",
)


class Protocol(UUIDModel):
    """One published edition of a plan template (clinical.md 1.2); drafts live apart.

    ``follow_up``: ``{"day", "what", "measures"}`` after the last dose (1.8).
    ``maintenance``: the key of a taper pattern (1.7), empty for none.
    """

    code = models.CharField(max_length=40)
    edition = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=80)
    route = models.CharField(max_length=8, choices=Route)
    max_doses_per_7_days = models.PositiveSmallIntegerField(default=2)
    same_therapist = models.BooleanField(default=True)
    source = models.CharField(max_length=300)
    effective_from = models.DateField()
    is_active = models.BooleanField(default=True)
    summary = models.CharField(max_length=300, blank=True)
    caution = models.CharField(max_length=300, blank=True)
    """What a planner must read before taking this protocol."""
    min_hours_between_doses = models.PositiveSmallIntegerField(default=48)
    """SP-01; below 48 only in a retreat, with a medical director's word."""
    is_retreat = models.BooleanField(default=False)
    needs_director_approval = models.BooleanField(default=False)
    group_size = models.PositiveSmallIntegerField(default=1)
    """How many patients take a dose together, each with a dose of their own."""
    min_preparations = models.PositiveSmallIntegerField(default=1)
    min_integrations = models.PositiveSmallIntegerField(default=0)
    follow_up = models.JSONField(default=list, blank=True)
    maintenance = models.CharField(max_length=30, blank=True)
    published_at = models.DateTimeField(null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    publish_reason = models.CharField(max_length=300, blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code", "edition"], name="protocol_edition_once"
            ),
            models.CheckConstraint(
                condition=Q(min_hours_between_doses__gte=48)
                | Q(
                    min_hours_between_doses__gte=24,
                    is_retreat=True,
                    needs_director_approval=True,
                ),
                name="protocol_short_gaps_only_in_a_retreat",
            ),
            models.CheckConstraint(
                condition=Q(group_size__range=(1, 12)), name="protocol_group_is_sane"
            ),
        ]
        triggers = [*never_deleted(prefix="protocol_"), ONLY_SWITCHED]

    def __str__(self) -> str:
        return self.name


class ProtocolStep(UUIDModel):
    """One visit of a protocol.

    ``needs`` is a list of ``{"role", "from_min", "to_min", "from_end", "to_end"}``:
    minutes relative to the visit's start, or to its end when ``from_end`` or
    ``to_end`` is true; a room's set-up and clean-up are part of its stretch.
    ``after`` names the step this one follows; the gap runs from that step's start
    (or end) to this one's start, in minutes.  ``more_gaps`` holds further ones:
    ``{"to", "from_end", "min_min", "ideal_min", "max_min"}``, each minute value or null.
    ``room_features`` and ``devices``: what the room must have.  ``measures`` and
    ``reminders``: keys of what hangs on the visit.
    """

    protocol = models.ForeignKey(
        Protocol, on_delete=models.PROTECT, related_name="steps"
    )
    key = models.CharField(max_length=30)
    kind = models.CharField(max_length=12, choices=VisitKind)
    number = models.PositiveSmallIntegerField(default=1)
    position = models.PositiveSmallIntegerField()
    duration_min = models.PositiveSmallIntegerField()
    after = models.CharField(max_length=30, blank=True)
    gap_from_end = models.BooleanField(default=False)
    gap_min_min = models.PositiveIntegerField(null=True)
    gap_ideal_min = models.PositiveIntegerField(null=True)
    gap_max_min = models.PositiveIntegerField(null=True)
    needs = models.JSONField()
    may_be_video = models.BooleanField(default=False)
    title = models.CharField(max_length=40, blank=True)
    """The visit's name where "Dose 3" does not say enough."""
    more_gaps = models.JSONField(default=list, blank=True)
    room_features = ArrayField(
        models.CharField(max_length=30), default=list, blank=True
    )
    devices = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    measures = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    reminders = ArrayField(models.CharField(max_length=20), default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["protocol", "key"], name="protocol_step_key_once"
            ),
            models.CheckConstraint(
                condition=Q(duration_min__range=(5, 720)),
                name="protocol_step_takes_time",
            ),
            models.CheckConstraint(
                condition=~Q(after=F("key")), name="protocol_step_not_after_itself"
            ),
            models.CheckConstraint(
                condition=Q(after="", gap_min_min__isnull=True)
                | (
                    ~Q(after="")
                    & Q(
                        gap_min_min__lte=F("gap_ideal_min"),
                        gap_ideal_min__lte=F("gap_max_min"),
                    )
                ),
                name="protocol_step_gap_is_ordered",
            ),
        ]
        triggers = [*append_only(prefix="protocol_step_"), NO_STEP_INTO_A_COURSE]

    def __str__(self) -> str:
        return self.key


class CarePlan(UUIDModel):
    """An episode's course: an edition of a protocol, made its own.  FHIR: CarePlan."""

    episode = models.ForeignKey(
        EpisodeOfCare, on_delete=models.PROTECT, related_name="care_plans"
    )
    protocol = models.ForeignKey(
        Protocol, on_delete=models.PROTECT, related_name="care_plans"
    )
    status = models.CharField(
        max_length=10, choices=CarePlanStatus, default=CarePlanStatus.ACTIVE
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["episode"],
                condition=Q(status__in=("draft", "active", "on-hold")),
                name="care_plan_one_live_for_an_episode",
            )
        ]
        triggers = never_deleted(prefix="care_plan_")

    def __str__(self) -> str:
        return f"CarePlan {self.pk}"


class PlannedStep(UUIDModel):
    """One step of one patient's course; without a live appointment it is a debt."""

    care_plan = models.ForeignKey(
        CarePlan, on_delete=models.PROTECT, related_name="planned_steps"
    )
    step = models.ForeignKey(ProtocolStep, on_delete=models.PROTECT, related_name="+")
    dropped_at = models.DateTimeField(null=True)
    dropped_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["care_plan", "step"], name="planned_step_once"
            )
        ]
        triggers = never_deleted(prefix="planned_step_")

    def __str__(self) -> str:
        return f"PlannedStep {self.pk}"
