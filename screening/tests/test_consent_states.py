from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta

import pypdf
import pytest

from kap.accounts.tests.factories import PASSWORD
from kap.documents import rendering
from kap.documents.models import DocumentReference, RenderJob, TemplateEdition
from kap.patients.tests.factories import EpisodeFactory
from kap.worklist.models import WorkItem
from screening import consent_hooks, services
from screening.consent_hooks import PlannedCare
from screening.enums import ConsentStatus
from screening.models import Consent
from screening.queries import consent_state, consent_states, required_consents
from screening.queries.consent_renewals import RenewalFilter, renewals
from screening.rules.consent_standing import State
from screening.services.consent_renewals import sweep_renewals
from screening.tests.consent_room import (
    clinician_signs,
    in_force,
    patient_signs,
    proposed,
    read_whole,
)
from screening.tests.factories import publish_edition

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
RENEWALS_PAGE = 7
CONSENTS_PAGE = 11


@pytest.fixture
def episode(db):
    return EpisodeFactory.create()


@pytest.fixture
def plan(monkeypatch):
    def say(**facts):
        monkeypatch.setattr(
            consent_hooks,
            "_plans",
            [lambda ids: {pk: PlannedCare(**facts) for pk in ids}],
        )

    return say


def test_the_state_of_any_day_is_read_from_the_rows(episode, now, plan):
    """Proposed on day 0, signed on day 2, edition on day 5, signed anew on 7, withdrawn on 9."""
    day = now.date()
    first = proposed(episode, now)
    read_whole(first, now)
    patient_signs(first, now + 1 * DAY)
    clinician_signs(first, now + 2 * DAY)
    old = TemplateEdition.objects.get(kind="kap_treatment", edition=1)
    TemplateEdition.objects.create(
        kind=old.kind,
        edition=2,
        title=old.title,
        sections=old.sections,
        is_material=True,
        effective_from=day + 5 * DAY,
        published_at=now,
    )
    newer = in_force(episode, now + 7 * DAY)
    services.withdraw_consent(
        consent_id=newer.pk, reason="", by=None, now=now + 9 * DAY
    )
    table = [
        (-1, False, None, "Consent is not signed."),
        (0, False, None, "Consent is sent, not signed yet."),
        (1, False, None, "others are still to sign"),
        (2, True, 1, "edition 1 is signed."),
        (4, True, 1, "edition 1 is signed."),
        (5, False, 1, "edition 2 must be signed"),
        (6, False, 1, "edition 2 must be signed"),
        (7, True, 2, "edition 2 is signed."),
        (8, True, 2, "edition 2 is signed."),
        (9, False, None, "withdrawn"),
        (40, False, None, "withdrawn"),
    ]
    for offset, is_current, number, words in table:
        state = consent_state(episode.pk, on=day + offset * DAY)
        found = (offset, state.is_current, state.edition)
        assert found == (offset, is_current, number), state.sentence
        assert words in state.sentence, (offset, state.sentence)
    assert consent_state(episode.pk, on=day + 9 * DAY).is_withdrawn


def test_a_day_ends_at_the_clinics_midnight(episode):
    """22:00 in the clinic is another date in UTC."""
    late = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
    in_force(episode, late)
    local = late.astimezone(episode.site.zone).date()
    assert local == date(2026, 11, 23)
    assert consent_state(episode.pk, on=local).is_current
    assert not consent_state(episode.pk, on=local - DAY).is_current


def test_a_small_change_has_thirty_days_of_grace(episode, now):
    in_force(episode, now)
    made = publish_edition(number=2, is_material=False)
    last = made.effective_from + 30 * DAY
    inside = consent_state(episode.pk, on=last)
    assert inside.is_current
    assert inside.standing.state is State.GRACE
    after = consent_state(episode.pk, on=last + DAY)
    assert not after.is_current
    assert not after.is_material
    assert after.must_be_signed_since == made.effective_from


