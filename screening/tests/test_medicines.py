"""Going through the medicines: what counts, who signs, what the rules read, what is refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from kap.accounts.tests.factories import PASSWORD, PrescriberFactory, UserFactory
from kap.audit.models import AuditEvent
from kap.core.errors import DomainError, NotAllowed
from kap.documents.models import Signature
from kap.patients.tests.factories import EpisodeFactory
from kap.worklist.models import WorkItem
from screening import services
from screening.enums import ResponseMode
from screening.enums_medicines import HoldChoice, MedicineRoute, ReconciliationState
from screening.models import (
    HistoryAnswer,
    HoldPlan,
    MedicationReconciliation,
    MedicationStatement,
)
from screening.queries.facts import gather_facts
from screening.queries.medicines import standing_of
from screening.rules.facts import MISSING
from screening.rules.medicines.answers import Answer, Plan, Resolved
from screening.services.medicine_end import end_medication
from screening.services.medicine_work import MEDICINES, RECONCILE
from screening.services.medicines import (
    ListFacts,
    ReconciliationRefused,
    reconcile_medicines,
)

pytestmark = pytest.mark.django_db

USUAL = Answer(resolved=Resolved.MATCH, plan=Plan.CONTINUE)
DECIDED = Answer(resolved=Resolved.MATCH, plan=Plan.CONTINUE, reason="Talked through.")
HELD = Answer(
    resolved=Resolved.MATCH,
    plan=Plan.HOLD,
    hold_before_h=24,
    restart="12 hours after the dose",
    reason="Safe for one day.",
)


@pytest.fixture
def episode(db, now, freeze):
    freeze(now)
    return EpisodeFactory.create()


@pytest.fixture
def prescriber(db):
    return PrescriberFactory.create().user


@pytest.fixture
def nurse(db):
    return UserFactory.create(roles=["nurse"])


def takes(episode, now, *names):
    return services.record_medications(
        patient=episode.patient,
        names_and_doses=[(name, "") for name in names],
        mode=ResponseMode.LINK,
        by=None,
        now=now,
    )


def go_through(episode, rows, by, now, *answers, **changes):
    facts = ListFacts(
        route=changes.pop("route", MedicineRoute.IM),
        answers={row.pk: said for row, said in zip(rows, answers, strict=True)},
        password=changes.pop("password", PASSWORD),
        nothing_taken=changes.pop("nothing_taken", not rows),
        **changes,
    )
    return reconcile_medicines(episode=episode, facts=facts, by=by, now=now)


def facts(episode, now):
    return gather_facts(episode, on=now.date())


def medicine_facts(episode, now):
    found = facts(episode, now)
    return found.med_classes, found.med_max_severity


def test_without_a_confirmed_list_the_facts_are_open_whatever_was_answered(
    episode, now
):
    for field, value in (("med_classes", []), ("med_max_severity", 0)):
        HistoryAnswer.objects.create(
            patient=episode.patient,
            episode=episode,
            field=field,
            value=value,
            mode=ResponseMode.LINK,
            answered_at=now,
        )

    assert medicine_facts(episode, now) == (MISSING, MISSING)


def test_a_nurse_confirms_what_is_not_grave(episode, nurse, now):
    rows = takes(episode, now, "Sertraline 50 mg", "Levothyroxine")

    made = go_through(episode, rows, nurse, now, USUAL, USUAL)

    assert made.state == ReconciliationState.CONFIRMED
    assert made.signed_by is None
    assert medicine_facts(episode, now) == (frozenset({"M-024", "M-036"}), 1)
    assert facts(episode, now).qt_drug_count == 0
    assert HoldPlan.objects.count() == 2
    events = AuditEvent.objects.filter(object_type="MedicationReconciliation")
    assert events.count() == 1


def test_nothing_taken_is_said_and_never_assumed(episode, nurse, now):
    with pytest.raises(ReconciliationRefused, match="nothing is taken"):
        go_through(episode, [], nurse, now, nothing_taken=False)

    go_through(episode, [], nurse, now)

    assert medicine_facts(episode, now) == (frozenset(), 0)


def test_what_is_major_waits_for_a_prescriber(episode, nurse, prescriber, now):
    rows = takes(episode, now, "Xanax")

    prepared = go_through(episode, rows, nurse, now, HELD)

    assert prepared.state == ReconciliationState.PREPARED
    assert medicine_facts(episode, now) == (MISSING, MISSING)
    assert HoldPlan.objects.count() == 0
    item = WorkItem.objects.get(kind=MEDICINES)
    assert (item.role, item.object_id) == ("prescriber", episode.pk)

    signed = go_through(episode, rows, prescriber, now, HELD)

    assert signed.signed_by == prescriber
    assert medicine_facts(episode, now) == (frozenset({"M-001"}), 3)
    assert HoldPlan.objects.get().choice == HoldChoice.HOLD
    assert Signature.objects.filter(object_id=signed.pk).count() == 1
    assert not WorkItem.objects.open().filter(kind=MEDICINES).exists()


def test_a_medicine_that_comes_later_opens_the_facts_again(
    episode, nurse, prescriber, now
):
    go_through(episode, takes(episode, now, "Sertraline"), nurse, now, USUAL)

    takes(episode, now, "Lisinopril")
    assert medicine_facts(episode, now) == (MISSING, MISSING)
    assert WorkItem.objects.get(kind=RECONCILE).role == "nurse"
    takes(episode, now, "ashwagandha")
    takes(episode, now, "Ativan")

    assert WorkItem.objects.filter(kind=MEDICINES).count() == 1
    assert len(standing_of(episode.pk).new) == 3


def test_what_is_no_longer_taken_no_longer_counts(episode, prescriber, now):
    sertraline, ativan = takes(episode, now, "Sertraline", "Ativan")
    go_through(episode, [sertraline, ativan], prescriber, now, USUAL, DECIDED)

    end_medication(
        statement_id=ativan.pk, ended_on=now.date(), today=now.date(), by=prescriber
    )

    assert medicine_facts(episode, now) == (frozenset({"M-036"}), 0)


def test_an_unknown_name_is_settled_or_stays_major(episode, prescriber, now):
    rows = takes(episode, now, "ashwagandha", "lorazapam", "kombucha")
    answers = (
        Answer(resolved=Resolved.UNKNOWN, plan=Plan.CONTINUE, reason="Box is lost."),
        Answer(
            resolved=Resolved.NAME,
            meant="lorazepam",
            plan=Plan.CONTINUE,
            reason="Seen the box.",
        ),
        Answer(resolved=Resolved.NONE, plan=Plan.CONTINUE, reason="Looked up."),
    )

    made = go_through(episode, rows, prescriber, now, *answers)

    grave = {line["text"]: line["severity"] for line in made.lines}
    assert grave == {"ashwagandha": 3, "lorazapam": 3, "kombucha": 0}
    assert medicine_facts(episode, now) == (frozenset({"M-001"}), 3)


def test_two_sedating_medicines_are_major_together(episode, nurse, now):
    rows = takes(episode, now, "gabapentin", "Ambien")

    made = go_through(episode, rows, nurse, now, USUAL, USUAL)

    assert (made.state, made.max_severity) == (ReconciliationState.PREPARED, 3)


def test_the_route_decides_how_grave_the_list_is(episode, prescriber, now):
    rows = takes(episode, now, "clarithromycin")

    by_vein = go_through(
        episode, rows, prescriber, now, DECIDED, route=MedicineRoute.IV
    )
    under_tongue = go_through(
        episode, rows, prescriber, now, DECIDED, route=MedicineRoute.SL
    )
    open_route = go_through(
        episode, rows, prescriber, now, DECIDED, route=MedicineRoute.UNDECIDED
    )

    assert [one.max_severity for one in (by_vein, under_tongue, open_route)] == [
        1,
        3,
        3,
    ]


REFUSED = [
    ("Sertraline", Answer(), "Say what this medicine is."),
    ("Sertraline", Answer(resolved=Resolved.MATCH), "Choose: continue, hold or taper."),
    ("Xanax", USUAL, "Write the reason of the decision."),
    ("naltrexone", USUAL, "Write the reason of the decision."),
    ("ashwagandha", USUAL, "The list does not know this name. Choose what it is."),
    (
        "ashwagandha",
        Answer(resolved=Resolved.NONE, plan=Plan.CONTINUE, reason=" "),
        "Write the reason of the decision.",
    ),
    (
        "ashwagandha",
        Answer(resolved=Resolved.CLASS, class_id="M-999", plan=Plan.CONTINUE),
        "Choose the class.",
    ),
    (
        "ashwagandha",
        Answer(resolved=Resolved.NAME, meant="lorazapam", plan=Plan.CONTINUE),
        "Choose a name of the list.",
    ),
    (
        "Adderall",
        Answer(resolved=Resolved.MATCH, plan=Plan.HOLD, restart="after", reason="r"),
        "How many hours before the dose, 1 to 1440?",
    ),
    (
        "Adderall",
        Answer(
            resolved=Resolved.MATCH,
            plan=Plan.HOLD,
            hold_before_h=0,
            restart="after",
            reason="r",
        ),
        "How many hours before the dose, 1 to 1440?",
    ),
    (
        "Adderall",
        Answer(resolved=Resolved.MATCH, plan=Plan.TAPER, reason="r"),
        "When does it go on? Write it for the patient.",
    ),
]


@pytest.mark.parametrize(("name", "answer", "sentence"), REFUSED)
def test_what_is_missing_is_said_beside_its_field(
    episode, prescriber, now, name, answer, sentence
):
    rows = takes(episode, now, name)

    with pytest.raises(ReconciliationRefused) as refusal:
        go_through(episode, rows, prescriber, now, answer)

    assert refusal.value.problems[0].sentence == sentence
    assert refusal.value.problems[0].statement == str(rows[0].pk)
    assert MedicationReconciliation.objects.count() == 0


def test_the_day_of_a_dose_asks_of_each_what_happened(episode, nurse, now):
    rows = takes(episode, now, "Sertraline")

    with pytest.raises(ReconciliationRefused, match="what happened with it today"):
        go_through(episode, rows, nurse, now, USUAL, visit_on=now.date())


def test_a_list_that_has_changed_is_gone_through_again(episode, nurse, now):
    rows = takes(episode, now, "Sertraline", "Lisinopril")

    with pytest.raises(ReconciliationRefused, match="has changed"):
        go_through(episode, rows[:1], nurse, now, USUAL)
    with pytest.raises(ReconciliationRefused, match="on the list"):
        go_through(episode, rows, nurse, now, USUAL, USUAL, nothing_taken=True)


@pytest.mark.parametrize(
    ("password", "sentence"),
    [("", "Enter your password"), ("wrong", "not your password")],
)
def test_a_signature_needs_the_password(episode, prescriber, now, password, sentence):
    rows = takes(episode, now, "Xanax")

    with pytest.raises(DomainError, match=sentence):
        go_through(episode, rows, prescriber, now, HELD, password=password)


@pytest.mark.parametrize("role", ["front-desk", "compliance", "admin"])
def test_only_clinicians_go_through_medicines(episode, now, role):
    by = UserFactory.create(roles=[role])
    (row,) = takes(episode, now, "Sertraline")

    with pytest.raises(NotAllowed):
        go_through(episode, [row], by, now, USUAL)
    with pytest.raises(NotAllowed):
        end_medication(
            statement_id=row.pk, ended_on=now.date(), today=now.date(), by=by
        )


def refused_by(name, write):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        write()


def test_the_database_holds_what_must_never_happen(episode, nurse, now):
    rows = takes(episode, now, "Sertraline")
    made = go_through(episode, rows, nurse, now, USUAL)
    plan = {
        "reconciliation": made,
        "patient": episode.patient,
        "statement": takes(episode, now, "Xanax")[0],
        "choice": HoldChoice.HOLD,
        "hold_before_h": 24,
        "restart": "after",
        "has_abrupt_stop_risk": True,
    }
    refused_by(
        "hold_plan_(abrupt_stop_)?is_signed", lambda: HoldPlan.objects.create(**plan)
    )
    taper = {**plan, "choice": HoldChoice.TAPER, "hold_before_h": None}
    refused_by(
        "hold_plan_(abrupt_stop_)?is_signed", lambda: HoldPlan.objects.create(**taper)
    )
    signed = {**plan, "signed_by": nurse, "signed_at": now}
    refused_by(
        "hold_plan_says_how_long",
        lambda: HoldPlan.objects.create(**{**signed, "hold_before_h": None}),
    )
    HoldPlan.objects.create(**signed)
    refused_by(
        "hold_plan_one_for_a_medicine", lambda: HoldPlan.objects.create(**signed)
    )
    fields = {
        "patient": episode.patient,
        "episode": episode,
        "state": ReconciliationState.CONFIRMED,
        "route": MedicineRoute.IM,
        "nothing_taken": True,
        "max_severity": 0,
        "needs_prescriber": False,
        "made_at": now,
        "made_by": nurse,
    }
    create = MedicationReconciliation.objects.create
    for name, changes in (
        ("lists_or_says_nothing", {"nothing_taken": False}),
        ("lists_or_says_nothing", {"lines": [{}]}),
        ("grave_is_signed", {"needs_prescriber": True}),
        ("major_needs_prescriber", {"max_severity": 3}),
        ("of_a_dose_has_its_day", {"occasion": "dose-day"}),
    ):
        refused_by(name, lambda changes=changes: create(**{**fields, **changes}))


def test_the_last_day_is_a_day_that_was(episode, nurse, now):
    (row,) = takes(episode, now, "Sertraline")
    today = now.date()
    MedicationStatement.objects.filter(pk=row.pk).update(
        started_on=today - timedelta(days=5)
    )

    def end(on):
        return end_medication(statement_id=row.pk, ended_on=on, today=today, by=nurse)

    with pytest.raises(DomainError, match="before the first"):
        end(date(2020, 1, 1))
    with pytest.raises(DomainError, match="in the future"):
        end(today + timedelta(days=1))
    assert end(today).ended_on == today
    with pytest.raises(DomainError, match="ended already"):
        end(today)


def test_odd_names_are_kept_as_typed(episode, now):
    names = ("x" * 300, "💊", "Sertraline", "sertraline", "Zoloft; lorazepam")

    rows = takes(episode, now, *names)

    assert [row.text for row in rows] == [names[0], "💊", "Sertraline", names[4]]
    again = services.record_medications(
        patient=episode.patient,
        names_and_doses=[("Sertraline", "100 mg"), ("sertraline", "100 MG")],
        mode=ResponseMode.LINK,
        by=None,
        now=now,
    )
    assert [row.dose_text for row in again] == ["100 mg"]


# The page.


def url(episode):
    return f"/screening/{episode.pk}/medicines/review/"


def typed(row, **changes):
    values = {"what": "match", "plan": "continue", **changes}
    return {f"m{row.pk}-{name}": value for name, value in values.items()}


def test_a_nurse_goes_through_the_page(as_role, episode, now):
    rows = takes(episode, now, "Sertraline", "lorazapam", "Zoloft")
    client = as_role("nurse")

    text = client.get(url(episode)).content.decode()
    assert "On the list more than once" not in text
    assert "Names that are close" in text
    assert text.count("<h1") == 1
    refused = client.post(url(episode), {"route": "im", "note": "Kept words"})
    assert refused.status_code == 422
    assert "Say what this medicine is." in refused.content.decode()
    assert "Kept words" in refused.content.decode()

    data = {"route": "im"}
    for row in rows:
        data |= typed(row)
    data |= typed(rows[1], what="name:lorazepam", reason="Box seen.")
    assert client.post(url(episode), data).status_code == 302

    page = client.get(url(episode)).content.decode()
    assert "It counts when a prescriber signs it" in page


def test_a_prescriber_signs_on_the_page_and_a_front_desk_may_not_look(
    as_role, episode, now
):
    (row,) = takes(episode, now, "Xanax")
    client = as_role("prescriber")
    data = {
        "route": "im",
        **typed(
            row, plan="hold", hold_before_h="24", restart="at night", reason="Safe."
        ),
    }

    assert "Must not be stopped abruptly" in client.get(url(episode)).content.decode()
    assert client.post(url(episode), {**data, "password": "no"}).status_code == 422
    assert client.post(url(episode), {**data, "password": PASSWORD}).status_code == 302
    assert as_role("front-desk").get(url(episode)).status_code == 403


def test_no_medicine_asks_for_the_sentence(as_role, episode):
    client = as_role("nurse")

    assert client.post(url(episode), {"route": "im"}).status_code == 422
    done = client.post(url(episode), {"route": "im", "nothing_taken": "on"})

    assert done.status_code == 302


def test_a_medicine_is_ended_on_the_page(as_role, episode, now):
    (row,) = takes(episode, now, "Sertraline")
    client = as_role("nurse")
    address = f"/screening/{episode.pk}/medicines/{row.pk}/end/"

    for bad in ("", "soon", "2999-01-01"):
        page = client.post(address, {"ended_on": bad}, follow=True)
        assert "Not ended" in page.content.decode()
    client.post(address, {"ended_on": now.date().isoformat()})

    row.refresh_from_db()
    assert row.ended_on == now.date()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_any_list(as_role, episode, now, count):
    client = as_role("prescriber")
    takes(episode, now, *("Sertraline", "Xanax", "Lisinopril")[:count])
    client.get(url(episode))

    with CaptureQueriesContext(connection) as asked:
        client.get(url(episode))

    assert len(asked) == 11, "\n".join(
        row["sql"][:100] for row in asked.captured_queries
    )
