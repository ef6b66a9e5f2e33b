"""Makes the floor's tables and the rows of its board: ``python -m bench.floor.fill``."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import django
from django.db import connection

django.setup()

from bench.floor.models import FloorSlot, FloorVisit  # noqa: E402 -- after setup

KINDS = ("Preparation", "Dosing 3 of 6", "Integration 2 of 6", "Follow-up")


def main() -> None:
    with connection.schema_editor() as editor:
        editor.create_model(FloorVisit)
        editor.create_model(FloorSlot)
    first = datetime(2027, 1, 4, 13, 0, tzinfo=UTC)
    FloorVisit.objects.bulk_create(
        FloorVisit(
            starts_at=first + timedelta(minutes=10 * place),
            ends_at=first + timedelta(minutes=10 * place + 50),
            name=f"Juniper Testwell {place}",
            born=date(1970, 1, 1) + timedelta(days=97 * place),
            number=100_000 + place,
            kind=KINDS[place % len(KINDS)],
            room=("Cedar", "Willow", "Alder", "Birch")[place % 4],
            therapist=("Nora Exemplar", "Theo Samplet", "Sol Pretendy")[place % 3],
            status=("Booked", "Arrived", "Took place")[place % 3],
        )
        for place in range(60)
    )


if __name__ == "__main__":
    main()
