"""Made-up clinics, protocols and visits."""

from __future__ import annotations

from collections.abc import Sequence as SequenceOf
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from psycopg2.extras import DateTimeTZRange

from kap.accounts.enums import CredentialKind, Role
from kap.accounts.models import User
from kap.accounts.tests.factories import (
    CredentialFactory,
    PractitionerFactory,
    UserFactory,
)
from kap.clinic.enums import LocationKind, PolicyKind
from kap.clinic.models import (
    OpeningHours,
    PolicyEdition,
    Schedule,
    Site,
    Slot,
    WorkingHours,
)
from kap.clinic.tests.factories import (
    LocationFactory,
    PractitionerScheduleFactory,
    RoomScheduleFactory,
    SiteFactory,
)
from kap.patients.enums import EpisodeStatus, Phase
from kap.patients.models import EpisodeOfCare, Patient
from kap.patients.tests.factories import EpisodeFactory, PatientFactory
from screening.enums import Decision, Verdict
from screening.models import EligibilityDetermination, EligibilityEvaluation
from sessions import services
from sessions.enums import AppointmentStatus, ParticipantRole, VisitKind
from sessions.models import Appointment, AppointmentParticipant

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
"""A Monday; 10:00 in New York."""
TOMORROW_AT_10 = NOW + timedelta(days=1)


@dataclass
class Clinic:
    """A site that is open on weekdays from 8 to 18, with rooms and people."""

    site: Site
    by: User
    rooms: list[Schedule] = field(default_factory=list)
    therapy_rooms: list[Schedule] = field(default_factory=list)
    therapists: list[Schedule] = field(default_factory=list)
    nurses: list[Schedule] = field(default_factory=list)
    prescribers: list[Schedule] = field(default_factory=list)

    def parts(
        self, start: datetime, end: datetime, **chosen: Schedule
    ) -> list[tuple[str, int, datetime, datetime]]:
        """Room, therapist and prescriber; ``room=...`` and so on put another in."""
        who = {
            "room": self.rooms[0],
            "therapist": self.therapists[0],
            "prescriber": self.prescribers[0],
            **chosen,
        }
        return [(role, schedule.pk, start, end) for role, schedule in who.items()]

    def book(
        self,
        start: datetime = TOMORROW_AT_10,
        *,
        minutes: int = 60,
        episode: EpisodeOfCare | None = None,
        kind: str = VisitKind.SCREENING,
        **chosen: Schedule,
    ) -> Appointment:
        episode = episode or make_episode(self.site)
        end = start + timedelta(minutes=minutes)
        return services.book_appointment(
            patient=episode.patient,
            episode=episode,
            kind=kind,
            site=self.site,
            starts_at=start,
            ends_at=end,
            participants=self.parts(start, end, **chosen),
            by=self.by,
            now=NOW,
        )


def make_clinic(
    *,
    rooms: int = 2,
    therapy_rooms: int = 2,
    therapists: int = 2,
    nurses: int = 2,
    prescribers: int = 2,
    time_zone: str = "America/New_York",
    opens: time = time(8),
    closes: time = time(18),
) -> Clinic:
    site = SiteFactory.create(time_zone=time_zone)
    for weekday in range(5):
        OpeningHours.objects.create(
            site=site, weekday=weekday, opens=opens, closes=closes
        )

    def places(kind: str, names: SequenceOf[str]) -> list[Schedule]:
        return [
            RoomScheduleFactory.create(
                location=LocationFactory.create(
                    site=site, name=name, kind=kind, position=place
                )
            )
            for place, name in enumerate(names)
        ]

    dosing = ["Cedar", "Willow", "Alder", "Hazel"] + [f"Dose {n}" for n in range(60)]
    therapy = ["Birch", "Linden", "Rowan"] + [f"Talk {n}" for n in range(60)]
    return Clinic(
        site=site,
        by=UserFactory.create(front_desk=True),
        rooms=places(LocationKind.DOSING, dosing[:rooms]),
        therapy_rooms=places(LocationKind.THERAPY, therapy[:therapy_rooms]),
        therapists=[make_person(site, Role.THERAPIST) for _ in range(therapists)],
        nurses=[make_person(site, Role.NURSE, capacity=2) for _ in range(nurses)],
        prescribers=[
            make_person(site, Role.PRESCRIBER, capacity=3) for _ in range(prescribers)
        ],
    )


