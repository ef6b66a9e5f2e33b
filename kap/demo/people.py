"""The demo's patients, their episodes, and how far each has come."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from kap.clinic.enums import ActorKind
from kap.clinic.models import Schedule
from kap.demo import names
from kap.demo.calendar import SiteCalendar, course
from kap.demo.world import Actor, DemoPatient, DemoSite, DemoWorld, Stage
from kap.patients.enums import (
    Channel,
    ContactPurpose,
    EpisodeStatus,
    Indication,
    Phase,
    RelatedKind,
)
from kap.patients.models import (
    ContactConsent,
    EpisodeOfCare,
    EpisodePhaseChange,
    Patient,
    RelatedPerson,
)
from kap.patients.search import search_text
from kap.patients.services.registration import next_numbers

SHARE_WITH_COURSE: Final = 0.77
SHARE_WITH_COURSE_SMALL: Final = 0.8
RESPONSE_SHARE: Final = 0.65
"""Between the published 60 and 70 % (clinical.md S-12)."""
REMISSION_AMONG_RESPONDERS: Final = 0.55


def make_patients(world: DemoWorld, *, count: int) -> None:
    """Patients who came over the months, each with an episode and perhaps a course."""
    numbers = next_numbers(count)
    schedules = Schedule.objects.bulk_create(
        [Schedule(kind=ActorKind.PATIENT) for _ in range(count)], batch_size=5_000
    )
    entered = sorted(_entry(world) for _ in range(count))
    calendars = [SiteCalendar(site, world.random) for site in world.sites]
    for index in range(count):
        calendar = calendars[index % len(calendars)]
        patient = _patient(world, calendar.site, numbers[index], schedules[index])
        patient.registered_at = entered[index]
        demo = _demo_patient(world, calendar, patient, entered[index])
        world.patients.append(demo)
    _insert(world)


def _entry(world: DemoWorld) -> datetime:
    """A moment within opening hours of the site's wall clock, not after now."""
    ago = timedelta(days=world.random.uniform(0, 30 * world.months))
    local = (world.now - ago).astimezone(ZoneInfo(world.zone_name))
    wall = local.replace(
        hour=world.random.randrange(9, 16), minute=world.random.randrange(60), second=0
    )
    moment = wall.astimezone(UTC)
    return moment if moment <= world.now else moment - timedelta(days=1)


def _patient(
    world: DemoWorld, site: DemoSite, number: int, schedule: Schedule
) -> Patient:
    given, family = names.full_name(world.random)
    birth_date = date(1945, 1, 1) + timedelta(days=world.random.randrange(59 * 365))
    phone = names.phone(world.random)
    email = f"{given}.{number}@example.org".lower()
    return Patient(
        id=world.uuid(),
        number=number,
        given_name=given,
        family_name=family,
        pronouns=world.random.choice(names.PRONOUNS),
        birth_date=birth_date,
        sex=world.random.choice(("female", "male", "female", "male", "other")),
        email=email,
        phone=phone,
        address=f"{world.random.randrange(1, 400)} {world.random.choice(names.STREETS)} Lane",
        site=site.site,
        schedule=schedule,
        search_text=search_text(
            given_name=given,
            family_name=family,
            number=number,
            birth_date=birth_date,
            phone=phone,
            email=email,
        ),
        registered_by=world.users["front-desk"],
    )


def _demo_patient(
    world: DemoWorld, calendar: SiteCalendar, patient: Patient, entered_at: datetime
) -> DemoPatient:
    random = world.random
    site = calendar.site
    therapist = random.choice(site.therapists)
    stage = _stage(world, entered_at)
    baseline = min(27, max(10, round(random.gauss(18, 3.5))))
    end = _end_score(world, baseline)
    gad = min(21, max(3, round(random.gauss(13, 3))))
    demo = DemoPatient(
        patient=patient,
        episode=_episode(world, patient, site, therapist, entered_at),
        site=site,
        stage=stage,
        entered_at=entered_at,
        weight_kg=random.randrange(52, 105),
        phq9_baseline=baseline,
        gad7_baseline=gad,
        phq9_end=end,
        gad7_end=max(0, round(gad * (end / baseline) + random.uniform(-1, 1.5))),
    )
    if stage == Stage.COURSE:
        first = (entered_at + timedelta(days=9)).astimezone(site.zone).date()
        demo.visits = course(calendar, first_day=first, therapist=therapist)
    _settle(world, demo)
    return demo


