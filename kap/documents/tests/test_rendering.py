"""A document is made once, in a box, from the facts, and nothing comes in from outside."""

from __future__ import annotations

import hashlib
import mmap
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.utils.safestring import mark_safe

from kap.audit.models import AuditEvent
from kap.core import dispatch
from kap.core.outbox import OutboxStatus
from kap.documents import box, files
from kap.documents.models import DocumentReference, RenderJob
from kap.documents.registry import Facts
from kap.documents.rendering import render_job
from kap.documents.services import request_document
from kap.documents.tests.samples import KIND, sample_kind
from kap.patients.models import Patient
from kap.patients.tests.factories import PatientFactory

FACTS: Facts = {
    "edition": "edition 4 of 16 Sep 2026",
    "lead": "Six visits in three weeks.",
    "sections": [
        {"title": "What it is", "body": "A calm room, 34 mg, BP 122/78 mmHg."}
    ],
    "extra": "",
}
BOMB = mark_safe("<style>@page { size: 1px; margin: 0 }</style>" + "x " * 4000)
HOSTILE = (
    "<img src='{}'>",
    "<link rel='stylesheet' href='{}'>",
    "<style>@import url('{}');</style>",
    "<style>@font-face {{ font-family: X; src: url('{}') }} p {{ font-family: X }}</style><p>x",
    "<p style=\"background: url('{}')\">x</p>",
    "<svg width='9' height='9'><image href='{}' width='9' height='9'/></svg>",
    "<object data='{}'></object>",
    "<a rel='attachment' href='{}'>x</a>",
    "<link rel='attachment' href='{}'>",
    "<img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><image href='{}'/></svg>\">",
)


@pytest.fixture(scope="module", autouse=True)
def _as_in_the_worker() -> None:
    """WeasyPrint is there before the box forks."""
    import kap.documents.preload  # noqa: F401


@pytest.fixture
def facts(media: Path) -> Iterator[dict[uuid.UUID, Facts]]:
    known: dict[uuid.UUID, Facts] = {}
    with sample_kind(known):
        yield known


@pytest.fixture
def patient(db: None) -> Patient:
    return PatientFactory.create(
        given_name="Wilder", family_name="Nowhere", number=100417
    )


@pytest.fixture
def ask(
    facts: dict[uuid.UUID, Facts], patient: Patient, now: datetime
) -> Callable[..., RenderJob]:
    def ask(**changes: Any) -> RenderJob:
        source_id = uuid.uuid4()
        facts[source_id] = {**FACTS, **changes}
        return request_document(
            kind=KIND, source_id=source_id, patient=patient, now=now
        )

    return ask


@pytest.fixture
def listener() -> Iterator[tuple[int, list[bytes]]]:
    """A local server that notes who comes."""
    visits: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))

    def listen() -> None:
        while True:
            try:
                visitor, _ = server.accept()
            except OSError:
                return
            visits.append(b"came")
            visitor.close()

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    yield server.getsockname()[1], visits
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join(5)


def test_the_paper_says_the_facts_and_carries_its_foot(
    ask: Callable[..., RenderJob], now: datetime
) -> None:
    job = ask()
    render_job(job.pk, now=now)
    document = DocumentReference.objects.get(source_id=job.source_id)
    path = files.root() / document.path
    reader = pypdf.PdfReader(path)
    text = "\n".join(page.extract_text() for page in reader.pages)
    assert "A calm room, 34 mg, BP 122/78 mmHg." in text
    assert "Wilder Nowhere" in text
    assert "edition 4 of 16 Sep 2026" in text
    assert "Page 1 of 1" in text
    foot = next(line for line in text.splitlines() if "edition 4" in line)
    assert "100\u00a0417" in foot
    assert "Nowhere" not in foot
    assert document.page_count == 1
    assert document.content_sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert document.byte_count == path.stat().st_size
    assert path.stat().st_mode & 0o777 == 0o640
    assert reader.metadata is not None
    assert reader.metadata.title == "Sample paper"
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert not {"/AcroForm", "/OpenAction", "/AA"} & set(root)
    raw = path.read_bytes()
    for danger in (b"/EmbeddedFiles", b"/JavaScript", b"/Launch"):
        assert danger not in raw


