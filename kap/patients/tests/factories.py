"""Made-up patients, their episodes and the people beside them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import factory
from factory.django import DjangoModelFactory

from kap.clinic.enums import ActorKind
from kap.clinic.models import Schedule, Site
from kap.clinic.tests.factories import SiteFactory
from kap.patients.enums import (
    Channel,
    ContactPurpose,
    EpisodeStatus,
    Phase,
    RelatedKind,
)
from kap.patients.models import ContactConsent, EpisodeOfCare, Patient, RelatedPerson
from kap.patients.search import search_text

REGISTERED = datetime(2026, 9, 1, 14, 0, tzinfo=UTC)


def the_site() -> Site:
    """The clinic's one site, made when there is none."""
    return Site.objects.order_by("name").first() or SiteFactory.create()


class PatientScheduleFactory(DjangoModelFactory[Schedule]):
    class Meta:
        model = Schedule

    kind = ActorKind.PATIENT


class PatientFactory(DjangoModelFactory[Patient]):
    """A registered patient with a diary; no episode (see EpisodeFactory)."""

    class Meta:
        model = Patient

    number = factory.Sequence(lambda n: 900_001 + n)
    given_name = "Juniper"
    family_name = factory.Sequence(lambda n: f"Testwell{n}")
    birth_date = date(1985, 3, 4)
    phone = factory.Sequence(lambda n: f"555 {n // 10000:03d} {n % 10000:04d}")
    email = factory.Sequence(lambda n: f"patient{n}@mail.example")
    site = factory.LazyFunction(the_site)
    schedule = factory.SubFactory(PatientScheduleFactory)
    registered_at = REGISTERED

    @classmethod
    def _create(cls, model_class: type[Patient], *args: Any, **kwargs: Any) -> Patient:
        found_by = (
            "given_name",
            "family_name",
            "preferred_name",
            "number",
            "birth_date",
            "phone",
            "email",
        )
        known = {name: kwargs[name] for name in found_by if name in kwargs}
        kwargs.setdefault("search_text", search_text(**known))
        return model_class.objects.create(*args, **kwargs)


class EpisodeFactory(DjangoModelFactory[EpisodeOfCare]):
    """An open episode; ``phase=Phase.DOSING`` for one further on."""

    class Meta:
        model = EpisodeOfCare

    patient = factory.SubFactory(PatientFactory)
    site = factory.SelfAttribute("patient.site")
    phase = Phase.INTAKE
    status = factory.LazyAttribute(
        lambda o: {
            Phase.INTAKE: EpisodeStatus.PLANNED,
            Phase.CLOSED: EpisodeStatus.FINISHED,
        }.get(Phase(o.phase), EpisodeStatus.ACTIVE)
    )
    started_at = REGISTERED
    ended_at = factory.LazyAttribute(
        lambda o: o.started_at if o.phase == Phase.CLOSED else None
    )


class RelatedPersonFactory(DjangoModelFactory[RelatedPerson]):
    """An escort; ``kind=RelatedKind.EMERGENCY`` for an emergency contact."""

    class Meta:
        model = RelatedPerson

    patient = factory.SubFactory(PatientFactory)
    kind = RelatedKind.ESCORT
    name = "Pepper Testwell"
    relationship = "sister"
    phone = "555 010 0199"
    is_adult = True
    created_at = REGISTERED


class ContactConsentFactory(DjangoModelFactory[ContactConsent]):
    class Meta:
        model = ContactConsent

    patient = factory.SubFactory(PatientFactory)
    channel = Channel.EMAIL
    purpose = ContactPurpose.CARE
    is_given = True
    said_at = REGISTERED
