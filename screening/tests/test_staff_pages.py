from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kap.accounts.tests.factories import PASSWORD
from kap.patients.enums import Phase
from kap.patients.tests.factories import ContactConsentFactory, EpisodeFactory
from screening import services
from screening.enums import Decision, ResponseMode
from screening.models import (
    EligibilityDetermination,
    HistoryAnswer,
    IntakePacket,
    Observation,
)
from screening.tests.factories import (
    ConsentFactory,
    PacketFactory,
    ResponseFactory,
    all_items,
    answered,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def episode(db, now, freeze):
    freeze(now)
    return EpisodeFactory.create(phase=Phase.SCREENING)


def filled_in(episode, now, **changes):
    """Everything answered, measured and scored, and the rules run."""
    answered(episode, **changes)
    for key in ("phq-9", "gad-7"):
        row = ResponseFactory.create(episode=episode, instrument=key)
        services.submit_response(
            response_id=row.pk,
            answers=all_items(key, 1, **({"phq9_9": 0} if key == "phq-9" else {})),
            mode=ResponseMode.LINK,
            by=None,
            now=now,
        )


def measure(client, episode, systolic=("124", "122"), diastolic=("78", "76"), **more):
    data = {"weight_unit": "kg", **more}
    for number, (upper, lower) in enumerate(
        zip(systolic, diastolic, strict=True), start=1
    ):
        data |= {f"systolic_{number}": upper, f"diastolic_{number}": lower}
    return client.post(f"/screening/{episode.pk}/vitals/", data)


def ready(client, episode, now, **changes):
    filled_in(episode, now, **changes)
    return measure(client, episode, pulse="70", spo2="98", weight="70", height_cm="172")


def decide(client, episode, **changes):
    evaluation = episode.evaluations.order_by("-evaluated_at", "-pk").first()
    last = episode.determinations.order_by("-decided_at", "-pk").first()
    data = {
        "evaluation": str(evaluation.pk),
        "seen": str(last.pk) if last else "",
        "decision": "eligible",
        "covers": "racemic",
        "conditions": "",
        "reason": "",
        "password": PASSWORD,
        **changes,
    }
    return client.post(f"/screening/{episode.pk}/decision/", data)


def test_the_prescriber_reads_the_review_and_signs(as_role, episode, now):
    client = as_role("prescriber")
    assert ready(client, episode, now).status_code == 302
    page = client.get(f"/screening/{episode.pk}/")
    text = page.content.decode()
    assert page.context["rules"].missing == []
    assert "Esketamine" in text
    assert "the patient, own phone" in text
    assert "124/78, 122/76 mmHg" in text
    assert "154 lb" in text
    assert decide(client, episode).status_code == 302
    row = EligibilityDetermination.objects.get()
    assert row.decision == Decision.ELIGIBLE
    episode.refresh_from_db()
    assert episode.phase == Phase.PREPARATION
    assert (
        "Signed decisions" in client.get(f"/screening/{episode.pk}/").content.decode()
    )


@pytest.mark.parametrize(
    ("facts", "sent", "sentence"),
    [
        ({}, {"decision": ""}, "Choose a decision"),
        ({}, {"password": ""}, "Type your password"),
        ({}, {"password": "wrong"}, "not your password"),
        ({}, {"decision": "deferred"}, "Write the reason"),
        ({}, {"decision": "not-eligible"}, "Write the reason"),
        ({"psychosis_history": True}, {}, "cannot be “Eligible”"),
        ({"psychosis_history": None}, {}, "Some answers are missing"),
        ({"htn_dx": True, "htn_steady_4_weeks": True}, {}, "asks for caution"),
        ({}, {"reason": "x" * 10_000}, "Shorten it to 2000"),
    ],
)
def test_a_refused_decision_says_why_and_keeps_the_text(
    as_role, episode, now, facts, sent, sentence
):
    client = as_role("prescriber")
    ready(client, episode, now, **facts)
    page = decide(client, episode, **{"conditions": "", **sent})
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert not EligibilityDetermination.objects.exists()


def test_a_stale_review_says_so_and_cannot_be_signed(as_role, episode, now, freeze):
    client = as_role("prescriber")
    ready(client, episode, now)
    old = episode.evaluations.order_by("-evaluated_at", "-pk").first()
    services.record_answers(
        episode=episode,
        answers={"sud_active": True},
        mode=ResponseMode.CLINICIAN,
        by=client.user,
        now=now,
    )
    page = client.get(f"/screening/{episode.pk}/").content.decode()
    assert "changed since the rules ran" in page
    freeze(now).shift(60)
    assert client.post(f"/screening/{episode.pk}/rules/").status_code == 302
    refused = decide(client, episode, evaluation=str(old.pk))
    assert refused.status_code == 422
    assert "changed since this page was opened" in refused.content.decode()


def test_an_evaluation_of_somebody_else_is_not_found(as_role, episode, now):
    client = as_role("prescriber")
    ready(client, episode, now)
    assert decide(client, episode, evaluation=str(uuid4())).status_code == 404
    assert decide(client, episode, evaluation="nonsense").status_code == 404


def test_settling_an_open_answer_runs_the_rules(as_role, episode, now):
    client = as_role("nurse")
    ready(client, episode, now, psychosis_history=None)
    page = client.get(f"/screening/{episode.pk}/")
    assert (
        f"/screening/{episode.pk}/answers/psychosis_history/" in page.content.decode()
    )
    sent = {"psychosis_history": "no", "note": "Asked again on the phone"}
    client.post(f"/screening/{episode.pk}/answers/psychosis_history/", sent)
    newest = HistoryAnswer.objects.filter(field="psychosis_history").latest(
        "answered_at"
    )
    assert (newest.value, newest.note) == (False, "Asked again on the phone")
    text = client.get(f"/screening/{episode.pk}/").content.decode()
    assert client.user.name in text


@pytest.mark.parametrize(
    "field",
    ["capacity", "hcg_result", "hcg_date", "htn_regimen_stable_days", "nyha", "cvd"],
)
def test_clinicians_fields_each_have_a_page(as_role, episode, field):
    client = as_role("nurse")
    assert client.get(f"/screening/{episode.pk}/answers/{field}/").status_code == 200
    assert (
        client.post(f"/screening/{episode.pk}/answers/{field}/", {}).status_code == 422
    )


def test_a_field_nobody_knows_is_not_found(as_role, episode):
    assert (
        as_role("nurse").get(f"/screening/{episode.pk}/answers/shoe/").status_code
        == 404
    )


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"weight": "700"}, "700 kg is not possible"),
        ({"weight": "700", "weight_unit": "lb"}, "unusual"),
        ({"weight": "1000", "weight_unit": "lb"}, "is not possible"),
        ({"height_cm": "1.75"}, "Use at most"),
        ({"height_cm": "110"}, "unusual"),
        ({"pulse": "abc"}, "Enter a number"),
        ({"spo2": "120"}, "is not possible"),
        ({"systolic_1": "120"}, "Both numbers"),
        ({"systolic_1": "80", "diastolic_1": "120"}, "swapped"),
        ({}, "at least one reading"),
    ],
)
def test_impossible_readings_are_refused_with_a_sentence(
    as_role, episode, sent, sentence
):
    client = as_role("nurse")
    page = client.post(f"/screening/{episode.pk}/vitals/", sent)
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert not Observation.objects.exists()