def test_a_job_done_twice_leaves_one_file(
    ask: Callable[..., RenderJob], now: datetime
) -> None:
    job = ask()
    render_job(job.pk, now=now)
    render_job(job.pk, now=now)
    assert DocumentReference.objects.count() == 1
    found = [path for path in files.root().rglob("*") if path.is_file()]
    assert [path.suffix for path in found] == [".pdf"]
    assert AuditEvent.objects.filter(object_type="DocumentReference").count() == 1


def test_the_same_facts_give_the_same_bytes(
    ask: Callable[..., RenderJob], now: datetime
) -> None:
    jobs = [ask(), ask()]
    for job in jobs:
        render_job(job.pk, now=now)
    first, second = DocumentReference.objects.values_list("content_sha256", flat=True)
    assert first == second


def test_the_paper_is_as_large_as_the_site_says(
    ask: Callable[..., RenderJob], patient: Patient, now: datetime
) -> None:
    patient.site.paper = "a4"
    patient.site.save()
    job = ask()
    render_job(job.pk, now=now)
    path = files.root() / DocumentReference.objects.get().path
    assert round(float(pypdf.PdfReader(path).pages[0].mediabox.width)) == 595


def test_a_record_that_says_something_new_takes_the_place_of_the_first_paper(
    ask: Callable[..., RenderJob],
    patient: Patient,
    facts: dict[uuid.UUID, Facts],
    now: datetime,
) -> None:
    job = ask()
    asked: dict[str, Any] = {
        "kind": KIND,
        "source_id": job.source_id,
        "patient": patient,
    }
    assert request_document(**asked, now=now).pk == job.pk
    render_job(job.pk, now=now)
    facts[job.source_id]["lead"] = "Seven visits in four weeks."
    later = now + timedelta(days=1)
    again = request_document(**asked, now=later)
    assert again.pk != job.pk
    render_job(again.pk, now=later)
    old = DocumentReference.objects.get(source_key=job.key)
    new = DocumentReference.objects.get(source_key=again.key)
    assert (old.status, old.superseded_by) == ("superseded", new)
    assert new.status == "current"
    assert (files.root() / old.path).exists()


def test_a_record_that_says_the_same_keeps_its_paper(
    ask: Callable[..., RenderJob], patient: Patient, now: datetime
) -> None:
    job = ask()
    render_job(job.pk, now=now)
    later = now + timedelta(days=1)
    again = request_document(
        kind=KIND, source_id=job.source_id, patient=patient, now=later
    )
    render_job(again.pk, now=later)
    again.refresh_from_db()
    assert again.status == OutboxStatus.COMPLETED
    assert DocumentReference.objects.get().source_key == job.key


@pytest.mark.parametrize("html", HOSTILE)
@pytest.mark.parametrize("kind", ["http", "file"])
def test_nothing_is_fetched_for_hostile_html(
    ask: Callable[..., RenderJob],
    listener: tuple[int, list[bytes]],
    now: datetime,
    tmp_path: Path,
    html: str,
    kind: str,
) -> None:
    port, visits = listener
    secret = tmp_path / "secret.txt"
    secret.write_text("the-secret-words")
    url = f"http://127.0.0.1:{port}/x" if kind == "http" else secret.as_uri()
    job = ask(extra=mark_safe(html.format(url)))
    render_job(job.pk, now=now)
    job.refresh_from_db()
    assert (job.status, job.problem) == (OutboxStatus.NOT_DONE, "outside")
    assert visits == []
    assert not DocumentReference.objects.exists()
    assert not list(files.root().rglob("*.pdf"))


@pytest.mark.parametrize(
    "url", ["../../etc/passwd", "//127.0.0.1/x", "ftp://127.0.0.1/x"]
)
def test_other_addresses_are_refused_too(
    ask: Callable[..., RenderJob], now: datetime, url: str
) -> None:
    job = ask(extra=mark_safe(f"<img src='{url}'>"))
    render_job(job.pk, now=now)
    job.refresh_from_db()
    assert job.problem == "outside"