def test_another_route_asks_for_it_anew_and_for_its_own_text(episode, now, plan):
    plan(route="im")
    in_force(episode, now)
    plan(route="in_esk")
    found = dict(required_consents(episode.pk, on=now.date()))
    assert "another route is planned" in found["Treatment consent"].sentence
    assert found["Treatment consent"].is_material
    assert not found["Esketamine consent"].is_current


def test_states_of_many_episodes_cost_two_queries(now, django_assert_num_queries):
    for count in (1, 3):
        ids = [EpisodeFactory.create().pk for _ in range(count)]
        with django_assert_num_queries(2):
            assert len(consent_states(ids, on=now.date())) == count


def test_the_renewal_list_says_who_why_and_by_when(
    now, plan, django_assert_num_queries
):
    plan()
    signed = [in_force(EpisodeFactory.create(), now) for _ in range(3)]
    assert renewals(None, on=now.date()) == []
    publish_edition(number=2)
    with django_assert_num_queries(3):
        found = renewals(None, on=now.date())
    assert {row.consent_id for row in found} == {one.pk for one in signed}
    assert found[0].reason == "the text changed"
    assert found[0].state_words == "No dose before it is signed"
    assert renewals(None, on=now.date(), wanted=RenewalFilter(why="ends")) == []
    assert len(renewals(None, on=now.date(), wanted=RenewalFilter(why="edition"))) == 3
    assert renewals(None, on=now.date(), wanted=RenewalFilter(kind="touch")) == []


def test_the_sweep_plans_each_renewal_once(episode, now, plan):
    plan()
    in_force(episode, now)
    assert sweep_renewals(now + 300 * DAY) == 0
    due = now + 340 * DAY
    assert sweep_renewals(due) == 1
    assert sweep_renewals(due + DAY) == 0
    assert Consent.objects.filter(status=ConsentStatus.PROPOSED).count() == 1
    assert WorkItem.objects.filter(kind="consent-renewal").count() == 1
    row = renewals(None, on=due.date())[0]
    assert row.sent_on == due.date()
    assert renewals(None, on=due.date(), wanted=RenewalFilter(unsent_only=True)) == []
    newer = Consent.objects.get(status=ConsentStatus.PROPOSED)
    read_whole(newer, due)
    patient_signs(newer, due)
    clinician_signs(newer, due)
    assert not WorkItem.objects.filter(kind="consent-renewal").open().exists()
    assert renewals(None, on=due.date()) == []


def test_the_paper_has_the_text_and_a_record_of_signing(episode, now, media, plan):
    import kap.documents.preload  # noqa: F401 -- as in the worker

    plan(route="im")
    consent = in_force(episode, now)
    for job in RenderJob.objects.filter(status="preparation"):
        rendering.render_job(job.pk, now=now)
    paper = DocumentReference.objects.current().get(kind="consent")
    reader = pypdf.PdfReader(io.BytesIO((media / paper.path).read_bytes()))
    pages = [" ".join(page.extract_text().split()) for page in reader.pages]
    text = " ".join(pages)
    assert f"Page 1 of {len(pages)}" in pages[0]
    for words in (
        "Going home and the day after",
        "Initials: JT",
        "Juniper Testwell",
        "Explained, questions answered",
        "Time spent: 20 minutes.",
        "secure link and date of birth",
        "When may you drive again",
        "edition 1",
        "Not agreed" if not consent.acknowledgements.get("outcomes") else "Agreed",
    ):
        assert words.lower() in text.lower(), words
    assert consent.content_sha256 in text.replace(" ", "")
    record = pages[-1] if "How this was signed" in pages[-1] else pages[-2]
    assert "How this was signed" in record


