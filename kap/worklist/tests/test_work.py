from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from kap.accounts.enums import Role
from kap.accounts.tests.factories import UserFactory
from kap.core.errors import DomainError, NotAllowed
from kap.patients.signals import link_locked
from kap.patients.tests.factories import PatientFactory
from kap.worklist import queries, registry, services, signals, tasks
from kap.worklist.models import WorkItem, WorkStatus
from kap.worklist.registry import WorkKind
from kap.worklist.tests.factories import WorkItemFactory

LIST_QUERIES = 4
RAIL_QUERIES = 4
"""Session, user and site included; the rail draws no shell."""


@pytest.fixture
def review(monkeypatch):
    """A clinical kind of work, as a phase would register it."""
    kind = WorkKind(
        "try-review", "PHQ-9 item 9 above zero", "danger", icon="alert-triangle"
    )
    monkeypatch.setattr(registry, "_kinds", {**registry._kinds, kind.key: kind})
    return kind


def signed_in(*roles):
    user, client = UserFactory.create(roles=list(roles)), Client()
    client.force_login(user)
    return client, user


@pytest.mark.django_db
def test_the_same_cause_opens_one_item(now):
    items = [
        services.open_item(
            kind="link-locked",
            source_key="link:1",
            role=Role.FRONT_DESK,
            due_at=now + timedelta(hours=1),
            now=now,
        )
        for _ in range(2)
    ]

    assert items[0] == items[1]
    assert items[0].steps.count() == 1


@pytest.mark.django_db
def test_taking_on_and_closing_are_written_down(now):
    desk = UserFactory.create()
    item = WorkItemFactory.create()

    services.acknowledge(item_id=item.pk, by=desk, now=now)
    closed = services.close(item_id=item.pk, by=desk, now=now, note="called")

    assert (closed.owner, closed.acknowledged_by, closed.closed_by) == (
        desk,
        desk,
        desk,
    )
    steps = item.steps.order_by("at", "new_status").values_list(
        "old_status", "new_status"
    )
    assert set(steps) == {("requested", "accepted"), ("accepted", "completed")}


@pytest.mark.django_db
def test_what_somebody_has_is_not_taken_by_another(now):
    item = WorkItemFactory.create()
    services.acknowledge(item_id=item.pk, by=UserFactory.create(), now=now)

    with pytest.raises(DomainError, match="Somebody else"):
        services.acknowledge(item_id=item.pk, by=UserFactory.create(), now=now)


@pytest.mark.django_db
def test_another_role_neither_takes_nor_closes_it(now):
    item = WorkItemFactory.create(kind="order", role=Role.PRESCRIBER, is_urgent=True)
    desk = UserFactory.create()

    for act in (services.acknowledge, services.close):
        with pytest.raises(NotAllowed):
            act(item_id=item.pk, by=desk, now=now)


@pytest.mark.django_db
def test_urgent_work_is_closed_with_what_was_done(now):
    item = WorkItemFactory.create(is_urgent=True)

    with pytest.raises(DomainError, match="Write what was done"):
        services.close(item_id=item.pk, by=UserFactory.create(), now=now)


@pytest.mark.django_db
def test_a_cause_that_is_gone_closes_its_item_and_may_do_so_twice(now):
    item = WorkItemFactory.create()

    services.close_for(source_key=item.source_key, by=None, now=now)
    again = services.close_for(source_key=item.source_key, by=None, now=now)

    item.refresh_from_db()
    assert (item.status, again) == (WorkStatus.COMPLETED, None)
    assert services.cancel_for(source_key="nothing", by=None, now=now) is None


@pytest.mark.django_db
def test_urgent_work_left_too_long_goes_to_the_cover_once(
    now, freeze, django_capture_on_commit_callbacks, review
):
    freeze(now)
    director = UserFactory.create(medical_director=True)
    urgent = {"kind": "try-review", "role": Role.THERAPIST, "is_urgent": True}
    late = WorkItemFactory.create(due_at=now - timedelta(minutes=1), **urgent)
    WorkItemFactory.create(due_at=now + timedelta(minutes=1), **urgent)
    heard = []

    def listen(**facts):
        heard.append((facts["item_id"], facts["cover_role"]))

    signals.work_escalated.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            counts = [tasks.escalate(), tasks.escalate(odd=1)]
    finally:
        signals.work_escalated.disconnect(listen)

    assert counts == [1, 0]
    assert heard == [(late.pk, Role.MEDICAL_DIRECTOR)]
    assert late.pk in [task.id for task in queries.tasks(director, now, whose="mine")]
    services.close(item_id=late.pk, by=director, now=now, note="spoke with them")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "words"),
    [
        (Role.FRONT_DESK, "Clinical review needed"),
        (Role.NURSE, "PHQ-9 item 9 above zero"),
        (Role.PRESCRIBER, "PHQ-9 item 9 above zero"),
    ],
)
def test_urgent_work_is_seen_by_all_in_words_they_may_know(role, words, review, now):
    client, user = signed_in(role)
    WorkItemFactory.create(
        kind="try-review",
        role=Role.THERAPIST,
        is_urgent=True,
        patient=PatientFactory.create(given_name="Fern", family_name="Placeholder"),
    )

    page = client.get(reverse("worklist:list"), {"whose": "clinic"}).content.decode()
    rail = queries.rail(user, now)

    assert words in page
    assert ("item 9" in page) == (role != Role.FRONT_DESK)
    assert "Fern Placeholder" in page
    assert [task.title for task in rail.urgent] == [words]


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.COMPLIANCE, Role.ADMIN])
def test_who_does_not_work_with_patients_reads_no_name(role):
    client, _ = signed_in(role)
    patient = PatientFactory.create(family_name="Canary")
    WorkItemFactory.create(role=role, patient=patient)

    page = client.get(reverse("worklist:list")).content.decode()

    assert ("Canary" in page, "link locked" in page) == (False, True)


