"""Form parts: a field with its label, unit, hint and errors; the summary on top; big answers."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(name="field")
def field_row(
    *,
    field: BoundField,
    hint: str = "",
    unit: str = "",
    css: str = "",
    inline: bool = False,
) -> SafeString:
    """A field: label above, control (unit inside its frame), hint and errors below.

    ``{% field field=form.weight_kg hint="last 80.1 kg on 8 Oct" %}``; the unit is the field's own.
    """
    if field.is_hidden:
        return SafeString(field)
    context = _common(field, hint=hint, unit=unit, css=css)
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        context["control"] = _control(field, context, "form-check-input")
        return render_to_string("components/checkbox.html", context)
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        context["choices"] = _choices(field)
        context["inline"] = inline
        return render_to_string("components/choices.html", context)
    kind = "form-select" if isinstance(widget, forms.Select) else "form-control"
    context["control"] = _control(field, context, kind)
    return render_to_string("components/field.html", context)


def _common(field: BoundField, *, hint: str, unit: str, css: str) -> dict[str, Any]:
    help_text = " ".join(part for part in (str(field.help_text or ""), hint) if part)
    return {
        "id": field.auto_id,
        "label": field.label,
        "optional": not field.field.required and field.name not in _needed_later(field),
        "unit": unit or getattr(field.field, "unit", ""),
        "icon": "",
        "help": help_text,
        "problems": list(field.errors),
        "words": field.field.widget.attrs.get("type") == "date",
        "css": css,
    }


def _needed_later(field: BoundField) -> Collection[str]:
    """Fields of a draft that may stay open now but not for ever: they are not optional."""
    return getattr(field.form, "needed_later", ())


def _control(field: BoundField, context: dict[str, Any], kind: str) -> SafeString:
    """The widget with its classes and with everything that describes it linked."""
    parts = [("_unit", context["unit"]), ("_helptext", context["help"])]
    parts.append(("_error", context["problems"]))
    described = [field.auto_id + suffix for suffix, there in parts if there]
    own = field.field.widget.attrs.get("class", "")
    attrs: dict[str, Any] = {"class": f"{own} {kind}".strip()}
    if context["problems"]:
        attrs["class"] += " is-invalid"
        attrs["aria-invalid"] = "true"
    if described:
        attrs["aria-describedby"] = " ".join(described)
    return field.as_widget(attrs=attrs)


def _choices(field: BoundField) -> list[dict[str, Any]]:
    rows = []
    for part in field.subwidgets:
        part.data["attrs"]["class"] = "form-check-input"
        if field.errors:
            part.data["attrs"]["aria-invalid"] = "true"
        tag = part.tag(wrap_label=False)
        rows.append({"tag": tag, "id": part.id_for_label, "label": part.choice_label})
    return rows


def _target(field: BoundField) -> str:
    """The id of the element that a link in the summary should reach."""
    several = isinstance(
        field.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple
    )
    return f"{field.auto_id}_0" if several else field.auto_id


@register.inclusion_tag("components/error_summary.html")
def error_summary(*, form: forms.BaseForm) -> dict[str, Any]:
    """All errors on top, each a link to its field; takes the focus when the page opens."""
    rows = [{"id": "", "label": "", "text": text} for text in form.non_field_errors()]
    for field in form:
        rows += [
            {"id": _target(field), "label": field.label, "text": text}
            for text in field.errors
        ]
    heading = "Nothing was saved. One thing needs a look."
    if len(rows) > 1:
        heading = f"Nothing was saved. {len(rows)} things need a look."
    return {"rows": rows, "heading": heading}


@register.inclusion_tag("components/answers.html")
def answers(
    *, field: BoundField, lead: str = "", heading: bool = True, tight: bool = False
) -> dict[str, Any]:
    """One question with whole-width answers, for patients.  The wording is the field's label."""
    current = field.value()
    choices = [
        {"value": value, "text": text, "checked": str(value) == str(current)}
        for value, text in getattr(field.field, "choices", [])
        if value != ""
    ]
    return {
        "id": field.auto_id,
        "name": field.html_name,
        "question": field.label,
        "lead": lead,
        "choices": choices,
        "problem": field.errors[0] if field.errors else "",
        "heading": heading,
        "tight": tight,
    }


@register.inclusion_tag("components/sign_pad.html")
def sign_pad(
    *, name: str, label: str = "Sign here", problem: str = ""
) -> dict[str, Any]:
    """A signature drawn with pen, finger or mouse.  Posts NAME_points (JSON) and NAME_svg.

    The page adds ``<script type="module" src="{% static 'js/pad.js' %}">`` in its head block, and
    offers another way beside it (typed name and code).
    """
    return {"name": name, "label": label, "problem": problem}