def test_facts_are_text_and_never_markup(
    ask: Callable[..., RenderJob], now: datetime
) -> None:
    job = ask(lead="<img src='file:///etc/hostname'> & {% now %}")
    render_job(job.pk, now=now)
    job.refresh_from_db()
    assert job.status == OutboxStatus.COMPLETED
    path = files.root() / DocumentReference.objects.get().path
    assert (
        "<img src='file:///etc/hostname'>"
        in pypdf.PdfReader(path).pages[0].extract_text()
    )


def test_a_document_that_never_ends_is_ended_and_given_up(
    ask: Callable[..., RenderJob], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(box, "LIMITS", box.Limits(cpu_s=1, wall_s=5))
    job = ask(extra=BOMB)
    tries, moment = 0, now
    while job.status != OutboxStatus.NOT_DONE and tries < 6:
        began = time.monotonic()
        render_job(job.pk, now=moment)
        assert time.monotonic() - began < 5
        tries, moment = tries + 1, moment + timedelta(hours=1)
        job.refresh_from_db()
    assert (job.status, tries, job.attempts) == (OutboxStatus.NOT_DONE, 4, 4)
    after = ask()
    render_job(after.pk, now=now)
    after.refresh_from_db()
    assert after.status == OutboxStatus.COMPLETED


def test_a_document_that_sleeps_is_ended_by_the_clock(tmp_path: Path) -> None:
    limits = box.Limits(wall_s=0.05)
    with (tmp_path / "x").open("w+b") as file, pytest.raises(box.PaperError) as refusal:
        box.make_in_box("<p>x</p>" * 5000, paper="a4", target=file, limits=limits)
    assert refusal.value.code == "too-long"


def test_a_document_that_eats_memory_is_ended(tmp_path: Path) -> None:
    """Where memory ends is chance: a library may tell it as a failure of another kind."""
    limits = box.Limits(memory_bytes=1_000_000, wall_s=60)
    with (
        (tmp_path / "x").open("w+b") as file,
        pytest.raises(box.PaperError, match="memory|ended|layout"),
    ):
        box.make_in_box("<p>x</p>" * 9000, paper="a4", target=file, limits=limits)


def test_what_the_worker_holds_already_does_not_count(tmp_path: Path) -> None:
    held = mmap.mmap(-1, 2 << 30)
    with (tmp_path / "x").open("w+b") as file:
        pages = box.make_in_box("<p>x</p>", paper="a4", target=file, limits=box.LIMITS)
    held.close()
    assert pages == 1


def test_a_full_disk_keeps_the_job_waiting(
    ask: Callable[..., RenderJob], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MIN_FREE_BYTES", 1 << 60)
    job = ask()
    render_job(job.pk, now=now)
    job.refresh_from_db()
    assert (job.status, job.problem) == (OutboxStatus.PREPARATION, "disk-full")
    assert job.attempts == 0
    monkeypatch.undo()
    render_job(job.pk, now=now + timedelta(minutes=3))
    job.refresh_from_db()
    assert job.status == OutboxStatus.COMPLETED


def test_a_source_that_is_gone_is_said_and_not_tried_again(
    ask: Callable[..., RenderJob], facts: dict[uuid.UUID, Facts], now: datetime
) -> None:
    job = ask()
    facts.clear()
    render_job(job.pk, now=now)
    job.refresh_from_db()
    assert (job.status, job.problem) == (OutboxStatus.NOT_DONE, "source-gone")


def test_a_job_that_is_gone_is_passed_over(db: None, now: datetime) -> None:
    render_job(uuid.uuid4(), now=now)


def test_a_worker_that_died_gives_its_job_back_and_then_gives_up(
    ask: Callable[..., RenderJob], now: datetime
) -> None:
    job = ask()
    moment = now
    handed: list[uuid.UUID] = []
    outlet = dispatch.Outlet(RenderJob, handed.append, may_repeat=True)
    for _ in range(4):
        dispatch._hand_over(outlet, now=moment)
        assert RenderJob.objects.claim(job.pk, now=moment) is not None
        moment += timedelta(minutes=6)
    dispatch._hand_over(outlet, now=moment)
    job.refresh_from_db()
    assert (job.status, job.problem) == (OutboxStatus.NOT_DONE, "worker-died")
    assert handed == [job.pk] * 4
