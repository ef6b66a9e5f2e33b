"""Sites, rooms, diaries with their hours, and the editions of policies."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from kap.accounts.admin_site import ConfigAdmin, ConfigInline, WrittenOnceAdmin
from kap.accounts.enums import CLINICAL
from kap.accounts.models import User
from kap.clinic import services
from kap.clinic.enums import ActorKind
from kap.clinic.models import (
    Location,
    OpeningHours,
    PolicyEdition,
    SafetyDuty,
    Schedule,
    Site,
    WorkingHours,
)
from kap.clinic.services.policies import check_body
from kap.core import clock
from kap.core.errors import DomainError


class HoursInline(ConfigInline):
    """Hours are a plan, not a record: a row may go."""

    can_delete = True

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)


class OpeningHoursInline(HoursInline):
    model = OpeningHours
    ordering = ("weekday", "opens")


class SafetyDutyInline(HoursInline):
    """Who is told when a patient may be in danger; only clinicians can be chosen."""

    model = SafetyDuty
    ordering = ("duty", "position")

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "user":
            kwargs["queryset"] = User.objects.filter(
                is_active=True, roles__overlap=list(CLINICAL)
            ).order_by("name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class WorkingHoursInline(HoursInline):
    model = WorkingHours
    ordering = ("weekday", "starts")


@admin.register(Site)
class SiteAdmin(ConfigAdmin):
    list_display = ("name", "time_zone", "phone", "is_active")
    ordering = ("name",)
    inlines = (OpeningHoursInline, SafetyDutyInline)


@admin.register(Location)
class LocationAdmin(ConfigAdmin):
    list_display = ("name", "site", "kind", "position", "is_active")
    list_filter = ("site", "kind")
    ordering = ("site__name", "position", "name")
    list_select_related = ("site",)

    def save_model(
        self, request: HttpRequest, obj: Location, form: Any, change: bool
    ) -> None:
        """A new room has its diary from the start."""
        super().save_model(request, obj, form, change)
        Schedule.objects.get_or_create(kind=ActorKind.LOCATION, location=obj)


class ScheduleForm(forms.ModelForm):  # type: ignore[type-arg]  # the admin's own kind of form
    class Meta:
        model = Schedule
        fields = ["kind", "practitioner", "location", "capacity"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "kind" in self.fields:
            choices = [
                pair for pair in ActorKind.choices if pair[0] != ActorKind.PATIENT
            ]
            self.fields["kind"].choices = choices  # type: ignore[attr-defined]  # a choice field


@admin.register(Schedule)
class ScheduleAdmin(ConfigAdmin):
    """Diaries of the house; a patient's diary belongs to the chart."""

    form = ScheduleForm
    list_display = ("whose", "kind", "capacity")
    list_filter = ("kind",)
    ordering = ("kind", "practitioner__user__name", "location__name")
    list_select_related = ("practitioner__user", "location")
    inlines = (WorkingHoursInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Schedule]:
        return super().get_queryset(request).exclude(kind=ActorKind.PATIENT)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["kind", "practitioner", "location"] if obj else []

    @admin.display(description="diary of")
    def whose(self, schedule: Schedule) -> str:
        return str(schedule.practitioner or schedule.location or schedule)


class NewEditionForm(forms.ModelForm):  # type: ignore[type-arg]  # the admin's own kind of form
    class Meta:
        model = PolicyEdition
        fields = ["kind", "effective_from", "body", "source", "reason"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "body" in cleaned and "kind" in cleaned:
            try:
                check_body(cleaned["kind"], cleaned["body"])
            except DomainError as refusal:
                self.add_error("body", str(refusal))
        return cleaned


@admin.register(PolicyEdition)
class PolicyEditionAdmin(WrittenOnceAdmin):
    """Editions are never changed: a new one is signed, with its reason."""

    form = NewEditionForm
    list_display = ("kind", "edition", "effective_from", "signed_by", "signed_at")
    list_filter = ("kind",)
    ordering = ("kind", "-edition")
    list_select_related = ("signed_by",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        asked = ["kind", "effective_from", "body", "source", "reason"]
        return asked if obj is None else [*asked, "edition", "signed_by", "signed_at"]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with the edition in force of the kind that the address names."""
        kind, today = request.GET.get("kind", ""), clock.now().date()
        last = PolicyEdition.objects.in_force(kind=kind, on=today)
        body = last.body if last else {}
        return {"kind": kind, "effective_from": today, "body": body}

    def save_model(
        self, request: HttpRequest, obj: PolicyEdition, form: Any, change: bool
    ) -> None:
        made = services.new_edition(
            kind=form.cleaned_data["kind"],
            effective_from=form.cleaned_data["effective_from"],
            body=form.cleaned_data["body"],
            source=form.cleaned_data["source"],
            reason=form.cleaned_data["reason"],
            by=cast(User, request.user),
            now=clock.now(),
        )
        obj.__dict__.update(made.__dict__)
