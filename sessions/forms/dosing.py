"""Forms of the room before the dose: questions, weight, syringe, time-out, giving."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms

from kap.ui import fields
from sessions.rules.dose_units import lb_to_kg
from sessions.services import CheckFacts, Given, TimeOut

YES_NO: Final = (("yes", "Yes"), ("no", "No"))
DAYS: Final = (("today", "today"), ("yesterday", "yesterday"))
LATER_THAN_NOW: Final = timedelta(hours=12)
Choices = Sequence[tuple[str, str]]


def yes_no(label: str, **kwargs: Any) -> fields.RadioField:
    return fields.RadioField(label=label, choices=YES_NO, required=False, **kwargs)


def answer(value: str) -> bool | None:
    return {"yes": True, "no": False}.get(value)


def moment(at: time, *, day: date, zone: ZoneInfo) -> datetime:
    """A time of day at the site as an instant; the earlier one where the clock is put back."""
    return datetime.combine(day, at, zone)


def at_the_chair(at: time | None, *, now: datetime, zone: ZoneInfo) -> datetime:
    """What was typed as time of day today; now when nothing was typed.

    Whole minutes are typed: the minute that is running counts as now.
    """
    if at is None:
        return now
    local = now.astimezone(zone)
    if (at.hour, at.minute) == (local.hour, local.minute):
        return now
    found = moment(at, day=local.date(), zone=zone)
    return found - timedelta(days=1) if found - now > LATER_THAN_NOW else found


class PasswordField(fields.TextField):
    """A person's own password; never shown again."""

    def __init__(self, *, label: str, **kwargs: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": "off"})
        super().__init__(
            label=label, widget=widget, strip=False, max_length=200, **kwargs
        )

    def to_python(self, value: Any) -> str:
        """As typed: a password is not tidied."""
        return str(value or "")[:200].replace("\0", "")


class PersonField(fields.ChoiceField):
    """One of the clinicians; the value is an id that the service looks up again."""

    def __init__(self, *, label: str, **kwargs: Any) -> None:
        super().__init__(label=label, **kwargs)

    def to_python(self, value: Any) -> Any:
        return str(value or "")

    def validate(self, value: Any) -> None:
        """The service says whether this person may, in a sentence."""
        forms.Field.validate(self, value)


def as_uuid(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None


def with_blank(choices: Iterable[tuple[str, str]], words: str) -> list[tuple[str, str]]:
    return [("", words), *choices]


class CheckForm(forms.Form):
    """What is asked today; each answer may be left for later."""

    food_day = fields.ChoiceField(
        label="Day", choices=with_blank(DAYS, "day"), required=False
    )
    food_at = fields.TimeField(label="Last food", required=False)
    fatty = forms.BooleanField(label="That was a fatty meal", required=False)
    drink_day = fields.ChoiceField(
        label="Day", choices=with_blank(DAYS, "day"), required=False
    )
    drink_at = fields.TimeField(label="Last drink", required=False)
    escort = fields.ChoiceField(label="Who drives", required=False)
    escort_name = fields.TextField(
        label="Somebody else, name", max_length=120, required=False
    )
    escort_phone = fields.PhoneField(label="Their phone", required=False)
    escort_adult = forms.BooleanField(label="At least 18 years old", required=False)
    escort_confirmed = yes_no("Said yes today")
    medicines_unchanged = yes_no("Medicines as before")
    medicines_note = fields.TextField(label="What changed", required=False)
    substances_24h = yes_no("Alcohol, sedative, stimulant or opioid in the last 24 h")
    feels_ill = yes_no("Feels ill")
    may_be_pregnant = yes_no("May be pregnant")

    def __init__(
        self,
        *args: Any,
        people: Choices = (),
        now: datetime,
        zone: ZoneInfo,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("auto_id", "id_check_%s")
        super().__init__(*args, **kwargs)
        self.now, self.zone = now, zone
        self.fields["escort"].choices = with_blank(people, "not named")  # type: ignore[attr-defined]  # a choice field

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for what, name in (("food", "last food"), ("drink", "last drink")):
            at, day = cleaned.get(f"{what}_at"), cleaned.get(f"{what}_day")
            if at is not None and not day and f"{what}_day" not in self.errors:
                self.add_error(f"{what}_day", f"Choose the day of the {name}.")
            if day and at is None and f"{what}_at" not in self.errors:
                self.add_error(f"{what}_at", f"Enter the time of the {name}.")
        self._check_new_escort(cleaned)
        return cleaned

    def _check_new_escort(self, cleaned: dict[str, Any]) -> None:
        name, phone = cleaned.get("escort_name"), cleaned.get("escort_phone")
        if name and not phone and "escort_phone" not in self.errors:
            self.add_error("escort_phone", "Enter a number to call.")
        if phone and not name:
            self.add_error("escort_name", "Enter the name.")
        if name and not cleaned.get("escort_adult"):
            self.add_error("escort_adult", "The escort must be at least 18 years old.")

    def _moment(self, what: str) -> datetime | None:
        at, day = self.cleaned_data[f"{what}_at"], self.cleaned_data[f"{what}_day"]
        if at is None:
            return None
        today = self.now.astimezone(self.zone).date()
        on = today - timedelta(days=1) if day == "yesterday" else today
        return moment(at, day=on, zone=self.zone)

    def new_escort(self) -> tuple[str, str] | None:
        data = self.cleaned_data
        return (
            (data["escort_name"], data["escort_phone"]) if data["escort_name"] else None
        )

    def facts(self, *, escort_id: UUID | None = None) -> CheckFacts:
        data = self.cleaned_data
        food = self._moment("food")
        return CheckFacts(
            last_solid_food_at=food,
            last_meal_was_fatty=data["fatty"] if food else None,
            last_clear_liquid_at=self._moment("drink"),
            escort_id=escort_id or as_uuid(data["escort"]),
            escort_confirmed=answer(data["escort_confirmed"]),
            medicines_unchanged=answer(data["medicines_unchanged"]),
            medicines_note=data["medicines_note"],
            substances_24h=answer(data["substances_24h"]),
            feels_ill=answer(data["feels_ill"]),
            may_be_pregnant=answer(data["may_be_pregnant"]),
        )


class WeightForm(forms.Form):
    """The weight of the day, in the unit of the scale."""

    weight = fields.DecimalField(
        label="Weight",
        low=Decimal(20),
        high=Decimal(700),
        places=1,
        error_messages={"required": "Enter the weight."},
    )
    scale = fields.RadioField(label="Unit", choices=(("kg", "kg"), ("lb", "lb")))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "id_weight_%s")
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        weight, scale = cleaned.get("weight"), cleaned.get("scale")
        if weight is not None and scale:
            kg = lb_to_kg(weight) if scale == "lb" else weight
            if not 20 <= kg <= 350:
                self.add_error(
                    "weight", f"{kg}\u00a0kg is not possible. Check the unit."
                )
            cleaned["kg"] = kg
        return cleaned


class SyringeForm(forms.Form):
    """What the first person drew up or counted out."""

    order = forms.UUIDField(widget=forms.HiddenInput)
    amount = fields.DecimalField(
        label="On the syringe",
        low=Decimal("0.001"),
        high=Decimal(1000),
        places=3,
        error_messages={"required": "Read the syringe and enter it."},
    )

    def __init__(self, *args: Any, unit: str = "mL", **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "id_syringe_%s")
        super().__init__(*args, **kwargs)
        self.fields["amount"].unit = unit  # type: ignore[attr-defined]  # a DecimalField


class TimeOutForm(forms.Form):
    """What the second person reads and both say aloud."""

    order = forms.UUIDField(widget=forms.HiddenInput)
    identity_checked = forms.BooleanField(
        label="The patient says name and birth date",
        error_messages={"required": "Ask for name and birth date."},
    )
    dose_read_back = forms.BooleanField(
        label="One reads the dose, the other repeats it",
        error_messages={"required": "Read the dose aloud and have it repeated."},
    )
    agrees_to_begin = forms.BooleanField(
        label="The patient agrees to begin",
        error_messages={"required": "Ask whether to begin."},
    )
    witness = PersonField(
        label="Second person", error_messages={"required": "Choose the second person."}
    )
    amount = fields.DecimalField(
        label="Second person reads the syringe",
        low=Decimal("0.001"),
        high=Decimal(1000),
        places=3,
        error_messages={"required": "The second person reads the syringe."},
    )
    password = PasswordField(
        label="Second person's password",
        error_messages={"required": "The second person types their own password."},
    )

    def __init__(
        self, *args: Any, people: Choices = (), unit: str = "mL", **kwargs: Any
    ) -> None:
        kwargs.setdefault("auto_id", "id_timeout_%s")
        super().__init__(*args, **kwargs)
        self.fields["amount"].unit = unit  # type: ignore[attr-defined]  # a DecimalField
        self.fields["witness"].choices = with_blank(people, "choose")  # type: ignore[attr-defined]  # a choice field

    def said(self) -> TimeOut:
        data = self.cleaned_data
        return TimeOut(
            order_id=data["order"],
            amount=data["amount"],
            identity_checked=data["identity_checked"],
            dose_read_back=data["dose_read_back"],
            agrees_to_begin=data["agrees_to_begin"],
            witness_id=as_uuid(data["witness"]),
            witness_password=data["password"],
        )


class GiveForm(forms.Form):
    """The dose as it was given, with its witness."""

    order = forms.UUIDField(widget=forms.HiddenInput)
    dose_mg = fields.DecimalField(
        label="Given",
        low=Decimal("0.001"),
        high=Decimal(5000),
        unit="mg",
        places=3,
        error_messages={"required": "Enter the milligrams that were given."},
    )
    lot_number = fields.TextField(
        label="Lot number",
        max_length=40,
        error_messages={"required": "Read the lot number from the label."},
    )
    given_at = fields.TimeField(label="Time", required=False, help_text="empty: now")
    witness = PersonField(
        label="Witness", error_messages={"required": "Choose the witness."}
    )
    password = PasswordField(
        label="Witness's password",
        error_messages={"required": "The witness types their own password."},
    )

    def __init__(self, *args: Any, people: Choices = (), **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "id_give_%s")
        super().__init__(*args, **kwargs)
        self.fields["witness"].choices = with_blank(people, "choose")  # type: ignore[attr-defined]  # a choice field

    def given(self, *, now: datetime, zone: ZoneInfo) -> Given:
        data = self.cleaned_data
        return Given(
            order_id=data["order"],
            dose_mg=data["dose_mg"],
            lot_number=data["lot_number"],
            given_at=at_the_chair(data["given_at"], now=now, zone=zone),
            witness_id=as_uuid(data["witness"]),
            witness_password=data["password"],
        )


class CorrectForm(GiveForm):
    """What was really given, and why the first row was wrong."""

    reason = fields.TextField(
        label="What was wrong",
        max_length=300,
        error_messages={"required": "Say what was wrong."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "id_correct_%s")
        super().__init__(*args, **kwargs)


class OverrideForm(forms.Form):
    """Going on past one gate, with the reason."""

    code = fields.TextField(max_length=10, widget=forms.HiddenInput)
    reason = fields.TextField(
        label="Reason", max_length=500, error_messages={"required": "Write the reason."}
    )
    second_email = fields.TextField(
        label="Second person's e-mail", max_length=254, required=False
    )
    second_password = PasswordField(label="Second person's password", required=False)

    def __init__(self, *args: Any, code: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"id_override_{code.replace('-', '')}_%s")
        kwargs.setdefault("initial", {"code": code})
        super().__init__(*args, **kwargs)


class NotTodayForm(forms.Form):
    reason = fields.TextField(
        label="Why not today",
        max_length=270,
        error_messages={"required": "Say why there is no dose today."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "id_stop_%s")
        super().__init__(*args, **kwargs)
