"""Consent: proposed, read part by part, and signed by the patient."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from kap.accounts.models import User
from kap.audit.enums import Action
from kap.core.errors import DomainError
from kap.documents.models import Meaning, TemplateEdition
from kap.documents.services import digest, request_document, sign
from kap.notifications.services import plan_message
from kap.patients.models import EpisodeOfCare, SecureLink
from screening.consents import TREATMENT
from screening.enums import ConsentStatus
from screening.models import Consent
from screening.permissions import check_may_send_forms
from screening.rules.consent_text import frozen_html, missing_acknowledgements
from screening.services.consent_common import (
    ConsentNotReady,
    audit,
    locked,
    tell,
    waiting,
)
from screening.services.consent_questions import open_questions

LINK_USEFUL_FOR: Final = timedelta(days=14)


def propose_consent(
    *,
    episode: EpisodeOfCare,
    by: User,
    now: datetime,
    kind: str = TREATMENT,
    send: bool = True,
) -> Consent:
    """Put the edition in force before the patient; ``send`` plans the message."""
    check_may_send_forms(by)
    on = now.astimezone(episode.site.zone).date()
    template = _template(kind, episode.patient.language, on)
    with transaction.atomic():
        EpisodeOfCare.objects.select_for_update().get(pk=episode.pk)
        _replace_older(episode, template, now=now)
        consent = episode.consents.filter(
            template=template,
            status__in=(ConsentStatus.PROPOSED, ConsentStatus.ACTIVE),
        ).first() or Consent.objects.create(
            patient_id=episode.patient_id,
            episode=episode,
            template=template,
            proposed_at=now,
            proposed_by=by,
        )
        if send and consent.status == ConsentStatus.PROPOSED:
            plan_message(
                kind="consent-to-sign",
                key=f"consent:{consent.pk}:{now:%Y%m%d%H%M}",
                patient=episode.patient,
                about_id=consent.pk,
                due_at=now,
                useless_after=now + LINK_USEFUL_FOR,
                link_purpose="consent",
                link_object_id=consent.pk,
                by=by,
                now=now,
            )
        audit(consent, Action.SEND, by=by)
    return consent


def _template(kind: str, language: str, on: date) -> TemplateEdition:
    editions = TemplateEdition.objects
    template = editions.in_force(
        kind=kind, language=language, on=on
    ) or editions.in_force(kind=kind, language="en", on=on)
    if template is None:
        raise DomainError(
            "No edition of this text is in force. Publish one in the admin."
        )
    return template


def _replace_older(
    episode: EpisodeOfCare, template: TemplateEdition, *, now: datetime
) -> None:
    """An unsigned older edition is not signed any more."""
    episode.consents.filter(
        template__kind=template.kind, status=ConsentStatus.PROPOSED
    ).exclude(template=template).update(
        status=ConsentStatus.INACTIVE,
        ended_at=now,
        end_reason="A newer edition replaced it before it was signed.",
    )


def open_consent(*, consent_id: UUID, now: datetime) -> Consent:
    """Note when the patient first opened the text."""
    with transaction.atomic():
        consent = locked(consent_id)
        if consent.opened_at is None and consent.status == ConsentStatus.PROPOSED:
            consent.opened_at = now
            consent.save(update_fields=["opened_at"])
    return consent


def acknowledge_section(*, consent_id: UUID, section_id: str, given: str) -> Consent:
    """Keep that a part was read, and the tick or the initials it asks for."""
    with transaction.atomic():
        consent = waiting(consent_id)
        ids = [section["id"] for section in consent.template.sections]
        if section_id not in ids:
            raise DomainError("This part is not in the text. Open it again.")
        if section_id not in consent.read_sections:
            consent.read_sections = [*consent.read_sections, section_id]
        if given:
            consent.acknowledgements = {**consent.acknowledgements, section_id: given}
        consent.version += 1
        consent.save(update_fields=["read_sections", "acknowledgements", "version"])
    return consent


def sign_consent_as_patient(
    *,
    consent_id: UUID,
    edition: int,
    printed_name: str,
    drawing_svg: str,
    link: SecureLink,
    proof: str,
    now: datetime,
) -> Consent:
    """Freeze what was read, sign it, and ask for the PDF.  ``edition`` is what was shown.

    Raises ConsentNotReady with the part that is missing, ConsentClosed for a second
    signature.
    """
    with transaction.atomic():
        consent = waiting(consent_id)
        if link.object_id != consent.pk or link.patient_id != consent.patient_id:
            raise DomainError("This link does not open this text.")
        _check_ready(consent, edition=edition, printed_name=printed_name, now=now)
        consent.frozen_html = frozen_html(
            title=consent.template.title,
            edition=consent.template.edition,
            sections=consent.template.sections,
            acknowledgements=consent.acknowledgements,
        )
        consent.content_sha256 = digest(consent.frozen_html)
        consent.status, consent.signed_at = ConsentStatus.ACTIVE, now
        consent.version += 1
        consent.save()
        sign(
            object_type="Consent",
            object_id=consent.pk,
            meaning=Meaning.CONSENT,
            content=consent.frozen_html,
            patient=consent.patient,
            link=link,
            printed_name=printed_name.strip(),
            proof=proof,
            drawing_svg=drawing_svg,
            now=now,
        )
        _end_earlier(consent, now=now)
        request_document(
            kind="consent",
            source_id=consent.pk,
            patient=consent.patient,
            by=None,
            now=now,
        )
        audit(consent, Action.SIGN, by=None, link=link)
        tell(consent)
    return consent


def _check_ready(
    consent: Consent, *, edition: int, printed_name: str, now: datetime
) -> None:
    if consent.template.edition != edition:
        raise ConsentNotReady(
            "A newer edition has been published. Read what is new, then sign."
        )
    _check_newest(consent, now)
    if open_questions(consent):
        raise ConsentNotReady(
            "You asked a question. We will answer it first; then you can sign."
        )
    if missing := missing_acknowledgements(
        consent.template.sections, consent.read_sections, consent.acknowledgements
    ):
        raise ConsentNotReady(f"Not read or ticked yet: {', '.join(missing)}.")
    if not printed_name.strip():
        raise ConsentNotReady("Type your full name as your signature.")


def _check_newest(consent: Consent, now: datetime) -> None:
    on = now.astimezone(consent.episode.site.zone).date()
    template = consent.template
    newer = TemplateEdition.objects.filter(
        kind=template.kind,
        language=template.language,
        edition__gt=template.edition,
        effective_from__lte=on,
        is_material=True,
    )
    if newer.exists():
        raise ConsentNotReady(
            "A newer edition has been published. Ask the clinic to send it to you."
        )


def _end_earlier(consent: Consent, *, now: datetime) -> None:
    """A signed newer edition takes the place of the older one."""
    consent.episode.consents.filter(
        template__kind=consent.template.kind, status=ConsentStatus.ACTIVE
    ).exclude(pk=consent.pk).update(
        status=ConsentStatus.INACTIVE,
        ended_at=now,
        end_reason=f"Replaced by edition {consent.template.edition}",
    )