def test_an_unusual_weight_is_kept_after_a_second_look(as_role, episode):
    client = as_role("nurse")
    sent = {"weight": "190", "weight_unit": "kg"}
    assert client.post(f"/screening/{episode.pk}/vitals/", sent).status_code == 422
    sent["is_checked"] = "on"
    assert client.post(f"/screening/{episode.pk}/vitals/", sent).status_code == 302
    assert Observation.objects.get().value == 190


def test_pounds_are_kept_as_kilograms(as_role, episode):
    client = as_role("nurse")
    sent = {"weight": "150", "weight_unit": "lb"}
    client.post(f"/screening/{episode.pk}/vitals/", sent)
    assert str(Observation.objects.get().value) == "68.000"


def test_medicines_and_allergies_are_added_and_marked_as_errors(as_role, episode):
    client, base = as_role("nurse"), f"/screening/{episode.pk}/medicines/"
    assert "Nobody has asked about allergies" in client.get(base).content.decode()
    client.post(base, {"what": "medicine", "name": "Lithium", "dose": "600 mg"})
    client.post(base, {"what": "allergy", "none_known": "on"})
    client.post(base, {"what": "allergy", "name": "Latex", "dose": "rash"})
    text = client.get(base).content.decode()
    assert "Lithium" in text
    assert "Latex" in text
    assert (
        "No known allergies"
        not in text.split('id="allergies"')[1].split("<form method")[0]
    )
    row = episode.patient.medication_statements.get()
    client.post(f"{base}medicine/{row.pk}/error/")
    assert "Lithium" not in client.get(base).content.decode()
    assert client.post(base, {"what": "medicine", "name": ""}).status_code == 422
    assert client.post(base, {"what": "allergy"}).status_code == 422
    other = EpisodeFactory.create()
    assert (
        client.post(
            f"/screening/{other.pk}/medicines/medicine/{row.pk}/error/"
        ).status_code
        == 404
    )


