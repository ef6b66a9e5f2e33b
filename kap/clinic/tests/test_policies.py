from __future__ import annotations

from datetime import date, timedelta

import pytest

from kap.accounts.tests.factories import UserFactory
from kap.audit.models import AuditEvent
from kap.clinic.enums import PolicyKind
from kap.clinic.models import PolicyEdition
from kap.clinic.queries import policy_in_force
from kap.clinic.services import new_edition, policies
from kap.core.errors import DomainError, NotAllowed

pytestmark = pytest.mark.django_db
KIND = PolicyKind.READINESS


def sign(by, now, **changes):
    facts = {
        "kind": KIND,
        "effective_from": now.date(),
        "body": {"gates": []},
        "source": "Board minutes",
        "reason": "Stricter",
        **changes,
    }
    return new_edition(by=by, now=now, **facts)


@pytest.fixture(autouse=True)
def unchecked(monkeypatch):
    monkeypatch.setattr(policies, "_checks", {})


def test_editions_count_up_and_the_latest_holds(now):
    by = UserFactory.create(medical_director=True)
    before = PolicyEdition.objects.filter(kind=KIND).count()

    first, second = sign(by, now), sign(by, now)

    assert (first.edition, second.edition) == (before + 1, before + 2)
    assert policy_in_force(KIND, on=now.date()) == second
    assert AuditEvent.objects.filter(
        object_id=str(second.pk), reason_code=KIND
    ).exists()


def test_an_edition_does_not_reach_back(now):
    with pytest.raises(DomainError, match="past stays"):
        sign(UserFactory.create(admin=True), now, effective_from=date(2026, 11, 22))


def test_a_future_edition_does_not_hold_yet(now):
    edition = sign(
        UserFactory.create(admin=True),
        now,
        effective_from=now.date() + timedelta(days=1),
    )

    assert policy_in_force(KIND, on=now.date() + timedelta(days=1)) == edition


@pytest.mark.parametrize("body", [{}, [], "text", None])
def test_a_body_is_an_object(now, body):
    with pytest.raises(DomainError, match="JSON object"):
        sign(UserFactory.create(admin=True), now, body=body)


def test_the_phase_that_reads_it_may_refuse_a_body(now):
    def refuse(body):
        raise DomainError("Rule 3 is locked.")

    policies.register_check(KIND, refuse)

    with pytest.raises(DomainError, match="locked"):
        sign(UserFactory.create(admin=True), now)


def test_nurses_sign_no_policies(now):
    with pytest.raises(NotAllowed):
        sign(UserFactory.create(nurse=True), now)
