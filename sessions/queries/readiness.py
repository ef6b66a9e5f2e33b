"""May this dose begin?  The answer of every gate for one visit, from what is stored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q

from kap.patients.enums import RelatedKind
from kap.patients.models import RelatedPerson
from screening import queries as screening
from screening.codes import PHQ9_TOTAL, WEIGHT
from screening.models import Condition, MedicationStatement
from sessions import gates
from sessions.models import Protocol
from sessions.queries.readiness_chair import (
    VOLUME,
    chair_facts,
    health_gate,
    said_today,
    volume_gate,
)
from sessions.queries.readiness_facts import Room, as_reading
from sessions.queries.spacing import doses_given, facts_of
from sessions.rules.dose_types import Route
from sessions.rules.dose_units import with_unit
from sessions.rules.readiness import assess_readiness, holding
from sessions.rules.readiness_types import (
    ConsentFacts,
    EligibilityFacts,
    GateResult,
    MedicineList,
    ReadinessFacts,
)
from sessions.rules.spacing import PriorDose, assess_spacing
from sessions.rules.vitals_before import BeforeDose, BeforeState, assess_before

if TYPE_CHECKING:
    from kap.patients.models import Patient
    from screening.queries import ScoreValue

TIME_OUT: Final = "G-19"


@dataclass(frozen=True, slots=True)
class Readiness:
    """Every gate, and those that hold the dose back."""

    results: tuple[GateResult, ...]
    open: tuple[GateResult, ...]
    vitals: BeforeDose
    weight: ScoreValue | None
    escort: RelatedPerson | None

    @property
    def may_begin(self) -> bool:
        return not self.open

    def gate(self, code: str) -> GateResult | None:
        return next((one for one in self.results if one.code == code), None)


def readiness_of(room: Room, *, now: datetime) -> Readiness:
    """Ask every gate: nine more queries."""
    patient = room.appointment.patient
    scores = screening.latest_scores([patient.pk], [PHQ9_TOTAL, WEIGHT])
    weight = scores.get((patient.pk, WEIGHT))
    vitals = vitals_before(room, now=now)
    escort = escort_of(room)
    facts = ReadinessFacts(
        route=room.route,
        dose_at=now if room.is_open_for_dose else room.appointment.starts_at,
        today=room.today,
        zone=room.zone,
        **_episode_facts(room, now),
        **_patient_facts(room, scores.get((patient.pk, PHQ9_TOTAL)), now),
        **_said(room),
        **_escort_facts(room, escort),
        **chair_facts(room),
        weight_on=room.on_day(weight.effective_at) if weight else None,
        vitals=vitals,
    )
    results = [*assess_readiness(facts, room.policies.readiness)]
    results += [health_gate(room), volume_gate(room)]
    results += gates.extra_results(room.appointment, now)
    results.sort(
        key=lambda gate: (gate.code == TIME_OUT, gate.code == VOLUME, gate.code)
    )
    open_gates = holding(results, set(room.overrides))
    return Readiness(tuple(results), open_gates, vitals, weight, escort)


def vitals_before(room: Room, *, now: datetime) -> BeforeDose:
    """The readings before the dose; the newest must be fresh enough for it to begin."""
    policy = room.policies.vitals
    age = room.appointment.patient.age_years(on=room.today)
    readings = [as_reading(row) for row in room.before]
    found = assess_before(readings, policy, age_years=age)
    longest = baseline_age(room)
    if (
        found.state is BeforeState.IN_RANGE
        and not room.doses
        and now - readings[-1].taken_at > longest
    ):
        minutes = int((now - readings[-1].taken_at).total_seconds() // 60)
        most = with_unit(int(longest.total_seconds() // 60), "min")
        sentence = (
            f"The last reading is {with_unit(minutes, 'min')} old; the most is {most}. "
            "Measure again."
        )
        return replace(found, state=BeforeState.NEEDED, sentence=sentence)
    return found


def baseline_age(room: Room) -> timedelta:
    policy = room.policies.monitoring
    if room.route is Route.IV:
        return timedelta(minutes=policy.iv.baseline_max_age_min)
    return timedelta(minutes=policy.points[room.route].baseline_max_age_min)


def escort_of(room: Room) -> RelatedPerson | None:
    """Whom the check names, else the newest escort of the patient."""
    named = room.answers.get("escort")
    if named is not None and named.value.ended_at is None:
        return named.value  # type: ignore[no-any-return]  # a RelatedPerson
    return (
        RelatedPerson.objects.filter(
            patient=room.appointment.patient_id, kind=RelatedKind.ESCORT, ended_at=None
        )
        .order_by("-created_at")
        .first()
    )


def _decided(decision: screening.EligibilityState, room: Room) -> str:
    """A decision is about one medicine; the other is not cleared by it."""
    is_esketamine = room.route is Route.IN_ESK
    if decision.decision == "eligible" and not decision.covers_medicine(
        is_esketamine=is_esketamine
    ):
        return f"eligible, but not for {'esketamine' if is_esketamine else 'ketamine'}"
    return decision.decision


def _episode_facts(room: Room, now: datetime) -> dict[str, Any]:
    episode = room.appointment.episode_id
    if episode is None:
        return {}
    decision = screening.eligibility_state(episode, now=now)
    eligibility = None
    if decision.decided_at is not None:
        eligibility = EligibilityFacts(
            decision=_decided(decision, room),
            verdict=decision.verdict,
            signed_on=room.on_day(decision.decided_at),
            changed_since=decision.has_changed
            or _changed(room.appointment.patient, decision.decided_at),
            exclusion_overridden=decision.is_overridden and decision.is_current,
        )
    on_list = screening.medicine_day(episode, on=room.today)
    return {
        "medicine_list": MedicineList(str(on_list)),
        "eligibility": eligibility,
        "consents": [
            _consent(room, title, state)
            for title, state in screening.required_consents(
                episode, on=room.today, needs_addendum=decision.needs_addendum
            )
        ],
        "preparations_done": screening.preparation_state(episode).signed_count,
    }


def _consent(room: Room, title: str, state: screening.ConsentState) -> ConsentFacts:
    is_signed = state.signed_at is not None
    since = state.must_be_signed_since
    if since is None and is_signed and not state.is_current:
        since = room.today
    return ConsentFacts(
        title=title,
        signed_on=room.on_day(state.signed_at) if state.signed_at else None,
        is_withdrawn=state.is_withdrawn,
        newer_edition_on=since,
        change_is_material=state.is_material,
    )


def _changed(patient: Patient, since: datetime) -> bool:
    """A diagnosis or a medicine was written down after the decision."""
    newer = Q(patient=patient, recorded_at__gt=since, entered_in_error_at=None)
    return (
        Condition.objects.filter(newer)
        .values("pk")
        .union(MedicationStatement.objects.filter(newer).values("pk"))
        .exists()
    )


def _patient_facts(
    room: Room, phq9: ScoreValue | None, now: datetime
) -> dict[str, Any]:
    patient = room.appointment.patient_id
    is_open = screening.item9_open(patient)
    return {
        "spacing": assess_spacing(
            prior_doses(room),
            now if room.is_open_for_dose else room.appointment.starts_at,
            room.policies.spacing,
            is_esketamine=room.route is Route.IN_ESK,
            facts=facts_of(patient, zone=room.zone, protocol=_protocol(room)),
        ),
        "phq9_on": room.on_day(phq9.effective_at) if phq9 else None,
        "self_harm_open": is_open if phq9 or is_open else None,
    }


def prior_doses(room: Room) -> list[PriorDose]:
    """Doses of earlier visits."""
    visit = room.appointment
    return list(doses_given(visit.patient_id, but_not=[visit.pk]))


def _protocol(room: Room) -> Protocol | None:
    """The edition that this visit belongs to; its own limits go before the policy's."""
    step = room.appointment.planned_step
    return step.care_plan.protocol if step is not None else None


def _said(room: Room) -> dict[str, Any]:
    """What was asked; of the medicines only what staff asked on the day."""
    answers = room.answers
    unchanged = said_today(room, "medicines_unchanged")
    substances = said_today(room, "substances_24h")
    food, drink = answers.get("last_solid_food_at"), answers.get("last_clear_liquid_at")
    fatty = answers.get("last_meal_was_fatty")
    return {
        "medicines_checked_on": room.today if unchanged else None,
        "medicines_changed": not unchanged.value if unchanged else None,
        "substances_24h": substances.value if substances else None,
        "fasting_asked": food is not None,
        "last_solid_food_at": food.value if food else None,
        "last_meal_was_fatty": bool(fatty and fatty.value),
        "last_clear_liquid_at": drink.value if drink else None,
    }


def _escort_facts(room: Room, escort: RelatedPerson | None) -> dict[str, Any]:
    said = room.answers.get("escort_confirmed")
    confirmed = said is not None and said.value
    return {
        "escort_name": escort.name if escort else "",
        "escort_phone": escort.phone if escort else "",
        "escort_confirmed_on": room.on_day(said.said_at)
        if said and confirmed
        else None,
    }
