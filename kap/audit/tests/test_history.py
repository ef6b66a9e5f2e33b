from __future__ import annotations

import csv
import io
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from kap.accounts.enums import Role
from kap.accounts.tests.factories import UserFactory
from kap.audit import registry
from kap.audit.enums import Action, Category
from kap.audit.export import harmless
from kap.audit.models import AuditEvent
from kap.audit.services import record

pytestmark = pytest.mark.django_db
PATIENT = uuid.UUID(int=7)


@pytest.fixture(autouse=True)
def patients(monkeypatch):
    monkeypatch.setattr(
        registry, "_finders", [lambda number: PATIENT if number == "100417" else None]
    )
    monkeypatch.setattr(registry, "_labels", [lambda ids: {PATIENT: "MRN 100417"}])


@pytest.fixture
def cora(client):
    person = UserFactory.create(compliance=True)
    client.force_login(person)
    AuditEvent.objects.all()
    return person


def act(by=None, *, action=Action.READ, patient_id=None, **more):
    record(by=by, action=action, category=Category.CHART, patient_id=patient_id, **more)


def rows(response) -> int:
    return response.content.decode().count("<tr data-item>")


@pytest.mark.parametrize("role", list(Role))
def test_history_is_for_compliance_and_admins(client, role):
    client.force_login(UserFactory.create(roles=[role]))
    allowed = role in {Role.COMPLIANCE, Role.ADMIN}

    for url in ("/history/", "/history/export.csv"):
        assert client.get(url).status_code == (200 if allowed else 403)


def test_reading_the_history_is_itself_written_down(client, cora):
    client.get("/history/")
    client.get("/history/export.csv")

    acts = AuditEvent.objects.filter(category="audit").order_by("seq")
    assert list(acts.values_list("action", "actor_id")) == [
        ("read", cora.pk),
        ("export", cora.pk),
    ]


def test_the_number_is_posted_and_the_address_holds_an_id(client, cora):
    response = client.post("/history/", {"patient": "100417"})

    assert response["Location"] == f"/history/?patient={PATIENT}"


def test_unknown_number_is_refused_in_place(client, cora):
    response = client.post("/history/", {"patient": "999"})

    assert response.status_code == 422
    assert "No patient has this number" in response.content.decode()


def test_empty_filter_shows_all(client, cora):
    assert client.post("/history/", {})["Location"] == "/history/"


def test_last_day_before_the_first_is_refused(client, cora):
    sent = {"first": "2026-11-23", "last": "2026-11-01"}

    assert client.post("/history/", sent).status_code == 422


def test_filters_by_patient_person_and_action(client, cora):
    nurse = UserFactory.create(nurse=True)
    act(nurse, patient_id=PATIENT)
    act(nurse, action=Action.SIGN)
    act(None, job="notifications.sweep")

    assert rows(client.get(f"/history/?patient={PATIENT}")) == 2  # and this reading
    assert rows(client.get(f"/history/?actor={nurse.pk}")) == 2
    assert rows(client.get("/history/?action=sign")) == 1
    body = client.get("/history/").content.decode()
    assert "MRN 100417" in body
    assert "notifications.sweep" in body


def test_filters_by_day(client, cora):
    act()
    day = datetime.now(UTC).date()

    assert rows(client.get(f"/history/?first={day}&last={day}&action=read")) >= 1
    old = day - timedelta(days=30)
    assert rows(client.get(f"/history/?first={old}&last={old}")) == 0


@pytest.mark.parametrize(
    "query",
    [
        "patient=1' OR 1=1",
        "actor=__class",
        "before=-1",
        "before=999999999999999999999",
        "first=2026-13-45",
        "first=9999-12-31&last=0001-01-01",
        "action=drop",
        "order=seq__gt",
        "before=%00",
        "last=9999-12-31",
    ],
)
def test_nonsense_in_the_address_is_no_error(client, cora, query):
    assert client.get(f"/history/?{query}").status_code == 200
    assert client.get(f"/history/export.csv?{query}").status_code == 200


def test_pages_follow_the_sequence(client, cora):
    for _ in range(60):
        act(patient_id=PATIENT)

    first = client.get(f"/history/?patient={PATIENT}")
    older = first.context["older"]
    second = client.get(f"/history/{older}")

    assert (rows(first), rows(second)) == (50, 11)
    seen = [line.seq for page in (first, second) for line in page.context["page"].lines]
    assert seen == sorted(set(seen), reverse=True)


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_costs_the_same_for_one_and_three(
    client, cora, count, django_assert_num_queries
):
    for _ in range(count):
        act(UserFactory.create(nurse=True), patient_id=PATIENT)

    with django_assert_num_queries(7):
        client.get("/history/")


def test_csv_holds_what_the_page_shows_and_runs_nothing(client, cora):
    act(UserFactory.create(name="=HYPERLINK(1)", nurse=True), patient_id=PATIENT)

    response = client.get(f"/history/export.csv?patient={PATIENT}&action=read")

    table = list(csv.reader(io.StringIO(response.content.decode())))
    assert table[0][0] == "number"
    assert table[1][2] == "'=HYPERLINK(1)"
    assert "attachment" in response["Content-Disposition"]


@pytest.mark.parametrize(
    "text",
    [
        "=1",
        "+1",
        "-1",
        "@x",
        "\t=1",
        "\r=1",
        "\0=1",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        "  =1",
    ],
)
def test_formulas_are_defused(text):
    assert harmless(text) == f"'{text}"


def test_plain_text_stays_as_it_is():
    assert harmless("Nora Pulse") == "Nora Pulse"


def test_everybody_sees_their_own_and_nobody_elses(client):
    nurse = UserFactory.create(nurse=True)
    client.force_login(nurse)
    act(nurse, patient_id=PATIENT)
    other = UserFactory.create(nurse=True)
    act(other, patient_id=PATIENT)

    response = client.get(f"/history/mine/?actor={other.pk}")

    assert rows(response) == 2  # the sign-in and the reading
    assert "Export" not in response.content.decode()


def test_a_refused_page_is_written_down(client):
    nurse = UserFactory.create(nurse=True)
    client.force_login(nurse)

    client.get("/history/")

    event = AuditEvent.objects.latest("seq")
    assert (event.action, event.object_type, event.actor_id) == (
        "refused",
        "audit:history",
        nurse.pk,
    )


def test_where_an_act_came_from_is_noted(client):
    nurse = UserFactory.create(nurse=True)
    client.force_login(nurse)

    client.get("/history/", headers={"User-Agent": "test"})

    event = AuditEvent.objects.latest("seq")
    assert (event.ip, len(event.agent_sha256)) == ("127.0.0.1", 64)
    assert event.request_id is not None
