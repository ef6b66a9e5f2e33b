"""The admin: configuration by people with the role admin, nothing clinical, nothing deleted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.options import InlineModelAdmin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from kap.accounts.enums import Role
from kap.core.errors import DomainError

OURS = ("kap.", "screening.", "sessions.", "integration.")


def may_administrate(request: HttpRequest) -> bool:
    user = request.user
    if not user.is_authenticated or not user.is_active or not user.is_staff:
        return False
    return user.has_role(Role.ADMIN)


class KapAdminSite(AdminSite):
    """Takes our own models only: what libraries register of themselves stays out."""

    site_title = "Administration"
    index_title = "What the clinic decides"
    enable_nav_sidebar = True

    def register(
        self, model_or_iterable: Any, admin_class: Any = None, **options: Any
    ) -> None:
        models: Iterable[type[Model]] = (
            model_or_iterable
            if isinstance(model_or_iterable, Iterable)
            else [model_or_iterable]
        )
        ours = [model for model in models if model.__module__.startswith(OURS)]
        if ours:
            super().register(ours, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        return may_administrate(request)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is one door."""
        return redirect("account_login")

    def password_change(self, request: Any, extra_context: Any = None) -> Any:
        return redirect("account_change_password")


class _ForAdmins:
    """Role instead of Django's permissions; nothing is deleted."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_administrate(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_administrate(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_administrate(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_administrate(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ConfigAdmin(_ForAdmins, ModelAdmin):  # type: ignore[type-arg]  # generic at run time only with a patch
    """What may be set up here; a refusal of the clinic's rules is said in words."""

    list_per_page = 50
    save_on_top = False

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return redirect(request.path)


class WrittenOnceAdmin(ConfigAdmin):
    """Rows that are added and then only read: an edition, a message that went out."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ConfigInline(_ForAdmins, InlineModelAdmin):  # type: ignore[type-arg]  # as above
    template = (
        "admin/edit_inline/stacked.html"  # unlike the table, it labels each field
    )
    extra = 0
    can_delete = False
