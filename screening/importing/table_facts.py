"""Who a row of a table is about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from hashlib import sha256
from typing import Any

from kap.patients.facts import PatientFacts
from kap.patients.search import words_of
from screening.enums import DateOrder
from screening.importing import texts, times
from screening.importing.incoming import Incoming, Refused

WHO = ("given_name", "family_name", "birth_date", "phone", "email")
LONGEST_KEY = 120
SYSTEM = "csv"


def patient_key(named: dict[str, str]) -> str:
    """System and number, or a digest of who it is when the table has no number."""
    if number := named.get("mrn", ""):
        return external_key(SYSTEM, number)
    said = "|".join(" ".join(words_of(named.get(column, ""))) for column in WHO)
    return external_key(SYSTEM + "-who", _digest(said))


def external_key(system: str, value: str) -> str:
    """``system|value``; a digest of it when that is too long or cannot be stored."""
    key = f"{system}|{value}"
    if len(key) > LONGEST_KEY or not key.isprintable():
        return f"digest|{_digest(key)}"
    return key


def _digest(said: str) -> str:
    return sha256(said.encode(errors="surrogatepass")).hexdigest()


def facts_of(
    row: Incoming,
    named: dict[str, str],
    *,
    key: str,
    today: date,
    order: DateOrder,
) -> PatientFacts | None:
    """The facts; None when name or birth date cannot be taken (all of it is reported)."""

    def take(read: Callable[[], Any], otherwise: Any) -> Any:
        try:
            return read()
        except Refused as refusal:
            row.refuse(refusal)
            return otherwise

    def line(column: str, longest: int, needed: str = "") -> Any:
        otherwise = None if needed else ""
        given = named.get(column, "")
        return take(
            lambda: texts.text(given, column, longest=longest, needed=needed), otherwise
        )

    given_name = line("given_name", 80, "Is missing.")
    family_name = line("family_name", 80, "Is missing.")
    born = take(
        lambda: times.birth_date(
            named.get("birth_date", ""), "birth_date", today=today, order=order
        ),
        None,
    )
    number = take(lambda: texts.text(named.get("mrn", ""), "mrn", longest=100), None)
    if given_name is None or family_name is None or born is None or number is None:
        return None
    return PatientFacts(
        given_name=given_name,
        family_name=family_name,
        birth_date=born,
        preferred_name=line("preferred_name", 80),
        pronouns=line("pronouns", 30),
        sex=take(lambda: texts.sex(named.get("sex", ""), "sex"), "unknown"),
        phone=take(lambda: texts.phone(named.get("phone", ""), "phone"), ""),
        email=take(lambda: texts.email(named.get("email", ""), "email"), ""),
        address=line("address", 200),
        language=take(
            lambda: texts.language(named.get("language", ""), "language"), "en"
        ),
        referred_by=line("referred_by", 120),
        external_key=key,
    )
