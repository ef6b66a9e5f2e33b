"""A signature is put once under a frozen text, and any later change shows."""

from __future__ import annotations

import threading
import uuid
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pgtrigger
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from kap.accounts.tests.factories import UserFactory
from kap.audit.models import AuditEvent
from kap.core.errors import DomainError
from kap.documents import checks, files, registry
from kap.documents.drawing import clean_drawing
from kap.documents.models import Signature
from kap.documents.services import digest, sign
from kap.documents.tests.factories import DocumentFactory
from kap.patients.tests.factories import PatientFactory

pytestmark = pytest.mark.django_db
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 150" width="300">'
    '<script>x()</script><path d="M 1.5,2.0 C 3,4 5,6 7,8" onload="x()" '
    'stroke="black"></path><circle r="1.5" cx="9" cy="10" fill="black"/></svg>'
)


def _sign(now: datetime, **changes: Any) -> Signature:
    given: dict[str, Any] = {
        "object_type": "sample",
        "object_id": uuid.uuid4(),
        "meaning": "consent",
        "content": "I agree.",
        "printed_name": "Wilder Nowhere",
        "proof": "link and birth date",
        "now": now,
    }
    if "user" not in changes:
        given["patient"] = changes.get("patient") or PatientFactory.create()
    return sign(**{**given, **changes})


def _broken() -> list[str]:
    return [reason for _, reason in checks.broken_signatures()[1]]


def test_a_second_press_gives_the_first_signature_back(now: datetime) -> None:
    patient, thing = PatientFactory.create(), uuid.uuid4()
    first = _sign(now, patient=patient, object_id=thing)
    second = _sign(now, patient=patient, object_id=thing, drawing_svg=DRAWING)
    assert first.pk == second.pk
    assert Signature.objects.count() == 1
    assert AuditEvent.objects.filter(action="sign").count() == 1


def test_another_text_meaning_or_signer_is_another_signature(now: datetime) -> None:
    patient, thing = PatientFactory.create(), uuid.uuid4()
    _sign(now, patient=patient, object_id=thing)
    _sign(now, patient=patient, object_id=thing, content="I agree to more.")
    _sign(now, patient=patient, object_id=thing, meaning="witness")
    _sign(now, user=UserFactory.create(), object_id=thing, meaning="explained")
    assert Signature.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_many_presses_at_once_make_one_signature(now: datetime) -> None:
    patient, thing = PatientFactory.create(), uuid.uuid4()
    together, found = threading.Barrier(8), []

    def press() -> None:
        together.wait()
        try:
            found.append(_sign(now, patient=patient, object_id=thing).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(found) == 8
    assert len(set(found)) == 1


def test_the_database_refuses_to_change_or_remove_a_signature(now: datetime) -> None:
    signature = _sign(now)
    for act in (
        lambda: Signature.objects.filter(pk=signature.pk).update(printed_name="x"),
        lambda: Signature.objects.filter(pk=signature.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_a_signature_with_two_signers_or_none_is_refused(now: datetime) -> None:
    with pytest.raises(ValueError, match="one signer"):
        _sign(now, user=UserFactory.create(), patient=PatientFactory.create())
    with pytest.raises(ValueError, match="one signer"):
        _sign(now, user=None)


def test_a_signature_needs_a_name(now: datetime) -> None:
    with pytest.raises(DomainError, match="name"):
        _sign(now, printed_name="  ")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("printed_name", "Somebody Else"),
        ("meaning", "witness"),
        ("signed_at", "2020-01-01T00:00:00Z"),
        ("content_sha256", "0" * 64),
        ("object_id", "11111111-1111-4111-8111-111111111111"),
        ("proof", "password"),
        ("ip", "10.0.0.1"),
        ("drawing_svg", "<svg/>"),
    ],
)
def test_any_change_of_a_row_breaks_its_seal(
    now: datetime, column: str, value: str
) -> None:
    signature = _sign(now)
    assert _broken() == []
    with pgtrigger.ignore("documents.Signature:signature_append_only"):
        Signature.objects.filter(pk=signature.pk).update(**{column: value})
    assert _broken() == ["the row was changed after it was written"]


def test_a_row_copied_to_another_object_does_not_verify(now: datetime) -> None:
    signature = _sign(now)
    signature.pk, signature.object_id = uuid.uuid4(), uuid.uuid4()
    signature.save(force_insert=True)
    assert _broken() == ["the row was changed after it was written"]


def test_seals_hold_under_an_earlier_key(now: datetime, settings: Any) -> None:
    _sign(now)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "x" * 60, [settings.SECRET_KEY]
    assert _broken() == []
    settings.SECRET_KEY_FALLBACKS = []
    assert len(_broken()) == 1


def test_the_command_names_what_was_changed_after_it_was_signed(now: datetime) -> None:
    texts: dict[uuid.UUID, str] = {}

    def content(object_id: uuid.UUID, meaning: str) -> str:
        return texts[object_id]

    registry.register_signed_content("sample", content)
    kept, changed, gone = (_sign(now) for _ in range(3))
    texts.update({kept.object_id: "I agree.", changed.object_id: "I agree to more."})
    err = StringIO()
    with pytest.raises(CommandError, match="2 of 3 signatures do not hold"):
        call_command("verify_signatures", stderr=err)
    assert f"{changed.pk}: what was signed was changed afterwards" in err.getvalue()
    assert f"{gone.pk}: what was signed is gone" in err.getvalue()
    texts.update({one.object_id: "I agree." for one in (changed, gone)})
    out = StringIO()
    call_command("verify_signatures", stdout=out)
    assert out.getvalue() == "3 signatures hold.\n"


def test_the_command_names_files_that_were_changed_or_lost(media: Path) -> None:
    kept, changed, lost = DocumentFactory.create_batch(3)
    (files.root() / changed.path).write_bytes(b"other")
    (files.root() / lost.path).unlink()
    err = StringIO()
    with pytest.raises(CommandError, match="2 of 3 files do not hold"):
        call_command("verify_documents", stderr=err)
    assert f"{changed.pk}: the file was changed" in err.getvalue()
    assert f"{lost.pk}: the file is missing" in err.getvalue()
    assert str(kept.pk) not in err.getvalue()


def test_a_drawing_is_written_anew_from_its_numbers() -> None:
    clean = clean_drawing(DRAWING)
    assert 'd="M 1.5,2.0 C 3,4 5,6 7,8"' in clean
    assert '<circle cx="9" cy="10" r="1.2"/>' in clean
    for danger in ("script", "onload", " width=", "style"):
        assert danger not in clean
    assert clean_drawing(clean) == clean
    assert clean_drawing("  ") == ""


@pytest.mark.parametrize(
    "text",
    [
        "scribble",
        '<svg viewBox="0 0 9 9"></svg>',
        '<svg viewBox="0 0 9 9"><path d="url(#x)"/></svg>',
        '<svg><path d="M 1 2"/></svg>',
    ],
)
def test_what_is_no_drawing_is_refused(text: str) -> None:
    with pytest.raises(DomainError, match="Draw it once more"):
        clean_drawing(text)


def test_a_digest_is_sha256_of_what_was_shown() -> None:
    assert digest("I agree.") == (
        "826ff0dab649a97ffdd7779a332accafb35cc161012253a19383db19289d6e02"
    )
