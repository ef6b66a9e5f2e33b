"""Reading and signing a consent, on the phone and at the clinic."""

from __future__ import annotations

from typing import Any

from django import forms

from kap.ui.fields import LongTextField, TextField


class ReadForm(forms.Form):
    """That a part was read, and the tick or the initials it asks for."""

    def __init__(self, *args: Any, ack: str, given: str = "", **kwargs: Any) -> None:
        kwargs["initial"] = {"given": given}
        super().__init__(*args, **kwargs)
        if ack == "initials":
            self.fields["given"] = TextField(
                label="Your initials, to say that you have understood this part",
                max_length=6,
                error_messages={"required": "Type your initials."},
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )
        elif ack == "checkbox":
            self.fields["given"] = forms.BooleanField(
                label="I have read and understood this part.",
                error_messages={"required": "Tick the box, or ask about this part."},
            )

    def given(self) -> str:
        value = self.cleaned_data.get("given", "")
        return "ticked" if value is True else str(value)


class AskForm(forms.Form):
    """A question about one part."""

    question = LongTextField(
        label="Your question",
        max_length=1000,
        error_messages={"required": "Write your question, or call us."},
    )


class SignForm(forms.Form):
    """The signature: a typed name, and a drawing for those who like to draw."""

    agreed = forms.BooleanField(
        label="I have read all parts and my questions were answered.",
        error_messages={
            "required": "Tick this when it is true, or ask your question first."
        },
    )
    printed_name = TextField(
        label="Your full name",
        max_length=160,
        error_messages={"required": "Type your full name as your signature."},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    edition = forms.IntegerField(
        widget=forms.HiddenInput, min_value=0, max_value=1_000_000
    )
    signature_svg = forms.CharField(
        required=False,
        max_length=200_000,
        error_messages={
            "max_length": "The drawing is too long. Draw it once more, shorter."
        },
    )


class EndForm(forms.Form):
    """Saying no, or taking a consent back; a reason is welcome and never needed."""

    reason = LongTextField(
        label="Why, if you like to say", max_length=280, required=False, rows=3
    )


class StaffWithdrawForm(forms.Form):
    """What a member of staff heard."""

    reason = LongTextField(
        label="What was said",
        max_length=280,
        rows=2,
        error_messages={"required": "Write down what was said, in a few words."},
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
