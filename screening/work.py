"""The kinds of work that screening puts on people's lists."""

from __future__ import annotations

from django.urls import reverse

from kap.accounts.enums import CLINICAL, PRESCRIBING, SCHEDULING, Role
from kap.worklist.models import WorkItem
from kap.worklist.registry import WorkKind, register
from screening.services.consent_questions import QUESTION
from screening.services.eligibility import REVIEW
from screening.services.eligibility_after import RENEWAL
from screening.services.eligibility_override import OVERRIDE
from screening.services.medicine_work import MEDICINES, RECONCILE
from screening.services.packets import BY_HAND


def _review_url(item: WorkItem) -> str:
    return reverse("screening:review", args=[item.object_id])


def _forms_url(item: WorkItem) -> str:
    return reverse("screening:forms", args=[item.object_id])


def _medicines_url(item: WorkItem) -> str:
    return reverse("screening:reconcile", args=[item.object_id])


def _question_url(item: WorkItem) -> str:
    return reverse("screening:consent_of", args=[item.object_id])


register(
    WorkKind(
        key=REVIEW,
        label="Screening to review",
        tone="warn",
        roles=frozenset(PRESCRIBING | {Role.THERAPIST}),
        url=_review_url,
        icon="clipboard-check",
        order=20,
        closes_itself=True,
    )
)
register(
    WorkKind(
        key=OVERRIDE,
        label="Exclusion to set aside: your signature",
        tone="warn",
        roles=frozenset({Role.MEDICAL_DIRECTOR}),
        url=_review_url,
        icon="signature",
        order=18,
        closes_itself=True,
    )
)
register(
    WorkKind(
        key=RENEWAL,
        label="Eligibility ends: decide again",
        roles=frozenset(PRESCRIBING | {Role.THERAPIST}),
        url=_review_url,
        icon="calendar-time",
        order=22,
        closes_itself=True,
    )
)
register(
    WorkKind(
        key=BY_HAND,
        label="Intake packet: call, or hand a tablet over",
        roles=frozenset(SCHEDULING),
        url=_forms_url,
        icon="device-tablet",
        order=40,
        is_clinical=False,
    )
)
register(
    WorkKind(
        key=QUESTION,
        label="Question before signing",
        roles=frozenset(CLINICAL),
        url=_question_url,
        icon="message-2",
        order=25,
        is_clinical=True,
        public_label="A clinician calls the patient back",
        closes_itself=True,
    )
)
register(
    WorkKind(
        key=MEDICINES,
        label="Medicines to decide on",
        tone="warn",
        roles=frozenset(PRESCRIBING),
        url=_medicines_url,
        icon="pill",
        order=19,
        closes_itself=True,
    )
)
register(
    WorkKind(
        key=RECONCILE,
        label="New medicine: go through the list again",
        roles=frozenset(CLINICAL),
        url=_medicines_url,
        icon="pill",
        order=24,
        closes_itself=True,
    )
)
