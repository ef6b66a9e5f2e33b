"""Crispy helpers and layouts, so that every form of the product looks and speaks alike."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout, LayoutObject
from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from kap.ui.tags.forms import field_row


class Helper(FormHelper):  # type: ignore[misc]  # untyped
    """No form tag (the page writes it), our own field template, the error summary on top."""

    form_tag = False
    disable_csrf = True
    include_media = False

    def __init__(self, *layout: Any) -> None:
        super().__init__()
        if layout:
            self.layout = Layout(*layout)


class Hinted(LayoutObject):  # type: ignore[misc]  # untyped
    """A field with a sentence below it that the form only knows when it is made.

    ``Hinted("weight_kg", "last 80.1 kg on 8 Oct")``; never the value itself in the field.
    """

    def __init__(
        self, name: str, hint: str = "", *, unit: str = "", css: str = ""
    ) -> None:
        self.name, self.hint, self.unit, self.css = name, hint, unit, css
        self.fields = [name]

    def render(self, form: forms.BaseForm, *_context: Any, **_more: Any) -> SafeString:
        form.rendered_fields.add(self.name)  # type: ignore[attr-defined]  # set by crispy
        return field_row(
            field=form[self.name], hint=self.hint, unit=self.unit, css=self.css
        )


class Row(LayoutObject):  # type: ignore[misc]  # untyped
    """Fields beside each other, under each other on a phone.  ``Row("given_name", "family_name")``"""

    def __init__(self, *fields: Any, columns: int = 0) -> None:
        self.fields = list(fields)
        self.columns = columns or len(fields)

    def render(self, form: forms.BaseForm, context: Any, **kwargs: Any) -> SafeString:
        content = self.get_rendered_fields(form, context, **kwargs)
        return render_to_string(
            "components/rows.html", {"content": content, "columns": self.columns}
        )


__all__ = ["Div", "Fieldset", "Helper", "Hinted", "Layout", "Row"]
