"""Set-up of the documents app."""

from __future__ import annotations

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "kap.documents"
    label = "documents"
    verbose_name = "Documents"
