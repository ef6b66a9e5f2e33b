"""A row that the rules may judge was written one by one: they run again after commit.

Rows that are written in bulk say so themselves (``services.facts_changed``).
"""

from __future__ import annotations

from typing import Any, Final

from django.db.models.signals import post_save
from django.dispatch import receiver

from kap.clinic.enums import PolicyKind
from kap.clinic.services import register_check
from kap.core import clock, sweep
from screening.models import (
    Condition,
    HistoryAnswer,
    MedicationStatement,
    Observation,
)
from screening.services.eligibility_again import facts_changed
from screening.services.eligibility_renewal import ask_for_renewals
from screening.services.policy_edit import check_rules

CAUSE: Final = {
    Condition: "diagnosis",
    MedicationStatement: "medicines",
    Observation: "reading",
    HistoryAnswer: "answer",
}


@receiver(post_save, sender=Condition)
@receiver(post_save, sender=MedicationStatement)
@receiver(post_save, sender=Observation)
@receiver(post_save, sender=HistoryAnswer)
def judge_again(
    *, sender: type[Any], instance: Any, raw: bool = False, **_more: Any
) -> None:
    if not raw:
        facts_changed(
            patient_id=instance.patient_id, cause=CAUSE[sender], now=clock.now()
        )


register_check(PolicyKind.ELIGIBILITY, check_rules)
sweep.register(lambda now: ask_for_renewals(now=now))
