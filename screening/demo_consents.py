"""What was agreed in the demo: treatment, touch and recording, with their signatures."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from kap.demo.world import DemoPatient, DemoWorld, Stage
from kap.documents.models import Meaning, Signature, TemplateEdition
from kap.documents.seal import digest, seal_of
from screening.consents import TREATMENT, kind_of
from screening.enums import ConsentStatus
from screening.enums_consent import EndKind, EndWay, SignerRole
from screening.models import Consent, ConsentSignature
from screening.rules.consent_conditions import sections_for
from screening.rules.consent_signing import roles_in_order
from screening.rules.consent_text import frozen_html, signed_content

FACTS: Final = {"route": "im", "home": False, "telehealth": False, "group": False}
"""The demo's courses are into the muscle."""
TOUCH_EVERY: Final = 3
SAID: Final = (
    "I explained this text and answered the questions. The patient has capacity to "
    "decide and is not intoxicated. Time spent: 25 minutes."
)


@dataclass(slots=True)
class _Rows:
    consents: list[Consent] = field(default_factory=list)
    signatures: list[Signature] = field(default_factory=list)
    places: list[ConsentSignature] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Text:
    """An edition as a demo patient read it."""

    template: TemplateEdition
    sections: list[dict[str, Any]]
    taught: dict[str, Any]

    @property
    def kind(self) -> str:
        return self.template.kind


def insert_consents(
    world: DemoWorld, cleared: list[DemoPatient], sent_at: dict[Any, datetime]
) -> None:
    """``sent_at``: by patient, when the texts were put before them."""
    texts = {
        kind: text
        for kind in (TREATMENT, "touch", "recording")
        if (text := _text(world, kind)) is not None
    }
    rows = _Rows()
    for number, demo in enumerate(cleared):
        at = sent_at[demo.patient.pk]
        if TREATMENT in texts:
            _treatment(rows, world, demo, texts[TREATMENT], at=at, number=number)
        if demo.stage == Stage.COURSE and number % TOUCH_EVERY == 0:
            _optional(rows, world, demo, texts, at=at, number=number)
    world.insert(Consent, rows.consents)
    world.insert(Signature, rows.signatures)
    world.insert(ConsentSignature, rows.places)


def _text(world: DemoWorld, kind: str) -> _Text | None:
    template = TemplateEdition.objects.in_force(
        kind=kind, language="en", on=world.now.date()
    )
    if template is None:
        return None
    sections = sections_for(template.sections, FACTS)
    taught = {
        str(item["id"]): [{"answer": item["choices"][item["right"]], "is_right": True}]
        for one in sections
        for item in one.get("teach_back", ())
    }
    return _Text(template, sections, taught)


def _treatment(
    rows: _Rows,
    world: DemoWorld,
    demo: DemoPatient,
    text: _Text,
    *,
    at: datetime,
    number: int,
) -> None:
    """Signed by both in a course; before it, every second waits for the clinician."""
    consent = _proposed(world, demo, text, at=at)
    rows.consents.append(consent)
    if demo.stage == Stage.COURSE:
        _signed(rows, world, demo, consent, text, upto=2)
    elif number % 2:
        _signed(rows, world, demo, consent, text, upto=1)


def _optional(
    rows: _Rows,
    world: DemoWorld,
    demo: DemoPatient,
    texts: dict[str, _Text],
    *,
    at: datetime,
    number: int,
) -> None:
    """Touch agreed to, sometimes taken back; recording declined."""
    if "touch" in texts:
        touch = _proposed(world, demo, texts["touch"], at=at)
        rows.consents.append(touch)
        _signed(rows, world, demo, touch, texts["touch"], upto=2)
        if number % (4 * TOUCH_EVERY) == 0:
            touch.status = ConsentStatus.INACTIVE
            touch.ended_at = at + timedelta(days=1)
            touch.end_kind, touch.end_way = EndKind.WITHDRAWN, EndWay.SPOKEN
            touch.end_reason = "Does not want to be touched after all."
    if "recording" in texts:
        recording = _proposed(world, demo, texts["recording"], at=at)
        recording.status = ConsentStatus.REJECTED
        recording.ended_at = at + timedelta(hours=2)
        recording.end_kind = EndKind.DECLINED
        recording.end_reason = "Declined"
        rows.consents.append(recording)


def _proposed(
    world: DemoWorld, demo: DemoPatient, text: _Text, *, at: datetime
) -> Consent:
    kind = kind_of(text.kind)
    return Consent(
        id=world.uuid(),
        patient=demo.patient,
        episode=demo.episode,
        template=text.template,
        facts=FACTS,
        roles=roles_in_order(needs_clinician=kind.needs_clinician),
        proposed_at=at,
        proposed_by=world.users["front-desk"],
    )


def _signed(
    rows: _Rows,
    world: DemoWorld,
    demo: DemoPatient,
    consent: Consent,
    text: _Text,
    *,
    upto: int,
) -> None:
    """The first ``upto`` places are filled; with the last one it counts."""
    patient = demo.patient
    initials = patient.given_name[:1] + patient.family_name[:1]
    given = {
        one["id"]: initials if one["ack"] == "initials" else "ticked"
        for one in text.sections
        if one["ack"] in ("initials", "checkbox")
    }
    consent.opened_at = consent.proposed_at
    consent.read_sections = [one["id"] for one in text.sections]
    consent.acknowledgements, consent.teach_back = given, text.taught
    consent.frozen_html = frozen_html(
        title=text.template.title,
        edition=text.template.edition,
        sections=text.sections,
        acknowledgements=given,
    )
    consent.content_sha256 = digest(consent.frozen_html)
    consent.signed_at = consent.proposed_at + timedelta(hours=2)
    consent.status = ConsentStatus.PARTIAL
    _place(rows, world, demo, consent, SignerRole.PATIENT, at=consent.signed_at)
    if upto > 1:
        done_at = consent.signed_at + timedelta(hours=1)
        _place(rows, world, demo, consent, SignerRole.CLINICIAN, at=done_at)
        consent.status, consent.activated_at = ConsentStatus.ACTIVE, done_at


def _place(
    rows: _Rows,
    world: DemoWorld,
    demo: DemoPatient,
    consent: Consent,
    role: SignerRole,
    *,
    at: datetime,
) -> None:
    by_patient = role == SignerRole.PATIENT
    therapist = None if by_patient else demo.site.therapists[0].user
    statement = "" if by_patient else SAID
    patient = demo.patient
    signature = Signature(
        id=world.uuid(),
        object_type="Consent",
        object_id=consent.pk,
        meaning=Meaning.CONSENT if by_patient else Meaning.EXPLAINED,
        content_sha256=digest(signed_content(consent.frozen_html, statement)),
        user=therapist,
        patient=patient if by_patient else None,
        signer_key=f"patient:{patient.pk}"
        if therapist is None
        else f"user:{therapist.pk}",
        printed_name=f"{patient.given_name} {patient.family_name}"
        if therapist is None
        else therapist.name,
        proof="secure link and date of birth" if by_patient else "password",
        signed_at=at,
    )
    signature.seal = seal_of(signature)
    rows.signatures.append(signature)
    rows.places.append(
        ConsentSignature(
            id=world.uuid(),
            consent=consent,
            signature=signature,
            role=role,
            position=1 if by_patient else 2,
            signed_at=at,
            statement=statement,
        )
    )
