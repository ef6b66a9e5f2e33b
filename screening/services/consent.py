"""Consent: put before the patient, read part by part, kept up with its text and plan."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from kap.accounts.models import User
from kap.audit.enums import Action
from kap.core.errors import DomainError
from kap.documents.models import TemplateEdition
from kap.notifications.services import plan_message
from kap.patients.models import EpisodeOfCare
from screening.consents import TREATMENT, kind_of
from screening.enums import ConsentStatus
from screening.enums_consent import LIVE, ConsentAct, EndKind
from screening.models import Consent
from screening.permissions import check_may_send_forms
from screening.queries.consent_facts import consent_facts
from screening.rules.consent_conditions import sections_for
from screening.rules.consent_signing import roles_in_order
from screening.rules.consent_text import carried_over, changed_parts
from screening.services.consent_common import audit, end, locked, log

LINK_USEFUL_FOR: Final = timedelta(days=14)


def propose_consent(
    *,
    episode: EpisodeOfCare,
    by: User | None,
    now: datetime,
    kind: str = TREATMENT,
    about: str = "",
    send: bool = True,
    anew: bool = False,
) -> Consent:
    """Put the edition in force before the patient; ``send`` plans the message.

    ``about``: who may receive what, for a release.  ``anew``: also when this edition is
    signed already (new route, a year gone by); the signed one counts until the new
    signature.  ``by`` None is the daily sweep.
    """
    if by is not None:
        check_may_send_forms(by)
    if kind_of(kind).asks_about and not about.strip():
        raise DomainError("Write who may receive what, and what for.")
    template = _template(kind, episode, now)
    with transaction.atomic():
        EpisodeOfCare.objects.select_for_update().get(pk=episode.pk)
        consent = _live(episode, template, about, anew=anew)
        if consent is None:
            consent = _create(episode, template, about, by=by, now=now)
        if send and consent.status == ConsentStatus.PROPOSED:
            _write_to_patient(consent, by=by, now=now)
        audit(consent, Action.SEND, by=by)
    return consent


def _live(
    episode: EpisodeOfCare, template: TemplateEdition, about: str, *, anew: bool
) -> Consent | None:
    """The row of this edition that already waits or counts."""
    found = episode.consents.filter(
        template=template, about=about.strip(), status__in=LIVE
    ).first()
    if found is None or not anew or found.status != ConsentStatus.ACTIVE:
        return found
    return None


def _create(
    episode: EpisodeOfCare,
    template: TemplateEdition,
    about: str,
    *,
    by: User | None,
    now: datetime,
) -> Consent:
    older = _older_open(episode, template, about, now=now)
    kind = kind_of(template.kind)
    consent = Consent.objects.create(
        patient_id=episode.patient_id,
        episode=episode,
        template=template,
        about=about.strip(),
        proposed_at=now,
        proposed_by=by,
        facts=consent_facts(episode),
        continues=older,
        roles=roles_in_order(
            needs_clinician=kind.needs_clinician,
            needs_escort=kind.needs_escort,
            has_interpreter=template.language != episode.patient.language,
        ),
    )
    if older is not None:
        _carry_over(older, consent)
    log(consent, ConsentAct.PROPOSED, now=now, by=by)
    return consent


def _older_open(
    episode: EpisodeOfCare, template: TemplateEdition, about: str, *, now: datetime
) -> Consent | None:
    """An unsigned older edition ends; what was read in it goes on."""
    found = None
    for older in episode.consents.select_for_update().filter(
        template__kind=template.kind,
        about=about.strip(),
        status__in=(ConsentStatus.PROPOSED, ConsentStatus.PARTIAL),
    ):
        found = older if older.status == ConsentStatus.PROPOSED else None
        end(
            older,
            kind=EndKind.OVERTAKEN,
            reason="A newer edition replaced it before all had signed.",
            now=now,
        )
    return found


def _carry_over(older: Consent, newer: Consent) -> None:
    """Nothing that was read, ticked, answered or asked is lost."""
    read, given = carried_over(
        sections_for(older.template.sections, older.facts),
        sections_for(newer.template.sections, newer.facts),
        older.read_sections,
        older.acknowledgements,
    )
    newer.read_sections, newer.acknowledgements = read, given
    newer.teach_back, newer.questions = older.teach_back, older.questions
    newer.opened_at = older.opened_at
    newer.interpreter_name = older.interpreter_name
    newer.interpreter_id = older.interpreter_id
    newer.representative_name = older.representative_name
    newer.representative_authority = older.representative_authority
    newer.authority_document = older.authority_document
    if older.template.kind == newer.template.kind and older.roles:
        newer.roles = older.roles
    newer.save()


def _write_to_patient(consent: Consent, *, by: User | None, now: datetime) -> None:
    plan_message(
        kind="consent-to-sign",
        key=f"consent:{consent.pk}:{now:%Y%m%d%H%M}",
        patient=consent.patient,
        about_id=consent.pk,
        due_at=now,
        useless_after=now + LINK_USEFUL_FOR,
        link_purpose="consent",
        link_object_id=consent.pk,
        by=by,
        now=now,
    )
    log(consent, ConsentAct.SENT, now=now, by=by)


def _template(kind: str, episode: EpisodeOfCare, now: datetime) -> TemplateEdition:
    on = now.astimezone(episode.site.zone).date()
    language = episode.patient.language
    template = edition_in_force(kind, language, on) or edition_in_force(kind, "en", on)
    if template is None:
        raise DomainError(
            "No edition of this text is in force. Publish one in the admin."
        )
    return template


def edition_in_force(kind: str, language: str, on: date) -> TemplateEdition | None:
    return TemplateEdition.objects.in_force(kind=kind, language=language, on=on)


def catch_up(*, consent_id: UUID, now: datetime) -> tuple[Consent, list[str]]:
    """Bring an unsigned consent up to the text in force and to the plan as it is now.

    Answers the consent to read (another row when a material edition came) and the
    titles of the parts that changed; what was read in the others is kept.
    """
    with transaction.atomic():
        consent = locked(consent_id)
        if consent.status != ConsentStatus.PROPOSED:
            return consent, []
        newest = _material_since(consent, now)
        if newest is not None:
            return _continue_in(consent, newest, now=now)
        return consent, _follow_the_plan(consent)


def _material_since(consent: Consent, now: datetime) -> TemplateEdition | None:
    """The edition in force, if a material one came after the one being read."""
    template = consent.template
    on = now.astimezone(consent.episode.site.zone).date()
    newer = list(
        TemplateEdition.objects.filter(
            kind=template.kind,
            language=template.language,
            edition__gt=template.edition,
            effective_from__lte=on,
        ).order_by("edition")
    )
    return newer[-1] if any(one.is_material for one in newer) else None


def _continue_in(
    consent: Consent, template: TemplateEdition, *, now: datetime
) -> tuple[Consent, list[str]]:
    EpisodeOfCare.objects.select_for_update().get(pk=consent.episode_id)
    newer = _create(
        consent.episode, template, consent.about, by=consent.proposed_by, now=now
    )
    before = sections_for(consent.template.sections, consent.facts)
    after = sections_for(template.sections, newer.facts)
    changed = changed_parts(before, after)
    note = f"Edition {template.edition} of {template.effective_from:%-d %b %Y}"
    log(newer, ConsentAct.RENEWED_TEXT, now=now, note=note)
    return newer, changed


def _follow_the_plan(consent: Consent) -> list[str]:
    """Parts that come in because the route, the home or an answer changed."""
    facts = consent_facts(consent.episode)
    if facts == consent.facts:
        return []
    before = _ids(sections_for(consent.template.sections, consent.facts))
    after = sections_for(consent.template.sections, facts)
    consent.facts = facts
    consent.version += 1
    consent.save(update_fields=["facts", "version"])
    if not consent.read_sections:
        return []
    return [str(one["title"]) for one in after if one["id"] not in before]


def _ids(sections: list[dict[str, Any]]) -> set[str]:
    return {str(one["id"]) for one in sections}


def material_since(consent: Consent, now: datetime) -> bool:
    return _material_since(consent, now) is not None


__all__ = ["catch_up", "edition_in_force", "material_since", "propose_consent"]