def _stage(world: DemoWorld, entered_at: datetime) -> Stage:
    days = (world.now - entered_at).days
    if days < 3:
        return Stage.INVITED
    if days < 7:
        return Stage.ANSWERED
    share = SHARE_WITH_COURSE_SMALL if world.is_small else SHARE_WITH_COURSE
    if world.random.random() < share:
        return Stage.COURSE
    return world.random.choice(
        (Stage.EXCLUDED, Stage.EXCLUDED, Stage.CLEARED, Stage.ANSWERED)
    )


def _end_score(world: DemoWorld, baseline: int) -> int:
    """Most respond, about a third of all remit, a few get worse (clinical.md 11.5)."""
    random = world.random
    if random.random() < RESPONSE_SHARE:
        if random.random() < REMISSION_AMONG_RESPONDERS:
            return random.randrange(0, 5)
        return max(5, int(baseline * random.uniform(0.3, 0.5)))
    return min(27, round(baseline * random.uniform(0.55, 1.08)))


def _episode(
    world: DemoWorld,
    patient: Patient,
    site: DemoSite,
    therapist: Actor,
    entered_at: datetime,
) -> EpisodeOfCare:
    return EpisodeOfCare(
        id=world.uuid(),
        patient=patient,
        site=site.site,
        status=EpisodeStatus.ACTIVE,
        phase=Phase.INTAKE,
        indication=world.random.choice(
            (Indication.TRD, Indication.TRD, Indication.PTSD, Indication.ANXIETY)
        ),
        therapist=therapist.user,
        prescriber=site.prescribers[0].user,
        started_at=entered_at,
    )


def _settle(world: DemoWorld, demo: DemoPatient) -> None:
    """Set the phase that follows from the stage and from the visits so far."""
    episode = demo.episode
    episode.phase = {
        Stage.INVITED: Phase.INTAKE,
        Stage.ANSWERED: Phase.SCREENING,
        Stage.CLEARED: Phase.PREPARATION,
        Stage.COURSE: Phase.PREPARATION,
        Stage.EXCLUDED: Phase.CLOSED,
    }[demo.stage]
    past = [visit for visit in demo.visits if visit.ends_at <= world.now]
    if any(visit.kind == "dosing" for visit in past):
        episode.phase = Phase.DOSING
    if demo.visits and demo.visits[-1].kind == "follow-up" and demo.visits[-1] in past:
        episode.phase = Phase.FOLLOW_UP
        if (world.now - demo.visits[-1].ends_at).days > 180:
            episode.phase = Phase.CLOSED
    if episode.phase == Phase.CLOSED:
        episode.status = EpisodeStatus.FINISHED
        if demo.stage == Stage.EXCLUDED:
            episode.status = EpisodeStatus.CANCELLED
        last = demo.visits[-1].ends_at if demo.visits else demo.entered_at
        episode.ended_at = min(last + timedelta(days=5), world.now).astimezone(UTC)


def _insert(world: DemoWorld) -> None:
    patients = [demo.patient for demo in world.patients]
    world.insert(Patient, patients)
    world.insert(EpisodeOfCare, [demo.episode for demo in world.patients])
    desk = world.users["front-desk"]
    world.insert(
        EpisodePhaseChange,
        [
            EpisodePhaseChange(
                id=world.uuid(),
                episode=demo.episode,
                new_phase=demo.episode.phase,
                changed_at=demo.entered_at,
                changed_by=desk,
            )
            for demo in world.patients
        ],
    )
    world.insert(
        ContactConsent,
        [
            ContactConsent(
                id=world.uuid(),
                patient=demo.patient,
                channel=channel,
                purpose=purpose,
                is_given=True,
                said_at=demo.entered_at,
                heard_by=desk,
            )
            for demo in world.patients
            for channel in (Channel.EMAIL, Channel.SMS)
            for purpose in ContactPurpose
        ],
    )
    world.insert(RelatedPerson, [_escort(world, demo) for demo in world.patients])


def _escort(world: DemoWorld, demo: DemoPatient) -> RelatedPerson:
    given, family = names.full_name(world.random)
    return RelatedPerson(
        id=world.uuid(),
        patient=demo.patient,
        kind=RelatedKind.ESCORT,
        name=f"{given} {family}",
        relationship=world.random.choice(
            ("friend", "sister", "husband", "wife", "neighbor")
        ),
        phone=names.phone(world.random),
        is_adult=True,
        created_at=demo.entered_at,
    )
