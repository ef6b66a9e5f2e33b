"""From the facts of a signed record to the HTML of its paper."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format

if TYPE_CHECKING:
    from kap.clinic.models import Site
    from kap.documents.models import RenderJob
    from kap.documents.registry import DocumentKind, Facts
    from kap.patients.models import Patient


MADE = "\ue000made\ue000"
"""Stands for the moment of printing, which is no part of what the paper says."""


def html_of(job: RenderJob, *, kind: DocumentKind, facts: Facts) -> str:
    """What the paper says, by the wall clock of the patient's site; not yet when made."""
    patient = job.patient
    with timezone.override(patient.site.zone):
        paper = frame(
            patient=patient,
            site=patient.site,
            title=kind.title,
            edition=str(facts.get("edition", "")),
        )
        return render_to_string(kind.template, {**facts, "paper": paper})


def stamped(html: str, *, site: Site, now: datetime) -> str:
    """The paper with the moment of printing in its foot."""
    made = date_format(timezone.localtime(now, site.zone), "j M Y, H:i")
    return html.replace(MADE, f"made {made}")


def frame(*, patient: Patient, site: Site, title: str, edition: str) -> dict[str, str]:
    """What every page carries.  The foot has the record number and not the name."""
    foot = [site.name, f"record {patient.number_text}", title]
    if edition:
        foot.append(edition)
    foot.append(MADE)
    return {
        "title": title,
        "clinic": site.name,
        "address": " · ".join(part for part in (site.address, site.phone) if part),
        "demo": "demo data" if settings.KAP_DEMO else "",
        "patient": f"{patient.given_name} {patient.family_name}",
        "born": date_format(patient.birth_date, "j M Y"),
        "record": patient.number_text,
        "foot": " · ".join(foot),
    }
