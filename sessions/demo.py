"""The demo's courses: plans, visits, diaries, and what has happened of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from psycopg2.extras import DateTimeTZRange

from kap.clinic.enums import SlotStatus
from kap.clinic.models import Slot
from kap.demo.registry import Step, register
from kap.demo.world import DemoPatient, DemoVisit, DemoWorld
from sessions import reminders
from sessions.demo_dosing import DosingRows, insert_dosing, make_dosing
from sessions.enums import (
    AppointmentStatus,
    CarePlanStatus,
    EncounterStatus,
    ParticipantRole,
)
from sessions.models import (
    Appointment,
    AppointmentParticipant,
    AppointmentStatusChange,
    CarePlan,
    Encounter,
    EncounterStatusChange,
    PlannedStep,
    Protocol,
    ProtocolStep,
)

PROTOCOL: Final = "standard_6"
NOSHOW_SHARE: Final = 0.03
ARRIVES_EARLY: Final = timedelta(minutes=20)

Pair = tuple[DemoPatient, DemoVisit, Appointment]


def fill(world: DemoWorld) -> None:
    """Care plans, visits and dosing records, in bulk."""
    protocol = Protocol.objects.get(code=PROTOCOL, edition=1)
    steps = {(step.kind, step.number): step for step in protocol.steps.all()}
    planned = _insert_plans(world, protocol, steps)
    pairs = [
        (demo, visit, _appointment(world, demo, visit, planned))
        for demo in world.patients
        for visit in demo.visits
    ]
    world.insert(Appointment, [appointment for _, _, appointment in pairs])
    _insert_diaries(world, pairs)
    _insert_steps(world, pairs)
    _insert_encounters(world, pairs)
    _plan_reminders(world, pairs)


def _insert_plans(
    world: DemoWorld, protocol: Protocol, steps: dict[tuple[str, int], ProtocolStep]
) -> dict[tuple[object, object], PlannedStep]:
    """A plan for each course; steps without a visit stay as debts."""
    plans = [
        CarePlan(
            id=world.uuid(),
            episode=demo.episode,
            protocol=protocol,
            status=_plan_status(world, demo),
            created_at=min(demo.entered_at + timedelta(days=6), world.now),
            created_by=world.users["front-desk"],
        )
        for demo in world.patients
        if demo.visits
    ]
    world.insert(CarePlan, plans)
    rows = [
        PlannedStep(id=world.uuid(), care_plan=plan, step=step)
        for plan in plans
        for step in steps.values()
    ]
    world.insert(PlannedStep, rows)
    return {
        (row.care_plan.episode_id, (row.step.kind, row.step.number)): row
        for row in rows
    }


def _plan_status(world: DemoWorld, demo: DemoPatient) -> str:
    is_over = demo.visits[-1].ends_at <= world.now
    return CarePlanStatus.COMPLETED if is_over else CarePlanStatus.ACTIVE


def _appointment(
    world: DemoWorld,
    demo: DemoPatient,
    visit: DemoVisit,
    planned: dict[tuple[object, object], PlannedStep],
) -> Appointment:
    return Appointment(
        id=world.uuid(),
        patient=demo.patient,
        episode=demo.episode,
        planned_step=planned.get((demo.episode.pk, (visit.kind, visit.number))),
        site=demo.site.site,
        kind=visit.kind,
        number=visit.number,
        of_total=visit.of_total,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        status=_status(world, visit),
        booked_at=min(demo.entered_at + timedelta(days=6), world.now),
        booked_by=world.users["front-desk"],
    )


def _status(world: DemoWorld, visit: DemoVisit) -> str:
    if visit.ends_at <= world.now:
        is_missed = visit.kind == "integration" and world.random.random() < NOSHOW_SHARE
        return AppointmentStatus.NOSHOW if is_missed else AppointmentStatus.FULFILLED
    if visit.starts_at - ARRIVES_EARLY <= world.now:
        return AppointmentStatus.CHECKED_IN
    return AppointmentStatus.BOOKED


def _insert_diaries(world: DemoWorld, pairs: list[Pair]) -> None:
    keys: list[tuple[Appointment, str, int]] = []
    slots: list[Slot] = []
    for demo, visit, appointment in pairs:
        is_free = appointment.status == AppointmentStatus.NOSHOW
        status = SlotStatus.FREE if is_free else SlotStatus.BUSY
        for role, schedule, lane, starts_at, ends_at in _parts(demo, visit):
            keys.append((appointment, role, schedule))
            slots.append(
                Slot(
                    schedule_id=schedule,
                    lane=lane,
                    period=DateTimeTZRange(starts_at, ends_at),
                    status=status,
                )
            )
    made = world.insert(Slot, slots)
    world.insert(
        AppointmentParticipant,
        [
            AppointmentParticipant(
                appointment=appointment, role=role, schedule_id=schedule, slot=slot
            )
            for (appointment, role, schedule), slot in zip(keys, made, strict=True)
        ],
    )


def _parts(
    demo: DemoPatient, visit: DemoVisit
) -> Iterator[tuple[str, int, int, datetime, datetime]]:
    schedule = demo.patient.schedule_id
    yield ParticipantRole.PATIENT, schedule, 0, visit.starts_at, visit.ends_at
    for part in visit.parts:
        yield part.role, part.actor.schedule_id, part.lane, part.starts_at, part.ends_at


def _insert_steps(world: DemoWorld, pairs: list[Pair]) -> None:
    desk = world.users["front-desk"]
    changes: list[AppointmentStatusChange] = []

    def add(appointment: Appointment, old: str, new: str, at: datetime) -> None:
        changes.append(
            AppointmentStatusChange(
                appointment=appointment,
                old_status=old,
                new_status=new,
                changed_at=at,
                changed_by=desk,
            )
        )

    for _, visit, appointment in pairs:
        booked = AppointmentStatus.BOOKED
        add(appointment, "", booked, appointment.booked_at)
        if appointment.status == AppointmentStatus.NOSHOW:
            add(appointment, booked, AppointmentStatus.NOSHOW, visit.ends_at)
        elif appointment.status != booked:
            arrived = AppointmentStatus.CHECKED_IN
            add(appointment, booked, arrived, _arrival(world, visit))
            if appointment.status == AppointmentStatus.FULFILLED:
                add(appointment, arrived, AppointmentStatus.FULFILLED, visit.ends_at)
    world.insert(AppointmentStatusChange, changes)


def _arrival(world: DemoWorld, visit: DemoVisit) -> datetime:
    return min(visit.starts_at - timedelta(minutes=10), world.now)


def _insert_encounters(world: DemoWorld, pairs: list[Pair]) -> None:
    encounters: list[Encounter] = []
    changes: list[EncounterStatusChange] = []
    rows = DosingRows()
    for demo, visit, appointment in pairs:
        if appointment.status not in (
            AppointmentStatus.CHECKED_IN,
            AppointmentStatus.FULFILLED,
        ):
            continue
        encounter = _encounter(world, visit, appointment)
        encounters.append(encounter)
        changes += _encounter_steps(world, encounter)
        if visit.kind == "dosing":
            make_dosing(world, demo, visit, encounter, rows)
    world.insert(Encounter, encounters)
    world.insert(EncounterStatusChange, changes)
    insert_dosing(world, rows)


def _encounter(
    world: DemoWorld, visit: DemoVisit, appointment: Appointment
) -> Encounter:
    if appointment.status == AppointmentStatus.FULFILLED:
        status = EncounterStatus.FINISHED
    elif visit.starts_at <= world.now:
        status = EncounterStatus.IN_PROGRESS
    else:
        status = EncounterStatus.ARRIVED
    return Encounter(
        id=world.uuid(),
        appointment=appointment,
        patient=appointment.patient,
        kind=visit.kind,
        status=status,
        arrived_at=_arrival(world, visit),
        started_at=visit.starts_at if status != EncounterStatus.ARRIVED else None,
        ended_at=visit.ends_at if status == EncounterStatus.FINISHED else None,
    )


def _encounter_steps(
    world: DemoWorld, encounter: Encounter
) -> Iterator[EncounterStatusChange]:
    desk = world.users["front-desk"]
    old = ""
    for status, at in (
        (EncounterStatus.ARRIVED, encounter.arrived_at),
        (EncounterStatus.IN_PROGRESS, encounter.started_at),
        (EncounterStatus.FINISHED, encounter.ended_at),
    ):
        if at is not None:
            yield EncounterStatusChange(
                encounter=encounter,
                old_status=old,
                new_status=status,
                changed_at=at,
                changed_by=desk,
            )
            old = status


def _plan_reminders(world: DemoWorld, pairs: list[Pair]) -> None:
    """Messages of the visits to come, as booking them would have planned."""
    for site in world.sites:
        ahead = [
            appointment
            for _, _, appointment in pairs
            if appointment.site_id == site.site.pk
            and appointment.status == AppointmentStatus.BOOKED
        ]
        for start in range(0, len(ahead), 500):
            reminders.plan(
                ahead[start : start + 500],
                site=site.site,
                by=world.users["front-desk"],
                now=world.now,
            )


register(Step(30, "courses, visits and dosing records", fill))
