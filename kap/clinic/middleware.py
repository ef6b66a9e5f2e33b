"""Times on a staff page are those of the clock on the wall of the site."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from kap.clinic import sites


class ClinicTimeMiddleware:
    """Stands after the session's; patients' pages take the zone from their link."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()

    def process_view(
        self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any
    ) -> None:
        policy = getattr(view, "access_policy", None)
        if (
            getattr(policy, "kind", "staff") != "staff"
            or not request.user.is_authenticated
        ):
            return
        zone = sites.zone(request)
        if zone is not None:
            timezone.activate(zone)
