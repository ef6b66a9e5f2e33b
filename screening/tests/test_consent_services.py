from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from kap.accounts.tests.factories import PASSWORD, PrescriberFactory, UserFactory
from kap.core.errors import DomainError, NotAllowed
from kap.documents.models import Signature, TemplateEdition
from kap.documents.registry import signed_content
from kap.documents.seal import digest, is_intact
from kap.notifications.models import Communication
from kap.patients.enums import Channel, ContactPurpose
from kap.patients.tests.factories import ContactConsentFactory, EpisodeFactory
from kap.worklist.models import WorkItem
from screening import consent_hooks, services
from screening.consent_hooks import PlannedCare
from screening.enums import ConsentStatus
from screening.enums_consent import EndWay, SignerRole
from screening.models import Consent, ConsentEvent, ConsentSignature
from screening.rules.consent_signing import UnderEffect
from screening.services import ConsentClosed, ConsentNotReady, People
from screening.services.consent import propose_consent
from screening.tests.consent_room import (
    FINE,
    clinician_signs,
    in_force,
    link_to,
    patient_signs,
    proposed,
    read_whole,
)
from screening.tests.factories import publish_edition

pytestmark = pytest.mark.django_db


@pytest.fixture
def episode(db):
    return EpisodeFactory.create()


@pytest.fixture
def consent(episode, now):
    consent = proposed(episode, now)
    read_whole(consent, now)
    return consent


@pytest.fixture
def plan(monkeypatch):
    """``plan(route="sl")`` says what sessions would say of every episode."""

    def say(**facts):
        def source(ids):
            return {pk: PlannedCare(**facts) for pk in ids}

        monkeypatch.setattr(consent_hooks, "_plans", [source])

    return say


@pytest.fixture
def effect(monkeypatch):
    def say(**facts):
        monkeypatch.setattr(
            consent_hooks, "_effects", [lambda _patient, _now: UnderEffect(**facts)]
        )

    return say


def beside(consent, role, now, by=None):
    return services.sign_consent_beside(
        consent_id=consent.pk,
        role=role,
        password=PASSWORD,
        by=by or UserFactory.create(roles=["front-desk"]),
        now=now,
    )


def test_a_consent_counts_when_patient_and_clinician_have_signed(consent, now):
    signed = patient_signs(consent, now)
    assert signed.status == ConsentStatus.PARTIAL
    assert WorkItem.objects.filter(kind="consent-cosign").open().count() == 1
    signed = clinician_signs(consent, now)
    assert signed.status == ConsentStatus.ACTIVE
    assert signed.activated_at == now
    assert not WorkItem.objects.filter(kind="consent-cosign").open().exists()
    rows = ConsentSignature.objects.filter(consent=consent).order_by("position")
    assert [(row.role, row.position) for row in rows] == [
        ("patient", 1),
        ("clinician", 2),
    ]
    assert "20 minutes" in rows[1].statement
    rebuild = signed_content("Consent")
    assert rebuild is not None
    for row in rows:
        built = rebuild(consent.pk, row.signature.meaning)
        assert digest(built) == row.signature.content_sha256
        assert is_intact(row.signature)


def test_nobody_signs_before_their_turn(consent, now):
    with pytest.raises(ConsentNotReady, match="The patient signs first"):
        clinician_signs(consent, now)
    with pytest.raises(DomainError):
        beside(consent, SignerRole.WITNESS, now)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"has_capacity": False}, "legal representative"),
        ({"is_not_intoxicated": False}, "intoxicated"),
        ({"minutes": 0}, "how many minutes"),
    ],
)
def test_the_clinician_declares_capacity_soberness_and_time(
    consent, now, changes, words
):
    patient_signs(consent, now)
    with pytest.raises(ConsentNotReady, match=words):
        clinician_signs(consent, now, attestation=replace(FINE, **changes))


def test_a_wrong_password_and_the_front_desk_sign_nothing(consent, now):
    patient_signs(consent, now)
    with pytest.raises(NotAllowed):
        services.sign_consent_as_clinician(
            consent_id=consent.pk,
            password="wrong",
            attestation=FINE,
            by=PrescriberFactory.create().user,
            now=now,
        )
    with pytest.raises(NotAllowed):
        clinician_signs(consent, now, by=UserFactory.create(roles=["front-desk"]))
    consent.refresh_from_db()
    assert consent.status == ConsentStatus.PARTIAL
    assert ConsentSignature.objects.count() == 1


