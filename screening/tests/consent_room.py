"""A patient with a consent to sign, and short ways through reading and signing."""

from __future__ import annotations

from typing import Any

from kap.accounts.tests.factories import PASSWORD, PrescriberFactory, UserFactory
from kap.patients.models import SecureLink
from screening import services
from screening.consents import TREATMENT
from screening.models import Consent
from screening.queries.consents import parts_of
from screening.services import Attestation
from screening.services.consent import propose_consent


def proposed(episode: Any, now: Any, *, kind: str = TREATMENT, **more: Any) -> Consent:
    """A text put before the patient by the front desk."""
    desk = UserFactory.create(roles=["front-desk"])
    return propose_consent(episode=episode, kind=kind, by=desk, now=now, **more)


def link_to(consent: Consent, now: Any, *, purpose: str = "consent") -> SecureLink:
    from kap.patients.links import issue_link

    return issue_link(
        patient=consent.patient,
        purpose=purpose,
        object_id=consent.pk,
        by=None,
        now=now,
    ).link


def read_whole(consent: Consent, now: Any, *, initials: str = "JT") -> None:
    """Every part read and given what it asks for, every question answered rightly."""
    for part in parts_of(consent, None):
        given = {"initials": initials, "checkbox": "ticked"}.get(part.ack, "")
        if part.questions:
            right = {one.id: one.right for one in part.questions}
            services.answer_teach_back(consent_id=consent.pk, answers=right, now=now)
        services.acknowledge_section(
            consent_id=consent.pk, section_id=part.id, given=given
        )


def patient_signs(
    consent: Consent, now: Any, *, link: SecureLink | None = None, **more: Any
) -> Consent:
    consent.refresh_from_db()
    return services.sign_consent_as_patient(
        **{
            "consent_id": consent.pk,
            "edition": consent.template.edition,
            "printed_name": "Juniper Testwell",
            "drawing_svg": "",
            "link": link or link_to(consent, now),
            "proof": "secure link and date of birth",
            "now": now,
            **more,
        }
    )


FINE = Attestation(has_capacity=True, is_not_intoxicated=True, minutes=20)


def clinician_signs(
    consent: Consent, now: Any, *, by: Any = None, attestation: Attestation = FINE
) -> Consent:
    return services.sign_consent_as_clinician(
        consent_id=consent.pk,
        password=PASSWORD,
        attestation=attestation,
        by=by or PrescriberFactory.create().user,
        now=now,
    )


def in_force(episode: Any, now: Any, *, kind: str = TREATMENT, **more: Any) -> Consent:
    """Read, signed by the patient, and by the clinician where the kind asks for it."""
    consent = proposed(episode, now, kind=kind, **more)
    read_whole(consent, now)
    consent = patient_signs(consent, now)
    if "clinician" in consent.roles:
        consent = clinician_signs(consent, now)
    return consent
