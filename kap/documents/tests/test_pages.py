"""The pages of documents: who sees what, how far one is, and handing one out."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.template import engines
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kap.accounts.models import User
from kap.accounts.tests.factories import UserFactory
from kap.audit.models import AuditEvent
from kap.core import clock
from kap.core.outbox import OutboxStatus
from kap.documents import files
from kap.documents.models import DocumentReference, RenderJob
from kap.documents.rendering import render_job
from kap.documents.tests.factories import CONTENT, DocumentFactory, RenderJobFactory
from kap.documents.tests.samples import KIND, sample_kind
from kap.patients.tests.factories import PatientFactory


@pytest.fixture(autouse=True)
def _kind(media: Path, db: None) -> Iterator[None]:
    with sample_kind({}):
        yield


@pytest.fixture
def nurse() -> User:
    return UserFactory.create(nurse=True)


@pytest.fixture
def as_nurse(client: Client, nurse: User) -> Client:
    client.force_login(nurse)
    return client


def test_a_document_is_handed_out_whole_and_written_down(
    as_nurse: Client, nurse: User
) -> None:
    document = DocumentFactory.create()
    response = as_nurse.get(reverse("documents:download", args=[document.pk]))
    assert response.status_code == 200
    assert response.content == CONTENT
    name = f"document-{document.pk.hex[:8]}.pdf"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cache-Control"] == "no-store"
    event = AuditEvent.objects.get(action="download")
    assert (event.actor_id, event.patient_id) == (nurse.pk, document.patient_id)


def test_another_role_finds_nothing(client: Client) -> None:
    document, job = DocumentFactory.create(), RenderJobFactory.create()
    client.force_login(UserFactory.create(front_desk=True))
    for url in (
        reverse("documents:download", args=[document.pk]),
        reverse("documents:status", args=[job.pk]),
    ):
        assert client.get(url).status_code == 404
    page = client.get(reverse("documents:list")).content.decode()
    assert "No documents yet" in page


def test_a_stranger_is_sent_to_sign_in(client: Client) -> None:
    document = DocumentFactory.create()
    response = client.get(reverse("documents:download", args=[document.pk]))
    assert response.status_code == 302


@pytest.mark.parametrize("change", ["write", "remove"])
def test_a_file_that_was_changed_or_is_missing_is_not_handed_out(
    as_nurse: Client, change: str
) -> None:
    document = DocumentFactory.create()
    path = files.root() / document.path
    path.unlink() if change == "remove" else path.write_bytes(CONTENT + b"x")
    response = as_nurse.get(reverse("documents:download", args=[document.pk]))
    assert response.status_code == 503
    assert "missing or was changed" in response.content.decode()


def test_a_path_in_an_address_leads_nowhere(as_nurse: Client) -> None:
    DocumentFactory.create()
    for url in ("/documents/../secret/", "/files/papers/", "/documents/x.pdf"):
        assert as_nurse.get(url).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_row_and_for_three(
    as_nurse: Client, count: int, django_assert_num_queries: Any
) -> None:
    patient = PatientFactory.create()
    DocumentFactory.create_batch(count, patient=patient)
    RenderJobFactory.create_batch(count, patient=patient, status=OutboxStatus.NOT_DONE)
    url = reverse("documents:list")
    as_nurse.get(url)
    with django_assert_num_queries(QUERIES):
        page = as_nurse.get(url).content.decode()
    assert page.count("Sample paper</b>") == 2 * count
    assert page.count("Try again") == count


QUERIES = 6


def test_a_patients_documents_cost_the_same_for_one_row_and_for_three(
    as_nurse: Client,
) -> None:
    """The chart's frame asks every app, so the number itself is not ours to name."""
    counted = []
    for count in (1, 3):
        patient = PatientFactory.create()
        DocumentFactory.create_batch(count, patient=patient)
        url = reverse("documents:of_patient", args=[patient.pk])
        as_nurse.get(url)
        with CaptureQueriesContext(connection) as queries:
            page = as_nurse.get(url).content.decode()
        assert page.count("Sample paper</b>") == count
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_older_documents_are_on_the_next_page(
    as_nurse: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = PatientFactory.create()
    DocumentFactory.create_batch(51, patient=patient)
    first = as_nurse.get(reverse("documents:list"))
    assert first.content.decode().count("data-item") == 50
    older = first.context["page"].older
    second = as_nurse.get(reverse("documents:list"), {"after": str(older)})
    assert second.content.decode().count("data-item") == 1
    assert as_nurse.get(reverse("documents:list"), {"after": "x_y"}).status_code == 200


def _status_tag(user: User, kind: str, source_id: Any) -> str:
    request = RequestFactory().get("/")
    request.user = user
    template = engines["django"].from_string(
        "{% document_status kind=kind source_id=source_id %}"
    )
    return template.render({"kind": kind, "source_id": source_id}, request)


@pytest.mark.parametrize(
    ("facts", "words", "polls"),
    [
        ({}, "Waits to be made", True),
        ({"problem": "disk-full"}, "The disk is almost full", True),
        ({"status": OutboxStatus.IN_PROGRESS}, "Is being made", True),
        ({"status": OutboxStatus.NOT_DONE, "problem": "too-long"}, "Try again", False),
        (
            {"status": OutboxStatus.NOT_DONE, "problem": "odd"},
            "could not be made",
            False,
        ),
    ],
)
def test_the_status_box_says_how_far_a_document_is(
    nurse: User, facts: dict[str, Any], words: str, polls: bool
) -> None:
    job = RenderJobFactory.create(**facts)
    box = _status_tag(nurse, KIND, job.source_id)
    assert words in box
    assert ('hx-trigger="every 2s"' in box) is polls


def test_the_status_box_of_a_finished_document_has_its_download(nurse: User) -> None:
    document = DocumentFactory.create()
    RenderJobFactory.create(source_id=document.source_id, status=OutboxStatus.COMPLETED)
    box = _status_tag(nurse, KIND, document.source_id)
    assert reverse("documents:download", args=[document.pk]) in box
    assert document.content_sha256[:16] in box


def test_the_status_box_is_empty_for_what_was_never_asked_or_may_not_be_seen(
    nurse: User,
) -> None:
    job = RenderJobFactory.create()
    assert _status_tag(nurse, KIND, PatientFactory.create().pk).strip() == ""
    desk = UserFactory.create(front_desk=True)
    assert _status_tag(desk, KIND, job.source_id).strip() == ""


def test_polling_keeps_nobody_signed_in() -> None:
    from kap.documents import views

    assert views.job_status.is_passive is True  # type: ignore[attr-defined]


def test_a_failed_document_is_queued_again_with_one_press(as_nurse: Client) -> None:
    job = RenderJobFactory.create(
        status=OutboxStatus.NOT_DONE, problem="too-long", attempts=4
    )
    url = reverse("documents:again", args=[job.pk])
    response = as_nurse.post(url, headers={"HX-Request": "true"})
    assert "Waits to be made" in response.content.decode()
    job.refresh_from_db()
    assert (job.status, job.attempts, job.problem) == ("preparation", 0, "")
    assert as_nurse.post(url).status_code == 302
    assert RenderJob.objects.count() == 1


def test_the_chart_shows_documents_and_the_timeline_when_they_were_made(
    as_nurse: Client,
) -> None:
    document = DocumentFactory.create()
    page = as_nurse.get(reverse("patients:chart", args=[document.patient_id]))
    text = page.content.decode()
    assert text.count(reverse("documents:download", args=[document.pk])) == 2
    assert reverse("documents:of_patient", args=[document.patient_id]) in text


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_status_box_moves_on_by_itself(
    live_server: Any, page: Any, axe: Callable[..., None], nurse: User, now: datetime
) -> None:
    client = Client()
    client.force_login(nurse)
    page.context.add_cookies(
        [
            {"name": name, "value": cookie.value, "url": live_server.url}
            for name, cookie in client.cookies.items()
        ]
    )
    source_id = uuid.uuid4()
    with sample_kind({source_id: {"lead": "x", "sections": [], "extra": ""}}):
        job = RenderJobFactory.create(source_id=source_id, problem="too-long")
        url = reverse("documents:of_patient", args=[job.patient_id])
        page.goto(live_server.url + url)
        page.get_by_text("It is tried again by itself.").wait_for(timeout=30_000)
        RenderJob.objects.filter(pk=job.pk).update(status=OutboxStatus.NOT_DONE)
        page.get_by_role("button", name="Try again").click()
        page.get_by_text("Waits to be made").wait_for(timeout=30_000)
        render_job(job.pk, now=clock.now())
        page.get_by_text("Ready", exact=True).wait_for(timeout=30_000)
        axe(page)
        with page.expect_download() as started:
            page.get_by_role("link", name="Download").click()
    document = DocumentReference.objects.get()
    assert started.value.suggested_filename == f"document-{document.pk.hex[:8]}.pdf"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_list_can_be_used_by_everybody_at_three_widths(
    live_server: Any, page: Any, axe: Callable[..., None], nurse: User
) -> None:
    client = Client()
    client.force_login(nurse)
    page.context.add_cookies(
        [
            {"name": k, "value": v.value, "url": live_server.url}
            for k, v in client.cookies.items()
        ]
    )
    DocumentFactory.create()
    RenderJobFactory.create(status=OutboxStatus.NOT_DONE, problem="too-long")
    for width in (390, 1180, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(live_server.url + reverse("documents:list"))
        axe(page)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0
