from __future__ import annotations

from dataclasses import replace

import pytest

from kap.audit.models import AuditEvent
from kap.documents import rendering
from kap.documents.models import DocumentReference, RenderJob, Signature
from kap.patients.tests.factories import PatientFactory
from kap.worklist.models import WorkItem
from screening.enums import ConsentStatus
from screening.models import Consent
from screening.queries.consents import parts_of
from screening.services import ConsentNotReady
from screening.tests.consent_room import FINE, clinician_signs
from screening.tests.factories import ConsentFactory, publish_edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def consent(db):
    return ConsentFactory.create()


@pytest.fixture
def client(behind_link, consent):
    return behind_link("consent", consent)


def read_all(client, consent, **changes):
    """Each part as it asks; ``changes`` maps a part's id to what is posted instead."""
    for part in parts_of(consent, None):
        answers = {f"q{n}": q.right for n, q in enumerate(part.questions)}
        given = {"none": {}, "initials": {"given": "j.t."}, "checkbox": {"given": "on"}}
        data = changes.get(part.id, given.get(part.ack, answers))
        page = client.post(f"/p/read/{part.number}/", data)
        assert page.status_code == 302, page.content.decode()
    return page


def number_of(consent, key):
    return next(one.number for one in parts_of(consent, None) if one.id == key)


def sign(client, **changes):
    data = {
        "agreed": "on",
        "printed_name": "Juniper Testwell",
        "edition": "1",
        **changes,
    }
    return client.post("/p/read/sign/", data)


def test_read_part_by_part_sign_and_get_the_copy(client, consent, now, media):
    page = client.get("/p/read/")
    assert b"short parts" in page.content
    assert (
        b"ketamine"
        not in page.content.split(b"<title>")[1].split(b"</title>")[0].lower()
    )
    last = read_all(client, consent)
    assert last.url == "/p/read/sign/"
    assert sign(client).url == "/p/read/done/"
    consent.refresh_from_db()
    assert consent.status == ConsentStatus.PARTIAL
    assert consent.opened_at == now
    signature = Signature.objects.get()
    assert signature.printed_name == "Juniper Testwell"
    assert signature.proof == "secure link and date of birth"
    assert "being made" in client.get("/p/read/done/").content.decode()
    assert client.get("/p/read/copy/").url == "/p/read/done/"
    rendering.render_job(RenderJob.objects.get().pk, now=now)
    assert "Download your copy" in client.get("/p/read/done/").content.decode()
    copy = client.get("/p/read/copy/")
    assert copy.content.startswith(b"%PDF")
    assert "attachment" in copy["Content-Disposition"]
    event = AuditEvent.objects.filter(action="download").get()
    assert event.link_id == client.link.pk


def test_the_parts_must_be_read_before_the_signature(client):
    page = sign(client)
    assert page.status_code == 422
    text = page.content.decode()
    assert "Not read or ticked yet" in text
    assert "Juniper Testwell" in text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"agreed": ""}, "Tick this when it is true"),
        ({"printed_name": "   "}, "Type your full name"),
        ({"printed_name": "x" * 10_000}, "Shorten it to 160"),
        ({"edition": "77"}, "A newer edition has been published"),
        ({"signature_svg": "<svg><script>1</script></svg>"}, "could not be read"),
        ({"signature_svg": "x" * 200_001}, "too long"),
    ],
)
def test_a_refused_signature_says_why_and_keeps_what_was_typed(
    client, consent, changes, sentence
):
    read_all(client, consent)
    page = sign(client, **changes)
    assert page.status_code == 422
    assert sentence in page.content.decode()
    consent.refresh_from_db()
    assert consent.status == ConsentStatus.PROPOSED


def test_initials_and_ticks_are_asked_where_the_part_asks(client, consent):
    initials = f"/p/read/{number_of(consent, 'off-label')}/"
    assert client.post(initials, {}).status_code == 422
    assert "Type your initials" in client.post(initials, {}).content.decode()
    wrong = client.post(initials, {"given": "XY"})
    assert wrong.status_code == 422
    assert "such as JT" in wrong.content.decode()
    tick = f"/p/read/{number_of(consent, 'medicines')}/"
    assert "Tick the box" in client.post(tick, {}).content.decode()


