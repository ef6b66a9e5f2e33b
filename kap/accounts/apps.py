"""Set-up of the accounts app."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "kap.accounts"
    label = "accounts"
    verbose_name = "Accounts"
