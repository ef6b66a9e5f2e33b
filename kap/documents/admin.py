"""Editions of the texts that are read and signed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html

from kap.accounts.admin_site import WrittenOnceAdmin
from kap.core import clock
from kap.documents import texts
from kap.documents.models import TemplateEdition

COPIED = ("kind", "language", "title", "sections", "is_material")


class EditionForm(forms.ModelForm):  # type: ignore[type-arg]  # generic at run time only with a patch
    """A new edition; what is missing is named before it can be published."""

    kind = forms.ChoiceField(choices=texts.choices)
    publish_anyway = forms.BooleanField(
        required=False,
        label="Publish although elements are missing",
        help_text="Only when they stand in another text that is signed too.",
    )

    class Meta:
        model = TemplateEdition
        fields = (*COPIED, "effective_from")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        found = texts.check(data.get("kind", ""), data.get("sections"))
        for problem in found.problems:
            self.add_error("sections", problem)
        if found.missing and not data.get("publish_anyway"):
            words = "; ".join(found.missing)
            self.add_error("sections", ValidationError(f"Not in the text: {words}."))
        return data


@admin.register(TemplateEdition)
class TemplateEditionAdmin(WrittenOnceAdmin):
    """An edition is never changed: a new one is made from it, under the next number."""

    form = EditionForm
    add_form_template = "admin/documents/edition_add.html"
    list_display = (
        "title",
        "kind",
        "language",
        "edition",
        "is_material",
        "effective_from",
        "next_edition",
    )
    list_filter = ("kind", "language")
    ordering = ("kind", "language", "-edition")

    @admin.display(description="new edition")
    def next_edition(self, obj: TemplateEdition) -> str:
        url = reverse("admin:documents_templateedition_add")
        return format_html(
            '<a href="{}?of={}">New edition<span class="visually-hidden"> of {}, {}</span></a>',
            url,
            obj.pk,
            obj.title,
            obj.edition,
        )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        asked = [*COPIED, "effective_from"]
        if obj is None:
            return [*asked, "publish_anyway"]
        return [*asked, "edition", "published_at", "published_by"]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The last edition's words, to be changed."""
        try:
            old = TemplateEdition.objects.filter(pk=request.GET.get("of", "")).first()
        except ValidationError:
            old = None
        found: dict[str, Any] = {"effective_from": clock.now().date()}
        if old is not None:
            found |= {name: getattr(old, name) for name in COPIED}
        return found

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        if object_id is None and "_preview" in request.POST:
            return self._preview(request)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _preview(self, request: HttpRequest) -> HttpResponse:
        """As patients will read it, with everything that is wrong; nothing is saved."""
        if not self.has_add_permission(request):
            return HttpResponse(status=403)
        form = EditionForm(request.POST)
        form.is_valid()
        sections = form.cleaned_data.get("sections")
        if sections is None:
            sections = _as_typed(form)
        context = {
            **self.admin_site.each_context(request),
            "title": request.POST.get("title", ""),
            "sections": [one for one in sections if isinstance(one, dict)],
            "problems": [
                str(problem) for rows in form.errors.values() for problem in rows
            ],
        }
        status = 422 if form.errors else 200
        return render(
            request, "admin/documents/edition_preview.html", context, status=status
        )

    def save_model(
        self, request: HttpRequest, obj: TemplateEdition, form: Any, change: bool
    ) -> None:
        same = TemplateEdition.objects.filter(kind=obj.kind, language=obj.language)
        obj.edition = (same.aggregate(last=Max("edition"))["last"] or 0) + 1
        obj.published_at, obj.published_by = clock.now(), request.user  # type: ignore[assignment]  # signed in
        super().save_model(request, obj, form, change)


def _as_typed(form: forms.ModelForm) -> list[Any]:  # type: ignore[type-arg]  # as above
    """The parts as they were typed, when they are refused but readable."""
    try:
        found = form.fields["sections"].clean(form.data.get("sections", ""))
    except ValidationError:
        return []
    return found if isinstance(found, list) else []
