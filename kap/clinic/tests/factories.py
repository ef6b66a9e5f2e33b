"""A made-up site, its rooms and its diaries."""

from __future__ import annotations

from factory.declarations import Sequence, SubFactory
from factory.django import DjangoModelFactory

from kap.accounts.tests.factories import PractitionerFactory
from kap.clinic.enums import ActorKind, LocationKind
from kap.clinic.models import Location, Schedule, Site


class SiteFactory(DjangoModelFactory[Site]):
    class Meta:
        model = Site

    name = "Larkfield"
    discreet_name = "LF Care"
    time_zone = "America/New_York"
    address = "1 Larkfield Lane, Springfield, NY"
    phone = "+1 212 555 0100"


class LocationFactory(DjangoModelFactory[Location]):
    class Meta:
        model = Location

    site = SubFactory(SiteFactory)
    name = Sequence(lambda n: f"Room {n}")
    kind = LocationKind.DOSING


class RoomScheduleFactory(DjangoModelFactory[Schedule]):
    class Meta:
        model = Schedule

    kind = ActorKind.LOCATION
    location = SubFactory(LocationFactory)
    capacity = 1


class PractitionerScheduleFactory(DjangoModelFactory[Schedule]):
    """``capacity=3`` for a nurse who may watch three patients."""

    class Meta:
        model = Schedule

    kind = ActorKind.PRACTITIONER
    practitioner = SubFactory(PractitionerFactory)
    capacity = 1
