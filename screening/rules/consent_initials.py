"""Whether typed initials are those of this person: letters only, loosely."""

from __future__ import annotations

import unicodedata


def letters_of(text: str) -> str:
    """Capital letters without accents, dots and spaces."""
    folded = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in folded if sign.isalpha()).upper()


def initials_match(typed: str, *names: str) -> bool:
    """The first letters of the first and the last name are there, in order.

    Letters of middle names may stand between; each of ``names`` is one way the
    person is called ("Juniper Testwell", "June Testwell").
    """
    given = letters_of(typed)
    return any(_is_of(given, name) for name in names)


def _is_of(given: str, name: str) -> bool:
    firsts = [letters[0] for word in name.split() if (letters := letters_of(word))]
    if not given or not firsts:
        return False
    if len(firsts) == 1:
        return given == firsts[0]
    if given[0] != firsts[0] or given[-1] != firsts[-1] or len(given) < 2:
        return False
    middle = iter(firsts[1:-1])
    return all(letter in middle for letter in given[1:-1])


def expected(name: str) -> str:
    """Such as JT, for the sentence that says what to do."""
    firsts = [letters[0] for word in name.split() if (letters := letters_of(word))]
    return firsts[0] + firsts[-1] if len(firsts) > 1 else "".join(firsts)
