"""Addresses of the documents app."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kap.documents import verify_views, views

app_name = "documents"
urlpatterns: list[URLPattern | URLResolver] = [
    path("verify/", verify_views.verify, name="verify"),
    path("documents/", views.documents, name="list"),
    path("documents/<uuid:pk>/", views.download, name="download"),
    path("documents/jobs/<uuid:pk>/", views.job_status, name="status"),
    path("documents/jobs/<uuid:pk>/again/", views.try_again, name="again"),
    path("patients/<uuid:pk>/documents/", views.of_patient, name="of_patient"),
]