def test_a_part_that_may_be_left_out_is_read_without_a_tick(client, consent):
    number = number_of(consent, "outcomes")
    assert client.post(f"/p/read/{number}/", {}).status_code == 302
    consent.refresh_from_db()
    assert "outcomes" in consent.read_sections
    assert "outcomes" not in consent.acknowledgements


def test_a_wrong_answer_shows_the_part_again_and_blocks_nothing(client, consent, now):
    number = number_of(consent, "understood")
    wrong = {"q0": 1, "q1": 0, "q2": 1}
    page = client.post(f"/p/read/{number}/", wrong)
    assert page.url == f"/p/read/{number}/"
    again = client.get(page.url).content.decode()
    assert "Please read this once more: Going home and the day after" in again
    assert "My clinician will talk about it with me" in again
    consent.refresh_from_db()
    assert consent.teach_back["driving"][0]["is_right"] is False
    read_all(client, consent, understood={"q1": 0})
    assert sign(client).url == "/p/read/done/"
    consent.refresh_from_db()
    with pytest.raises(ConsentNotReady, match="Not yet understood"):
        clinician_signs(consent, now)
    talked = replace(FINE, understood={"driving": True})
    assert clinician_signs(consent, now, attestation=talked).status == "active"


def test_a_second_signature_meets_a_calm_page(client, consent):
    read_all(client, consent)
    sign(client)
    again = sign(client)
    assert again.url == "/p/read/done/"
    assert "You have signed" in client.get(again.url).content.decode()
    assert Signature.objects.count() == 1
    assert client.get("/p/read/").url == "/p/read/done/"
    assert client.get("/p/read/1/").url == "/p/read/done/"


def test_a_material_edition_published_meanwhile_is_read_where_it_changed(
    client, consent
):
    read_all(client, consent)
    publish_edition(number=2, going_home="New words about the way home.")
    page = sign(client)
    assert page.url == "/p/read/"
    overview = client.get("/p/read/")
    text = overview.content.decode()
    assert "The text was changed on 20 Nov 2026" in text
    assert "Going home and the day after" in text
    assert overview.context["next"].id == "going-home"
    assert (
        "Not read or ticked yet: Going home"
        in sign(client, edition="2").content.decode()
    )
    client.post(f"/p/read/{number_of(consent, 'going-home')}/", {"given": "JT"})
    assert sign(client, edition="2").url == "/p/read/done/"
    assert Consent.objects.get(template__edition=2).status == ConsentStatus.PARTIAL
    consent.refresh_from_db()
    assert consent.end_kind == "overtaken"


def test_a_small_correction_does_not_stop_the_signature(client, consent):
    read_all(client, consent)
    publish_edition(number=2, is_material=False)
    assert sign(client).url == "/p/read/done/"


def test_a_material_edition_below_a_small_one_still_stops_it(client, consent):
    read_all(client, consent)
    publish_edition(number=2)
    publish_edition(number=3, is_material=False)
    assert sign(client).url == "/p/read/"


def test_what_is_new_since_the_last_signature_is_marked(
    behind_link, client, consent, now
):
    read_all(client, consent)
    sign(client)
    clinician_signs(consent, now)
    edition = publish_edition(number=2, going_home="New words about the way home.")
    newer = ConsentFactory.create(episode=consent.episode, template=edition)
    client = behind_link("consent", newer)
    page = client.get("/p/read/")
    assert page.context["next"].id == "going-home"
    assert [part.id for part in page.context["parts"] if part.is_new] == ["going-home"]
    assert (
        "This part is new since you signed"
        in client.get(f"/p/read/{number_of(newer, 'going-home')}/").content.decode()
    )
    assert "This part is new" not in client.get("/p/read/1/").content.decode()