def test_a_second_signature_of_anybody_is_refused(consent, now):
    patient_signs(consent, now)
    with pytest.raises(ConsentClosed, match="signed this already"):
        patient_signs(consent, now)
    clinician_signs(consent, now)
    with pytest.raises(ConsentClosed, match="signed already"):
        clinician_signs(consent, now)
    assert Signature.objects.count() == 2


def test_a_foreign_link_signs_nothing(consent, now):
    other = proposed(EpisodeFactory.create(), now)
    with pytest.raises(DomainError, match="does not open this text"):
        patient_signs(consent, now, link=link_to(other, now))


def test_interpreter_and_witness_sign_after_the_clinician(episode, now):
    consent = proposed(episode, now)
    desk = UserFactory.create(roles=["front-desk"])
    services.set_people(
        consent_id=consent.pk,
        people=People(
            interpreter_name="Ina Words", interpreter_id="4711", wants_witness=True
        ),
        by=desk,
        now=now,
    )
    read_whole(consent, now)
    patient_signs(consent, now)
    therapist = UserFactory.create(roles=["therapist"])
    clinician_signs(consent, now, by=therapist)
    with pytest.raises(ConsentNotReady, match="Next to sign: interpreter"):
        beside(consent, SignerRole.WITNESS, now)
    link = link_to(consent, now, purpose="sign-interpreter")
    services.sign_consent_by_own_link(
        consent_id=consent.pk,
        role=SignerRole.INTERPRETER,
        printed_name="Ina Words",
        drawing_svg="",
        link=link,
        proof="own secure link",
        now=now,
    )
    with pytest.raises(ConsentNotReady, match="Another person signs"):
        beside(consent, SignerRole.WITNESS, now, by=therapist)
    signed = beside(consent, SignerRole.WITNESS, now, by=desk)
    assert signed.status == ConsentStatus.ACTIVE
    statement = ConsentSignature.objects.get(role="clinician").statement
    assert "Interpreter: Ina Words, 4711." in statement
    assert Signature.objects.get(meaning="interpret").signer_key == f"link:{link.pk}"


def test_a_link_for_one_place_signs_no_other(episode, now):
    consent = proposed(episode, now, kind="escort_agreement")
    read_whole(consent, now)
    patient_signs(consent, now)
    wrong = link_to(consent, now, purpose="sign-witness")
    give = {
        "consent_id": consent.pk,
        "role": SignerRole.ESCORT,
        "printed_name": "Esther Rider",
        "drawing_svg": "",
        "proof": "own secure link",
        "now": now,
    }
    with pytest.raises(DomainError, match="does not open this text"):
        services.sign_consent_by_own_link(link=wrong, **give)
    right = link_to(consent, now, purpose="sign-escort")
    done = services.sign_consent_by_own_link(link=right, **give)
    assert done.status == ConsentStatus.ACTIVE
    with pytest.raises(ConsentClosed):
        services.sign_consent_by_own_link(link=right, **give)


def test_a_representative_signs_first_and_the_patient_assents(episode, now):
    consent = proposed(episode, now)
    desk = UserFactory.create(roles=["front-desk"])
    give = {"consent_id": consent.pk, "by": desk, "now": now}
    named = People(
        representative_name="Gail Guardian",
        authority="guardian",
        authority_document="Scan in the paper folder, page 3",
    )
    for lacking, words in (
        (replace(named, authority=""), "by what right"),
        (replace(named, authority_document=" "), "where the paper"),
        (People(patient_assents=False), "Name the representative"),
    ):
        with pytest.raises(DomainError, match=words):
            services.set_people(people=lacking, **give)
    services.set_people(people=named, **give)
    consent.refresh_from_db()
    with pytest.raises(DomainError, match="such as GG"):
        read_whole(consent, now)
    read_whole(consent, now, initials="GG")
    patient_signs(consent, now, printed_name="Gail Guardian")
    patient_signs(consent, now)
    signed = clinician_signs(consent, now)
    assert signed.status == ConsentStatus.ACTIVE
    meanings = Signature.objects.order_by("pk").values_list("meaning", flat=True)
    assert set(meanings) == {"represent", "assent", "explained"}
    with pytest.raises(ConsentClosed, match="Who signs is fixed"):
        services.set_people(people=People(), **give)


