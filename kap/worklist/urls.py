"""Addresses of the work list."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kap.worklist import views

app_name = "worklist"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.work_list, name="list"),
    path("rail/", views.rail, name="rail"),
    path("<uuid:pk>/take/", views.take, name="take"),
    path("<uuid:pk>/done/", views.done, name="done"),
]
