from __future__ import annotations

import re
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import path, reverse

from kap.accounts.tests.factories import UserFactory
from kap.audit.models import AuditEvent
from kap.core.errors import DomainError, NotAllowed
from kap.core.ratelimit import Limit
from kap.patients import link_sessions, links, signals
from kap.patients.link_sessions import Answer
from kap.patients.models import PatientLinkSession, SecureLink
from kap.patients.tests.factories import PatientFactory
from kap.urls import urlpatterns as every_address

BORN = {"month": "3", "day": "4", "year": "1985"}
WRONG = {"month": "3", "day": "5", "year": "1985"}


@links.patient_link("try")
def try_page(request):
    link = request.link
    return HttpResponse(f"object {link.object_id} user {request.user.is_authenticated}")


@links.patient_link("other")
def other_page(request):
    return HttpResponse("other")


urlpatterns = [
    path("p/try/", try_page, name="try_page"),
    path("p/other/", other_page, name="other_page"),
    *every_address,
]


@pytest.fixture(autouse=True)
def purposes(monkeypatch, settings):
    settings.ROOT_URLCONF = __name__
    own = {
        key: links.LinkPurpose(key, key.title(), f"{key}_page")
        for key in ("try", "other")
    }
    monkeypatch.setattr(links, "_purposes", {**links._purposes, **own})


@pytest.fixture
def issued(db, now, freeze):
    freeze(now)
    return links.issue_link(
        patient=PatientFactory.create(),
        purpose="try",
        object_id=uuid4(),
        by=UserFactory.create(),
        now=now,
    )


def address(issued):
    return issued.url.removeprefix("http://localhost:8000")


def token(issued):
    return issued.url.rstrip("/").rsplit("/", 1)[1]


def opened(issued, client):
    return client.post(address(issued), BORN)


def test_only_the_digest_of_a_long_token_is_kept(issued):
    link = SecureLink.objects.get()

    assert len(token(issued)) >= 32
    assert token(issued) not in str(vars(link))
    assert link.token_sha256 == links.fingerprint(token(issued))


def test_the_birth_date_opens_the_page_at_an_address_without_the_token(issued, client):
    response = opened(issued, client)

    assert (response.status_code, response["Location"]) == (302, "/p/try/")
    page = client.get("/p/try/")
    assert page.content.decode() == f"object {issued.link.object_id} user False"
    assert page["Referrer-Policy"] == "strict-origin"
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert page["Cache-Control"] == "no-store"


def test_the_cookie_is_only_for_patient_pages(issued, client):
    cookie = opened(issued, client).cookies["kap_link"]

    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (
        "/p/",
        True,
        "Strict",
    )
    assert token(issued) not in cookie.value


def test_opening_the_address_changes_nothing_however_often(issued, client):
    before = SecureLink.objects.values().get()
    for _ in range(20):
        assert client.get(address(issued)).status_code == 200
        assert client.head(address(issued)).status_code == 200

    assert SecureLink.objects.values().get() == before
    assert PatientLinkSession.objects.count() == 0
    assert opened(issued, client).status_code == 302


def test_nothing_of_the_patient_is_shown_before_the_proof(issued, client):
    page = client.get(address(issued)).content.decode()

    patient = issued.link.patient
    shown = [
        word
        for word in (patient.family_name, patient.given_name, "1985")
        if word in page
    ]
    assert shown == []
    assert re.search(r"<title>([^<]*)</title>", page)[1].startswith("Your birth date")


def _dead_links(issued, now):
    def another(**fields):
        given = links.issue_link(
            patient=PatientFactory.create(),
            purpose="try",
            object_id=uuid4(),
            by=None,
            now=now,
        )
        SecureLink.objects.filter(pk=given.link.pk).update(**fields)
        return address(given)

    return {
        "used": another(use_count=20),
        "expired": another(expires_at=now - timedelta(seconds=1)),
        "revoked": another(revoked_at=now),
        "locked": another(failed_proofs=5),
        "malformed": "/l/x'%3B--/",
        "unknown": f"/l/{'a' * 32}/",
    }


def _without_csrf(response):
    body = re.sub(rb'"X-CSRFToken": "[^"]*"|value="[^"]{64}"', b"", response.content)
    return response.status_code, body


