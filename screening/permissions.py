"""Who may do what in screening; each check raises a sentence or returns nothing."""

from __future__ import annotations

from kap.accounts.enums import CLINICAL, PRESCRIBING, SCHEDULING, Role
from kap.accounts.models import User
from kap.core.errors import NotAllowed


def check_may_send_forms(user: User) -> None:
    if not user.has_role(*SCHEDULING):
        raise NotAllowed("Front desk and clinicians send forms.")


def check_may_record_history(user: User) -> None:
    if not user.has_role(*CLINICAL):
        raise NotAllowed("Clinicians record history and measurements.")


def check_may_decide_eligibility(user: User) -> None:
    if not user.has_role(*PRESCRIBING):
        raise NotAllowed("A prescriber decides on eligibility.")


def check_may_sign_override(user: User) -> None:
    if not user.has_role(Role.MEDICAL_DIRECTOR):
        raise NotAllowed("The medical director signs the second time.")


def check_may_edit_rules(user: User) -> None:
    if not user.has_role(Role.MEDICAL_DIRECTOR):
        raise NotAllowed("The medical director edits the rules.")


def check_may_explain_consent(user: User) -> None:
    if not user.has_role(*CLINICAL):
        raise NotAllowed(
            "A clinician explains the consent and signs that it was understood."
        )


def check_may_write_preparation(user: User) -> None:
    if not user.has_role(Role.THERAPIST, *PRESCRIBING):
        raise NotAllowed("A therapist or prescriber writes the preparation record.")


def check_may_import(user: User) -> None:
    if not user.has_role(Role.ADMIN):
        raise NotAllowed("Admins import patients.")
