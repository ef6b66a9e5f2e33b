"""Reconciling medicines: where a list stands, and what was agreed of each."""

from __future__ import annotations

from django.db import models


class MedicineRoute(models.TextChoices):
    """The planned route; the gravest severity counts while it is open."""

    IM = "im", "IM"
    IV = "iv", "IV"
    SL = "sl", "Sublingual"
    NASAL = "in", "Nasal"
    UNDECIDED = "undecided", "Not decided yet"


class ReconciliationState(models.TextChoices):
    PREPARED = "prepared", "Waits for a prescriber"
    CONFIRMED = "confirmed", "Confirmed"


class Occasion(models.TextChoices):
    SCREENING = "screening", "Screening"
    DOSE_DAY = "dose-day", "Day of a dose"


class HoldChoice(models.TextChoices):
    CONTINUE = "continue", "Continue as usual"
    HOLD = "hold", "Hold before the dose"
    TAPER = "taper", "Taper with its prescriber"


HOLDING = (HoldChoice.HOLD, HoldChoice.TAPER)
