"""Opening an episode of care and moving it through the phases."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import IntegrityError, transaction

from kap.accounts.models import User
from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.core.constraints import breaks
from kap.core.errors import DomainError, IllegalTransition
from kap.patients import signals
from kap.patients.enums import PHASE_TRANSITIONS, EpisodeStatus, Phase
from kap.patients.models import EpisodeOfCare, EpisodePhaseChange, Patient
from kap.patients.permissions import check_may_move_phase, check_may_register

BACKWARD = frozenset(
    {
        (Phase.CONSENT, Phase.SCREENING),
        (Phase.PREPARATION, Phase.CONSENT),
        (Phase.PREPARATION, Phase.SCREENING),
        (Phase.DOSING, Phase.SCREENING),
    }
)
"""Moves that undo a step; like closing, they need a reason."""


class EpisodeAlreadyOpen(DomainError):
    """The patient is in care already."""


def needs_reason(old: Phase, new: Phase) -> bool:
    return new is Phase.CLOSED or (old, new) in BACKWARD


def open_episode(
    *,
    patient: Patient,
    by: User | None,
    now: datetime,
    indication: str = "",
    send_packet: bool = True,
) -> EpisodeOfCare:
    """Begin a course of treatment; a patient has one open at a time.

    Whoever listens sends the first packet after the commit, unless ``send_packet`` is
    false: an import brings people whose intake lies behind them.
    """
    if by is not None:
        check_may_register(by)
    try:
        with transaction.atomic():
            episode = EpisodeOfCare.objects.create(
                patient=patient,
                site_id=patient.site_id,
                status=EpisodeStatus.PLANNED,
                phase=Phase.INTAKE,
                indication=indication,
                started_at=now,
            )
            EpisodePhaseChange.objects.create(
                episode=episode, new_phase=Phase.INTAKE, changed_at=now, changed_by=by
            )
            _record(episode, Action.CREATE, by=by)
            transaction.on_commit(
                partial(
                    signals.episode_opened.send,
                    EpisodeOfCare,
                    patient_id=patient.pk,
                    episode_id=episode.pk,
                    by_id=by.pk if by else None,
                    send_packet=send_packet,
                )
            )
    except IntegrityError as error:
        if breaks(error, constraint="episode_one_open_for_a_patient"):
            raise EpisodeAlreadyOpen("This patient is in care already.") from error
        raise
    return episode


def move_phase(
    *, episode_id: UUID, to: Phase, by: User | None, now: datetime, reason: str = ""
) -> EpisodeOfCare:
    """Move an episode along PHASE_TRANSITIONS and write the step down.

    ``by`` None is the system acting on a signed decision (a determination, the last dose).
    """
    if by is not None:
        check_may_move_phase(by)
    to = Phase(to)
    with transaction.atomic():
        episode = EpisodeOfCare.objects.select_for_update(of=("self",)).get(
            pk=episode_id
        )
        old = Phase(episode.phase)
        _check_move(old, to, reason)
        episode.phase = to
        episode.status = _status(to)
        episode.ended_at = now if to is Phase.CLOSED else None
        episode.version += 1
        episode.save(update_fields=["phase", "status", "ended_at", "version"])
        EpisodePhaseChange.objects.create(
            episode=episode,
            old_phase=old,
            new_phase=to,
            changed_at=now,
            changed_by=by,
            reason=reason,
        )
        _record(episode, Action.UPDATE, by=by, reason_code=to)
        transaction.on_commit(
            partial(
                signals.phase_moved.send,
                EpisodeOfCare,
                patient_id=episode.patient_id,
                episode_id=episode.pk,
                old=old,
                new=to,
            )
        )
    return episode


def assign_team(
    *,
    episode_id: UUID,
    therapist: User | None,
    prescriber: User | None,
    by: User,
) -> EpisodeOfCare:
    """Say who treats this patient; None leaves the place open."""
    check_may_register(by)
    if therapist and not therapist.is_clinical:
        raise DomainError("The therapist is a clinician.")
    if prescriber and not prescriber.may_prescribe:
        raise DomainError("The prescriber holds a prescriber's role.")
    with transaction.atomic():
        episode = EpisodeOfCare.objects.select_for_update(of=("self",)).get(
            pk=episode_id
        )
        episode.therapist, episode.prescriber = therapist, prescriber
        episode.version += 1
        episode.save(update_fields=["therapist", "prescriber", "version"])
        _record(episode, Action.UPDATE, by=by, reason_code="care-team")
    return episode


def _check_move(old: Phase, to: Phase, reason: str) -> None:
    if to not in PHASE_TRANSITIONS[old]:
        raise IllegalTransition(f"An episode cannot go from {old.label} to {to.label}.")
    if needs_reason(old, to) and not reason.strip():
        raise DomainError(f"Write why the episode goes from {old.label} to {to.label}.")


def _status(phase: Phase) -> EpisodeStatus:
    if phase is Phase.CLOSED:
        return EpisodeStatus.FINISHED
    return EpisodeStatus.PLANNED if phase is Phase.INTAKE else EpisodeStatus.ACTIVE


def _record(
    episode: EpisodeOfCare, action: Action, *, by: User | None, reason_code: str = ""
) -> None:
    record(
        by=by,
        action=action,
        category=Category.CHART,
        patient_id=episode.patient_id,
        object_type="EpisodeOfCare",
        object_id=episode.pk,
        reason_code=reason_code,
        job="" if by else "move-phase",
    )
