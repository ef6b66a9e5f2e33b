"""Words of messages: fixed tokens, nothing that says what the care is for, one text long."""

from __future__ import annotations

import pytest

from kap.notifications import gsm, texts, words
from kap.notifications.defaults import EMAILS, TEXTS
from kap.patients.enums import Channel

SITE = "Larkfield Health"
VALUES = {"site": SITE, "date": "Wed 14 Oct", "time": "3:30 pm", "phone": "555 0100"}


def problems(body: str, *, channel: str = Channel.SMS, subject: str = "") -> list[str]:
    return texts.problems(
        channel=channel, subject=subject, body=body, longest_site=SITE
    )


@pytest.mark.parametrize("kind", EMAILS)
def test_shipped_mails_pass_their_own_check(kind: str) -> None:
    subject, body = EMAILS[kind]
    assert problems(body, channel=Channel.EMAIL, subject=subject) == []


@pytest.mark.parametrize("kind", TEXTS)
def test_shipped_texts_pass_their_own_check(kind: str) -> None:
    assert problems(TEXTS[kind]) == []


@pytest.mark.parametrize(
    "body",
    [
        "{patient.__init__.__globals__}",
        "{{settings.SECRET_KEY}}",
        "{% load static %}",
        "{0}",
        "{site!r}",
        "{site:>99}",
        "{Site}",
        "{",
        "}",
    ],
)
def test_braces_hold_only_the_known_tokens(body: str) -> None:
    assert problems(body) == [
        "Braces hold only these: {site}, {date}, {time}, {link}, {phone}."
    ]


def test_a_value_is_never_read_as_a_token() -> None:
    filled = texts.fill("{site} {phone}", {"site": "{phone}[x]", "phone": "555"})
    assert filled == "{phone}[x] 555"


def test_a_part_in_brackets_is_left_out_when_its_token_is_empty() -> None:
    text = "{site}: see you.[ More: {link}] Bye"
    assert texts.fill(text, VALUES) == f"{SITE}: see you. Bye"
    with_link = texts.fill(text, {**VALUES, "link": "https://k.example/l/x"})
    assert with_link == f"{SITE}: see you. More: https://k.example/l/x Bye"


def test_a_missing_value_outside_brackets_stops_the_message() -> None:
    with pytest.raises(texts.EmptyTokenError, match="link"):
        texts.fill("{site}: {link}", VALUES)


def test_line_breaks_in_values_become_spaces() -> None:
    name = "LF\r\nBcc: x@example.org\x00\u2028y"
    assert "\n" not in texts.fill("{site}", {"site": name})
    assert "\r" not in texts.fill("{site}", {"site": name})


@pytest.mark.parametrize(
    "text",
    [
        "Your KETAMINE visit",
        "k\u00adetamine",
        "Kétamine",
        "ket\u200bamine",
        "Spravato",
        "your psychedelic day",
        "Therapy today",
        "your therapist",
        "psychotherapy",
        "dose 3 of 6",
        "Dosing at 9",
        "your PHQ-9",
        "depression form",
        "your integration visit",
    ],
)
def test_words_that_say_what_the_care_is_for_are_refused(text: str) -> None:
    assert words.denied(text)
    assert "never says what the care is for" in problems(text)[0]


@pytest.mark.parametrize(
    "text", ["see you today", "overdose".replace("dose", ""), "hello"]
)
def test_ordinary_words_pass(text: str) -> None:
    assert words.denied(text) == []


def test_a_text_is_at_most_160_characters_with_the_longest_values() -> None:
    fixed = "{site}: " + "x" * (160 - len(SITE) - 2)
    assert problems(fixed) == []
    assert "take out 1 to stay within 160" in problems(fixed + "x")[0]


def test_letters_that_would_make_a_text_longer_are_refused() -> None:
    assert "cannot hold “ ”" in problems("say “yes”")[0]


def test_letters_that_take_two_places_count_twice() -> None:
    assert gsm.length("€[a]") == 7


def test_any_name_becomes_plain_letters() -> None:
    assert gsm.plain("Łódź café\u00a0“x” – 漢") == '?odz café "x" - ?'


def test_a_mail_needs_a_subject_and_a_text_has_none() -> None:
    assert problems("x", channel=Channel.EMAIL) == [
        "Write a subject: an e-mail without one looks like spam."
    ]
    assert problems("x", subject="x") == [
        "A text message has no subject; leave it empty."
    ]
