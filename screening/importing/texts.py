"""Text, names and contact details out of files: tidy, of a length that fits, or refused."""

from __future__ import annotations

import re
from typing import Any, Final

from django.core.exceptions import ValidationError

from kap.patients.enums import SexForClinicalUse
from kap.ui.fields import EmailField, PhoneField
from kap.ui.text import has_null, tidy
from screening.importing.incoming import Refused

LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*")
FEMALE: Final = frozenset({"female", "f"})
MALE: Final = frozenset({"male", "m"})
OTHER: Final = frozenset({"other", "o", "x"})
UNKNOWN: Final = frozenset({"", "unknown", "u"})

_email = EmailField(required=False)
_phone = PhoneField(required=False)


def text(given: Any, field: str, *, longest: int, needed: str = "") -> str:
    """One line of text; ``needed``: what to do when it is empty."""
    value = str(given or "")
    if has_null(value):
        raise Refused(field, "Holds a NUL character. Remove it.")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise Refused(
            field, "Holds characters that are not UTF-8. Save the file as UTF-8."
        )
    value = tidy(value)
    if len(value) > longest:
        raise Refused(field, f"Is longer than {longest} characters. Shorten it.")
    if needed and not value:
        raise Refused(field, needed)
    return value


def phone(given: Any, field: str) -> str:
    value = text(given, field, longest=60)
    try:
        return str(_phone.clean(value))
    except ValidationError:
        pass  # the field's own sentence would repeat the number
    raise Refused(field, "Is no telephone number. It was left empty.")


def email(given: Any, field: str) -> str:
    value = text(given, field, longest=254)
    try:
        return str(_email.clean(value))
    except ValidationError:
        pass  # the field's own sentence would repeat the address
    raise Refused(field, "Is no e-mail address. It was left empty.")


def language(given: Any, field: str) -> str:
    """The main language: en for en-US."""
    value = text(given, field, longest=40)
    if not value:
        return "en"
    if not (value.isascii() and LANGUAGE.fullmatch(value)):
        raise Refused(field, "Is no language code such as en or es. English was taken.")
    return re.split("[-_]", value)[0].lower()


def sex(given: Any, field: str) -> str:
    value = text(given, field, longest=40).casefold()
    for words, meaning in (
        (FEMALE, SexForClinicalUse.FEMALE),
        (MALE, SexForClinicalUse.MALE),
        (OTHER, SexForClinicalUse.OTHER),
        (UNKNOWN, SexForClinicalUse.UNKNOWN),
    ):
        if value in words:
            return meaning
    raise Refused(field, "Is none of female, male, other, unknown. It was left open.")
