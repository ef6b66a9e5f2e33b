"""Form fields that are strict about what they take and say in a sentence what to do instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils import timezone

from kap.core import clock
from kap.ui.text import has_null, tidy

NEEDED = "This is needed."
NUMBER = re.compile(r"[+\-\u2212]?[0-9]{1,12}(?:\.[0-9]{1,12})?")
CLOCK = re.compile(
    r"([0-9]{1,2})(?:[:.]?([0-9]{2}))?\s*([ap])?\.?(?:m\.?)?", re.IGNORECASE
)
PHONE = re.compile(
    r"\+?[0-9 ()./\-]{3,30}(?:\s*(?:x|ext\.?)\s*[0-9]{1,6})?", re.IGNORECASE
)
FIRST_BIRTH = date(1900, 1, 1)


def plain(value: Decimal | int) -> str:
    """A number as a person writes it: no exponent, no trailing zeros."""
    return f"{Decimal(value).normalize():f}"


class TextField(forms.CharField):
    """One line of text, at most 500 characters unless said otherwise."""

    lines = False
    longest = 500

    def __init__(self, **kwargs: Any) -> None:
        self.limit: int = kwargs.pop("max_length", None) or self.longest
        kwargs.setdefault("error_messages", {}).setdefault("required", NEEDED)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        if has_null(text):
            raise ValidationError(
                "This text holds a character that cannot be kept. Type it again."
            )
        text = tidy(text, lines=self.lines)
        if len(text) > self.limit:
            raise ValidationError(
                f"This is {len(text)} characters long. Shorten it to {self.limit}."
            )
        return text


class LongTextField(TextField):
    """Several lines of text, at most 10,000 characters."""

    lines = True
    longest = 10_000

    def __init__(self, *, rows: int = 4, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**kwargs)


class EmailField(TextField):
    """An e-mail address, in small letters."""

    longest = 254

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "email", "spellcheck": "false", "inputmode": "email"}
        kwargs.setdefault("widget", forms.EmailInput(attrs=attrs))
        super().__init__(**kwargs)
        self.validators.append(
            EmailValidator(message="Write it like name@example.com.")
        )

    def to_python(self, value: Any) -> str:
        return super().to_python(value).lower()


class PhoneField(TextField):
    """A telephone number as people write it: 3 to 15 digits, an extension if need be."""

    longest = 30

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "tel", "inputmode": "tel"}
        kwargs.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        digits = sum(character.isascii() and character.isdigit() for character in text)
        if text and not (PHONE.fullmatch(text) and 3 <= digits <= 21):
            raise ValidationError(
                "Write the number with digits, such as 555 0142 or +1 555 010 0142."
            )
        return text


class DecimalField(forms.Field):
    """An exact number with its unit: ASCII digits and a point, within a possible range."""

    def __init__(
        self,
        *,
        low: Decimal | int | None = None,
        high: Decimal | int | None = None,
        unit: str = "",
        places: int = 2,
        **kwargs: Any,
    ) -> None:
        self.low, self.high = low, high
        self.unit, self.places = unit, places
        mode = "decimal" if places else "numeric"
        attrs = {"inputmode": mode, "autocomplete": "off"}
        kwargs.setdefault("widget", forms.TextInput(attrs=attrs))
        kwargs.setdefault("error_messages", {}).setdefault("required", NEEDED)
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return (
            plain(value) if isinstance(value, Decimal) and value.is_finite() else value
        )

    def to_python(self, value: Any) -> Decimal | None:
        text = str(value or "").strip()
        if not text:
            return None
        self._check_shape(text)
        number = Decimal(text.replace("\u2212", "-"))
        self._check_places(text)
        self._check_range(number)
        return number

    def _check_shape(self, text: str) -> None:
        if "," in text and NUMBER.fullmatch(text.replace(",", ".")):
            point = text.replace(",", ".")
            raise ValidationError(f"Write {point} with a point, not a comma.")
        if not NUMBER.fullmatch(text):
            raise ValidationError(f"Enter a number{self._example()}.")

    def _check_places(self, text: str) -> None:
        _, _, after = text.partition(".")
        if not self.places and after:
            raise ValidationError("Enter a whole number.")
        if len(after) > self.places:
            digits = "digit" if self.places == 1 else "digits"
            raise ValidationError(
                f"Use at most {self.places} {digits} after the point."
            )

    def _check_range(self, number: Decimal) -> None:
        too_low = self.low is not None and number < self.low
        too_high = self.high is not None and number > self.high
        if too_low or too_high:
            raise ValidationError(f"{plain(number)} is not possible. {self._range()}")

    def _range(self) -> str:
        unit = f"\u00a0{self.unit}" if self.unit else ""
        if self.low is not None and self.high is not None:
            return f"Enter {plain(self.low)} to {plain(self.high)}{unit}."
        if self.low is not None:
            return f"Enter {plain(self.low)}{unit} or more."
        return f"Enter {plain(self.high or 0)}{unit} or less."

    def _example(self) -> str:
        return ", such as 72.5" if self.places else ", such as 72"


class WholeField(DecimalField):
    """A whole number with its unit; cleans to ``int``."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["places"] = 0
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        number = super().to_python(value)
        return None if number is None else int(number)


