"""What every page's shell may ask for; nothing is looked up before a template asks."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from kap.ui import navigation
from kap.ui.clinic_facts import ClinicFacts, current


class Shell:
    """The shell of one request.  Costs at most one query, for the clinic's facts."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.is_demo: bool = settings.KAP_DEMO

    @cached_property
    def clinic(self) -> ClinicFacts:
        return current()

    @cached_property
    def user(self) -> Any:
        return getattr(self._request, "user", None)

    @property
    def is_staff(self) -> bool:
        """Whether somebody of the clinic is signed in."""
        return bool(self.user and self.user.is_authenticated)

    @property
    def theme(self) -> str:
        """light, dark, or nothing when the device decides."""
        chosen = str(getattr(self.user, "theme", "") or "auto")
        return "" if chosen == "auto" else chosen

    @property
    def shortcuts(self) -> bool:
        return bool(getattr(self.user, "shortcuts_enabled", False))

    @property
    def idle_min(self) -> int:
        """Minutes after which a screen that nobody touches is locked."""
        return int(settings.IDLE_LOGOFF_MIN)

    @cached_property
    def places(self) -> list[navigation.Place]:
        match = self._request.resolver_match
        return navigation.places_for(
            self.user,
            path=self._request.path,
            namespace=match.namespace if match else "",
        )

    @property
    def top(self) -> list[navigation.TopItem]:
        return navigation.top_for(self.user)

    @property
    def is_patient_page(self) -> bool:
        return self._request.path.startswith(("/p/", "/l/"))


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor."""
    return {"shell": Shell(request)}