def test_a_text_in_another_language_needs_an_interpreter(now):
    episode = EpisodeFactory.create(patient__language="es")
    consent = proposed(episode, now)
    assert consent.roles == ["patient", "clinician", "interpreter"]
    with pytest.raises(DomainError, match="Name the interpreter"):
        services.set_people(
            consent_id=consent.pk,
            people=People(),
            by=UserFactory.create(roles=["front-desk"]),
            now=now,
        )


@pytest.mark.parametrize(
    "facts", [{"dose_started_at": 1}, {"sedative_said_at": 1}, {"lowest_moaas_at": 1}]
)
def test_nothing_is_signed_or_widened_on_the_day_of_a_dose(
    consent, episode, now, effect, facts
):
    hour = timedelta(hours=1)
    patient_signs(consent, now)
    touch = in_force(episode, now - timedelta(days=2), kind="touch")
    release = proposed(episode, now, kind="roi", about="My sister, all of it")
    read_whole(release, now)
    effect(**dict.fromkeys(facts, now - hour))
    with pytest.raises(ConsentNotReady, match="until tomorrow"):
        clinician_signs(consent, now)
    with pytest.raises(ConsentNotReady, match="until tomorrow"):
        patient_signs(release, now)
    services.narrow_consent(consent_id=touch.pk, section_id="hand", now=now)
    touch.refresh_from_db()
    assert touch.narrowed[0]["section"] == "hand"
    done = services.withdraw_consent(consent_id=touch.pk, reason="", by=None, now=now)
    assert done.status == ConsentStatus.INACTIVE
    later = now + timedelta(days=1)
    assert patient_signs(release, later).status == ConsentStatus.ACTIVE


def test_a_first_consent_within_a_day_of_the_first_dose_needs_a_reason(
    consent, now, plan
):
    plan(first_dose_at=now + timedelta(hours=20))
    patient_signs(consent, now)
    with pytest.raises(ConsentNotReady, match="less than 24 hours"):
        clinician_signs(consent, now)
    hurried = replace(FINE, haste_reason="Travelled far; read it a week ago")
    signed = clinician_signs(consent, now, attestation=hurried)
    assert signed.same_day_reason == "Travelled far; read it a week ago"


def test_declining_an_optional_text_blocks_nothing(episode, now):
    in_force(episode, now)
    touch = proposed(episode, now, kind="touch")
    services.decline_consent(consent_id=touch.pk, reason="", now=now, link=None)
    from screening.queries import required_consents

    found = required_consents(episode.pk, on=now.date())
    assert [(title, state.is_current) for title, state in found] == [
        ("Treatment consent", True)
    ]


def test_withdrawal_says_how_and_makes_work_for_three(episode, now):
    consent = in_force(episode, now)
    done = services.withdraw_consent(
        consent_id=consent.pk,
        reason="Shook her head at the door",
        way=EndWay.GESTURE,
        by=UserFactory.create(roles=["nurse"]),
        now=now,
    )
    assert (done.end_kind, done.end_way) == ("withdrawn", "gesture")
    kinds = WorkItem.objects.open().values_list("kind", flat=True)
    assert {"consent-ended-visits", "consent-ended-team", "consent-ended-talk"} <= set(
        kinds
    )
    assert done.frozen_html
    with pytest.raises(ConsentClosed, match="not in force"):
        services.withdraw_consent(consent_id=consent.pk, reason="", by=None, now=now)


def test_a_patient_may_still_say_no_before_the_clinician_signs(consent, now):
    patient_signs(consent, now)
    done = services.decline_consent(consent_id=consent.pk, reason="", now=now)
    assert done.status == ConsentStatus.REJECTED
    assert not WorkItem.objects.filter(kind="consent-cosign").open().exists()
    with pytest.raises(ConsentClosed):
        clinician_signs(consent, now)


