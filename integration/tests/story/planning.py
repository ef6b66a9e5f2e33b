"""Scene 4: the whole series proposed and booked with one press."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Final

from django.db import connection

from integration.tests.story.arrival import press
from integration.tests.story.stage import Stage
from kap.accounts.enums import Role
from kap.core import clock
from kap.core.reminder_times import Offset, reminder_time
from kap.notifications.models import Communication
from kap.patients.models import Patient
from sessions.enums import VisitKind
from sessions.models import Appointment

OVERLAPS: Final = """
SELECT count(*) FROM clinic_slot a JOIN clinic_slot b USING (schedule_id, lane)
WHERE a.id < b.id AND a.period && b.period AND a.status <> 'free' AND b.status <> 'free'"""
MESSAGES: Final = {
    "visit-7d": Offset.WEEK_BEFORE,
    "visit-48h": Offset.TWO_DAYS_BEFORE,
    "visit-24h": Offset.DAY_BEFORE,
    "visit-2h": Offset.TWO_HOURS_BEFORE,
    "visit-next-day": Offset.NEXT_MORNING,
}
ONLY_DAY_BEFORE: Final = {"visit-24h": Offset.DAY_BEFORE}


def front_desk_finds_by_palette(stage: Stage, patient: Patient) -> None:
    """Slash, a few letters, Enter: the chart, without a mouse."""
    page = stage.at(Role.FRONT_DESK)
    page.goto(f"{stage.root}/work/")
    stage.look(page, "work-list")
    page.keyboard.press("/")
    page.keyboard.type("inkw", delay=40)
    page.get_by_role("option", name=patient.full_name).first.wait_for()
    stage.look(page, "palette")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/patients/{patient.pk}/")


def front_desk_books_all(stage: Stage, patient: Patient) -> None:
    page = stage.at(Role.FRONT_DESK)
    episode = patient.episodes.get()
    page.goto(f"{stage.root}/sessions/plan/{episode.pk}/")
    page.get_by_label("Therapist, same throughout").select_option("Nora Exemplar")
    press(page, "Propose again")
    button = page.get_by_role("button", name="Book all")
    button.wait_for()
    assert page.get_by_role("cell", name="Nora E.").count() == 13
    stage.look(page, "planner")
    with page.expect_navigation():
        button.click()
    page.get_by_text("visits are booked.").wait_for()
    stage.look(page, "chart-booked")


def the_course_is_sound(patient: Patient) -> None:
    """No overlap in anybody's diary, doses apart, integrations in their window."""
    with connection.cursor() as cursor:
        cursor.execute(OVERLAPS)
        assert cursor.fetchone() == (0,)
    visits = list(Appointment.objects.filter(patient=patient).order_by("starts_at"))
    for one, other in pairwise(visits):
        assert one.ends_at <= other.starts_at
    doses = [visit for visit in visits if visit.kind == VisitKind.DOSING]
    talks = [visit for visit in visits if visit.kind == VisitKind.INTEGRATION]
    assert len(doses) == 6
    assert visits[0].kind == VisitKind.PREPARATION
    for one, other in pairwise(doses):
        assert other.starts_at - one.starts_at >= timedelta(hours=48)
    assert doses[-1].starts_at - doses[0].starts_at <= timedelta(days=22)
    for talk in talks:
        _in_window(talk, doses)


def _in_window(talk: Appointment, doses: list[Appointment]) -> None:
    dose = max((one for one in doses if one.starts_at < talk.starts_at), key=_start)
    after = talk.starts_at - dose.ends_at
    assert after <= timedelta(hours=72), f"{after} after the dose"
    assert talk.starts_at - dose.starts_at >= timedelta(hours=24)


def _start(visit: Appointment) -> object:
    return visit.starts_at


def reminders_stand_at_the_right_local_time(patient: Patient) -> None:
    """Each visit's messages are due when the clock on the wall says so, summer time too."""
    zone = patient.site.zone
    offsets = set()
    for visit in Appointment.objects.filter(patient=patient):
        kinds = MESSAGES if visit.kind == VisitKind.DOSING else ONLY_DAY_BEFORE
        for kind, offset in kinds.items():
            wanted = reminder_time(offset, starts_at=visit.starts_at, zone=zone).send_at
            key = f"appointment:{visit.pk}:v{visit.version}:{kind}"
            rows = Communication.objects.filter(key__startswith=key)
            if wanted <= clock.now():
                assert not rows.exists(), f"{kind} was due before it was planned"
                continue
            assert {row.due_at for row in rows} == {wanted}, key
            assert {row.channel for row in rows} == {"email", "sms"}
            offsets.add(wanted.astimezone(zone).utcoffset())
    assert len(offsets) == 2, "the course does not cross the change of clocks"
