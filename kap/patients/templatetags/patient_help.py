"""What base_patient.html needs to show the way to a person."""

from __future__ import annotations

from django import template
from django.template import Context

from kap.patients.help import HelpFacts, help_facts

register = template.Library()


@register.simple_tag(takes_context=True)
def help_now(context: Context) -> HelpFacts:
    """``{% help_now as help %}``: the numbers, and the page that asks for a call."""
    request = context.get("request")
    return help_facts(getattr(request, "link", None))
