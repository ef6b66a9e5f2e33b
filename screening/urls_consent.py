"""Addresses of consents: the patient's, those of who signs beside, and the clinic's."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from screening.views import (
    consent_acts,
    consent_after,
    consent_beside,
    consent_patient,
    consent_renewals,
    consent_staff,
)

ONE = "screening/consents/<uuid:pk>/"

consent_pages: list[URLPattern | URLResolver] = [
    path("p/read/", consent_patient.overview, name="read"),
    path("p/read/sign/", consent_patient.sign, name="read_sign"),
    path("p/read/done/", consent_after.done, name="read_done"),
    path("p/read/copy/", consent_after.copy, name="read_copy"),
    path("p/read/decline/", consent_after.decline, name="read_decline"),
    path("p/read/withdraw/", consent_after.withdraw, name="read_withdraw"),
    path("p/read/back/<slug:section>/", consent_after.narrow, name="read_narrow"),
    path("p/read/<int:number>/", consent_patient.part, name="read_part"),
    path("p/read/<int:number>/question/", consent_patient.ask, name="read_ask"),
    path("p/sign/", consent_beside.sign, name="beside"),
    path("screening/consents/", consent_renewals.renewals_page, name="renewals"),
    path("screening/consents/send/", consent_renewals.send, name="renewals_send"),
    path(ONE, consent_staff.consent, name="consent_of"),
    path(ONE + "explained/", consent_staff.explain, name="consent_explain"),
    path(ONE + "people/", consent_acts.people, name="consent_people"),
    path(ONE + "beside/", consent_acts.beside, name="consent_beside"),
    path(ONE + "withdraw/", consent_acts.withdraw, name="consent_withdraw"),
    path(ONE + "narrow/<slug:section>/", consent_acts.narrow, name="consent_narrow"),
    path(ONE + "printed/", consent_acts.printed, name="consent_printed"),
    path(ONE + "tablet/", consent_acts.tablet, name="consent_tablet"),
    path(ONE + "link/", consent_acts.own_link, name="consent_link"),
    path(ONE + "questions/<int:number>/", consent_staff.answer, name="consent_answer"),
    path("screening/<uuid:pk>/consents/", consent_staff.of_episode, name="consents"),
    path("screening/<uuid:pk>/consents/send/", consent_acts.send, name="consent_send"),
]
