"""What consents add to links, messages, work, the rail, papers and the daily sweep."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse

from kap.accounts.enums import CLINICAL, PRESCRIBING, SCHEDULING, Role
from kap.core import sweep
from kap.documents import texts
from kap.documents.registry import DocumentKind, register, register_signed_content
from kap.documents.texts import TextCheck, TextKind
from kap.notifications import registry as messages
from kap.notifications.models import Communication
from kap.notifications.registry import MessageKind
from kap.patients.enums import ContactPurpose
from kap.patients.links import LinkPurpose, register_purpose
from kap.ui import navigation
from kap.worklist import registry as work
from kap.worklist.models import WorkItem
from kap.worklist.registry import WorkKind
from screening.consents import KINDS, ConsentKind
from screening.models import Consent, ConsentSignature
from screening.queries.consent_paper import paper_facts
from screening.rules.consent_check import missing_elements, problems
from screening.rules.consent_conditions import sections_for
from screening.rules.consent_text import frozen_html, signed_content
from screening.services.consent_cosign import BESIDE, link_purpose
from screening.services.consent_end import TALK, TEAM, VISITS
from screening.services.consent_renewals import RENEWAL, sweep_renewals
from screening.services.consent_sign import COSIGN, MEANINGS

for role in BESIDE:
    register_purpose(
        LinkPurpose(
            link_purpose(role),
            f"Signature: {role.label.lower()}",
            "screening:beside",
            proof="none",
            ttl=timedelta(days=1),
            max_uses=3,
        )
    )


def _copy_wanted(message: Communication, _now: datetime) -> bool:
    return Consent.objects.filter(
        pk__in=[message.about_id], signed_at__isnull=False
    ).exists()


messages.register(
    MessageKind(
        "consent-copy",
        ContactPurpose.CARE,
        still_wanted=_copy_wanted,
        label="Copy of what was signed",
        stops_when="it was never signed",
    )
)


def _url(item: WorkItem) -> str:
    return reverse("screening:consent_of", args=[item.object_id])


for kind in (
    WorkKind(
        key=COSIGN,
        label="Consent to sign: you explained it",
        roles=frozenset(CLINICAL),
        url=_url,
        icon="signature",
        order=24,
        closes_itself=True,
    ),
    WorkKind(
        key=VISITS,
        label="Consent withdrawn: look at planned doses",
        tone="danger",
        roles=frozenset({Role.FRONT_DESK, *CLINICAL}),
        url=_url,
        icon="calendar-off",
        order=3,
        is_clinical=False,
    ),
    WorkKind(
        key=TEAM,
        label="Consent withdrawn: tell the team",
        tone="warn",
        roles=frozenset(PRESCRIBING | {Role.THERAPIST}),
        url=_url,
        icon="users",
        order=4,
    ),
    WorkKind(
        key=TALK,
        label="Consent withdrawn: offer a talk",
        roles=frozenset(CLINICAL),
        url=_url,
        icon="message-2",
        order=26,
    ),
    WorkKind(
        key=RENEWAL,
        label="Text to be signed anew",
        roles=frozenset(SCHEDULING),
        url=_url,
        icon="refresh",
        order=40,
        is_clinical=False,
    ),
):
    work.register(kind)

register(
    DocumentKind(
        key="consent",
        title="Consent to treatment",
        template="screening/pdf_consent.html",
        facts=paper_facts,
        roles=frozenset(CLINICAL),  # it prints answers and what was said
    )
)


def _signed(object_id: UUID, meaning: str) -> str:
    """What one signer signed: the text put together again, and what they declared."""
    consent = Consent.objects.select_related("template").get(pk=object_id)
    frozen = frozen_html(
        title=consent.template.title,
        edition=consent.template.edition,
        sections=sections_for(consent.template.sections, consent.facts),
        acknowledgements=consent.acknowledgements,
        about=consent.about,
    )
    roles = [role for role, means in MEANINGS.items() if means == meaning]
    row = ConsentSignature.objects.filter(consent=consent, role__in=roles).first()
    return signed_content(frozen, row.statement if row else "")


register_signed_content("Consent", _signed)
sweep.register(sweep_renewals)
navigation.register(
    navigation.NavItem(
        key="renewals",
        label="Consents",
        icon="signature",
        url_name="screening:renewals",
        roles=frozenset(SCHEDULING),
        order=55,
    )
)


def _check_of(kind: ConsentKind) -> Callable[[Any], TextCheck]:
    def check(sections: Any) -> TextCheck:
        if found := problems(sections):
            return TextCheck(found, [])
        return TextCheck([], missing_elements(sections, kind.elements))

    return check


for consent_kind in KINDS.values():
    texts.register(
        TextKind(consent_kind.key, consent_kind.title, _check_of(consent_kind))
    )
