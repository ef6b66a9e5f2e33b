"""Who of the clinic is called when a patient may be in danger."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from kap.clinic.enums import Duty
from kap.clinic.models.places import Site


class SafetyDuty(models.Model):
    """One person on one of a site's two lists; the lowest position is called first.

    The safety list stands behind the patient's own clinicians while the site is open,
    the on-call list before them while it is closed.  Nobody on a list: the medical
    director.
    """

    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, related_name="safety_duties"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    duty = models.CharField(max_length=10, choices=Duty)
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        verbose_name = "person on duty"
        verbose_name_plural = "people on duty"
        constraints = [
            models.UniqueConstraint(
                fields=["site", "duty", "user"], name="safety_duty_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_duty_display()}, {self.position}"
