"""A medicine that is no longer taken: its last day, said by whom."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from django.db import transaction

from kap.accounts.models import User
from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.core.errors import DomainError
from screening.models import MedicationStatement
from screening.permissions import check_may_record_history

OVER: Final = "This medicine has ended already."


def end_medication(
    *, statement_id: UUID, ended_on: date, today: date, by: User
) -> MedicationStatement:
    """Write down the last day of a medicine; the row stays in the record."""
    check_may_record_history(by)
    with transaction.atomic():
        row = MedicationStatement.objects.select_for_update(of=("self",)).get(
            pk=statement_id
        )
        if row.ended_on is not None or row.entered_in_error_at is not None:
            raise DomainError(OVER)
        if row.started_on is not None and ended_on < row.started_on:
            raise DomainError("The last day cannot lie before the first.")
        if ended_on > today:
            raise DomainError("The last day cannot lie in the future.")
        row.ended_on = ended_on
        row.save(update_fields=["ended_on"])
        record(
            by=by,
            action=Action.UPDATE,
            category=Category.SCREENING,
            patient_id=row.patient_id,
            object_type="MedicationStatement",
            object_id=row.pk,
        )
    return row
