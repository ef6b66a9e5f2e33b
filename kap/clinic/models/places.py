"""Sites, their hours, and their rooms."""

from __future__ import annotations

from zoneinfo import ZoneInfo, available_timezones

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from kap.clinic.enums import LocationKind
from kap.core.models import UUIDModel
from kap.core.triggers import never_deleted

WEEKDAYS = [
    (0, "Monday"),
    (1, "Tuesday"),
    (2, "Wednesday"),
    (3, "Thursday"),
    (4, "Friday"),
    (5, "Saturday"),
    (6, "Sunday"),
]


def known_time_zone(value: str) -> None:
    if value not in available_timezones():
        raise ValidationError("Choose a time zone such as America/New_York.")


def two_letters(value: str) -> None:
    if not (
        len(value) == 2 and value.isascii() and value.isalpha() and value.isupper()
    ):
        raise ValidationError("Write the country as two letters, such as US.")


class Site(UUIDModel):
    """One address of the clinic, with its own clock and its own crisis contacts."""

    name = models.CharField(max_length=80)
    discreet_name = models.CharField(
        max_length=40,
        help_text="The sender a patient's phone shows; says nothing of the care.",
    )
    time_zone = models.CharField(max_length=60, validators=[known_time_zone])
    address = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=30)
    crisis_phone = models.CharField(max_length=30, default="988")
    crisis_name = models.CharField(max_length=80, default="Suicide and Crisis Lifeline")
    emergency_phone = models.CharField(max_length=30, default="911")
    country = models.CharField(
        max_length=2,
        default="US",
        validators=[two_letters],
        help_text="Two letters. In the US the crisis line is 988, the emergency number 911.",
    )
    crisis_text_phone = models.CharField(
        "crisis line by text",
        max_length=30,
        default="988",
        blank=True,
        help_text="Leave empty where the crisis line takes no text messages.",
    )
    nearest_er = models.CharField(
        "nearest emergency room",
        max_length=200,
        blank=True,
        help_text="Name and street; patients in danger read it.",
    )
    crisis_more = models.CharField(
        "one more contact",
        max_length=200,
        blank=True,
        help_text="Such as a local crisis team, in the words a patient should read.",
    )
    cancel_by_link_h = models.PositiveSmallIntegerField(
        "patients may cancel by link until, hours before",
        default=24,
        help_text="Later than that their page asks them to call. Our own default.",
    )
    paper = models.CharField(
        max_length=6, choices=[("letter", "Letter"), ("a4", "A4")], default="letter"
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(country="US")
                | Q(crisis_phone="988", emergency_phone="911"),
                name="site_us_crisis_numbers",
                violation_error_message=(
                    "In the US the crisis line is 988 and the emergency number 911. "
                    "Write a local line under “one more contact”."
                ),
            )
        ]
        triggers = never_deleted(prefix="site_")

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class OpeningHours(models.Model):
    """When a site is open on a weekday, by its wall clock."""

    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, related_name="opening_hours"
    )
    weekday = models.PositiveSmallIntegerField(choices=WEEKDAYS)
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")),
                name="opening_hours_close_after_opening",
            ),
            models.UniqueConstraint(
                fields=["site", "weekday", "opens"], name="opening_hours_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M} to {self.closes:%H:%M}"


class Location(UUIDModel):
    """A room.  FHIR: Location."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="locations")
    name = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=LocationKind)
    features = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "name"], name="location_name_once")
        ]
        triggers = never_deleted(prefix="location_")

    def __str__(self) -> str:
        return self.name
