from __future__ import annotations

from datetime import date

import pytest
from django.core.management import call_command

from kap.clinic import defaults
from kap.clinic.enums import PolicyKind
from kap.clinic.models import PolicyEdition
from kap.clinic.queries import NoPolicyError, policy_in_force

KIND = PolicyKind.DISCHARGE


def edition(number, day, now):
    return PolicyEdition.objects.create(
        kind=KIND,
        edition=number,
        effective_from=day,
        body={},
        source="test",
        reason="test",
        signed_at=now,
    )


@pytest.mark.django_db
def test_policy_in_force_is_the_latest_that_has_begun(now):
    edition(91, date(2099, 1, 1), now)
    later = edition(92, date(2099, 6, 1), now)
    edition(93, date(2099, 7, 1), now)

    assert policy_in_force(KIND, on=date(2099, 6, 30)) == later


@pytest.mark.django_db
def test_policy_before_the_first_edition_is_an_error():
    with pytest.raises(NoPolicyError):
        policy_in_force(KIND, on=date(1999, 6, 30))


@pytest.mark.django_db
def test_defaults_run_again_after_migrate_and_stay_the_same(monkeypatch):
    ran: list[object] = []
    monkeypatch.setattr(defaults, "_installers", [*defaults._installers, ran.append])
    call_command("migrate", verbosity=0)
    before = PolicyEdition.objects.count()

    call_command("migrate", verbosity=0)

    assert len(ran) == 2
    assert PolicyEdition.objects.count() == before