def test_a_question_waits_for_an_answer_before_the_signature(client, consent, as_role):
    read_all(client, consent)
    page = client.post("/p/read/3/question/", {"question": "How often is this?"})
    assert page.url == "/p/read/3/"
    assert "How often is this?" in client.get("/p/read/3/").content.decode()
    item = WorkItem.objects.get(kind="consent-question")
    refused = sign(client)
    assert "We will answer it first" in refused.content.decode()
    nurse = as_role("nurse")
    nurse.post(f"/screening/consents/{consent.pk}/questions/0/")
    item.refresh_from_db()
    assert item.closed_at is not None
    assert sign(client).status_code == 302


def test_the_front_desk_sees_where_a_consent_stands_and_not_what_was_said(
    client, consent, as_role
):
    read_all(client, consent)
    client.post("/p/read/3/question/", {"question": "With my heart flutter?"})
    pages = [f"/screening/consents/{consent.pk}/"]
    pages.append(f"/screening/{consent.episode_id}/consents/")
    Consent.objects.filter(pk=consent.pk).update(about="Told to the cardiologist")

    for_nurse = "".join(as_role("nurse").get(page).content.decode() for page in pages)
    for_desk = "".join(
        as_role("front-desk").get(page).content.decode() for page in pages
    )

    assert for_nurse.count("heart flutter") == 1
    assert for_nurse.count("cardiologist") == 2
    assert "A question waits" in for_desk
    assert "Not signed" in for_desk
    assert "heart flutter" not in for_desk
    assert "cardiologist" not in for_desk
    assert "Understanding" not in for_desk


@pytest.mark.parametrize("text", ["", "   ", "x" * 10_000])
def test_an_empty_or_endless_question_is_refused(client, text):
    assert client.post("/p/read/3/question/", {"question": text}).status_code == 422


def test_declining_is_possible_and_final(client, consent):
    assert client.post("/p/read/decline/", {"reason": "Not now"}).url == "/p/read/done/"
    consent.refresh_from_db()
    assert consent.status == ConsentStatus.REJECTED
    assert "You have not signed" in client.get("/p/read/done/").content.decode()
    assert sign(client).url == "/p/read/done/"


def test_a_signed_consent_can_be_taken_back(client, consent, now):
    assert client.post("/p/read/withdraw/", {"reason": ""}).url == "/p/read/done/"
    read_all(client, consent)
    sign(client)
    clinician_signs(consent, now)
    client.post("/p/read/withdraw/", {"reason": "I changed my mind"})
    consent.refresh_from_db()
    assert consent.status == ConsentStatus.INACTIVE
    assert consent.end_reason == "I changed my mind"
    assert "no longer counts" in client.get("/p/read/done/").content.decode()


def test_a_link_to_another_patients_consent_opens_nothing(behind_link, consent):
    row = type("Row", (), {"patient": PatientFactory.create(), "pk": consent.pk})
    client = behind_link("consent", row)
    paths = (
        "",
        "1/",
        "1/question/",
        "sign/",
        "done/",
        "copy/",
        "decline/",
        "withdraw/",
    )
    for path in paths:
        assert client.get(f"/p/read/{path}").status_code == 403
    assert client.post("/p/read/sign/", {"printed_name": "Eve"}).status_code == 403
    assert Consent.objects.get().status == ConsentStatus.PROPOSED


def test_the_paper_is_made_again_with_the_clinicians_name(
    client, consent, as_role, now, media
):
    from kap.accounts.tests.factories import PASSWORD

    read_all(client, consent)
    sign(client)
    rendering.render_job(RenderJob.objects.get().pk, now=now)
    nurse = as_role("nurse")
    page = nurse.post(
        f"/screening/consents/{consent.pk}/explained/",
        {
            "password": PASSWORD,
            "has_capacity": "on",
            "is_not_intoxicated": "on",
            "minutes": "20",
        },
    )
    assert page.status_code == 302
    waiting = RenderJob.objects.get(status="preparation")
    rendering.render_job(waiting.pk, now=now)
    papers = DocumentReference.objects.filter(kind="consent")
    assert papers.count() == 2
    assert papers.current().count() == 1
