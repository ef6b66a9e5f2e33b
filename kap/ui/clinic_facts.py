"""What the shells say of the clinic: name, address and the numbers to call.

The ui knows no clinic; kap.clinic registers a provider, which is asked at most once a request.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClinicFacts:
    """Name and numbers; ``crisis`` is written out so that a patient knows who answers."""

    name: str = "KAP clinic"
    address: str = ""
    phone: str = ""
    crisis_name: str = "Suicide and Crisis Lifeline"
    crisis_phone: str = "988"
    emergency_phone: str = "911"


Provider = Callable[[], ClinicFacts | None]

_providers: list[Provider] = []


def register(provider: Provider) -> Provider:
    """Take the clinic's facts from here; the last one registered wins."""
    _providers.append(provider)
    return provider


def current() -> ClinicFacts:
    """The facts in force, or the defaults before a site exists."""
    found = _providers[-1]() if _providers else None
    return found or ClinicFacts()
