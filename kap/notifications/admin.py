"""The words of messages; kinds and channels are the program's own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from kap.accounts.admin_site import ConfigAdmin
from kap.clinic.models import Site
from kap.notifications import gsm, registry, texts
from kap.notifications.models import MessageTemplate
from kap.patients.enums import Channel

HELP = (
    "These stand for what is put in when the message goes out: "
    + "; ".join(f"{{{name}}} {what}" for name, what in texts.TOKENS.items())
    + ". A part in [square brackets] is left out when a token in it has nothing to say. "
    "Neutral words only: no medicine, diagnosis, score or kind of visit."
)


def longest_site() -> str:
    """The longest name a message may come from."""
    names = Site.objects.values_list("discreet_name", flat=True)
    return max(names, key=len, default="Clinic")


class WordsForm(forms.ModelForm):  # type: ignore[type-arg]  # the admin's own kind of form
    """Only known tokens, no word about the care, one text message long."""

    class Meta:
        model = MessageTemplate
        fields = ["kind", "channel", "language", "subject", "body"]
        help_texts = {
            "subject": "For e-mail only. It may hold the same tokens.",
            "body": HELP,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "kind" in self.fields:
            kinds = sorted(
                registry.kinds(), key=lambda kind: registry.label_of(kind.key)
            )
            words = [(kind.key, registry.label_of(kind.key)) for kind in kinds]
            self.fields["kind"] = forms.ChoiceField(choices=words)
        if "channel" in self.fields:
            both = [Channel.EMAIL, Channel.SMS]
            self.fields["channel"] = forms.ChoiceField(
                choices=[(channel.value, channel.label) for channel in both]
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        found = texts.problems(
            channel=cleaned.get("channel") or self.instance.channel,
            subject=cleaned.get("subject", ""),
            body=cleaned.get("body", ""),
            longest_site=longest_site(),
        )
        if found:
            raise ValidationError(found)
        return cleaned


@admin.register(MessageTemplate)
class MessageTemplateAdmin(ConfigAdmin):
    """Saving asks the same questions as sending does."""

    form = WordsForm
    list_display = ("words_for", "channel", "language", "subject", "changed_at")
    list_filter = ("kind", "channel", "language")
    ordering = ("kind", "channel", "language")

    @admin.display(description="Message", ordering="kind")
    def words_for(self, template: MessageTemplate) -> str:
        return registry.label_of(template.kind)

    @admin.display(description="As it would arrive, with the longest name and link")
    def preview(self, template: MessageTemplate) -> SafeString:
        values = texts.sample(longest_site())
        try:
            subject, body = (
                texts.fill(text, values) for text in (template.subject, template.body)
            )
        except texts.EmptyTokenError:
            return SafeString("It cannot be shown until its tokens are right.")
        lines = format_html_join("", "{}<br>", ((line,) for line in body.split("\n")))
        size = (
            f"{gsm.length(body)} of {gsm.ONE_MESSAGE}"
            if template.channel == Channel.SMS
            else subject
        )
        return format_html("<p><b>{}</b></p><p>{}</p>", size, lines)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        asked = ["kind", "channel", "language", "subject", "body"]
        return [*asked, "preview"] if obj else asked

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["kind", "channel", "language", "preview"] if obj else []
