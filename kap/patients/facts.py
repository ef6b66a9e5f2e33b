"""What is written down when a person is registered or their record is changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from kap.patients.enums import SexForClinicalUse


@dataclass(frozen=True, slots=True)
class RelatedFacts:
    """An emergency contact or an escort, as it was said."""

    kind: str
    name: str
    phone: str
    relationship: str = ""
    is_adult: bool | None = None


@dataclass(frozen=True, slots=True)
class OwnDetails:
    """What patients correct of their own record themselves."""

    pronouns: str
    phone: str
    email: str
    address: str
    language: str = ""
    """Empty: as it is."""


@dataclass(frozen=True, slots=True)
class PatientFacts:
    """Name, birth date and contact, already checked by a form or an importer."""

    given_name: str
    family_name: str
    birth_date: date
    preferred_name: str = ""
    pronouns: str = ""
    sex: str = SexForClinicalUse.UNKNOWN
    email: str = ""
    phone: str = ""
    address: str = ""
    language: str = "en"
    discreet_sender: bool = True
    referred_by: str = ""
    site_id: UUID | None = None
    external_key: str | None = None


@dataclass(frozen=True, slots=True)
class Registration:
    """What comes with a new record besides the facts.

    ``consents``: (channel, purpose) pairs that were said yes to, none unless said.
    ``not_these``: records that were looked at and found to be other people, with why.
    """

    related: tuple[RelatedFacts, ...] = ()
    consents: frozenset[tuple[str, str]] = frozenset()
    not_these: frozenset[UUID] = frozenset()
    different_because: str = ""
    send_packet: bool = False
    indication: str = ""


NOTHING_ELSE = Registration()

__all__ = ["NOTHING_ELSE", "OwnDetails", "PatientFacts", "Registration", "RelatedFacts"]
