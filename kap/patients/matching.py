"""Is this person already here?  Records that may be the same person, with how likely and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Final
from uuid import UUID

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Q
from django.db.models.functions import Lower

from kap.patients import search
from kap.patients.models import Patient

MOST_SHOWN: Final = 5
MOST_COMPARED: Final = 60
ALIKE: Final = 0.8
"""Two names at least this similar (Ratcliff and Obershelp) sound alike."""

VERY_LIKELY: Final = 6
LIKELY: Final = 4
UNLIKELY: Final = 2


@dataclass(frozen=True, slots=True)
class Probe:
    """What is known of the person so far; a field not yet typed is empty."""

    given_name: str = ""
    family_name: str = ""
    preferred_name: str = ""
    birth_date: date | None = None
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """One line of the comparison: the field, the other record's value, and how it compares."""

    field: str
    value: str
    verdict: str
    """same, alike, differs, or empty when one side does not say."""


@dataclass(frozen=True, slots=True)
class Match:
    """Another record, how much speaks for the same person, and the fields one by one."""

    patient: Patient
    score: int
    compared: tuple[Compared, ...]

    @property
    def patient_id(self) -> UUID:
        return self.patient.pk

    @property
    def initials(self) -> str:
        return f"{self.patient.called[:1]}{self.patient.family_name[:1]}".upper()

    @property
    def is_likely(self) -> bool:
        """Whether registering waits for an answer."""
        return self.score >= LIKELY

    @property
    def words(self) -> str:
        if self.score >= VERY_LIKELY:
            return "Very likely"
        return "Likely" if self.is_likely else "Unlikely"


WEIGHTS: Final = {
    ("Birth date", "same"): 3,
    ("Name", "same"): 3,
    ("Name", "alike"): 2,
    ("Mobile", "same"): 2,
    ("E-mail", "same"): 2,
    ("Birth date", "differs"): -2,
}


def likely_duplicates(
    probe: Probe, *, but: Iterable[UUID] = (), patients: Iterable[Patient] | None = None
) -> list[Match]:
    """Records like this person, the likeliest first; two queries at most."""
    found = _candidates(probe, but) if patients is None else patients
    matches = [_compare(probe, patient) for patient in found]
    matches = [match for match in matches if match.score >= UNLIKELY]
    matches.sort(key=lambda match: (-match.score, match.patient.search_text))
    return matches[:MOST_SHOWN]


def _candidates(probe: Probe, but: Iterable[UUID]) -> list[Patient]:
    """Everybody with one strong thing in common: birth date, phone, e-mail, or both names' beginnings."""
    rows = (
        Patient.objects.active()
        .exclude(pk__in=list(but))
        .defer("address", "referred_by")
    )
    found: list[Patient] = []
    strong = Q()
    if probe.birth_date:
        strong |= Q(birth_date=probe.birth_date)
    if probe.email:
        strong |= Q(email_lower=probe.email.lower())
    if strong:
        found += rows.annotate(email_lower=Lower("email")).filter(strong)[
            :MOST_COMPARED
        ]
    if query := _word_query(probe):
        by_word = rows.annotate(
            words=SearchVector("search_text", config="simple")
        ).filter(words=SearchQuery(query, config="simple", search_type="raw"))
        seen = {patient.pk for patient in found}
        found += [row for row in by_word[:MOST_COMPARED] if row.pk not in seen]
    return found


def _word_query(probe: Probe) -> str:
    """The phone number, or names that begin alike: enough to compare, few enough to fetch."""
    parts = []
    digits = "".join(sign for sign in probe.phone if sign.isascii() and sign.isdigit())
    if len(digits) >= 7:
        parts.append(digits[-10:])
    given, family = (
        search.words_of(probe.given_name),
        search.words_of(probe.family_name),
    )
    if given and family and len(family[0]) >= 3:
        parts.append(f"({given[0][:3]}:* & {family[0][:4]}:*)")
    return " | ".join(parts)


def _compare(probe: Probe, patient: Patient) -> Match:
    compared = (
        Compared(
            "Birth date",
            f"{patient.birth_date:%-d %b %Y}",
            _exactly(probe.birth_date, patient.birth_date),
        ),
        Compared("Name", patient.full_name, _names(probe, patient)),
        Compared("Mobile", patient.phone, _phones(probe.phone, patient.phone)),
        Compared(
            "E-mail",
            patient.email,
            _exactly(probe.email.lower(), patient.email.lower()),
        ),
    )
    score = sum(WEIGHTS.get((line.field, line.verdict), 0) for line in compared)
    return Match(patient, score, compared)


def _exactly(mine: object, theirs: object) -> str:
    if not mine or not theirs:
        return ""
    return "same" if mine == theirs else "differs"


def _phones(mine: str, theirs: str) -> str:
    """The same when the last seven digits are: people leave out the area code."""
    ends = [
        "".join(sign for sign in phone if sign.isascii() and sign.isdigit())[-7:]
        for phone in (mine, theirs)
    ]
    return _exactly(ends[0] if len(ends[0]) == 7 else "", ends[1])


def _names(probe: Probe, patient: Patient) -> str:
    if not (probe.given_name and probe.family_name):
        return ""
    family = _alike(probe.family_name, patient.family_name)
    mine = [name for name in (probe.given_name, probe.preferred_name) if name]
    theirs = [name for name in (patient.given_name, patient.preferred_name) if name]
    given = max(_alike(one, other) for one in mine for other in theirs)
    if family == given == 1.0:
        return "same"
    return "alike" if min(family, given) >= ALIKE else "differs"


def _alike(one: str, other: str) -> float:
    left, right = " ".join(search.words_of(one)), " ".join(search.words_of(other))
    if left == right:
        return 1.0
    if not left or not right or left[0] != right[0]:
        return 0.0
    return SequenceMatcher(None, left, right, autojunk=False).ratio()
