"""The note that closes a piece of work."""

from __future__ import annotations

from django import forms

from kap.ui.fields import LongTextField


class DoneForm(forms.Form):
    """What was done about it; needed where it is urgent, welcome elsewhere."""

    note = LongTextField(label="What was done", required=False, max_length=2000, rows=2)
