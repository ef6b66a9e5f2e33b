"""Finding a patient by the beginning of any word: name, number, birth date, phone, e-mail.

Accents are folded here, on both sides, because the embedded PostgreSQL has no unaccent.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import Final

MOST_WORDS: Final = 8
LONGEST_WORD: Final = 40
LONGEST_QUERY: Final = 200

_UNDIVIDED: Final = str.maketrans(
    {
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "\u0131": "i",
    }
)
"""Letters that Unicode does not take apart into a letter and a mark."""
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
_APOSTROPHES: Final = re.compile("['`\u2019\u2018\u02bc\u00b4]")
_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        [
            "jan",
            "feb",
            "mar",
            "apr",
            "may",
            "jun",
            "jul",
            "aug",
            "sep",
            "oct",
            "nov",
            "dec",
        ],
        start=1,
    )
}
_ISO: Final = re.compile(r"(?<!\d)(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?!\d)")
_NUMERIC: Final = re.compile(r"(?<!\d)(\d{1,2})[-./](\d{1,2})[-./](\d{4})(?!\d)")
_DAY_FIRST: Final = re.compile(
    r"(?<!\d)(\d{1,2})\.?\s+([a-z]{3})[a-z]*\.?,?\s+(\d{4})(?!\d)"
)
_MONTH_FIRST: Final = re.compile(
    r"(?<![a-z])([a-z]{3})[a-z]*\.?\s+(\d{1,2}),?\s+(\d{4})(?!\d)"
)
_FIGURES: Final = re.compile(r"(?<![a-z0-9])\+?\(?\d[\d ()./-]*(?![a-z0-9])")
"""A record or telephone number with its gaps: 100 417, (555) 010-0142."""
SHORT_FIGURES: Final = 3
"""So few figures begin half of all telephone numbers; they are taken as a whole word."""


def fold(text: str) -> str:
    """Small letters without accents: ``Nguyễn`` is ``nguyen``, ``Müller`` is ``muller``."""
    composed = unicodedata.normalize("NFC", text).casefold().translate(_UNDIVIDED)
    apart = unicodedata.normalize("NFKD", composed)
    return "".join(part for part in apart if not unicodedata.combining(part)).casefold()


def words_of(text: str) -> list[str]:
    """The folded words of a text: letters and digits only; O'Brien is one word."""
    joined = _APOSTROPHES.sub("", fold(text))
    spaced = "".join(sign if sign.isalnum() else " " for sign in joined)
    return [word[:LONGEST_WORD] for word in spaced.split()]


def _name_words(name: str) -> list[str]:
    """The words of a name, and the other ways it is written or heard."""
    words = words_of(name)
    broken = _APOSTROPHES.sub(" ", name)
    others = words_of(broken) if broken != name else []
    spelled = unicodedata.normalize("NFC", name).casefold().translate(_UMLAUTS)
    others += words_of(spelled)
    if "-" in name:
        others.append("".join(words))
    return words + [word for word in dict.fromkeys(others) if word not in words]


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isascii() and sign.isdigit())


def _phone_words(phone: str) -> list[str]:
    """The whole number and what remains of it without country and area code."""
    digits = _digits(phone)
    return list(
        dict.fromkeys(part for part in (digits, digits[-10:], digits[-7:]) if part)
    )


def search_text(
    *,
    given_name: str,
    family_name: str,
    preferred_name: str = "",
    number: int,
    birth_date: date,
    phone: str = "",
    email: str = "",
) -> str:
    """What a patient is found by; the family name comes first, so that it also sorts the list."""
    words = words_of(family_name) + words_of(given_name)
    for name in (family_name, given_name, preferred_name):
        words += _name_words(name)
    words += [
        str(number),
        f"{birth_date:%Y%m%d}",
        *_phone_words(phone),
        *words_of(email),
    ]
    return " ".join(dict.fromkeys(words))


def _as_day(year: str, month: int | str, day: str) -> str:
    try:
        return f"{date(int(year), int(month), int(day)):%Y%m%d}"
    except ValueError:
        return ""


def _numeric_days(first: str, second: str, year: str) -> list[str]:
    """3/4/1985 may be the 4th of March or the 3rd of April."""
    both = (_as_day(year, first, second), _as_day(year, second, first))
    return list(dict.fromkeys(day for day in both if day))


def _dates(text: str) -> tuple[list[list[str]], str]:
    """The birth dates that a folded query names, each with its readings, and what remains."""
    found: list[list[str]] = []

    def take(days: list[str]) -> str:
        found.append([day for day in days if day])
        return " "

    def month_number(word: str) -> int:
        return _MONTHS.get(word, 0)

    text = _ISO.sub(lambda m: take([_as_day(m[1], m[2], m[3])]), text)
    text = _NUMERIC.sub(lambda m: take(_numeric_days(m[1], m[2], m[3])), text)
    text = _DAY_FIRST.sub(
        lambda m: (
            take([_as_day(m[3], month_number(m[2]), m[1])]) if m[2] in _MONTHS else m[0]
        ),
        text,
    )
    text = _MONTH_FIRST.sub(
        lambda m: (
            take([_as_day(m[3], month_number(m[1]), m[2])]) if m[1] in _MONTHS else m[0]
        ),
        text,
    )
    return found, text


def parse(typed: str) -> list[list[str]]:
    """What was typed as a list of words, each with its possible readings; all must match.

    Nothing but folded letters and digits comes out, so no sign of the query language,
    of SQL or of LIKE can come in.
    """
    folded = fold(typed[:LONGEST_QUERY].replace("\x00", " "))
    terms, rest = _dates(folded)

    def figures(match: re.Match[str]) -> str:
        terms.append([_digits(match[0])])
        return " "

    rest = _FIGURES.sub(figures, rest)
    terms += [[word] for word in words_of(rest)]
    return [readings for readings in terms if readings][:MOST_WORDS]


def tsquery(terms: Iterable[list[str]]) -> str:
    """The terms in PostgreSQL's query language; every word is taken as a beginning."""
    joined = [" | ".join(map(_begins, readings)) for readings in terms]
    return " & ".join(f"({part})" for part in joined)


def _begins(reading: str) -> str:
    if reading.isdigit() and len(reading) <= SHORT_FIGURES:
        return reading
    return f"{reading}:*"
