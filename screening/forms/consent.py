"""Reading and signing a consent, on the phone and at the clinic."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy as _

from kap.ui.fields import LongTextField, TextField
from screening.queries.consents import Part


class ReadForm(forms.Form):
    """That a part was read, and the tick or the initials it asks for."""

    def __init__(self, *args: Any, part: Part, **kwargs: Any) -> None:
        kwargs["initial"] = {"given": part.given}
        super().__init__(*args, **kwargs)
        if part.ack == "initials":
            self.fields["given"] = TextField(
                label=_("Your initials, to say that you have understood this part"),
                max_length=6,
                error_messages={"required": _("Type your initials.")},
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )
        elif part.ack == "checkbox":
            words = _("I have read and understood this part.")
            self.fields["given"] = forms.BooleanField(
                label=words if part.is_required else _("Yes, I agree to this."),
                required=part.is_required,
                error_messages={"required": _("Tick the box, or ask about this part.")},
            )

    def given(self) -> str:
        value = self.cleaned_data.get("given", "")
        if isinstance(value, bool):
            return "ticked" if value else ""
        return str(value)


class TeachBackForm(forms.Form):
    """Questions on understanding that are not answered rightly yet."""

    def __init__(self, *args: Any, part: Part, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, question in enumerate(part.questions):
            if question.is_right:
                continue
            self.fields[f"q{number}"] = forms.TypedChoiceField(
                label=gettext(question.text),
                choices=[
                    (place, gettext(words))
                    for place, words in enumerate(question.choices)
                ],
                coerce=int,
                widget=forms.RadioSelect,
                error_messages={
                    "required": _("Choose one of the answers."),
                    "invalid_choice": _("Choose one of the answers."),
                },
            )
        self._ids = [question.id for question in part.questions]

    def answers(self) -> dict[str, int]:
        return {
            self._ids[int(name[1:])]: value for name, value in self.cleaned_data.items()
        }


class AskForm(forms.Form):
    """A question about one part."""

    question = LongTextField(
        label=_("Your question"),
        max_length=1000,
        error_messages={"required": _("Write your question, or call us.")},
    )


class SignForm(forms.Form):
    """The signature: a typed name, and a drawing for those who like to draw."""

    agreed = forms.BooleanField(
        label=_("I have read all parts and my questions were answered."),
        error_messages={
            "required": _("Tick this when it is true, or ask your question first.")
        },
    )
    printed_name = TextField(
        label=_("Your full name"),
        max_length=160,
        error_messages={"required": _("Type your full name as your signature.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    edition = forms.IntegerField(
        widget=forms.HiddenInput, min_value=0, max_value=1_000_000
    )
    signature_svg = forms.CharField(
        required=False,
        max_length=200_000,
        error_messages={
            "max_length": _("The drawing is too long. Draw it once more, shorter.")
        },
    )


class BesideForm(forms.Form):
    """An interpreter, a witness or an escort signs with a typed name."""

    agreed = forms.BooleanField(
        label=_("This is true."),
        error_messages={"required": _("Tick this only when it is true.")},
    )
    printed_name = TextField(
        label=_("Your full name"),
        max_length=160,
        error_messages={"required": _("Type your full name as your signature.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    signature_svg = forms.CharField(required=False, max_length=200_000)


class EndForm(forms.Form):
    """Saying no, or taking a consent back; a reason is welcome and never needed."""

    reason = LongTextField(
        label=_("Why, if you like to say"), max_length=280, required=False, rows=3
    )


class PasswordForm(forms.Form):
    """The signer's own password, asked again for each signature."""

    password = forms.CharField(
        label="Your password, to sign",
        max_length=200,
        strip=False,
        error_messages={"required": "Type your password to sign."},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
