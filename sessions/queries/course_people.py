"""Who and which rooms can take a role in a visit, by what the visit and the patient ask for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sessions.enums import ParticipantRole, VisitKind
from sessions.models import ProtocolStep
from sessions.queries.diary import (
    DOSING_ROOMS,
    ON_SITE,
    TALK_OR_VIDEO,
    TALK_ROOMS,
    ClinicDiaries,
)
from sessions.rules.plan_types import Anchor, RoleNeed
from sessions.rules.presence import DEFAULT_PRESENCE_POLICY as POLICY
from sessions.rules.protocol_types import GROUP, VIDEO

VIDEO_ROOMS: Final = ("video",)
NO_FEATURES: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a visit and its patient ask of people and rooms."""

    features: frozenset[str] = NO_FEATURES
    """The room must have all of these."""
    devices: frozenset[str] = NO_FEATURES
    language: str = ""
    sex: str = ""
    """Of the therapist."""
    route: str = ""
    """Of a dose: whether a prescriber is on site throughout depends on it (6.6)."""

    @classmethod
    def of(cls, step: ProtocolStep) -> Asked:
        return cls(frozenset(step.room_features), frozenset(step.devices))


NOTHING: Final = Asked()


def role_needs(
    needs: Sequence[Mapping[str, Any]],
    *,
    kind: str,
    may_be_video: bool,
    clinic: ClinicDiaries,
    same_therapist: bool = False,
    asked: Asked = NOTHING,
) -> tuple[RoleNeed, ...]:
    """Each role with everybody here who can take it."""
    found = tuple(
        RoleNeed(
            role=need["role"],
            candidates=candidates(
                need["role"],
                kind=kind,
                may_be_video=may_be_video,
                clinic=clinic,
                asked=asked,
            ),
            from_min=need["from_min"],
            to_min=need["to_min"],
            from_anchor=Anchor.END if need["from_end"] else Anchor.START,
            to_anchor=Anchor.END if need["to_end"] else Anchor.START,
            same_throughout=same_therapist
            and need["role"] == ParticipantRole.THERAPIST,
            peak_min=POLICY.peak_min
            if kind == VisitKind.DOSING and need["role"] == ParticipantRole.NURSE
            else 0,
        )
        for need in needs
    )
    if kind == VisitKind.DOSING and asked.route in POLICY.on_site_routes:
        return (*found, RoleNeed(role=ON_SITE, candidates=(ON_SITE,)))
    return found


def candidates(
    role: str,
    *,
    kind: str,
    may_be_video: bool,
    clinic: ClinicDiaries,
    asked: Asked = NOTHING,
) -> tuple[str, ...]:
    """Keys of who or what can take a role in such a visit."""
    if role == ParticipantRole.PATIENT:
        return (str(clinic.patient_schedule_id),)
    if role == ParticipantRole.ROOM:
        rooms = _rooms(kind, may_be_video=may_be_video, clinic=clinic, asked=asked)
        return tuple(_equipped(rooms, clinic, asked))
    found = clinic.with_role(role)
    if role == ParticipantRole.THERAPIST:
        found = tuple(key for key in found if _suits(key, clinic, asked))
    return found


def _rooms(
    kind: str, *, may_be_video: bool, clinic: ClinicDiaries, asked: Asked
) -> tuple[str, ...]:
    if VIDEO in asked.features:
        return clinic.rooms(*VIDEO_ROOMS) or clinic.rooms(*TALK_ROOMS)
    if kind == VisitKind.DOSING:
        rooms = clinic.rooms(*DOSING_ROOMS)
        shared = GROUP in asked.features
        return tuple(r for r in rooms if (clinic.named(r).capacity > 1) == shared)
    found = clinic.rooms(*(TALK_OR_VIDEO if may_be_video else TALK_ROOMS))
    return found or clinic.rooms(*DOSING_ROOMS)


def _equipped(
    rooms: Sequence[str], clinic: ClinicDiaries, asked: Asked
) -> Iterator[str]:
    """Rooms with every feature; a device that no room here lists is not asked for."""
    needed = asked.features - {VIDEO, GROUP}
    needed |= asked.devices - unlisted_devices(clinic, asked.devices)
    for key in rooms:
        if needed <= clinic.named(key).features:
            yield key


def unlisted_devices(clinic: ClinicDiaries, devices: frozenset[str]) -> frozenset[str]:
    """Devices that no room of the clinic lists: a clinic that keeps no list is not held up."""
    listed: frozenset[str] = NO_FEATURES.union(
        *(actor.features for actor in clinic.actors.values())
    )
    return devices - listed


def _suits(key: str, clinic: ClinicDiaries, asked: Asked) -> bool:
    person = clinic.named(key)
    speaks = not asked.language or asked.language in person.languages
    return speaks and (not asked.sex or person.sex == asked.sex)
