"""The import page: a file goes in, a worker takes it in slices, problems are listed."""

from __future__ import annotations

import csv
import io
import os
import uuid
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kap.accounts.enums import Role
from kap.audit.enums import Action
from kap.audit.models import AuditEvent
from kap.clinic.tests.factories import SiteFactory
from kap.core import dispatch
from kap.core.outbox import OutboxStatus
from kap.patients.models import Patient
from screening.importing import detect, runs, stored, writing
from screening.models import ImportProblem, ImportRun
from screening.tasks import run_import

DATA = Path(__file__).parent / "data"
URL = "/screening/import/"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site(freeze, now, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    freeze(now)
    return SiteFactory.create(time_zone="America/New_York")


@pytest.fixture
def admin(as_role):
    return as_role(Role.ADMIN)


def send(client, content: bytes, **more):
    file = SimpleUploadedFile("Olive Brook.csv", content, content_type="image/png")
    return client.post(URL, {"file": file, "date_order": "ymd", **more})


def sent(client, name: str = "good.csv", **more) -> ImportRun:
    response = send(client, (DATA / name).read_bytes(), **more)
    assert response.status_code == 302
    assert response["Location"].startswith(URL)
    return ImportRun.objects.get(pk=response["Location"].split("/")[-2])


def files_left() -> list[Path]:
    folder = stored.path_of("x").parent
    return list(folder.iterdir()) if folder.exists() else []


@pytest.mark.parametrize("role", Role)
def test_only_admins_import(as_role, role):
    client = as_role(role)
    status = 200 if role == Role.ADMIN else 403
    assert client.get(URL).status_code == status
    wanted = 302 if role == Role.ADMIN else 403
    assert send(client, (DATA / "good.csv").read_bytes()).status_code == wanted
    for part in ("", "progress/", "problems.csv"):
        wanted = 404 if role == Role.ADMIN else 403
        assert client.get(f"{URL}{uuid.uuid4()}/{part}").status_code == wanted


def test_a_file_is_queued_taken_and_removed(admin):
    run = sent(admin)
    assert len(files_left()) == 1
    assert not Patient.objects.exists()
    page = admin.get(f"{URL}{run.pk}/").content.decode()
    assert "Waits" in page
    assert 'hx-trigger="every 2s"' in page
    run_import(str(run.pk))
    assert Patient.objects.count() == 2
    assert files_left() == []
    run.refresh_from_db()
    assert run.status == OutboxStatus.COMPLETED
    page = admin.get(f"{URL}{run.pk}/").content.decode()
    assert "2 patients added" in page
    assert "No problems" in page
    assert "hx-trigger" not in page.split("<main")[1].split("</main")[0]
    assert admin.get(f"{URL}{run.pk}/progress/")["HX-Refresh"] == "true"
    assert Patient.objects.first().registered_by == admin.user


def test_the_files_own_name_is_kept_nowhere(admin):
    run = sent(admin)
    assert "Olive" not in repr(ImportRun.objects.values().get())
    assert all("Olive" not in path.name for path in files_left())
    assert "Olive" not in admin.get(f"{URL}{run.pk}/").content.decode()


def test_the_task_may_run_twice(admin):
    run = sent(admin)
    run_import(str(run.pk))
    before = ImportRun.objects.values().get()
    run_import(str(run.pk))
    run_import(str(uuid.uuid4()))
    assert ImportRun.objects.values().get() == before
    assert Patient.objects.count() == 2


def test_a_long_file_is_taken_in_slices_each_patient_once(admin, now):
    run = sent(admin, "bad.csv")
    turns = 0
    while ImportRun.objects.get().status != OutboxStatus.COMPLETED:
        ticks = (now + timedelta(seconds=8 * n) for n in range(1000))
        runs.run_slice(run.pk, clock=partial(next, ticks))
        ImportRun.objects.filter(status="preparation").update(due_at=now)
        turns += 1
        assert turns < 20
    assert turns > 3
    run.refresh_from_db()
    assert run.rows_done == run.rows_total == 12
    assert run.counts["added"] == Patient.objects.count() == 4
    assert run.counts["problems"] == ImportProblem.objects.count() == 13


def test_a_worker_that_lost_its_claim_writes_nothing(admin, now, monkeypatch):
    run = sent(admin)
    real = writing.take

    def steal(*args, **kwargs):
        taken = real(*args, **kwargs)
        ImportRun.objects.filter(pk=run.pk).update(
            claimed_at=now + timedelta(seconds=9)
        )
        return taken

    monkeypatch.setattr("screening.importing.progress.take", steal)
    run_import(str(run.pk))
    assert not Patient.objects.exists()
    assert len(files_left()) == 1


def test_a_worker_that_fails_tries_again_and_then_says_so(admin, now, monkeypatch):
    run = sent(admin)
    monkeypatch.setattr(detect, "source_of", lambda *a, **k: 1 / 0)
    for _ in range(runs.MAX_TRIES):
        ImportRun.objects.update(due_at=now)
        run_import(str(run.pk))
    run.refresh_from_db()
    assert (run.status, run.problem) == ("not-done", "ZeroDivisionError")
    assert files_left() == []
    assert "It stopped half-way." in admin.get(f"{URL}{run.pk}/").content.decode()


def test_a_file_that_turns_out_to_be_no_fhir_says_so(admin):
    response = send(admin, b'{"hello": "world"}')
    assert response.status_code == 302
    run = ImportRun.objects.get()
    run_import(str(run.pk))
    page = admin.get(f"{URL}{run.pk}/").content.decode()
    assert "not FHIR R4" in page
    assert files_left() == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\x89PNG\r\n\x1a\n", "neither text nor JSON"),
        (b"x" * 20_000_001, "larger than 20 MB"),
    ],
)
def test_a_file_that_is_nothing_we_read_is_refused_beside_the_field(
    admin, content, sentence
):
    response = send(admin, content)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not ImportRun.objects.exists()
    assert files_left() == []