@pytest.mark.parametrize("method", ["get", "post"])
def test_dead_links_of_every_kind_look_the_same(method, issued, now):
    answers = {
        kind: _without_csrf(getattr(Client(), method)(where, BORN))
        for kind, where in _dead_links(issued, now).items()
    }

    assert {status for status, _ in answers.values()} == {404}
    assert len({body for _, body in answers.values()}) == 1


def test_the_sixth_try_is_refused_even_if_right(issued, client):
    answers = [client.post(address(issued), WRONG).status_code for _ in range(5)]

    assert answers == [422, 422, 422, 422, 404]
    assert opened(issued, client).status_code == 404
    assert PatientLinkSession.objects.count() == 0


def test_a_locked_link_is_told_to_others(
    issued, client, django_capture_on_commit_callbacks
):
    heard = []

    def listen(**facts):
        heard.append((facts["patient_id"], facts["link_id"]))

    signals.link_locked.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            for _ in range(5):
                client.post(address(issued), WRONG)
    finally:
        signals.link_locked.disconnect(listen)

    assert heard == [(issued.link.patient_id, issued.link.pk)]


def test_a_new_link_does_not_start_the_patients_counter_anew(
    issued, client, now, freeze
):
    for _ in range(5):
        client.post(address(issued), WRONG)
    again = links.issue_link(
        patient=issued.link.patient, purpose="try", object_id=uuid4(), by=None, now=now
    )

    assert client.post(address(again), BORN).status_code == 429
    freeze(now + timedelta(minutes=15, seconds=1))
    assert client.post(address(again), BORN).status_code == 302


def test_a_date_that_is_no_date_is_no_try(issued, client):
    for odd in (
        {"month": "2", "day": "30", "year": "1985"},
        {},
        {"month": "x", "day": "\x00"},
    ):
        assert client.post(address(issued), odd).status_code == 422

    assert SecureLink.objects.get().failed_proofs == 0