class DateField(forms.DateField):
    """A date of the native date input, within bounds that are said in words."""

    def __init__(
        self,
        *,
        earliest: date | None = None,
        latest: Callable[[], date] | None = None,
        too_late: str = "This date is too late.",
        too_early: str = "This date is too early.",
        **kwargs: Any,
    ) -> None:
        self.earliest, self.latest = earliest, latest
        self.too_early, self.too_late = too_early, too_late
        kwargs.setdefault(
            "widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        )
        messages = kwargs.setdefault("error_messages", {})
        messages.setdefault("required", NEEDED)
        messages.setdefault(
            "invalid",
            "This is no date. Write it as year-month-day, such as 1985-03-04.",
        )
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, str) and not value.isascii():
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        found = super().to_python(value)
        if found and self.earliest and found < self.earliest:
            raise ValidationError(self.too_early)
        if found and self.latest and found > self.latest():
            raise ValidationError(self.too_late)
        return found


def _today() -> date:
    return timezone.localtime(clock.now()).date()


class BirthDateField(DateField):
    """A birth date: not in the future, not before 1900."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("earliest", FIRST_BIRTH)
        kwargs.setdefault("latest", _today)
        kwargs.setdefault("too_late", "A birth date cannot lie in the future.")
        kwargs.setdefault("too_early", "A birth date before 1900 is not possible.")
        super().__init__(**kwargs)
        self.widget.attrs["autocomplete"] = "bday"


class TimeField(forms.Field):
    """A time of day as people type it: 930, 9:30, 9:30a, 21:30, 9 pm."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "off", "size": "8", "spellcheck": "false"}
        kwargs.setdefault("widget", forms.TextInput(attrs=attrs))
        kwargs.setdefault("error_messages", {}).setdefault("required", NEEDED)
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return f"{value:%H:%M}" if isinstance(value, time) else value

    def to_python(self, value: Any) -> time | None:
        if isinstance(value, time):
            return value
        text = str(value or "").strip()
        if not text:
            return None
        found = CLOCK.fullmatch(text)
        hour = _hour(int(found[1]), (found[3] or "").lower()) if found else None
        minute = int(found[2] or 0) if found else 60
        if hour is None or minute > 59:
            raise ValidationError(
                "This is no time of day. Write it like 9:30 or 14:05."
            )
        return time(hour, minute)


def _hour(hour: int, half: str) -> int | None:
    """The hour of the day, or None when the words do not fit together."""
    if not half:
        return hour if hour < 24 else None
    if not 1 <= hour <= 12:
        return None
    return hour % 12 + (12 if half == "p" else 0)


class ChoiceField(forms.ChoiceField):
    """One of a list."""

    def __init__(self, **kwargs: Any) -> None:
        messages = kwargs.setdefault("error_messages", {})
        messages.setdefault("required", "Choose one.")
        messages.setdefault("invalid_choice", "Choose one of the list.")
        super().__init__(**kwargs)


class RadioField(ChoiceField):
    """One of a few, all of them visible."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.RadioSelect)
        super().__init__(**kwargs)
