"""What the demo's planner can choose from: what rooms have, languages, a woman or a man."""

from __future__ import annotations

from typing import Final

from kap.accounts.models import Practitioner
from kap.clinic.enums import LocationKind
from kap.clinic.models import Location
from kap.demo.registry import Step, register
from kap.demo.world import DemoWorld

FEATURES: Final = {
    LocationKind.DOSING: ["monitor", "pump", "oxygen", "reclining-chair"],
    LocationKind.THERAPY: ["quiet"],
}
LANGUAGES: Final = (["en"], ["en", "es"], ["en"], ["en", "fr"])


def fill(world: DemoWorld) -> None:
    """A few updates, whatever the size of the demo."""
    del world
    for kind, features in FEATURES.items():
        Location.objects.filter(kind=kind, features=[]).update(features=features)
    people = list(Practitioner.objects.filter(languages=[]).order_by("user__name"))
    for place, person in enumerate(people):
        person.languages = LANGUAGES[place % len(LANGUAGES)]
        person.sex = ("female", "male")[place % 2]
    Practitioner.objects.bulk_update(people, ["languages", "sex"])


register(Step(25, "rooms and languages", fill))
