"""Alerts: who is called, in the same transaction; passing on, steps, the close, help."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from kap.accounts.tests.factories import PractitionerFactory, UserFactory
from kap.clinic.enums import Duty
from kap.clinic.models import OpeningHours, SafetyDuty
from kap.clinic.services import create_absence
from kap.clinic.tests.factories import PractitionerScheduleFactory
from kap.core.errors import DomainError
from kap.notifications.models import Communication
from kap.patients.enums import EpisodeStatus
from kap.patients.tests.factories import EpisodeFactory
from kap.worklist import services as worklist
from kap.worklist.models import WorkEscalation, WorkItem
from screening import services
from screening.enums import ResponseMode
from screening.models import QuestionnaireResponse, SafetyAction, SafetyAlert
from screening.queries import item9_open
from screening.queries.safety import open_alerts, times_to_acknowledge
from screening.rules.safety import Door, Level, Trigger
from screening.services import safety_steps, self_harm
from screening.tests.factories import ResponseFactory, all_items

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def therapist(db):
    return PractitionerFactory.create(phone="555 0199").user


@pytest.fixture
def prescriber(db):
    return UserFactory.create(prescriber=True)


@pytest.fixture
def director(db):
    return UserFactory.create(medical_director=True)


@pytest.fixture
def episode(db, now, freeze, therapist, prescriber):
    freeze(now)
    return EpisodeFactory.create(
        status=EpisodeStatus.ACTIVE, therapist=therapist, prescriber=prescriber
    )


def answer(episode, value, *, now, mode=ResponseMode.LINK, by=None):
    row = ResponseFactory.create(episode=episode)
    services.submit_response(
        response_id=row.pk,
        answers=all_items("phq-9", phq9_9=value),
        mode=mode,
        by=by,
        now=now,
    )
    return row


def screen(episode, level, *, now):
    return self_harm.open_alert(
        patient=episode.patient,
        episode=episode,
        trigger=Trigger(Door.CSSRS, level=level),
        source_key=f"try:{level}:{now:%H%M%S}",
        mode=ResponseMode.CLINICIAN,
        by=None,
        now=now,
    ).item


@pytest.mark.parametrize(
    ("value", "within"), [(1, 4 * HOUR), (2, 2 * HOUR), (3, 30 * MINUTE)]
)
@pytest.mark.parametrize("mode", [ResponseMode.LINK, ResponseMode.TABLET])
def test_an_answer_calls_the_therapist_in_its_own_transaction(
    episode, therapist, prescriber, now, value, within, mode
):
    with transaction.atomic():
        answer(episode, value, mode=mode, now=now)
        item = WorkItem.objects.get(kind="si-review")
        assert SafetyAlert.objects.get().item == item
        transaction.set_rollback(True)
    assert not WorkItem.objects.exists()

    answer(episode, value, mode=mode, now=now)

    item = WorkItem.objects.get(kind="si-review")
    assert (item.owner, item.cover) == (therapist, prescriber)
    assert item.due_at == now + within
    assert item9_open(episode.patient_id)
    (told,) = WorkEscalation.objects.all()
    assert (told.step, told.to_user, told.because) == (0, therapist, "opened")
    assert sorted(Communication.objects.values_list("channel", "kind", "to_user")) == [
        ("email", "staff-urgent", therapist.pk),
        ("sms", "staff-urgent", therapist.pk),
    ]


def test_staff_who_write_it_down_call_like_the_patient(episode, therapist, now):
    nurse = UserFactory.create(nurse=True)

    answer(episode, 1, mode=ResponseMode.PHONE, by=nurse, now=now)

    assert SafetyAlert.objects.get().opened_by == nurse
    assert WorkItem.objects.get().owner == therapist


def test_whoever_is_disabled_or_away_is_not_called(
    episode, therapist, prescriber, director, now
):
    create_absence(
        schedule=PractitionerScheduleFactory.create(
            practitioner=therapist.practitioner
        ),
        start=now - HOUR,
        end=now + HOUR,
        reason="leave",
        by=director,
        now=now - 2 * HOUR,
    )
    prescriber.is_active = False
    prescriber.save()
    on_safety = UserFactory.create(nurse=True)
    SafetyDuty.objects.create(
        site=episode.site, user=on_safety, duty=Duty.SAFETY, position=1
    )

    answer(episode, 1, now=now)

    item = WorkItem.objects.get()
    assert (item.owner, item.cover) == (on_safety, director)


def test_in_the_night_the_one_on_call_comes_first(episode, director, now):
    OpeningHours.objects.create(
        site=episode.patient.site, weekday=6, opens="09:00", closes="10:00"
    )
    on_call = UserFactory.create(prescriber=True)
    SafetyDuty.objects.create(
        site=episode.patient.site, user=on_call, duty=Duty.ON_CALL, position=1
    )

    answer(episode, 3, now=now)

    assert WorkItem.objects.get().owner == on_call


def test_with_nobody_to_name_the_director_s_role_has_it(now, freeze):
    freeze(now)

    answer(EpisodeFactory.create(), 1, now=now)

    item = WorkItem.objects.get()
    assert item.owner is None
    assert item.role == "medical-director"


def test_it_is_passed_on_until_somebody_has_it(
    episode, therapist, prescriber, director, now
):
    answer(episode, 3, now=now)
    item = WorkItem.objects.get()

    for minute, count in ((29, 0), (30, 1), (31, 0), (45, 1), (60, 1)):
        assert worklist.escalate_overdue(now=now + minute * MINUTE) == count

    rows = item.escalations.order_by("step").values_list("to_user", "because")
    assert list(rows) == [
        (therapist.pk, "opened"),
        (prescriber.pk, "not-acknowledged"),
        (director.pk, "not-acknowledged"),
        (therapist.pk, "not-acknowledged"),
    ]
    worklist.acknowledge(item_id=item.pk, by=prescriber, now=now + 61 * MINUTE)
    assert worklist.escalate_overdue(now=now + 9 * HOUR) == 0
    assert times_to_acknowledge(since=now, until=now + HOUR) == [61 * MINUTE]
    words = Communication.objects.filter(kind="staff-urgent").count()
    assert words == 6


def test_a_high_alert_taken_on_is_passed_on_again_until_reached_and_closed(
    episode, therapist, prescriber, director, now
):
    item = screen(episode, Level.HIGH, now=now)
    worklist.acknowledge(item_id=item.pk, by=therapist, now=now + 5 * MINUTE)

    assert worklist.escalate_overdue(now=now + 59 * MINUTE) == 0
    assert worklist.escalate_overdue(now=now + HOUR) == 1
    safety_steps.tick_step(
        item_id=item.pk, step="talked", note="", by=therapist, now=now + 62 * MINUTE
    )
    assert worklist.escalate_overdue(now=now + 3 * HOUR) == 0
    assert worklist.escalate_overdue(now=now + 4 * HOUR) == 1
    assert set(item.escalations.values_list("because", flat=True)) == {
        "opened",
        "left-open",
    }


@pytest.mark.parametrize(
    ("level", "steps"),
    [
        (Level.LOW, ["talked", "plan-offered"]),
        (
            Level.MODERATE,
            ["talked", "plan-made", "prescriber-told", "prescriber-note"],
        ),
        (
            Level.HIGH,
            [
                "talked",
                "stayed",
                "emergency",
                "means",
                "prescriber-told",
                "plan-made",
                "handed-over",
                "prescriber-note",
            ],
        ),
    ],
)
def test_it_closes_when_each_step_of_its_level_is_ticked(
    episode, prescriber, now, level, steps
):
    item = screen(episode, level, now=now)
    for step in steps:
        with pytest.raises(DomainError, match="Not done yet"):
            worklist.close(item_id=item.pk, by=prescriber, now=now, note="fine")
        safety_steps.tick_step(
            item_id=item.pk, step=step, note="said so", by=prescriber, now=now
        )

    closed = safety_steps.close_alerts(
        item_id=item.pk, seen=[], note="With family.", by=prescriber, now=now + HOUR
    )

    assert (closed.count, closed.another_is_open) == (1, False)
    assert not item9_open(episode.patient_id)


@pytest.mark.parametrize(
    ("step", "note", "sentence"),
    [
        ("screened", "", "one of the steps on the page"),
        ("nothing", "", "one of the steps on the page"),
        ("emergency", " ", "needs a few words"),
        ("prescriber-note", "fine", "A prescriber writes this note"),
    ],
)
def test_a_step_is_refused_with_a_sentence(
    episode, therapist, now, step, note, sentence
):
    item = screen(episode, Level.HIGH, now=now)

    with pytest.raises(DomainError, match=sentence):
        safety_steps.tick_step(
            item_id=item.pk, step=step, note=note, by=therapist, now=now
        )


def test_a_step_pressed_twice_stands_once_and_can_be_taken_back(
    episode, therapist, now
):
    item = screen(episode, Level.LOW, now=now)
    first = safety_steps.tick_step(
        item_id=item.pk, step="talked", note="", by=therapist, now=now
    )
    again = safety_steps.tick_step(
        item_id=item.pk, step="talked", note="", by=therapist, now=now
    )
    assert first == again

    safety_steps.take_back_step(action_id=first.pk, by=therapist, now=now)

    assert SafetyAction.objects.count() == 2
    with pytest.raises(DomainError, match="Not done yet: talk"):
        worklist.close(item_id=item.pk, by=therapist, now=now, note="x")
    with pytest.raises(DomainError, match="taken back already"):
        safety_steps.take_back_step(action_id=first.pk, by=therapist, now=now)


def test_a_low_screen_belongs_to_what_is_open_and_a_higher_one_stands_beside_it(
    episode, prescriber, now
):
    answer(episode, 2, now=now)
    assert screen(episode, Level.LOW, now=now + MINUTE) == WorkItem.objects.get()
    screen(episode, Level.HIGH, now=now + 2 * MINUTE)
    late = open_alerts(episode.patient_id)
    assert [alert.door for alert in late] == ["item9", "cssrs"]
    for step in ("talked", "stayed", "emergency", "means", "prescriber-told"):
        safety_steps.tick_step(
            item_id=late[0].item_id,
            step=step,
            note="said",
            by=prescriber,
            now=now + 3 * MINUTE,
        )
    for step in ("plan-made", "handed-over", "prescriber-note"):
        safety_steps.tick_step(
            item_id=late[1].item_id,
            step=step,
            note="said",
            by=prescriber,
            now=now + 4 * MINUTE,
        )

    closed = safety_steps.close_alerts(
        item_id=late[0].item_id,
        seen=[alert.item_id for alert in late],
        note="Sister stays.",
        by=prescriber,
        now=now + HOUR,
    )

    assert closed.count == 2
    assert not item9_open(episode.patient_id)
    with pytest.raises(DomainError, match="alert is closed"):
        safety_steps.tick_step(
            item_id=late[0].item_id, step="talked", note="", by=prescriber, now=now
        )


def test_i_need_help_calls_once_from_any_page(behind_link, episode, therapist, now):
    row = ResponseFactory.create(episode=episode)
    client = behind_link("measures", row)
    start = client.get("/p/form/", follow=True).content.decode()
    assert 'href="/p/help/"' in start

    page = client.get("/p/help/").content.decode()
    assert "Please call me" in page
    assert "988" in page
    assert not SafetyAlert.objects.exists()
    client.post("/p/help/")
    told = client.post("/p/help/", follow=True).content.decode()

    assert "Somebody will call you today" in told
    alert = SafetyAlert.objects.get()
    assert (alert.door, alert.item.owner) == ("help", therapist)
    assert item9_open(episode.patient_id)


def test_the_crisis_text_is_passed_by_reading_it(behind_link, episode, now):
    site = episode.patient.site
    site.nearest_er, site.crisis_text_phone = "Hope Hospital, 2 Main Street", "988"
    site.save()
    row = ResponseFactory.create(episode=episode)
    client = behind_link("measures", row)
    for number in range(1, 9):
        client.post(f"/p/form/{number}/", {"answer": "0"})

    first = client.post("/p/form/9/", {"answer": "2"})

    assert first.url == "/p/form/9/help/"
    assert WorkItem.objects.filter(kind="si-review").count() == 1
    skipped = client.get("/p/form/10/")
    assert skipped.url == "/p/form/9/help/"
    text = client.get("/p/form/9/help/").content.decode()
    for said in ("or text 988", "Hope Hospital", "911", "will contact you today"):
        assert said in text
    onward = client.post("/p/form/9/help/")
    assert onward.url == "/p/form/10/"
    assert client.get("/p/form/10/").status_code == 200


def test_the_screener_by_link_calls_as_soon_as_it_turns_grave(
    behind_link, as_role, episode, now
):
    answer(episode, 1, now=now)
    item = WorkItem.objects.get()
    client = as_role("therapist")
    client.post(f"/screening/alerts/{item.pk}/screener/", {"way": "link"})
    asked = QuestionnaireResponse.objects.get(instrument="c-ssrs")
    again = client.post(f"/screening/alerts/{item.pk}/screener/", {"way": "here"})
    assert again.url == f"/screening/{episode.pk}/phone/measures/{asked.pk}/"
    phone = behind_link("measures", asked)

    phone.post("/p/form/1/", {"answer": "1"})
    assert WorkItem.objects.count() == 1
    assert phone.get("/p/form/2/").status_code == 200
    phone.post("/p/form/2/", {"answer": "1"})
    turned = phone.post("/p/form/4/", {"answer": "1"})

    assert turned.url == "/p/form/4/help/"
    high = SafetyAlert.objects.get(door="cssrs")
    assert (high.level, high.item.due_at) == ("high", now + 30 * MINUTE)
    phone.post("/p/form/4/help/")
    for number, value in ((3, "0"), (5, "0"), (6, "0")):
        phone.post(f"/p/form/{number}/", {"answer": value})
    asked.refresh_from_db()
    assert asked.status == "completed"
    page = client.get(f"/screening/alerts/{item.pk}/").content.decode()
    assert "High: contact within 1 hour" in page
    assert "Name whom the patient is with" in page


def test_the_page_of_an_alert_costs_the_same_for_any_number(
    as_role, episode, now, django_assert_num_queries
):
    client = as_role("therapist")
    answer(episode, 1, now=now)
    item = WorkItem.objects.get()
    path = f"/screening/alerts/{item.pk}/"
    client.get(path)
    with django_assert_num_queries(17):
        client.get(path)
    for minute in (1, 2):
        answer(episode, 2, now=now + minute * MINUTE)
        safety_steps.tick_step(
            item_id=item.pk,
            step=("talked", "plan-offered")[minute - 1],
            note="",
            by=client.user,
            now=now + minute * MINUTE,
        )
    with django_assert_num_queries(17):
        text = client.get(path).content.decode()
    assert "Close these 3 alerts" in text


def test_the_demo_s_alert_of_an_earlier_release_opens(as_role, episode, now):
    row = ResponseFactory.create(episode=episode, answers=all_items("phq-9", phq9_9=1))
    item = worklist.open_item(
        kind="si-review",
        source_key="old",
        role="prescriber",
        patient=episode.patient,
        object_id=row.pk,
        is_urgent=True,
        due_at=now,
        now=now,
    )
    page = as_role("nurse").get(f"/screening/alerts/{item.pk}/").content.decode()
    assert "Several days (1 of 3)" in page
