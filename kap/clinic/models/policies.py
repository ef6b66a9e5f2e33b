"""What the clinic decides itself, in dated editions."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models

from kap.clinic.enums import PolicyKind
from kap.clinic.models.places import Site
from kap.core.models import UUIDModel
from kap.core.triggers import append_only


class PolicyQuerySet(models.QuerySet["PolicyEdition"]):
    def in_force(
        self, *, kind: str, on: date, site: object = None
    ) -> PolicyEdition | None:
        """The site's own latest edition, else the latest of all sites; one query.

        ``site``: a Site or its id.  None: only what holds for all sites.
        """
        return (
            self.filter(kind=kind, effective_from__lte=on)
            .filter(models.Q(site=None) | models.Q(site=site))
            .order_by(
                models.F("site").asc(nulls_last=True), "-effective_from", "-edition"
            )
            .first()
        )


class PolicyEdition(UUIDModel):
    """One dated edition of a clinic's policy, with its source and who signed it."""

    kind = models.CharField(max_length=20, choices=PolicyKind)
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, null=True, related_name="+"
    )
    """None: holds for every site that has no edition of its own."""
    edition = models.PositiveIntegerField()
    effective_from = models.DateField()
    body = models.JSONField()
    source = models.CharField(max_length=300)
    reason = models.CharField(max_length=500)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    signed_at = models.DateTimeField()

    objects = PolicyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "edition"], name="policy_edition_once"
            )
        ]
        triggers = append_only(prefix="policy_edition_")

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, edition {self.edition}"
