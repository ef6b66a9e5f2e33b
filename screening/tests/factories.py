"""Made-up screening records: packets, filled-in forms, consents, and whole screenings."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import factory
from factory.django import DjangoModelFactory

from kap.accounts.enums import Role
from kap.accounts.tests.factories import UserFactory
from kap.documents.models import TemplateEdition
from kap.patients.tests.factories import EpisodeFactory
from screening import instruments
from screening.consents import TREATMENT
from screening.enums import PacketSection, ResponseStatus
from screening.enums_medicines import MedicineRoute, ReconciliationState
from screening.models import (
    Consent,
    HistoryAnswer,
    IntakePacket,
    MedicationReconciliation,
    PreparationRecord,
    QuestionnaireResponse,
)

AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


class PacketFactory(DjangoModelFactory[IntakePacket]):
    class Meta:
        model = IntakePacket

    episode = factory.SubFactory(EpisodeFactory)
    patient = factory.SelfAttribute("episode.patient")
    sections = factory.LazyFunction(lambda: list(PacketSection))
    sent_at = AT


class ResponseFactory(DjangoModelFactory[QuestionnaireResponse]):
    """A questionnaire that waits; ``instrument="gad-7"`` for the other."""

    class Meta:
        model = QuestionnaireResponse

    episode = factory.SubFactory(EpisodeFactory)
    patient = factory.SelfAttribute("episode.patient")
    instrument = "phq-9"
    instrument_version = "1.0.0"
    created_at = AT


class ConsentFactory(DjangoModelFactory[Consent]):
    """The shipped treatment consent, put before the patient."""

    class Meta:
        model = Consent

    episode = factory.SubFactory(EpisodeFactory)
    patient = factory.SelfAttribute("episode.patient")
    template = factory.LazyFunction(
        lambda: (
            TemplateEdition.objects.filter(kind=TREATMENT).order_by("-edition").first()
        )
    )
    proposed_at = AT


class PreparationFactory(DjangoModelFactory[PreparationRecord]):
    class Meta:
        model = PreparationRecord

    episode = factory.SubFactory(EpisodeFactory)
    held_at = AT
    created_at = AT
    intention = "To be gentle with myself."


CALM: dict[str, Any] = {
    "htn_dx": False,
    "cvd": [],
    "mi_date": "never",
    "revascularisation_date": "never",
    "stroke_tia_date": "never",
    "aneurysm": False,
    "avm": False,
    "ich_history": False,
    "can_be_pregnant": False,
    "ketamine_reaction": "never_had",
    "liver_dx": [],
    "liver_risk": False,
    "dialysis": False,
    "neuro_dx": [],
    "icp_raised": False,
    "seizure_dx": False,
    "hyperthyroid": "none",
    "glaucoma_type": "none",
    "osa": False,
    "bladder_dx": [],
    "new_urinary_symptoms_weeks": 0,
    "porphyria": False,
    "psychosis_dx": False,
    "psychosis_history": False,
    "psychosis_first_degree": False,
    "mania_hypomania_now": False,
    "bipolar1_dx": False,
    "bipolar2_dx": False,
    "cssrs_risk": "none",
    "sud_active": False,
    "sud_history": False,
    "audit_c_score": 1,
    "dast10_score": 0,
    "escort_available": True,
    "capacity": True,
}
"""Every answer that a decision waits for, beside the readings, PHQ-9 and GAD-7."""


def answered(episode: Any, **changes: Any) -> None:
    """Every history answer that the rules need, calm unless changed; no medicines."""
    reconciled(episode)
    HistoryAnswer.objects.bulk_create(
        HistoryAnswer(
            patient=episode.patient,
            episode=episode,
            field=field,
            value=value,
            mode="link",
            answered_at=AT,
        )
        for field, value in {**CALM, **changes}.items()
    )


def reconciled(episode: Any, **changes: Any) -> MedicationReconciliation:
    """The medicines were gone through: nothing is taken, unless ``lines`` says so."""
    by = episode.prescriber or UserFactory.create(roles=[Role.PRESCRIBER])
    fields: dict[str, Any] = {
        "patient": episode.patient,
        "episode": episode,
        "state": ReconciliationState.CONFIRMED,
        "route": MedicineRoute.IM,
        "nothing_taken": not changes.get("lines"),
        "max_severity": 0,
        "needs_prescriber": False,
        "made_at": AT,
        "made_by": by,
        "signed_by": by,
    }
    return MedicationReconciliation.objects.create(**{**fields, **changes})


def all_items(key: str, value: int = 0, **changes: int | None) -> dict[str, int | None]:
    """The same answer to each item; ``phq9_9=2`` for item 9."""
    answers: dict[str, int | None] = {
        item.link_id: value for item in instruments.load(key).items
    }
    return answers | {name.replace("_", "-"): given for name, given in changes.items()}


def publish_edition(
    *, number: int, is_material: bool = True, **changes: str
) -> TemplateEdition:
    """A newer edition of the treatment consent; ``changes`` maps a part's id to its words."""
    old = TemplateEdition.objects.filter(kind=TREATMENT).order_by("-edition").first()
    assert old is not None
    sections = [
        {**part, "body": changes.get(part["id"].replace("-", "_"), part["body"])}
        for part in old.sections
    ]
    return TemplateEdition.objects.create(
        kind=TREATMENT,
        language="en",
        edition=number,
        title=old.title,
        sections=sections,
        is_material=is_material,
        effective_from=AT.date(),
        published_at=AT,
    )


DONE = ResponseStatus.COMPLETED
