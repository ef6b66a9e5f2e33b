"""What the demo clinic does not have of itself: rows of every kind that a page may show."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from integration.models import IntegrationNote, NoteAddendum
from integration.services.summaries import KIND as SUMMARY
from kap.accounts.enums import Role
from kap.accounts.models import User
from kap.clinic.models import Schedule
from kap.clinic.services.absences import create_absence
from kap.core.outbox import OutboxStatus
from kap.documents.services import request_document
from kap.notifications.models import Communication
from kap.notifications.sending import send
from kap.patients.links import issue_link
from kap.patients.models import EpisodeOfCare, Patient
from screening.enums import ConsentStatus, ResponseMode
from screening.models import Condition, Consent
from screening.services.consent import propose_consent
from screening.services.consent_reading import open_consent
from screening.services.measures import request_measures
from screening.services.packets import send_packet
from sessions.models import Encounter, RoomNote


def put_a_consent_before_somebody(now: datetime) -> None:
    """One is being read, whatever the demo has."""
    prescriber = User.objects.filter(roles=[Role.PRESCRIBER]).order_by("email")[0]
    episode = EpisodeOfCare.objects.filter(phase="dosing").order_by("id")[0]
    consent = propose_consent(episode=episode, by=prescriber, now=now, anew=True)
    # The first look is written down as such; it is not what the walk is about.
    open_consent(consent_id=consent.pk, now=now)


def enrich(now: datetime) -> None:
    nurse = User.objects.filter(roles=[Role.NURSE]).order_by("email")[0]
    desk = User.objects.filter(roles=[Role.FRONT_DESK]).order_by("email")[0]
    for patient in Patient.objects.order_by("number"):
        Condition.objects.create(
            patient=patient, text="x", recorded_at=now, source=ResponseMode.CLINICIAN
        )
    for note in IntegrationNote.objects.exclude(signed_at=None).order_by("id")[:40]:
        NoteAddendum.objects.create(
            note=note, text="x", added_at=now, added_by=note.author
        )
    for encounter in Encounter.objects.order_by("id"):
        at = encounter.arrived_at
        RoomNote.objects.create(
            encounter=encounter,
            text="x",
            noted_at=at,
            recorded_at=at,
            recorded_by=nurse,
        )
    person = Schedule.objects.exclude(practitioner=None).order_by("id")[0]
    create_absence(
        schedule=person,
        start=now + timedelta(days=400),
        end=now + timedelta(days=401),
        reason="Leave",
        by=desk,
        now=now,
    )
    for episode in EpisodeOfCare.objects.order_by("id"):
        request_document(
            kind=SUMMARY,
            source_id=episode.pk,
            patient=episode.patient,
            by=nurse,
            now=now,
        )
    put_a_consent_before_somebody(now)
    waiting = Communication.objects.filter(status=OutboxStatus.PREPARATION)
    for message in waiting.order_by("due_at", "key")[:20]:
        send(message.pk, now=now)


PatientLink = tuple[str, str, str]
"""Path, birth date, record number."""


def patient_links(now: datetime) -> dict[str, PatientLink]:
    """Purpose to a fresh link."""
    desk = User.objects.filter(roles=[Role.FRONT_DESK]).order_by("email")[0]
    prescriber = User.objects.filter(roles=[Role.PRESCRIBER]).order_by("email")[0]
    episode = EpisodeOfCare.objects.filter(phase="dosing").order_by("id")[0]
    others = EpisodeOfCare.objects.exclude(patient=episode.patient).order_by("id")
    packet = send_packet(episode=others[0], by=desk, now=now)
    measure = request_measures(
        patient=episode.patient,
        episode=episode,
        instrument_keys=["phq-9"],
        due_at=now,
        by=prescriber,
        now=now,
    )[0]
    waiting = Consent.objects.filter(status=ConsentStatus.PROPOSED)
    consent = waiting.exclude(opened_at=None)[0]
    found: dict[str, Any] = {"packet": packet, "measures": measure, "consent": consent}
    return {
        purpose: (
            path_of(
                issue_link(
                    patient=row.patient,
                    purpose=purpose,
                    object_id=row.pk,
                    by=desk,
                    now=now,
                ).url
            ),
            row.patient.birth_date.isoformat(),
            str(row.patient.number),
        )
        for purpose, row in found.items()
    }


def path_of(url: str) -> str:
    return urlsplit(url).path