CLINICAL_PAGES = ("", "vitals/", "medicines/", "answers/capacity/", "preparation/")


@pytest.mark.parametrize("path", CLINICAL_PAGES)
def test_the_front_desk_opens_no_clinical_page(as_role, episode, path):
    assert (
        as_role("front-desk").get(f"/screening/{episode.pk}/{path}").status_code == 403
    )


@pytest.mark.parametrize("role", ["compliance", "admin"])
@pytest.mark.parametrize("path", [*CLINICAL_PAGES, "forms/", "phone/"])
def test_roles_that_do_not_treat_open_nothing(as_role, episode, role, path):
    assert as_role(role).get(f"/screening/{episode.pk}/{path}").status_code == 403


@pytest.mark.parametrize("role", ["therapist", "nurse"])
def test_who_does_not_prescribe_cannot_sign(as_role, episode, now, role):
    ready(as_role("nurse"), episode, now)
    assert decide(as_role(role), episode).status_code == 403


def test_the_front_desk_sees_states_and_no_answers(as_role, episode, now):
    filled_in(episode, now, psychosis_history=True)
    client = as_role("front-desk")
    text = client.get(f"/screening/{episode.pk}/forms/").content.decode()
    assert "Filled in" in text
    assert "Clinical review needed" in text
    chart = client.get(f"/patients/{episode.patient_id}/").content.decode()
    for secret in ("psychosis", "minimal", "Medicines and allergies", "Excluded"):
        assert secret not in text
        assert secret not in chart
    tab = client.get(f"/screening/patients/{episode.patient_id}/")
    assert tab.url == f"/screening/{episode.pk}/forms/"


@pytest.mark.parametrize("what", ["packet", "measures", "consent"])
def test_each_form_is_sent_by_the_agreed_channel(as_role, episode, what):
    ContactConsentFactory.create(patient=episode.patient)
    ContactConsentFactory.create(patient=episode.patient, purpose="measures")
    client = as_role("front-desk")
    page = client.post(
        f"/screening/{episode.pk}/forms/send/",
        {"what": what, "measure": ["phq-9", "gad-7"]},
        follow=True,
    )
    assert "On its way" in page.content.decode()


def test_without_permission_to_write_the_tablet_is_named(as_role, episode):
    client = as_role("front-desk")
    page = client.post(
        f"/screening/{episode.pk}/forms/send/", {"what": "packet"}, follow=True
    )
    assert "agreed to no channel" in page.content.decode()


