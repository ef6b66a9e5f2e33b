"""Which site a person works at: kept in the session, so that a page asks nothing for it."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest

from kap.clinic.models import Site

KEY: Final = "kap_site"


def remember(request: HttpRequest, site: Site) -> None:
    request.session[KEY] = {"id": str(site.pk), "zone": site.time_zone}


def site_id(request: HttpRequest) -> UUID | None:
    """The site chosen for this session; None before there is one."""
    kept = request.session.get(KEY)
    return UUID(kept["id"]) if kept else None


def zone(request: HttpRequest) -> ZoneInfo | None:
    """The clock on the wall of the site chosen."""
    kept = request.session.get(KEY)
    return ZoneInfo(kept["zone"]) if kept else None


def first_site() -> Site | None:
    return Site.objects.filter(is_active=True).order_by("name", "pk").first()


def current_site(request: HttpRequest) -> Site | None:
    """The site of this session, or the clinic's first."""
    chosen = site_id(request)
    found = Site.objects.filter(pk=chosen).first() if chosen else None
    return found or first_site()


def choose_at_sign_in(request: HttpRequest | None, **_: Any) -> None:
    """Most clinics have one site: then there is nothing to choose."""
    if request is not None and hasattr(request, "session"):
        site = first_site()
        if site is not None:
            remember(request, site)
