"""Words that a password here may not be made of."""

from __future__ import annotations

from django.core.exceptions import ValidationError

CLINIC_WORDS = ("ketamine", "clinic", "therapy", "spravato", "password", "kap2026")


class ClinicWordsValidator:
    """Refuse passwords that lean on words anybody would try here first."""

    def validate(self, password: str, user: object = None) -> None:  # noqa: ARG002 -- Django's shape
        plain = password.lower()
        if any(word in plain and len(plain) < len(word) + 8 for word in CLINIC_WORDS):
            raise ValidationError(
                "This leans on a word that is easy to guess here. Choose other words.",
                code="clinic_word",
            )

    def get_help_text(self) -> str:
        return "Four or five unrelated words make a good password."
