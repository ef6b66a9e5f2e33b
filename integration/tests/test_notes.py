from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import InternalError, transaction

from integration import services
from integration.models import IntegrationNote, NoteAddendum, NoteStatus
from integration.services.notes import NoteIncomplete
from kap.accounts.tests.factories import PASSWORD, UserFactory
from kap.core.errors import ChangedMeanwhile, DomainError, NotAllowed
from kap.documents.models import Signature
from kap.worklist.models import WorkItem
from sessions.enums import VisitKind
from sessions.models import Encounter
from sessions.signals import visit_finished
from sessions.tests.factories import NOW

FULL = {"brought": "Slept well.", "risk": "None.", "plan": "Next dose Friday."}


@pytest.fixture
def note(visit, therapist) -> IntegrationNote:
    return services.start_note(encounter_id=visit.pk, by=therapist, now=NOW)


def save(note, by, **facts):
    return services.save_note(
        note_id=note.pk, version=note.version, facts=facts, by=by, now=NOW
    )


def sign(note, by, password=PASSWORD):
    return services.sign_note(
        note_id=note.pk, version=note.version, password=password, by=by, now=NOW
    )


def test_start_note_twice_gives_the_same_note(note, visit, therapist):
    again = services.start_note(encounter_id=visit.pk, by=therapist, now=NOW)

    assert again.pk == note.pk


@pytest.mark.parametrize("role", ["front_desk", "nurse", "compliance", "admin"])
def test_start_note_is_for_therapists_and_prescribers(visit, role):
    with pytest.raises(NotAllowed):
        services.start_note(
            encounter_id=visit.pk, by=UserFactory.create(**{role: True}), now=NOW
        )


def test_start_note_of_another_kind_of_visit_is_refused(visit, therapist):
    Encounter.objects.filter(pk=visit.pk).update(kind=VisitKind.PREPARATION)

    with pytest.raises(DomainError, match="belongs to an integration visit"):
        services.start_note(encounter_id=visit.pk, by=therapist, now=NOW)


def test_save_note_from_an_old_page_is_refused(note, therapist):
    save(note, therapist, brought="First")

    with pytest.raises(ChangedMeanwhile):
        save(note, therapist, brought="Second")
    assert IntegrationNote.objects.get().brought == "First"


def test_save_note_of_somebody_else_is_refused(note):
    with pytest.raises(NotAllowed, match="Only its author"):
        save(note, UserFactory.create(prescriber=True), brought="Mine")


@pytest.mark.parametrize("missing", list(FULL))
def test_sign_note_needs_what_a_note_must_say(note, therapist, missing):
    saved = save(note, therapist, **{**FULL, missing: " "})

    with pytest.raises(NoteIncomplete, match="before signing"):
        sign(saved, therapist)


def test_sign_note_with_a_wrong_password_leaves_a_draft(note, therapist):
    saved = save(note, therapist, **FULL)

    with pytest.raises(DomainError):
        sign(saved, therapist, password="not this one")
    assert IntegrationNote.objects.get().status == NoteStatus.PRELIMINARY
    assert not Signature.objects.exists()


def test_sign_note_fixes_it_for_good(note, therapist):
    signed = sign(save(note, therapist, **FULL), therapist)

    assert Signature.objects.get().content_sha256 == signed.content_sha256
    with pytest.raises(NotAllowed, match="is signed"):
        save(signed, therapist, brought="Other")
    with pytest.raises(InternalError), transaction.atomic():
        IntegrationNote.objects.update(brought="Other")


def test_add_to_note_needs_a_signed_note(note, therapist):
    with pytest.raises(DomainError, match="still a draft"):
        services.add_to_note(note_id=note.pk, text="More", by=therapist, now=NOW)


def test_add_to_note_keeps_the_note_as_it_was(note, therapist):
    signed = sign(save(note, therapist, **FULL), therapist)

    services.add_to_note(note_id=note.pk, text=" More ", by=therapist, now=NOW)

    assert NoteAddendum.objects.get().text == "More"
    assert IntegrationNote.objects.get().content_sha256 == signed.content_sha256


def test_finished_visit_puts_the_note_on_the_list_once(visit, therapist):
    facts = {
        "encounter_id": visit.pk,
        "kind": VisitKind.INTEGRATION,
        "episode_id": visit.appointment.episode_id,
    }

    visit_finished.send(Encounter, **facts)
    visit_finished.send(Encounter, **facts)

    item = WorkItem.objects.get()
    assert item.owner == therapist
    assert item.due_at > item.created_at + timedelta(hours=23)


def test_signing_closes_the_work(visit, therapist):
    visit_finished.send(
        Encounter,
        encounter_id=visit.pk,
        kind=VisitKind.INTEGRATION,
        episode_id=visit.appointment.episode_id,
    )
    note = services.start_note(encounter_id=visit.pk, by=therapist, now=NOW)

    sign(save(note, therapist, **FULL), therapist)

    assert not WorkItem.objects.open().exists()
