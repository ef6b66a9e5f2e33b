"""Every address of the application; each app keeps its own."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from kap.accounts.policies import admin_only, public
from kap.core import views_health

handler400 = "kap.ui.views.bad_request"
handler403 = "kap.ui.views.forbidden"
handler404 = "kap.ui.views.not_found"
handler500 = "kap.ui.views.server_error"

urlpatterns = [
    path("healthz", public(views_health.healthz), name="healthz"),
    path("", include("sessions.urls")),  # the day board and booking are asked for most
    path("readyz", admin_only(views_health.readyz), name="readyz"),
    path("accounts/", include("kap.accounts.urls_allauth")),
    path("account/", include("kap.accounts.urls")),
    path("admin/", admin.site.urls),
    path("", include("kap.ui.urls")),
    path("", include("kap.patients.urls")),
    path("clinic/", include("kap.clinic.urls")),
    path("", include("kap.documents.urls")),
    path("", include("kap.notifications.urls")),
    path("work/", include("kap.worklist.urls")),
    path("history/", include("kap.audit.urls")),
    path("", include("screening.urls")),
    path("", include("integration.urls")),
]