@pytest.mark.django_db
def test_work_of_other_roles_is_not_on_the_list(now):
    _, desk = signed_in(Role.FRONT_DESK)
    WorkItemFactory.create(role=Role.PRESCRIBER)

    assert queries.tasks(desk, now, whose="clinic") == []
    assert queries.mine_count(desk) == 0


@pytest.mark.django_db
def test_mine_leaves_out_what_a_colleague_has(now):
    _, desk = signed_in(Role.FRONT_DESK)
    other = UserFactory.create()
    free = WorkItemFactory.create()
    taken = WorkItemFactory.create()
    services.acknowledge(item_id=taken.pk, by=other, now=now)

    mine = [task.id for task in queries.tasks(desk, now, whose="mine")]
    clinic = [task.id for task in queries.tasks(desk, now, whose="clinic")]

    assert (mine, len(clinic)) == ([free.pk], 2)


@pytest.mark.django_db
def test_urgent_stands_first_then_what_is_due_first(now):
    _, desk = signed_in(Role.FRONT_DESK)
    later = WorkItemFactory.create(due_at=now + timedelta(hours=5))
    soon = WorkItemFactory.create(due_at=now + timedelta(hours=1))
    urgent = WorkItemFactory.create(due_at=now + timedelta(hours=9), is_urgent=True)

    found = queries.tasks(desk, now, whose="mine")

    assert [task.id for task in found] == [urgent.pk, soon.pk, later.pk]
    assert [task.due for task in found] == ["in 9\u00a0h", "in 1\u00a0h", "in 5\u00a0h"]


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
def test_list_and_rail_cost_the_same_for_one_row_and_for_three(
    rows, django_assert_num_queries
):
    client, _ = signed_in(Role.FRONT_DESK)
    for _ in range(rows):
        WorkItemFactory.create(patient=PatientFactory.create())
    client.get(reverse("worklist:list"))

    with django_assert_num_queries(LIST_QUERIES):
        client.get(reverse("worklist:list"))
    with django_assert_num_queries(RAIL_QUERIES):
        client.get(reverse("worklist:rail"))


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
def test_every_role_opens_the_list_and_reads_a_kind_word_when_it_is_empty(role):
    client, _ = signed_in(role)

    page = client.get(reverse("worklist:list"))

    assert page.status_code == 200
    assert "Nothing waits for you" in page.content.decode()


@pytest.mark.django_db
def test_taking_and_closing_on_the_page():
    client, user = signed_in(Role.FRONT_DESK)
    item = WorkItemFactory.create(is_urgent=True)

    client.post(reverse("worklist:take", args=[item.pk]))
    refused = client.post(reverse("worklist:done", args=[item.pk]), {"note": ""})
    closed = client.post(
        reverse("worklist:done", args=[item.pk]), {"note": "called them"}
    )

    item.refresh_from_db()
    assert (refused.status_code, closed.status_code) == (422, 302)
    assert (item.acknowledged_by, item.status) == (user, "completed")


@pytest.mark.django_db
def test_what_is_not_on_my_list_is_not_there_for_me():
    client, _ = signed_in(Role.FRONT_DESK)
    item = WorkItemFactory.create(role=Role.PRESCRIBER)

    for name in ("take", "done"):
        assert (
            client.post(reverse(f"worklist:{name}", args=[item.pk])).status_code == 404
        )
    assert WorkItem.objects.get().status == "requested"


@pytest.mark.django_db
def test_a_locked_link_asks_the_front_desk_to_call_once(now, freeze):
    freeze(now)
    patient, link_id = PatientFactory.create(), uuid4()

    for _ in range(2):
        link_locked.send(None, patient_id=patient.pk, link_id=link_id)

    item = WorkItem.objects.get()
    assert (item.kind, item.role, item.patient) == (
        "link-locked",
        "front-desk",
        patient,
    )


@pytest.mark.django_db
def test_open_work_stands_among_what_comes_next_on_the_chart(review):
    client, _ = signed_in(Role.NURSE)
    patient = PatientFactory.create()
    WorkItemFactory.create(kind="try-review", role=Role.NURSE, patient=patient)
    WorkItemFactory.create(role=Role.PRESCRIBER, patient=patient)

    page = client.get(reverse("patients:chart", args=[patient.pk])).content.decode()

    assert ("item 9" in page, "link locked" in page) == (True, False)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [390, 1440])
def test_the_list_is_free_of_axe_findings_and_fits_its_screen(
    width, page, live_server, axe
):
    client, _ = signed_in(Role.NURSE)
    for is_urgent in (True, False):
        WorkItemFactory.create(
            role=Role.NURSE, is_urgent=is_urgent, patient=PatientFactory.create()
        )
    name = settings.SESSION_COOKIE_NAME
    cookie = {"name": name, "value": client.cookies[name].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    page.set_viewport_size({"width": width, "height": 844})

    page.goto(live_server.url + "/work/")

    axe(page)
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0