def test_the_clinic_sends_to_the_chosen_and_sees_any_day(
    as_role, episode, now, plan, freeze
):
    plan()
    freeze(now)
    desk = as_role("front-desk")
    empty = desk.get("/screening/consents/")
    assert "Nobody has to sign anew" in empty.content.decode()
    signed = in_force(episode, now)
    publish_edition(number=2)
    page = desk.get("/screening/consents/").content.decode()
    assert "the text changed" in page
    assert "Nothing fits" in desk.get("/screening/consents/?why=ends").content.decode()
    assert desk.post("/screening/consents/send/", {}).status_code == 302
    desk.post("/screening/consents/send/", {"chosen": [str(signed.pk), "x"]})
    assert Consent.objects.filter(template__edition=2).count() == 1
    url = f"/screening/{episode.pk}/consents/"
    assert "edition 2 must be signed" in desk.get(url).content.decode()
    past = desk.get(url, {"on": "2026-11-01"})
    assert "Consent is not signed." in past.content.decode()
    assert desk.get(url, {"on": "soon"}).status_code == 422


def test_staff_name_people_sign_beside_and_hand_over(
    as_role, episode, now, freeze, plan
):
    plan()
    freeze(now)
    desk = as_role("front-desk")
    made = desk.post(f"/screening/{episode.pk}/consents/send/", {"kind": "touch"})
    consent = Consent.objects.get()
    assert made.url == f"/screening/consents/{consent.pk}/"
    root = made.url
    bad = desk.post(root + "people/", {"representative_name": "Gail Guardian"})
    assert bad.status_code == 422
    assert "by what right" in bad.content.decode()
    assert desk.post(root + "people/", {"wants_witness": "on"}).status_code == 302
    read_whole(consent, now)
    patient_signs(consent, now)
    assert desk.get(root).status_code == 200
    clinician_signs(consent, now)
    link = desk.post(root + "link/").content.decode()
    assert "This link is shown once" in link
    assert desk.post(root + "beside/", {"password": "no"}).status_code == 422
    assert desk.post(root + "beside/", {"password": PASSWORD}).status_code == 302
    consent.refresh_from_db()
    assert consent.status == ConsentStatus.ACTIVE
    assert desk.post(root + "narrow/hand/").status_code == 302
    assert desk.post(root + "printed/").status_code == 302
    assert desk.post(root + "withdraw/", {"way": "spoken"}).status_code == 422
    done = desk.post(root + "withdraw/", {"way": "phone", "reason": "Called."})
    assert done.status_code == 302
    text = desk.get(root).content.decode()
    assert "taken back since" in text
    assert "said on the phone" in text


def test_a_witness_signs_on_a_page_that_says_nothing_of_the_care(
    behind_link, episode, now, plan
):
    plan()
    consent = proposed(episode, now, kind="escort_agreement")
    read_whole(consent, now)
    patient_signs(consent, now)
    consent.refresh_from_db()
    client = behind_link("sign-escort", consent)
    page = client.get("/p/sign/").content.decode()
    assert "ketamine" not in page.lower()
    assert episode.patient.family_name not in page
    assert client.post("/p/sign/", {"printed_name": "Esther"}).status_code == 422
    done = client.post("/p/sign/", {"printed_name": "Esther Rider", "agreed": "on"})
    assert "You have signed" in done.content.decode()
    again = client.post("/p/sign/", {"printed_name": "Esther Rider", "agreed": "on"})
    assert again.status_code == 422
    consent.refresh_from_db()
    assert consent.status == ConsentStatus.ACTIVE


@pytest.mark.parametrize("count", [1, 3])
def test_pages_cost_the_same_for_one_and_three(
    as_role, now, freeze, plan, count, django_assert_num_queries
):
    plan()
    freeze(now)
    episodes = [EpisodeFactory.create() for _ in range(count)]
    for episode in episodes:
        in_force(episode, now)
    for _ in range(count - 1):
        in_force(episodes[0], now, kind="touch", anew=True)
    publish_edition(number=2)
    desk = as_role("front-desk")
    desk.get("/screening/consents/")
    with django_assert_num_queries(RENEWALS_PAGE):
        desk.get("/screening/consents/")
    with django_assert_num_queries(CONSENTS_PAGE):
        desk.get(f"/screening/{episodes[0].pk}/consents/")
