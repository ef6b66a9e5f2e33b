"""Sign-in pages that django-allauth serves; sign-up is closed."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("", include("allauth.urls"))]
