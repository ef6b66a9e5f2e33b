"""What an audit event can say."""

from __future__ import annotations

from django.db import models


class Action(models.TextChoices):
    """FHIR R4 ``audit-event-action``, spelled out, and what clinics must also log."""

    CREATE = "create", "Created"
    READ = "read", "Opened"
    UPDATE = "update", "Changed"
    SIGN = "sign", "Signed"
    VOID = "void", "Marked as entered in error"
    DOWNLOAD = "download", "Downloaded"
    PRINT = "print", "Printed"
    EXPORT = "export", "Exported"
    IMPORT = "import", "Imported"
    SEARCH = "search", "Searched"
    SEND = "send", "Sent"
    SIGN_IN = "sign-in", "Signed in"
    SIGN_OUT = "sign-out", "Signed out"
    REFUSED = "refused", "Was refused"
    SETTINGS = "settings", "Changed a setting"


class Category(models.TextChoices):
    """Which part of the record was touched."""

    DEMOGRAPHICS = "demographics", "Name and contact"
    CHART = "chart", "Chart"
    SCHEDULE = "schedule", "Schedule"
    QUESTIONNAIRE = "questionnaire", "Questionnaire"
    SCREENING = "screening", "Screening"
    CONSENT = "consent", "Consent"
    DOSING = "dosing", "Dosing record"
    NOTE = "note", "Progress note"
    DOCUMENT = "document", "Document"
    MESSAGE = "message", "Message"
    LINK = "link", "Secure link"
    WORK = "work", "Work list"
    ACCOUNT = "account", "Account"
    SYSTEM = "system", "System"
    AUDIT = "audit", "History"


class Outcome(models.TextChoices):
    SUCCESS = "success", "Done"
    REFUSED = "refused", "Refused"
