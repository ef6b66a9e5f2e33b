"""Django's admin with our own site object; named in INSTALLED_APPS instead of Django's."""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig


class KapAdminConfig(AdminConfig):
    default_site = "kap.accounts.admin_site.KapAdminSite"
