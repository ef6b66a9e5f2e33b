"""Made-up work."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import factory
from factory.django import DjangoModelFactory

from kap.accounts.enums import Role
from kap.worklist.models import WorkItem

OPENED = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)


class WorkItemFactory(DjangoModelFactory[WorkItem]):
    """Something for the front desk, due in three hours; without a patient unless given."""

    class Meta:
        model = WorkItem

    source_key = factory.Sequence(lambda n: f"test:{n}")
    kind = "link-locked"
    role = Role.FRONT_DESK
    created_at = OPENED
    due_at = factory.LazyAttribute(lambda item: item.created_at + timedelta(hours=3))
