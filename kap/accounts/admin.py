"""People, practitioners and their credentials, and the mail about accounts."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from kap.accounts import services
from kap.accounts.admin_forms import NewPersonForm, PersonForm
from kap.accounts.admin_site import ConfigAdmin, ConfigInline, WrittenOnceAdmin
from kap.accounts.enums import MailKind
from kap.accounts.models import AccountMail, Credential, Practitioner, User
from kap.core import clock
from kap.core.errors import DomainError


@admin.register(User)
class UserAdmin(ConfigAdmin):
    list_display = ("name", "email", "role_label", "is_active", "last_login")
    list_filter = ("is_active",)
    search_fields = ("name", "email")
    ordering = ("name",)
    actions = ("send_password_link", "reset_second_step")
    add_form = NewPersonForm
    form = PersonForm

    def get_form(
        self,
        request: HttpRequest,
        obj: Any = None,
        change: bool = False,
        **kwargs: Any,
    ) -> Any:
        kwargs["form"] = self.form if change else self.add_form
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.by = cast(User, request.user)
        return form

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        if obj is None:
            return ["name", "email", "roles"]
        return ["name", "email", "roles", "is_active", "last_login", "joined_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["email", "last_login", "joined_at"] if obj else []

    def save_model(
        self, request: HttpRequest, obj: User, form: Any, change: bool
    ) -> None:
        by, now = cast(User, request.user), clock.now()
        if not change:
            made = services.create_user(
                name=obj.name,
                email=obj.email,
                roles=form.cleaned_data["roles"],
                by=by,
                now=now,
            )
            obj.__dict__.update(made.__dict__)
            return
        services.rename(user=obj, name=form.cleaned_data["name"], by=by, now=now)
        if form.roles_differ:
            services.change_roles(
                user=obj, roles=form.cleaned_data["roles"], by=by, now=now
            )
        if form.activity_differs:
            act = services.reactivate if obj.is_active else services.deactivate
            act(user=obj, by=by, now=now)

    @admin.action(description="Send a link to set the password")
    def send_password_link(self, request: HttpRequest, people: QuerySet[User]) -> None:
        for person in people:
            services.queue_mail(user=person, kind=MailKind.RESET, now=clock.now())
        messages.success(request, "The links are on their way.")

    @admin.action(description="Remove the second step (phone gone)")
    def reset_second_step(self, request: HttpRequest, people: QuerySet[User]) -> None:
        for person in people:
            try:
                services.reset_second_step(
                    user=person, by=cast(User, request.user), now=clock.now()
                )
            except DomainError as refusal:
                messages.error(request, str(refusal))
                return
        messages.success(request, "They set up a new second step at the next sign-in.")


class CredentialInline(ConfigInline):
    model = Credential


@admin.register(Practitioner)
class PractitionerAdmin(ConfigAdmin):
    list_display = ("__str__", "qualification", "npi", "is_bookable")
    search_fields = ("user__name",)
    ordering = ("user__name",)
    list_select_related = ("user",)
    inlines = (CredentialInline,)


@admin.register(AccountMail)
class AccountMailAdmin(WrittenOnceAdmin):
    """In a demo the text that would have gone out stands in the row."""

    list_display = ("created_at", "kind", "about", "user", "status")
    fields = ("created_at", "kind", "about", "user", "status", "demo_text")
    ordering = ("-created_at",)
    list_select_related = ("user",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
