"""What an admin puts together for the intake of one indication and route, in editions."""

from __future__ import annotations

from datetime import date
from typing import Final, Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from kap.core.models import UUIDModel
from kap.core.triggers import never_deleted
from kap.patients.enums import Indication
from kap.pharmacy.models import Route
from screening.enums import PacketSection

LOCKED_SECTIONS: Final = (
    PacketSection.IDENTITY,
    PacketSection.HEALTH,
    PacketSection.BODY,
    PacketSection.NERVES,
    PacketSection.PREGNANCY,
    PacketSection.MIND,
    PacketSection.SUBSTANCES,
    PacketSection.KETAMINE,
    PacketSection.MEDICATIONS,
)
"""Without these no eligibility can be decided."""
LOCKED_INSTRUMENTS: Final = ("phq-9", "gad-7")
"""The baseline of rule E-INF-01, locked on."""
OWN_SECTIONS: Final = tuple(
    section for section in PacketSection if section not in LOCKED_INSTRUMENTS
)


class PacketTemplateQuerySet(models.QuerySet["PacketTemplate"]):
    def in_force(self, *, on: date) -> Self:
        """The newest edition of each code that has begun and was not switched off."""
        return (
            self.filter(effective_from__lte=on)
            .order_by("code", "-effective_from", "-edition")
            .distinct("code")
        )


class PacketTemplate(UUIDModel):
    """The ordered parts of an intake packet.  A change is a new edition of its code.

    Empty ``indication`` or ``route`` means any.  A packet keeps the parts it was sent
    with, so a new edition touches nobody who is filling one in.
    """

    code = models.SlugField(max_length=40)
    edition = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=80)
    indication = models.CharField(max_length=15, choices=Indication, blank=True)
    route = models.CharField(max_length=8, choices=Route, blank=True)
    sections = ArrayField(models.CharField(max_length=20, choices=PacketSection))
    instruments = ArrayField(models.CharField(max_length=40))
    is_active = models.BooleanField(default=True)
    effective_from = models.DateField()

    objects = PacketTemplateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code", "edition"], name="packet_template_edition_once"
            ),
            models.CheckConstraint(
                condition=Q(sections__contains=[str(part) for part in LOCKED_SECTIONS]),
                name="packet_template_has_locked_sections",
                violation_error_message="The parts that a decision needs cannot be left out.",
            ),
            models.CheckConstraint(
                condition=Q(instruments__contains=list(LOCKED_INSTRUMENTS)),
                name="packet_template_has_baseline",
                violation_error_message="PHQ-9 and GAD-7 are in every packet.",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="packet_template_edition_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=["is_active"]),
            ),
            *never_deleted(prefix="packet_template_"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, edition {self.edition}"

    @property
    def parts(self) -> list[str]:
        """Sections, then questionnaires, each once."""
        return list(dict.fromkeys([*self.sections, *self.instruments]))
