"""Anybody may learn whether a file is this clinic's, and nothing more."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kap.documents import verify
from kap.documents.models import DocumentReference, DocumentStatus
from kap.patients.tests.factories import PatientFactory

pytestmark = pytest.mark.django_db
CONTENT = b"%PDF-1.7 made here"


@pytest.fixture
def paper(now: Any) -> DocumentReference:
    patient = PatientFactory.create(family_name="Secretname")
    return DocumentReference.objects.create(
        patient=patient,
        kind="consent",
        source_key="consent:1",
        source_id=uuid4(),
        title="Consent to treatment",
        path="x.pdf",
        content_sha256=hashlib.sha256(CONTENT).hexdigest(),
        byte_count=len(CONTENT),
        page_count=1,
        made_at=now,
    )


def ask(**data: Any) -> Any:
    return Client().post("/verify/", data)


def upload(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("any.pdf", content, content_type="application/pdf")


def test_a_file_of_ours_is_genuine_and_nothing_else_is_said(paper: Any) -> None:
    page = ask(file=upload(CONTENT))
    text = page.content.decode()
    assert "Genuine." in text
    assert "made on 23" in text
    for word in ("Secretname", "Juniper", "onsent", "ketamine"):
        assert word not in text
    assert page["Cache-Control"] == "no-store"


def test_one_changed_byte_is_not_known(paper: Any) -> None:
    assert "Not known." in ask(file=upload(CONTENT + b" ")).content.decode()
    assert "Not known." in ask(file=upload(b"")).content.decode()


def test_a_pasted_fingerprint_is_enough(paper: Any) -> None:
    digest = paper.content_sha256
    spaced = " ".join(digest[at : at + 4] for at in range(0, 64, 4)).upper()
    assert "Genuine." in ask(fingerprint=spaced).content.decode()
    assert "Not known." in ask(fingerprint="0" * 64).content.decode()


def test_an_older_file_is_genuine_and_says_that_a_newer_one_is_there(
    paper: Any,
) -> None:
    DocumentReference.objects.update(status=DocumentStatus.SUPERSEDED)
    assert (
        "A newer one has taken its place" in ask(file=upload(CONTENT)).content.decode()
    )
    DocumentReference.objects.update(status=DocumentStatus.ENTERED_IN_ERROR)
    assert "Not known." in ask(file=upload(CONTENT)).content.decode()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Choose the PDF, or paste its fingerprint."),
        ({"fingerprint": "abc"}, "64 signs"),
        ({"fingerprint": "x" * 64}, "64 signs"),
    ],
)
def test_nothing_to_check_is_said(data: dict[str, str], words: str) -> None:
    page = ask(**data)
    assert page.status_code == 422
    assert words in page.content.decode()


def test_a_large_file_is_refused_and_nothing_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kap.documents.verify_upload.MAX_BYTES", 1000)
    page = ask(file=upload(b"x" * 200_000))
    assert page.status_code == 422
    assert "larger than 20 MB" in page.content.decode()
    monkeypatch.setattr("kap.documents.verify_views.MAX_BYTES", 1000)
    assert ask(file=upload(b"x" * 200_000)).status_code == 422


def test_many_tries_from_one_address_are_slowed(
    paper: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    from kap.core.ratelimit import Limit

    few = Limit("verify-address", 2, timedelta(minutes=10))
    monkeypatch.setattr("kap.documents.verify_views.BY_ADDRESS", few)
    answers = [ask(fingerprint="0" * 64).status_code for _ in range(3)]
    assert answers == [200, 200, 429]


def test_the_page_opens_without_signing_in_and_wants_a_token_to_post() -> None:
    assert Client().get("/verify/").status_code == 200
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/verify/", {"fingerprint": "0" * 64}).status_code == 403


def test_fingerprints_are_read_loosely() -> None:
    assert verify.fingerprint_of(" AB:" + "0" * 62) == "ab" + "0" * 62
    assert verify.fingerprint_of("") == ""
