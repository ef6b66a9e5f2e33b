"""Codes of intake, measures, eligibility and consent."""

from __future__ import annotations

from django.db import models


class PacketStatus(models.TextChoices):
    SENT = "sent", "Sent"
    IN_PROGRESS = "in-progress", "Being filled in"
    COMPLETED = "completed", "Filled in"
    CANCELLED = "cancelled", "Cancelled"


class PacketSection(models.TextChoices):
    """Parts of the intake packet, in the order they are offered.

    A questionnaire in a packet is a part, too, under the key of its instrument.
    """

    IDENTITY = "identity", "About you"
    PEOPLE = "people", "People close to you"
    CONTACT = "contact", "How we may reach you"
    STORY = "story", "Why you come to us"
    HEALTH = "health", "Your heart and circulation"
    BODY = "body", "Your health in general"
    NERVES = "nerves", "Your head and nerves"
    PREGNANCY = "pregnancy", "Pregnancy"
    MIND = "mind", "Your mental health"
    SUBSTANCES = "substances", "Alcohol and other substances"
    KETAMINE = "ketamine", "Ketamine before"
    MEDICATIONS = "medications", "Your medicines and allergies"
    PHQ9 = "phq-9", "How you have felt"
    GAD7 = "gad-7", "Worry and nerves"


class ResponseStatus(models.TextChoices):
    """FHIR R4 ``questionnaire-answers-status``."""

    IN_PROGRESS = "in-progress", "Being filled in"
    COMPLETED = "completed", "Filled in"
    AMENDED = "amended", "Amended"
    ENTERED_IN_ERROR = "entered-in-error", "Entered in error"
    STOPPED = "stopped", "Stopped"


class ResponseMode(models.TextChoices):
    LINK = "link", "Own phone"
    TABLET = "tablet", "Clinic's tablet"
    PHONE = "phone", "Asked on the phone"
    CLINICIAN = "clinician", "Filled in by staff"
    IMPORT = "import", "Imported"


class ObservationStatus(models.TextChoices):
    """FHIR R4 ``observation-status`` codes we use."""

    FINAL = "final", "Final"
    AMENDED = "amended", "Scored anew"
    ENTERED_IN_ERROR = "entered-in-error", "Entered in error"


class ConditionStatus(models.TextChoices):
    """FHIR R4 ``condition-clinical`` codes."""

    ACTIVE = "active", "Active"
    INACTIVE = "inactive", "Inactive"
    REMISSION = "remission", "In remission"
    RESOLVED = "resolved", "Resolved"


class Verdict(models.TextChoices):
    INCOMPLETE = "incomplete", "Not all is answered"
    EXCLUDE = "exclude", "Excluded"
    NEEDS_REVIEW = "needs_review", "Needs review"
    CAUTION = "eligible_with_caution", "Eligible with caution"
    ELIGIBLE = "eligible", "Eligible"


class Decision(models.TextChoices):
    ELIGIBLE = "eligible", "Eligible"
    NOT_ELIGIBLE = "not-eligible", "Not eligible"
    DEFERRED = "deferred", "Not now"


class EligibleFor(models.TextChoices):
    """Which medicine a decision is about; nothing else is covered by it."""

    RACEMIC = "racemic", "Ketamine (racemic)"
    ESKETAMINE = "esketamine", "Esketamine"
    BOTH = "both", "Both"


class RuleAnswer(models.TextChoices):
    """What the prescriber says of one rule that asks for review or caution."""

    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Not accepted"


class OverridePart(models.TextChoices):
    """The two signatures under an exclusion that is set aside."""

    PRESCRIBER = "prescriber", "Prescriber"
    DIRECTOR = "director", "Medical director"


class ConsentStatus(models.TextChoices):
    """FHIR R4 ``consent-state-codes`` we use."""

    PROPOSED = "proposed", "To be read and signed"
    PARTIAL = "partial", "Signed by the patient, others are still to sign"
    ACTIVE = "active", "Signed"
    REJECTED = "rejected", "Declined"
    INACTIVE = "inactive", "Withdrawn or replaced"


class TouchAgreement(models.TextChoices):
    NONE = "none", "No touch"
    HAND = "hand", "Hand"
    SHOULDER = "shoulder", "Hand or shoulder"


class AlertDoor(models.TextChoices):
    """What called for a clinician: an answer, a screen, or the patient's own word."""

    ITEM9 = "item9", "PHQ-9 item 9"
    CSSRS = "cssrs", "C-SSRS screener"
    HELP = "help", "Asked for help"


class ImportKind(models.TextChoices):
    """What a file of patients is written in."""

    CSV = "csv", "Table (CSV)"
    FHIR_JSON = "fhir-json", "FHIR R4"
    FHIR_NDJSON = "fhir-ndjson", "FHIR R4, one resource a line"


class ImportProblemKind(models.TextChoices):
    REFUSED = "refused", "Not taken"
    MATCH = "match", "Perhaps already here"
    DIFFERS = "differs", "Differs from the record"


class DateOrder(models.TextChoices):
    """How dates are written in a table."""

    YMD = "ymd", "Year-month-day: 1985-03-04"
    MDY = "mdy", "Month/day/year: 3/4/1985"
    DMY = "dmy", "Day/month/year: 4/3/1985"