def test_the_copy_goes_out_by_link_and_a_printed_one_is_noted(episode, now):
    for channel in (Channel.EMAIL, Channel.SMS):
        ContactConsentFactory.create(
            patient=episode.patient, channel=channel, purpose=ContactPurpose.CARE
        )
    consent = in_force(episode, now)
    kinds = Communication.objects.filter(kind="consent-copy")
    assert kinds.count() >= 1
    desk = UserFactory.create(roles=["front-desk"])
    services.note_copy_printed(consent_id=consent.pk, by=desk, now=now)
    notes = ConsentEvent.objects.filter(act="copy").values_list("note", flat=True)
    assert any(note.startswith("Link to the copy by") for note in notes)
    assert "Printed and handed over" in notes


def test_another_route_changes_the_parts_and_what_was_read_is_kept(episode, now, plan):
    plan(route="im")
    consent = proposed(episode, now)
    read_whole(consent, now)
    plan(route="in_esk")
    same, changed = services.catch_up(consent_id=consent.pk, now=now)
    assert same.pk == consent.pk
    assert changed == ["Esketamine nasal spray"]
    with pytest.raises(ConsentNotReady, match="Esketamine nasal spray"):
        patient_signs(consent, now)
    consent.refresh_from_db()
    read_whole(consent, now)
    assert patient_signs(consent, now).facts["route"] == "in_esk"


def test_a_release_names_who_may_receive_what(episode, now):
    with pytest.raises(DomainError, match="who may receive what"):
        proposed(episode, now, kind="roi")
    first = proposed(episode, now, kind="roi", about="Dr. Other, letters")
    second = proposed(episode, now, kind="roi", about="My sister, visits")
    assert first.pk != second.pk


def test_signing_anew_takes_the_place_of_what_counted(episode, now):
    old = in_force(episode, now)
    newer = proposed(episode, now + timedelta(days=300), anew=True)
    assert newer.pk != old.pk
    old.refresh_from_db()
    assert old.status == ConsentStatus.ACTIVE
    later = now + timedelta(days=301)
    read_whole(newer, later)
    patient_signs(newer, later)
    clinician_signs(newer, later)
    old.refresh_from_db()
    assert (old.status, old.end_kind) == (ConsentStatus.INACTIVE, "replaced")


def test_an_edition_that_came_after_the_patient_signed_is_sent_anew(
    consent, episode, now
):
    patient_signs(consent, now)
    publish_edition(number=2)
    with pytest.raises(ConsentNotReady, match="Send it to the patient anew"):
        clinician_signs(consent, now)
    newer = proposed(episode, now)
    consent.refresh_from_db()
    assert (consent.status, consent.end_kind) == ("inactive", "overtaken")
    assert newer.template.edition == 2


def test_no_edition_in_force_is_said(episode, now):
    desk = UserFactory.create(roles=["front-desk"])
    with pytest.raises(DomainError, match="No edition of this text is in force"):
        propose_consent(episode=episode, kind="unheard-of", by=desk, now=now)


def test_the_database_keeps_the_order_of_signatures(consent, now):
    patient_signs(consent, now)
    signature = Signature.objects.get()
    for role, position in (("witness", 3), ("patient", 2), ("clinician", 1)):
        with pytest.raises(IntegrityError), transaction.atomic():
            ConsentSignature.objects.create(
                consent=consent,
                signature=signature,
                role=role,
                position=position,
                signed_at=now,
            )


@pytest.mark.django_db(transaction=True)
def test_two_devices_signing_at_once_give_one_signature(now):
    consent = proposed(EpisodeFactory.create(), now)
    read_whole(consent, now)
    links = [link_to(consent, now), link_to(consent, now)]

    def press(link):
        try:
            patient_signs(Consent.objects.get(pk=consent.pk), now, link=link)
        except ConsentClosed:
            return "closed"
        finally:
            connection.close()
        return "signed"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, links)) == ["closed", "signed"]
    assert Signature.objects.count() == 1
    assert ConsentSignature.objects.count() == 1


def test_a_published_edition_is_immutable(now):
    edition = TemplateEdition.objects.filter(kind="kap_treatment").get()
    with pytest.raises(Exception, match="Cannot"), transaction.atomic():
        TemplateEdition.objects.filter(pk=edition.pk).update(title="Other")