def test_an_unknown_form_is_not_found(as_role, episode):
    client = as_role("front-desk")
    assert (
        client.post(f"/screening/{episode.pk}/forms/send/", {"what": "x"}).status_code
        == 404
    )


def test_a_doubled_press_sends_one_packet(as_role, episode):
    client, key = as_role("front-desk"), str(uuid4())
    for _ in range(2):
        client.post(
            f"/screening/{episode.pk}/forms/send/", {"what": "packet", "_once": key}
        )
    assert IntakePacket.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "factory", "path"),
    [
        ("packet", PacketFactory, "/p/forms/"),
        ("measures", ResponseFactory, "/p/form/"),
        ("consent", ConsentFactory, "/p/read/"),
    ],
)
def test_the_tablet_is_handed_over_and_staff_are_signed_out(
    as_role, episode, kind, factory, path
):
    row = factory.create(episode=episode)
    client = as_role("front-desk")
    page = client.post(f"/screening/{episode.pk}/forms/{kind}/{row.pk}/tablet/")
    assert page.url == path
    assert client.get(path).status_code == 200
    assert client.get(f"/screening/{episode.pk}/forms/").status_code == 302
    other = EpisodeFactory.create()
    again = as_role("front-desk").post(
        f"/screening/{other.pk}/forms/{kind}/{row.pk}/tablet/"
    )
    assert again.status_code == 404


def test_a_packet_called_back_no_longer_opens(as_role, episode, behind_link):
    packet = PacketFactory.create(episode=episode)
    patient = behind_link("packet", packet)
    client = as_role("front-desk")
    client.post(f"/screening/{episode.pk}/forms/{packet.pk}/call-back/")
    packet.refresh_from_db()
    assert packet.status == "cancelled"
    assert patient.get("/p/forms/").status_code == 403


def test_a_questionnaire_on_the_phone(as_role, episode):
    row = ResponseFactory.create(episode=episode, instrument="gad-7")
    client, path = as_role("nurse"), f"/screening/{episode.pk}/phone/measures/{row.pk}/"
    assert "Feeling nervous" in client.get(path).content.decode()
    sent = dict.fromkeys(all_items("gad-7"), "1")
    assert client.post(path, sent).status_code == 302
    assert client.post(path, sent).status_code == 404
    assert as_role("front-desk").get(path).status_code == 403


def test_the_list_of_reviews_waits_for_a_decision(as_role, episode, now):
    client = as_role("prescriber")
    assert "Nothing waits" in client.get("/screening/").content.decode()
    ready(client, episode, now)
    assert episode.patient.family_name in client.get("/screening/").content.decode()
    decide(client, episode)
    assert "Nothing waits" in client.get("/screening/").content.decode()
    assert as_role("front-desk").get("/screening/").status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_reviews_asks_the_same_for_any_number(as_role, now, freeze, rows):
    freeze(now)
    client = as_role("prescriber")
    for _ in range(rows):
        ready(client, EpisodeFactory.create(phase=Phase.SCREENING), now)
    client.get("/screening/")
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/screening/").content.decode().count("data-item") == rows
    assert len(asked) == 5


@pytest.mark.parametrize("times", [1, 3])
def test_the_review_asks_the_same_for_any_history(as_role, episode, now, times):
    client = as_role("prescriber")
    for _ in range(times):
        ready(client, episode, now)
        services.record_medications(
            patient=episode.patient,
            names_and_doses=[(f"Medicine {_}", "")],
            mode=ResponseMode.LINK,
            by=None,
            now=now,
        )
    decide(client, episode)
    client.get(f"/screening/{episode.pk}/")
    with CaptureQueriesContext(connection) as asked:
        client.get(f"/screening/{episode.pk}/")
    assert len(asked) <= 15, "\n".join(
        row["sql"][:160] for row in asked.captured_queries
    )
