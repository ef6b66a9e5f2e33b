from __future__ import annotations

from datetime import date

import pytest

from kap.clinic.models import PolicyEdition
from sessions.queries.policies import SHIPPED, policies_in_force

pytestmark = pytest.mark.django_db


def test_policies_are_installed_once_for_each_kind():
    kinds = PolicyEdition.objects.filter(kind__in=list(SHIPPED))

    assert kinds.count() == len(SHIPPED)


def test_policies_in_force_read_what_ships_without_loss():
    policies = policies_in_force(on=date(2026, 11, 24))

    read = [
        policies.dose,
        policies.vitals,
        policies.monitoring,
        policies.readiness,
        policies.spacing,
        policies.discharge,
    ]
    assert read == list(SHIPPED.values())


def test_policies_in_force_cost_one_query_once_read(django_assert_num_queries):
    policies_in_force(on=date(2026, 11, 24))

    with django_assert_num_queries(1):
        policies_in_force(on=date(2026, 11, 24))
