"""The admin's forms for people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from kap.accounts.enums import Role
from kap.accounts.models import User
from kap.accounts.services import check_may_change_roles
from kap.core.errors import DomainError

ROLES = forms.MultipleChoiceField(
    choices=Role,
    widget=forms.CheckboxSelectMultiple,
    error_messages={"required": "Choose at least one role."},
)


class NewPersonForm(forms.ModelForm):  # type: ignore[type-arg]  # the admin's own kind of form
    """Name, address, roles; an invitation to set a password goes out."""

    roles = ROLES

    class Meta:
        model = User
        fields = ["name", "email", "roles"]

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).strip().lower()
        if User.objects.filter(email=email).exists():
            raise ValidationError("Somebody has this address. Look in the list.")
        return email


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]  # the admin's own kind of form
    by: User
    roles = ROLES

    class Meta:
        model = User
        fields = ["name", "roles", "is_active"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        roles = cleaned.get("roles", [])
        before = User.objects.get(pk=self.instance.pk)
        self.roles_differ = sorted(roles) != sorted(before.roles)
        self.activity_differs = cleaned.get("is_active") != before.is_active
        if self.roles_differ:
            try:
                check_may_change_roles(user=before, roles=roles, by=self.by)
            except DomainError as refusal:
                self.add_error("roles", str(refusal))
        return cleaned