@pytest.mark.django_db(transaction=True)
def test_of_fifty_tries_at_once_at_most_five_are_evaluated(now):
    given = links.issue_link(
        patient=PatientFactory.create(),
        purpose="try",
        object_id=uuid4(),
        by=None,
        now=now,
    )
    key = links.fingerprint(token(given))
    answers: list[Answer] = []
    start = threading.Barrier(10)

    def guess(first):
        start.wait()
        for day in range(first, first + 5):
            result = link_sessions.exchange(key, f"1999-01-{1 + day % 28:02}", now=now)
            answers.append(result.answer)
        connection.close()

    threads = [threading.Thread(target=guess, args=[5 * n]) for n in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 50
    assert SecureLink.objects.get().failed_proofs == 5
    assert AuditEvent.objects.filter(action="refused").count() == 5
    assert link_sessions.exchange(key, "1985-03-04", now=now).answer is Answer.DEAD


def test_a_link_opens_only_its_own_purpose(issued, client):
    opened(issued, client)

    page = client.get("/p/other/")

    assert (page.status_code, page.content.decode().count("other")) == (403, 0)


@pytest.mark.parametrize(
    ("minutes_between", "status"), [([29, 29, 29], 200), ([31], 403), ([29] * 5, 403)]
)
def test_a_link_session_ends_idle_or_after_two_hours(
    minutes_between, status, issued, client, now, freeze
):
    opened(issued, client)
    moment = now
    for minutes in minutes_between:
        moment += timedelta(minutes=minutes)
        freeze(moment)
        page = client.get("/p/try/")

    assert page.status_code == status


def test_a_revoked_link_closes_the_page_it_has_open(issued, client, now):
    opened(issued, client)

    links.revoke_link(link_id=issued.link.pk, by=UserFactory.create(), now=now)

    assert client.get("/p/try/").status_code == 403
    assert client.get(address(issued)).status_code == 404


def test_every_link_of_a_patient_can_be_taken_back_at_once(issued, now):
    links.issue_link(
        patient=issued.link.patient,
        purpose="other",
        object_id=uuid4(),
        by=None,
        now=now,
    )

    count = links.revoke_for_patient(
        patient_id=issued.link.patient_id, by=UserFactory.create(), now=now
    )

    assert (count, SecureLink.objects.filter(revoked_at=None).count()) == (2, 0)


@pytest.mark.parametrize("cookie", ["", "x", "x:y", "a" * 5000, "secret:sig:sig"])
def test_a_forged_cookie_opens_nothing(cookie, issued, client):
    client.cookies["kap_link"] = cookie

    assert client.get("/p/try/").status_code == 403


def test_staff_in_the_same_browser_count_for_nothing_on_a_patient_page(issued, client):
    client.force_login(UserFactory.create(admin=True))

    assert client.get("/p/try/").status_code == 403
    opened(issued, client)
    assert "user False" in client.get("/p/try/").content.decode()


def test_a_link_session_opens_no_staff_page(issued, client):
    opened(issued, client)
    where = reverse("patients:chart", args=[issued.link.patient_id])

    assert client.get(where).status_code == 302
    assert "login" in client.get(where)["Location"]


def test_a_patient_who_is_still_there_stays(issued, client, now, freeze):
    opened(issued, client)
    freeze(now + timedelta(minutes=29))

    answer = client.post(reverse("patients:link_stay")).json()

    assert answer == {"ends_at": (now + timedelta(minutes=59)).isoformat()}
    freeze(now + timedelta(minutes=50))
    assert client.get("/p/try/").status_code == 200


def test_nobody_stays_beyond_two_hours(issued, client, now):
    opened(issued, client)
    session = PatientLinkSession.objects.get()

    session.seen_at = now + timedelta(minutes=115)

    assert session.ends_at == now + timedelta(hours=2)


def test_leaving_closes_the_session(issued, client):
    opened(issued, client)

    left = client.post(reverse("patients:link_leave"))

    assert left.status_code == 200
    assert client.get("/p/try/").status_code == 403


def test_the_tablet_is_handed_over_with_staff_signed_out(issued, client, now):
    desk = UserFactory.create()
    client.force_login(desk)
    where = reverse("patients:tablet", args=[issued.link.patient_id, issued.link.pk])

    response = client.post(where)

    assert (response.status_code, response["Location"]) == (302, "/p/try/")
    assert client.get("/p/try/").status_code == 200
    assert client.get("/patients/").status_code == 302
    session = PatientLinkSession.objects.get()
    assert session.handed_over_by == desk
    assert session.link.object_id == issued.link.object_id


def test_links_are_seen_and_taken_back_on_the_contact_page(issued, client):
    client.force_login(UserFactory.create())
    page = reverse("patients:contact", args=[issued.link.patient_id])
    assert "Not opened yet" in client.get(page).content.decode()

    client.post(
        reverse("patients:revoke", args=[issued.link.patient_id, issued.link.pk])
    )

    assert "Taken back" in client.get(page).content.decode()


def test_a_link_is_taken_back_only_under_its_own_patient(issued, client):
    client.force_login(UserFactory.create())
    other = PatientFactory.create()

    answer = client.post(reverse("patients:revoke", args=[other.pk, issued.link.pk]))

    assert answer.status_code == 404
    assert SecureLink.objects.get().revoked_at is None


def test_tries_from_one_address_are_limited(issued, client, monkeypatch):
    limit = Limit("link-address", 2, timedelta(minutes=15))
    monkeypatch.setattr(links, "BY_ADDRESS", limit)

    answers = [client.post("/l/nothing/", BORN).status_code for _ in range(3)]

    assert answers == [404, 404, 429]


def test_an_admin_gives_out_no_links(db, now):
    with pytest.raises(NotAllowed):
        links.issue_link(
            patient=PatientFactory.create(),
            purpose="try",
            object_id=uuid4(),
            by=UserFactory.create(admin=True),
            now=now,
        )


def test_a_purpose_nobody_registered_is_refused(db, now):
    with pytest.raises(DomainError):
        links.issue_link(
            patient=PatientFactory.create(),
            purpose="x",
            object_id=uuid4(),
            by=None,
            now=now,
        )


def test_old_sessions_are_swept(issued, client, now):
    opened(issued, client)

    assert link_sessions.sweep(now=now + timedelta(hours=1)) == 0
    assert link_sessions.sweep(now=now + timedelta(days=2)) == 1


def test_the_policy_of_a_patient_page_names_its_purpose():
    policy = vars(try_page)["access_policy"]

    assert (policy.kind, policy.purpose) == ("link", "try")
