"""Products that a clinic gives, with strength and unit."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from kap.core.models import UUIDModel
from kap.core.triggers import never_deleted


class Route(models.TextChoices):
    """How a dose is given (clinical.md 2.1)."""

    IV = "iv", "IV infusion"
    IM = "im", "IM injection"
    SL = "sl", "Sublingual"
    IN_ESK = "in_esk", "Nasal esketamine"


class Product(UUIDModel):
    """A medicine as it stands on the shelf (clinical.md 2.2).

    ``strength_mg_per_ml`` for liquids, ``unit_mg`` for lozenges and devices; both
    in milligrams of ketamine base (esketamine for the nasal spray).
    """

    code = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=80)
    routes = ArrayField(models.CharField(max_length=8, choices=Route))
    strength_mg_per_ml = models.DecimalField(
        max_digits=8, decimal_places=3, null=True, blank=True
    )
    unit_mg = models.DecimalField(max_digits=8, decimal_places=3, null=True, blank=True)
    unit_word = models.CharField(max_length=20, blank=True, help_text="lozenge, device")
    package_mg = models.DecimalField(max_digits=8, decimal_places=3)
    needs_dilution_for_iv = models.BooleanField(default=False)
    is_esketamine = models.BooleanField(default=False)
    source = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(strength_mg_per_ml__gt=0, unit_mg__isnull=True)
                | Q(strength_mg_per_ml__isnull=True, unit_mg__gt=0),
                name="product_has_one_strength",
            ),
            models.CheckConstraint(
                condition=Q(package_mg__gt=0), name="product_package_is_positive"
            ),
        ]
        triggers = never_deleted(prefix="product_")

    def __str__(self) -> str:
        return self.name
