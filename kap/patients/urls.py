"""Addresses of the patients app."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kap.patients.views import contact, history, link_pages, listing, record, register

app_name = "patients"
urlpatterns: list[URLPattern | URLResolver] = [
    path("patients/", listing.patient_list, name="list"),
    path("patients/find/", listing.find, name="find"),
    path("patients/new/", register.register, name="register"),
    path("patients/new/matches/", register.matches, name="matches"),
    path("patients/<uuid:pk>/", record.overview, name="chart"),
    path("patients/<uuid:pk>/timeline/", record.older, name="timeline"),
    path("patients/<uuid:pk>/history/", history.history, name="history"),
    path("patients/<uuid:pk>/details/", record.details, name="details"),
    path("patients/<uuid:pk>/phase/", record.phase, name="phase"),
    path("patients/<uuid:pk>/team/", record.team, name="team"),
    path("patients/<uuid:pk>/reopen/", record.reopen, name="reopen"),
    path("patients/<uuid:pk>/contact/", contact.contact, name="contact"),
    path("patients/<uuid:pk>/people/", contact.add_person, name="add_person"),
    path(
        "patients/<uuid:pk>/people/<uuid:person_id>/end/",
        contact.end_person,
        name="end_person",
    ),
    path("patients/<uuid:pk>/consent/", contact.consent, name="consent"),
    path(
        "patients/<uuid:pk>/links/<uuid:link_id>/revoke/", contact.revoke, name="revoke"
    ),
    path(
        "patients/<uuid:pk>/links/<uuid:link_id>/tablet/", contact.tablet, name="tablet"
    ),
    path("l/<str:token>/", link_pages.exchange, name="link"),
    path("p/leave/", link_pages.leave, name="link_leave"),
    path("p/stay/", link_pages.stay, name="link_stay"),
]