def test_the_empty_form_says_what_is_missing(admin):
    response = admin.post(URL, {})
    assert response.status_code == 422
    assert "Choose a file." in response.content.decode()


def test_with_several_sites_one_is_chosen(admin):
    other = SiteFactory.create(name="Hilltop")
    content = (DATA / "good.csv").read_bytes()
    response = send(admin, content)
    assert response.status_code == 422
    assert "Choose one." in response.content.decode()
    assert sent(admin, site=str(other.pk)).site == other


def test_pressing_twice_makes_one_run(admin):
    for _ in range(2):
        response = send(
            admin, (DATA / "good.csv").read_bytes(), _once=str(uuid.UUID(int=7))
        )
        assert response.status_code == 302
    assert ImportRun.objects.count() == 1


def test_problems_are_listed_page_by_page_and_as_a_table(admin):
    run = sent(admin, "bad.csv")
    run_import(str(run.pk))
    ImportProblem.objects.bulk_create(
        ImportProblem(
            run=run, position=n, kind="refused", place=f"line {n}", reason="=1+1"
        )
        for n in range(100, 160)
    )
    page = admin.get(f"{URL}{run.pk}/?page=2").content.decode()
    assert "51–73 of 73 problems" in page
    response = admin.get(f"{URL}{run.pk}/problems.csv")
    table = list(csv.reader(io.StringIO(response.content.decode())))
    assert table[0] == ["where", "field", "reason", "what became of it"]
    assert table[2] == ["line 2", "birth_date", "Lies in the future.", "Not taken"]
    assert table[-1][2] == "'=1+1"
    assert AuditEvent.objects.filter(
        action=Action.DOWNLOAD, object_id=str(run.pk)
    ).exists()


def test_who_imported_stands_in_the_history(admin):
    run = sent(admin)
    run_import(str(run.pk))
    events = AuditEvent.objects.filter(action=Action.IMPORT)
    assert {event.actor_id for event in events} == {admin.user.pk}
    assert events.filter(object_type="ImportRun", object_id=str(run.pk)).count() == 1
    assert (
        events.filter(object_type="Patient").values("patient_id").distinct().count()
        == 2
    )


def test_a_trial_run_is_said_to_be_one(admin):
    run = sent(admin, is_dry_run="on")
    run_import(str(run.pk))
    assert not Patient.objects.exists()
    assert "Nothing was written." in admin.get(f"{URL}{run.pk}/").content.decode()
    assert "trial run" in admin.get(URL).content.decode()


def test_no_import_yet_is_said(admin):
    assert "Nothing was imported yet" in admin.get(URL).content.decode()


def test_the_dispatcher_queues_uploads_and_not_the_command_lines_runs(admin, now):
    run = sent(admin)
    ImportRun.objects.create(
        key="x",
        due_at=now,
        useless_after=now + timedelta(days=1),
        created_at=now,
        file_kind="csv",
        site=run.site,
        content_sha256="",
        byte_count=1,
    )
    outlet = next(found for found in dispatch.outlets() if found.model is ImportRun)
    assert dispatch._take(outlet, now=now) == [run.pk]
    assert getattr(outlet.send, "args", None) == ("screening.run_import",)


@pytest.mark.parametrize("count", [1, 3])
def test_lists_cost_the_same_however_long(admin, count):
    for number in range(count):
        run = sent(admin, "bad.csv", _once=str(uuid.UUID(int=number + 1)))
        run_import(str(run.pk))
    ImportProblem.objects.bulk_create(
        ImportProblem(
            run=run, position=100 + n, kind="refused", place="line 1", reason="x"
        )
        for n in range(count)
    )
    admin.get(URL)
    with CaptureQueriesContext(connection) as listed:
        admin.get(URL)
    with CaptureQueriesContext(connection) as shown:
        admin.get(f"{URL}{run.pk}/")
    assert (len(listed), len(shown)) == (6, 6)


def test_problems_are_never_changed_and_runs_never_removed(admin):
    from django.db import DatabaseError, transaction

    run = sent(admin, "bad.csv")
    run_import(str(run.pk))
    problem = ImportProblem.objects.first()
    with pytest.raises(DatabaseError), transaction.atomic():
        ImportProblem.objects.filter(pk=problem.pk).update(reason="")
    with pytest.raises(DatabaseError), transaction.atomic():
        ImportProblem.objects.filter(pk=problem.pk).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        ImportRun.objects.filter(pk=run.pk)._raw_delete("default")


def test_files_of_runs_that_never_ended_are_removed_later(admin, now):
    sent(admin)
    (left,) = files_left()
    long_ago = now.timestamp() - stored.KEPT_S - 1
    os.utime(left, (long_ago, long_ago))
    run = sent(admin)
    assert [path.name for path in files_left()] == [run.stored_name]
