"""Made-up people who work at the clinic."""

from __future__ import annotations

from datetime import date
from typing import Any

from factory.declarations import (
    LazyFunction,
    RelatedFactory,
    Sequence,
    SubFactory,
    Trait,
)
from factory.django import DjangoModelFactory

from kap.accounts.enums import CredentialKind, Role
from kap.accounts.models import Credential, Practitioner, User

PASSWORD = "five quiet herons"


class UserFactory(DjangoModelFactory[User]):
    """``UserFactory(nurse=True)``; without a trait a front-desk person."""

    class Meta:
        model = User

    class Params:
        front_desk = Trait(roles=[Role.FRONT_DESK], name="Fran Desk")
        therapist = Trait(roles=[Role.THERAPIST], name="Theo Listen")
        nurse = Trait(roles=[Role.NURSE], name="Nora Pulse")
        prescriber = Trait(roles=[Role.PRESCRIBER], name="Dr Petra Script")
        medical_director = Trait(roles=[Role.MEDICAL_DIRECTOR], name="Dr Mira Lead")
        compliance = Trait(roles=[Role.COMPLIANCE], name="Cora Check")
        admin = Trait(roles=[Role.ADMIN], name="Ada Keys", is_staff=True)

    email = Sequence(lambda n: f"person{n}@clinic.example")
    name = Sequence(lambda n: f"Sam Sample {n}")
    roles = LazyFunction(lambda: [Role.FRONT_DESK])
    password = PASSWORD

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        return model_class.objects.create_user(*args, **kwargs)


class PractitionerFactory(DjangoModelFactory[Practitioner]):
    class Meta:
        model = Practitioner

    user = SubFactory(UserFactory, therapist=True)
    qualification = "LMFT"


class CredentialFactory(DjangoModelFactory[Credential]):
    class Meta:
        model = Credential

    practitioner = SubFactory(PractitionerFactory)
    kind = CredentialKind.LICENCE
    number = Sequence(lambda n: f"L{n:06}")
    issued_by = "State board"
    valid_from = date(2025, 1, 1)
    expires_on = date(2030, 1, 1)


class PrescriberFactory(PractitionerFactory):
    """A prescriber whose licence and DEA registration are in force."""

    class Meta:
        model = Practitioner
        skip_postgeneration_save = True

    user = SubFactory(UserFactory, prescriber=True)
    qualification = "MD"

    licence = RelatedFactory(CredentialFactory, "practitioner")
    dea = RelatedFactory(CredentialFactory, "practitioner", kind=CredentialKind.DEA)
