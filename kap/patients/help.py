"""The way to a person on every patient page: whom to call, and the page that asks for a call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from kap.patients.links import needs_no_proof
from kap.ui import clinic_facts

if TYPE_CHECKING:
    from kap.clinic.models import Site
    from kap.patients.models import SecureLink

_views: list[str] = []


@dataclass(frozen=True, slots=True)
class HelpFacts:
    """The numbers of the patient's own site; ``url`` leads to "please call me"."""

    name: str
    phone: str
    crisis_name: str
    crisis_phone: str
    emergency_phone: str
    crisis_text_phone: str = ""
    nearest_er: str = ""
    more: str = ""
    url: str = ""


def register_view(view_name: str) -> None:
    """The page on which a patient asks to be called; it takes no arguments."""
    _views.append(view_name)


def help_facts(link: SecureLink | None) -> HelpFacts:
    """Of the site of whoever came in by a link; before that, of the clinic."""
    if link is None:
        clinic = clinic_facts.current()
        return HelpFacts(
            name=clinic.name,
            phone=clinic.phone,
            crisis_name=clinic.crisis_name,
            crisis_phone=clinic.crisis_phone,
            emergency_phone=clinic.emergency_phone,
        )
    return of_site(link.patient.site, url=_url(link))


def of_site(site: Site, *, url: str = "") -> HelpFacts:
    return HelpFacts(
        name=site.name,
        phone=site.phone,
        crisis_name=site.crisis_name,
        crisis_phone=site.crisis_phone,
        emergency_phone=site.emergency_phone,
        crisis_text_phone=site.crisis_text_phone,
        nearest_er=site.nearest_er,
        more=site.crisis_more,
        url=url,
    )


def _url(link: SecureLink) -> str:
    """Nobody but the patient asks for the patient."""
    if not _views or needs_no_proof(link):
        return ""
    return reverse(_views[-1])
