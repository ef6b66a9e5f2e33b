"""Intake, measures, history, eligibility, consent and preparation."""

from __future__ import annotations

from screening.models.consent import Consent
from screening.models.consent_signing import ConsentEvent, ConsentSignature
from screening.models.eligibility import EligibilityDetermination, EligibilityEvaluation
from screening.models.eligibility_signed import (
    EligibilityRuleDecision,
    OverrideSignature,
)
from screening.models.history import (
    AllergyIntolerance,
    Condition,
    MedicationStatement,
)
from screening.models.imports import ImportProblem, ImportRun, ImportRunQuerySet
from screening.models.instruments import InstrumentDefinition, InstrumentSetting
from screening.models.intake import HistoryAnswer, IntakePacket
from screening.models.intention import IntentionChange
from screening.models.kiosk import KioskCode
from screening.models.measures import Observation, QuestionnaireResponse
from screening.models.medicines import HoldPlan, MedicationReconciliation
from screening.models.packet_templates import PacketTemplate
from screening.models.policy_drafts import EligibilityDraft
from screening.models.preparation import PreparationRecord
from screening.models.safety import (
    CrisisNotice,
    SafetyAction,
    SafetyAlert,
    SafetyPlan,
)

__all__ = [
    "AllergyIntolerance",
    "Condition",
    "Consent",
    "ConsentEvent",
    "ConsentSignature",
    "CrisisNotice",
    "EligibilityDetermination",
    "EligibilityDraft",
    "EligibilityEvaluation",
    "EligibilityRuleDecision",
    "HistoryAnswer",
    "HoldPlan",
    "ImportProblem",
    "ImportRun",
    "ImportRunQuerySet",
    "InstrumentDefinition",
    "InstrumentSetting",
    "IntakePacket",
    "IntentionChange",
    "KioskCode",
    "MedicationReconciliation",
    "MedicationStatement",
    "Observation",
    "OverrideSignature",
    "PacketTemplate",
    "PreparationRecord",
    "QuestionnaireResponse",
    "SafetyAction",
    "SafetyAlert",
    "SafetyPlan",
]
