"""What the history asks of patients, and the chart's tab that shows it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from uuid import UUID

from kap.accounts.enums import Role
from kap.audit.registry import register_patients
from kap.patients.chart import Tab, register_tab
from kap.patients.models import Patient


def find(number: str) -> UUID | None:
    digits = re.sub(r"\D", "", number)
    if not digits or len(digits) > 9:
        return None
    return (
        Patient.objects.filter(number=int(digits)).values_list("pk", flat=True).first()
    )


def label(ids: Collection[UUID]) -> Mapping[UUID, str]:
    found = Patient.objects.filter(pk__in=ids).only("pk", "number")
    return {patient.pk: patient.number_text for patient in found}


register_patients(find=find, label=label)
register_tab(
    Tab(
        key="history",
        label="History",
        url_name="patients:history",
        roles=frozenset({Role.ADMIN.value, Role.MEDICAL_DIRECTOR.value}),
        order=90,
    )
)
