"""A dosing visit with everybody and everything it needs, brought as far as a test wants."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from kap.accounts.enums import CredentialKind, Role
from kap.accounts.models import User
from kap.accounts.tests.factories import (
    PASSWORD,
    CredentialFactory,
    PractitionerFactory,
    PrescriberFactory,
    UserFactory,
)
from kap.clinic.enums import PolicyKind
from kap.clinic.models import PolicyEdition
from kap.documents.models import TemplateEdition
from kap.patients.enums import EpisodeStatus, Phase
from kap.patients.models import EpisodeOfCare, RelatedPerson
from kap.patients.tests.factories import (
    EpisodeFactory,
    PatientFactory,
    RelatedPersonFactory,
)
from kap.pharmacy.models import Product, Route
from screening.codes import PHQ9_TOTAL, WEIGHT
from screening.consents import TREATMENT
from screening.enums import ConsentStatus, Decision, ResponseMode, Verdict
from screening.models import (
    Consent,
    EligibilityDetermination,
    EligibilityEvaluation,
    Observation,
    PreparationRecord,
)
from screening.tests.factories import answered
from sessions import services
from sessions.enums import RideKind, VisitKind
from sessions.models import (
    Appointment,
    Encounter,
    MedicationAdministration,
    MedicationRequest,
)
from sessions.queries.readiness_dose import OrderDraft
from sessions.tests.factories import NOW, Clinic, make_clinic, place_visit

MINUTE = timedelta(minutes=1)
NORMAL = services.Vitals(
    systolic_mmhg=124,
    diastolic_mmhg=78,
    heart_rate_bpm=72,
    spo2_percent=98,
    respiratory_rate_per_min=14,
    sedation_moaas=5,
    dissociation_0_10=0,
    nausea_0_10=0,
)
TICKS = dict.fromkeys(
    (
        "gait",
        "nausea",
        "mood",
        "escort",
        "site",
        "instructions",
        "next-visit",
        "closing",
    ),
    True,
)


@dataclass
class DosingRoom:
    """One visit; each step takes the time it happens at, NOW when it is left out."""

    clinic: Clinic
    episode: EpisodeOfCare
    appointment: Appointment
    nurse: User
    therapist: User
    prescriber: User
    escort: RelatedPerson
    now: datetime = field(default=NOW)

    @property
    def pk(self) -> Any:
        return self.appointment.pk

    @property
    def encounter(self) -> Encounter:
        return Encounter.objects.get(appointment=self.appointment)

    def arrive(self) -> None:
        services.check_in(
            appointment_id=self.pk, by=self.clinic.by, now=self.now - 40 * MINUTE
        )

    def measure(self, at: datetime | None = None, **values: Any) -> Any:
        vitals = services.Vitals(**values) if values else NORMAL
        when = at or self.now
        return services.record_vitals(
            appointment_id=self.pk, vitals=vitals, by=self.nurse, now=when
        )

    def weigh(self, kg: str = "70", at: datetime | None = None) -> None:
        observe(self.episode, WEIGHT, kg, "kg", at or self.now - 30 * MINUTE)

    def draft(self, **change: Any) -> OrderDraft:
        facts: dict[str, Any] = {
            "product_id": Product.objects.get(code="ket_50").pk,
            "route": Route.IM,
            "mg_per_kg": Decimal("0.5"),
            "body_site": "deltoid",
            "as_needed": "Ondansetron 4 mg by mouth for nausea. Rescue orders, edition 3.",
        }
        return OrderDraft(**{**facts, **change})

    def order(self, *, at: datetime | None = None, **also: Any) -> MedicationRequest:
        draft = also.pop("draft", None) or self.draft()
        facts = {"password": PASSWORD, "by": self.prescriber, **also}
        return services.sign_order(
            appointment_id=self.pk,
            draft=draft,
            now=at or self.now - 20 * MINUTE,
            **facts,
        )

    def ask(self, at: datetime | None = None, **change: Any) -> None:
        when = at or self.now - 25 * MINUTE
        facts: dict[str, Any] = {
            "last_solid_food_at": self.now - timedelta(hours=14),
            "last_clear_liquid_at": self.now - timedelta(hours=4),
            "escort_id": self.escort.pk,
            "escort_confirmed": True,
            "medicines_unchanged": True,
            "substances_24h": False,
            "feels_ill": False,
            "may_be_pregnant": False,
        }
        services.record_check(
            appointment_id=self.pk,
            facts=services.CheckFacts(**{**facts, **change}),
            by=self.nurse,
            now=when,
        )

    def come_in(self) -> None:
        for user in (self.nurse, self.therapist):
            services.record_presence(
                appointment_id=self.pk,
                is_here=True,
                by=user,
                now=self.now - 24 * MINUTE,
            )

    def time_out(
        self,
        order: MedicationRequest,
        amount: str = "0.7",
        *,
        read: str = "",
        **change: Any,
    ) -> None:
        """Nurse and therapist; ``read`` when the therapist reads another figure."""
        services.read_syringe(
            appointment_id=self.pk,
            order_id=order.pk,
            amount=Decimal(amount),
            by=self.nurse,
            now=self.now - 5 * MINUTE,
        )
        self.time_out_only(order, read or amount, **change)

    def time_out_only(
        self, order: MedicationRequest, read: str = "0.7", **change: Any
    ) -> None:
        facts: dict[str, Any] = {
            "order_id": order.pk,
            "amount": Decimal(read),
            "identity_checked": True,
            "dose_read_back": True,
            "agrees_to_begin": True,
            "witness_id": self.therapist.pk,
            "witness_password": PASSWORD,
        }
        services.hold_time_out(
            appointment_id=self.pk,
            said=services.TimeOut(**{**facts, **change}),
            by=self.nurse,
            now=self.now - 4 * MINUTE,
        )

    def make_ready(self, **order: Any) -> MedicationRequest:
        """Everything up to the moment before the dose."""
        self.arrive()
        self.weigh()
        self.ask()
        self.come_in()
        self.measure(self.now - 10 * MINUTE)
        signed = self.order(**order)
        self.time_out(signed, amount=f"{signed.volume_ml or signed.unit_count or 1}")
        return signed

    def given(self, order: MedicationRequest, **change: Any) -> services.Given:
        facts: dict[str, Any] = {
            "order_id": order.pk,
            "dose_mg": order.dose_mg,
            "lot_number": "KT-2304",
            "given_at": self.now,
            "witness_id": self.therapist.pk,
            "witness_password": PASSWORD,
        }
        return services.Given(**{**facts, **change})

    def give(self, order: MedicationRequest, **change: Any) -> MedicationAdministration:
        return services.start_dosing(
            appointment_id=self.pk,
            given=self.given(order, **change),
            by=self.nurse,
            now=self.now,
        )

    def leaving(self, at: datetime, **change: Any) -> services.Leaving:
        facts: dict[str, Any] = {
            "ticks": TICKS,
            "aldrete_items": (2, 2, 2, 2, 2),
            "is_oriented": True,
            "escort_id": self.escort.pk,
            "escort_name": self.escort.name,
            "ride": RideKind.ESCORT,
            "left_at": at,
            "instructions_given": True,
        }
        return services.Leaving(**{**facts, **change})

    def leave(self, at: datetime, **also: Any) -> Any:
        facts: dict[str, Any] = {
            "leaving": self.leaving(at, **also.pop("said", {})),
            "password": PASSWORD,
            "second_id": self.prescriber.pk,
            "second_password": PASSWORD,
            "by": self.nurse,
            "now": at,
        }
        return services.discharge(appointment_id=self.pk, **{**facts, **also})


def observe(
    episode: EpisodeOfCare, code: str, value: str, unit: str, at: datetime
) -> None:
    Observation.objects.create(
        patient=episode.patient,
        episode=episode,
        code=code,
        value=Decimal(value),
        unit=unit,
        effective_at=at,
        recorded_at=at,
        source=ResponseMode.CLINICIAN,
    )


@transaction.atomic
def screen(episode: EpisodeOfCare, *, at: datetime) -> None:
    """All that the eligibility rules ask, calm: when they run again they find nothing."""
    answered(episode, phq9_item9=0)
    for code, value, unit in (
        ("44261-6", "14", "{score}"),
        ("70274-6", "9", "{score}"),
        ("8867-4", "72", "/min"),
        ("59408-5", "98", "%"),
        ("29463-7", "70", "kg"),
        ("8302-2", "172", "cm"),
    ):
        observe(episode, code, value, unit, at)
    for minute, upper, lower in ((0, "122", "76"), (1, "120", "74")):
        observe(episode, "8480-6", upper, "mm[Hg]", at + minute * MINUTE)
        observe(episode, "8462-4", lower, "mm[Hg]", at + minute * MINUTE)


def decide(episode: EpisodeOfCare, *, by: User, at: datetime) -> None:
    policy = PolicyEdition.objects.filter(kind=PolicyKind.ELIGIBILITY).first()
    policy = policy or PolicyEdition.objects.create(
        kind=PolicyKind.ELIGIBILITY,
        edition=1,
        effective_from=date(2026, 1, 1),
        body={},
        source="test",
        reason="test",
        signed_at=at,
    )
    evaluation = EligibilityEvaluation.objects.create(
        episode=episode,
        policy=policy,
        inputs={},
        inputs_sha256="0" * 64,
        findings=[],
        verdict=Verdict.ELIGIBLE,
        verdict_esketamine=Verdict.ELIGIBLE,
        safety_pathway=False,
        cause="test",
        evaluated_at=at,
    )
    EligibilityDetermination.objects.create(
        episode=episode,
        evaluation=evaluation,
        decision=Decision.ELIGIBLE,
        decided_at=at,
        decided_by=by,
        expires_at=at + timedelta(days=90),
    )


def consent(episode: EpisodeOfCare, *, at: datetime) -> None:
    template = (
        TemplateEdition.objects.filter(kind=TREATMENT, language="en")
        .order_by("-edition")
        .first()
    )
    assert template is not None
    Consent.objects.create(
        patient=episode.patient,
        episode=episode,
        template=template,
        status=ConsentStatus.ACTIVE,
        proposed_at=at,
        content_sha256="0" * 64,
        signed_at=at,
    )


def make_dosing_room(
    *,
    clinic: Clinic | None = None,
    room: int = 0,
    number: int = 1,
    is_prepared: bool = True,
    is_consented: bool = True,
    is_decided: bool = True,
    is_measured: bool = True,
    **patient: Any,
) -> DosingRoom:
    """A cleared, consented, prepared patient with a dose booked for now."""
    clinic = clinic or make_clinic()
    nurse = PractitionerFactory.create(
        user=UserFactory.create(nurse=True), qualification="RN"
    ).user
    therapist = PractitionerFactory.create().user
    prescriber = PrescriberFactory.create().user
    episode = EpisodeFactory.create(
        patient=PatientFactory.create(site=clinic.site, **patient),
        phase=Phase.PREPARATION,
        status=EpisodeStatus.ACTIVE,
        therapist=therapist,
        prescriber=prescriber,
    )
    earlier = NOW - timedelta(days=5)
    if is_decided:
        decide(episode, by=prescriber, at=earlier)
    if is_consented:
        consent(episode, at=earlier)
    if is_prepared:
        PreparationRecord.objects.create(
            episode=episode,
            held_at=earlier,
            intention="Stay with the door.",
            stop_signal="Raised hand",
            written_by=therapist,
            created_at=earlier,
            signed_at=earlier,
            signed_by=therapist,
        )
    if is_measured:
        observe(episode, PHQ9_TOTAL, "14", "{score}", NOW - timedelta(days=2))
    return DosingRoom(
        clinic=clinic,
        episode=episode,
        appointment=place_visit(
            clinic,
            NOW - 10 * MINUTE,
            minutes=150,
            kind=VisitKind.DOSING,
            episode=episode,
            number=number,
            of_total=6,
            room=clinic.rooms[room],
        ),
        nurse=nurse,
        therapist=therapist,
        prescriber=prescriber,
        escort=RelatedPersonFactory.create(patient=episode.patient),
    )


def second_prescriber() -> User:
    return PrescriberFactory.create(
        user=UserFactory.create(roles=[Role.PRESCRIBER], name="Dr Ola Second")
    ).user


__all__ = [
    "NORMAL",
    "NOW",
    "CredentialFactory",
    "CredentialKind",
    "DosingRoom",
    "make_dosing_room",
]
