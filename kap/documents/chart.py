"""What documents add to the chart: a panel, a tab, and what was made on the timeline."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.template.loader import render_to_string
from django.urls import reverse

from kap.accounts.enums import SCHEDULING
from kap.accounts.models import User
from kap.documents import queries, registry
from kap.documents.models import DocumentReference
from kap.patients import timeline
from kap.patients.chart import ChartContext, Panel, Tab, register_panel, register_tab

SHOWN = 5


def panel(context: ChartContext) -> str | None:
    """The newest documents and what is being made of them; two queries."""
    if not registry.kinds_for(context.user):
        return None
    found = DocumentReference.objects.visible_to(context.user).current()
    page = queries.page(
        found.filter(patient=context.patient_id), after=None, size=SHOWN
    )
    jobs = queries.unfinished(context.user, patient_id=context.patient_id)
    return render_to_string(
        "documents/panel.html",
        {"patient": context.patient, "documents": page.documents, "jobs": jobs},
        request=context.request,
    )


def made(
    patient_id: UUID, user: User, page: timeline.Page
) -> Iterable[timeline.TimelineEntry]:
    """Each document on the day it was made."""
    found = DocumentReference.objects.visible_to(user).filter(patient_id=patient_id)
    if page.before is not None:
        found = found.filter(made_at__lt=page.before)
    for document in found.order_by("-made_at")[: page.limit]:
        old = document.status != "current"
        yield timeline.TimelineEntry(
            at=document.made_at,
            icon="file-text",
            title=document.title,
            meta="PDF made",
            url=reverse("documents:download", args=[document.pk]),
            chip="superseded" if old else "",
            chip_tone="quiet",
        )


register_panel(
    Panel(
        key="documents",
        title="Documents",
        order=60,
        column="side",
        roles=SCHEDULING,
        render=panel,
    )
)
register_tab(
    Tab(
        key="documents",
        label="Documents",
        url_name="documents:of_patient",
        roles=SCHEDULING,
        order=70,
    )
)
timeline.register(made, kind="documents")
