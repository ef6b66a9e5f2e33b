"""The strict fields: tables of edges, and the sentence that says what to do."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError

from kap.ui import fields, text
from kap.ui.forms import Helper, Hinted, Row


def refusal(field: forms.Field, value: object) -> str:
    with pytest.raises(ValidationError) as caught:
        field.clean(value)
    return caught.value.messages[0]


def weight(**more) -> fields.DecimalField:
    return fields.DecimalField(low=20, high=350, unit="kg", places=1, **more)


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("20", "20"),
        ("350", "350"),
        (" 72.5 ", "72.5"),
        ("+72", "72"),
        ("072.5", "72.5"),
    ],
)
def test_a_weight_within_its_range_is_taken(typed, cleaned):
    assert weight().clean(typed) == Decimal(cleaned)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("700", "700 is not possible. Enter 20 to 350\u00a0kg."),
        ("19.9", "19.9 is not possible. Enter 20 to 350\u00a0kg."),
        ("350.1", "350.1 is not possible. Enter 20 to 350\u00a0kg."),
        ("-72", "-72 is not possible. Enter 20 to 350\u00a0kg."),
        ("72,5", "Write 72.5 with a point, not a comma."),
        ("72.55", "Use at most 1 digit after the point."),
        ("7e1", "Enter a number, such as 72.5."),
        ("NaN", "Enter a number, such as 72.5."),
        ("Infinity", "Enter a number, such as 72.5."),
        ("1_000", "Enter a number, such as 72.5."),
        ("1 000", "Enter a number, such as 72.5."),
        ("\u0667\u0662", "Enter a number, such as 72.5."),
        ("\uff17\uff12", "Enter a number, such as 72.5."),
        ("72kg", "Enter a number, such as 72.5."),
        ("9" * 5000, "Enter a number, such as 72.5."),
        ("", "This is needed."),
        ("\x00", "Enter a number, such as 72.5."),
    ],
)
def test_a_weight_is_refused_in_a_sentence(typed, sentence):
    assert refusal(weight(), typed) == sentence


def test_bounds_on_one_side_are_said_so():
    assert refusal(fields.DecimalField(low=1, unit="mg"), "0") == (
        "0 is not possible. Enter 1\u00a0mg or more."
    )
    assert refusal(fields.DecimalField(high=5), "6") == (
        "6 is not possible. Enter 5 or less."
    )


def test_a_whole_number_has_no_point():
    field = fields.WholeField(low=60, high=260, unit="mmHg")

    assert field.clean("120") == 120
    assert isinstance(field.clean("120"), int)
    assert refusal(field, "120.5") == "Enter a whole number."
    assert refusal(field, "412") == "412 is not possible. Enter 60 to 260\u00a0mmHg."


def test_an_empty_number_that_is_not_needed_is_nothing():
    assert fields.DecimalField(required=False).clean("") is None
    assert fields.WholeField(required=False).clean("  ") is None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ana   Mar\u00eda ", "Ana Mar\u00eda"),
        ("Jose\u0301", "Jos\u00e9"),
        ("a\u202eb\u2066c", "abc"),
        ("a\x07b\x1bc", "abc"),
        ("one\ntwo", "one two"),
        ("\ufeffa", "a"),
        ("a\ud800b", "ab"),
        ("\u0646\u200c\u0647", "\u0646\u200c\u0647"),
        ("O\u2019Brien", "O\u2019Brien"),
        ("\U0001f600", "\U0001f600"),
    ],
)
def test_a_line_of_text_is_tidied_without_changing_what_was_meant(typed, kept):
    assert fields.TextField().clean(typed) == kept


def test_several_lines_stay_several():
    assert fields.LongTextField().clean("a\r\n\r\nb\tc ") == "a\n\nb\tc"


def test_a_null_is_refused():
    sentence = "This text holds a character that cannot be kept. Type it again."

    assert refusal(fields.TextField(), "a\x00b") == sentence


@pytest.mark.parametrize(
    ("field", "limit"),
    [
        (fields.TextField(), 500),
        (fields.TextField(max_length=40), 40),
        (fields.LongTextField(), 10_000),
    ],
)
def test_the_length_has_an_edge(field, limit):
    assert len(field.clean("a" * limit)) == limit
    assert refusal(field, "a" * (limit + 1)) == (
        f"This is {limit + 1} characters long. Shorten it to {limit}."
    )


def test_blank_text_is_needed_or_nothing():
    assert refusal(fields.TextField(), " \u202e ") == "This is needed."
    assert fields.TextField(required=False).clean(" \u202e ") == ""


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("2026-11-24", "A birth date cannot lie in the future."),
        ("1899-12-31", "A birth date before 1900 is not possible."),
        (
            "2023-02-29",
            "This is no date. Write it as year-month-day, such as 1985-03-04.",
        ),
        (
            "11/09/1973",
            "This is no date. Write it as year-month-day, such as 1985-03-04.",
        ),
        (
            "0000-00-00",
            "This is no date. Write it as year-month-day, such as 1985-03-04.",
        ),
        (
            "99999-01-01",
            "This is no date. Write it as year-month-day, such as 1985-03-04.",
        ),
        (
            "\u0661985-03-04",
            "This is no date. Write it as year-month-day, such as 1985-03-04.",
        ),
        (
            "x" * 10_000,
            "This is no date. Write it as year-month-day, such as 1985-03-04.",
        ),
        ("", "This is needed."),
    ],
)
def test_a_birth_date_is_refused_in_a_sentence(typed, sentence, freeze, now):
    freeze(now)

    assert refusal(fields.BirthDateField(), typed) == sentence


@pytest.mark.parametrize("typed", ["1900-01-01", "2026-11-23", "2024-02-29"])
def test_a_birth_date_at_its_edges_is_taken(typed, freeze, now):
    freeze(now)

    assert fields.BirthDateField().clean(typed) == date.fromisoformat(typed)


@pytest.mark.parametrize(
    ("typed", "clock"),
    [
        ("930", time(9, 30)),
        ("0930", time(9, 30)),
        ("9:30", time(9, 30)),
        ("9.30", time(9, 30)),
        ("9:30a", time(9, 30)),
        ("9:30 pm", time(21, 30)),
        ("9 P.M.", time(21, 0)),
        ("12a", time(0, 0)),
        ("12p", time(12, 0)),
        ("23:59", time(23, 59)),
        ("0:00", time(0, 0)),
        ("9", time(9, 0)),
        ("1430", time(14, 30)),
    ],
)
def test_a_time_is_read_as_people_type_it(typed, clock):
    assert fields.TimeField().clean(typed) == clock


@pytest.mark.parametrize(
    "typed", ["24:00", "9:60", "13p", "0a", "later", "9:3", "-1", "\u0669:30"]
)
def test_what_is_no_time_is_refused(typed):
    sentence = "This is no time of day. Write it like 9:30 or 14:05."

    assert refusal(fields.TimeField(), typed) == sentence


@pytest.mark.parametrize(
    "typed", ["555 0142", "+1 (555) 010-0142", "988", "555.010.0142 x12", "911"]
)
def test_a_phone_number_is_taken_as_it_is_written(typed):
    assert fields.PhoneField().clean(typed) == typed


@pytest.mark.parametrize(
    "typed", ["call me", "12", "555-CALL", "\u0665\u0665\u0665 0142", "1" * 40]
)
def test_what_is_no_phone_number_is_refused(typed):
    assert refusal(fields.PhoneField(), typed).startswith(
        ("Write the number", "This is 40")
    )


def test_an_address_is_kept_in_small_letters():
    assert fields.EmailField().clean(" Tina@Sampel.Example ") == "tina@sampel.example"
    assert refusal(fields.EmailField(), "tina") == "Write it like name@example.com."


def test_a_choice_beyond_the_list_is_refused_without_repeating_it():
    field = fields.RadioField(choices=[("a", "A")])

    assert refusal(field, "<b>") == "Choose one of the list."
    assert refusal(field, "") == "Choose one."


def test_search_words_are_never_an_error():
    assert text.search_words("a\x00b\u202ec" + "d" * 500)[:5] == "a bcd"
    assert len(text.search_words("d" * 500)) == 100


class Weighing(forms.Form):
    weight_kg = weight(label="Weight")
    born = fields.BirthDateField(label="Birth date")
    agreed = forms.BooleanField(label="Agreed")
    route = fields.RadioField(label="Route", choices=[("im", "IM"), ("sl", "SL")])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = Helper(
            Row(Hinted("weight_kg", "last 80.1 kg"), "born"), "agreed", "route"
        )


def render(form: forms.Form) -> str:
    from django.template import Context, Template

    return Template("{% crispy form %}").render(Context({"form": form}))


def test_a_refused_form_links_every_error_to_its_field():
    html = render(Weighing({"weight_kg": "700", "born": "", "route": ""}))

    assert "4 things need a look" in html
    assert 'href="#id_weight_kg"' in html
    assert 'href="#id_route_0"' in html
    assert (
        'aria-describedby="id_weight_kg_unit id_weight_kg_helptext id_weight_kg_error"'
        in html
    )
    assert 'aria-invalid="true"' in html
    assert 'value="700"' in html


def test_a_fresh_form_has_no_summary_and_keeps_the_last_value_beside_the_field():
    html = render(Weighing())

    assert "need a look" not in html
    assert "last 80.1 kg" in html
    assert 'inputmode="decimal"' in html
    assert ">kg</span>" in html
    assert "style=" not in html