def make_person(
    site: Site,
    role: str,
    *,
    name: str = "",
    capacity: int = 1,
    licence_until: date | None = date(2030, 1, 1),
    starts: time = time(8),
    ends: time = time(18),
) -> Schedule:
    """A clinician with a licence who works weekdays at the site."""
    names = {"name": name} if name else {}
    person = PractitionerFactory.create(user=UserFactory.create(roles=[role], **names))
    if licence_until is not None:
        CredentialFactory.create(
            practitioner=person, kind=CredentialKind.LICENCE, expires_on=licence_until
        )
    schedule = PractitionerScheduleFactory.create(
        practitioner=person, capacity=capacity
    )
    for weekday in range(5):
        WorkingHours.objects.create(
            schedule=schedule, site=site, weekday=weekday, starts=starts, ends=ends
        )
    return schedule


def make_episode(site: Site, **patient: Any) -> EpisodeOfCare:
    return EpisodeFactory.create(
        patient=PatientFactory.create(site=site, **patient),
        phase=Phase.PREPARATION,
        status=EpisodeStatus.ACTIVE,
    )


def clear(episode: EpisodeOfCare, *, by: User, until: datetime | None = None) -> None:
    """A prescriber's signed decision that the patient is eligible."""
    policy = PolicyEdition.objects.filter(kind=PolicyKind.ELIGIBILITY).first()
    policy = policy or PolicyEdition.objects.create(
        kind=PolicyKind.ELIGIBILITY,
        edition=1,
        effective_from=date(2026, 1, 1),
        body={},
        source="test",
        reason="test",
        signed_at=NOW,
    )
    evaluation = EligibilityEvaluation.objects.create(
        episode=episode,
        policy=policy,
        inputs={},
        inputs_sha256="0" * 64,
        findings=[],
        verdict=Verdict.choices[0][0],
        verdict_esketamine=Verdict.choices[0][0],
        safety_pathway=False,
        cause="test",
        evaluated_at=NOW,
    )
    EligibilityDetermination.objects.create(
        episode=episode,
        evaluation=evaluation,
        decision=Decision.ELIGIBLE,
        decided_at=NOW - timedelta(hours=1),
        decided_by=by,
        expires_at=until or NOW + timedelta(days=90),
    )


def place_visit(
    clinic: Clinic,
    start: datetime,
    *,
    minutes: int = 60,
    kind: str = VisitKind.PREPARATION,
    status: str = AppointmentStatus.BOOKED,
    episode: EpisodeOfCare | None = None,
    room: Schedule | None = None,
    lane: int = 0,
    **also: Any,
) -> Appointment:
    """A visit written straight into the tables: past or future, in any status.

    Holds room and patient only, so that many fit beside each other.
    """
    episode = episode or make_episode(clinic.site)
    if status == AppointmentStatus.CANCELLED:
        also.update(cancelled_at=NOW, cancelled_by=clinic.by, cancellation_reason="Ill")
    appointment = Appointment.objects.create(
        patient=episode.patient,
        episode=episode,
        site=clinic.site,
        kind=kind,
        starts_at=start,
        ends_at=start + timedelta(minutes=minutes),
        status=status,
        booked_at=min(NOW, start - timedelta(days=1)),
        booked_by=clinic.by,
        **also,
    )
    period = DateTimeTZRange(start, appointment.ends_at)
    room = room or clinic.rooms[0]
    taken = {
        ParticipantRole.ROOM: room,
        ParticipantRole.PATIENT: episode.patient.schedule,
    }
    for role, schedule in taken.items():
        slot = Slot.objects.create(schedule=schedule, lane=lane, period=period)
        AppointmentParticipant.objects.create(
            appointment=appointment, role=role, schedule=schedule, slot=slot
        )
    return appointment


__all__ = [
    "NOW",
    "TOMORROW_AT_10",
    "Clinic",
    "Patient",
    "clear",
    "make_clinic",
    "make_episode",
    "make_person",
    "place_visit",
]
