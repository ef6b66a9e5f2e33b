"""Addresses of the screening app: the patient's under /p/, the clinic's under /screening/."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from screening.urls_consent import consent_pages
from screening.urls_instruments import instrument_pages
from screening.urls_medicines import medicine_pages
from screening.urls_packet import packet_pages
from screening.urls_staff import staff_pages
from screening.views import call_me, measures, plan_patient

app_name = "screening"

patient_pages: list[URLPattern | URLResolver] = [
    path("p/help/", call_me.call_me, name="call_me"),
    path("p/plan/", plan_patient.my_plan, name="my_plan"),
    path("p/form/", measures.start, name="form_start"),
    path("p/form/later/", measures.later, name="form_later"),
    path("p/form/done/", measures.done, name="form_done"),
    path("p/form/<int:number>/", measures.step, name="form_step"),
    path("p/form/<int:number>/help/", measures.help_now, name="form_help"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *patient_pages,
    *packet_pages,
    *consent_pages,
    *instrument_pages,
    *medicine_pages,
    *staff_pages,
]
