"""Addresses of the screening app: the patient's under /p/, the clinic's under /screening/."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from screening.urls_staff import staff_pages
from screening.views import call_me, consent_patient, measures, packet, plan_patient

app_name = "screening"

patient_pages: list[URLPattern | URLResolver] = [
    path("p/help/", call_me.call_me, name="call_me"),
    path("p/plan/", plan_patient.my_plan, name="my_plan"),
    path("p/forms/", packet.overview, name="packet"),
    path("p/forms/later/", packet.later, name="packet_later"),
    path("p/forms/done/", packet.done, name="packet_done"),
    path("p/forms/<int:part>/", packet.step, name="packet_part"),
    path("p/forms/<int:part>/<int:number>/", packet.step, name="packet_step"),
    path("p/forms/<int:part>/<int:number>/help/", packet.help_now, name="packet_help"),
    path("p/form/", measures.start, name="form_start"),
    path("p/form/later/", measures.later, name="form_later"),
    path("p/form/done/", measures.done, name="form_done"),
    path("p/form/<int:number>/", measures.step, name="form_step"),
    path("p/form/<int:number>/help/", measures.help_now, name="form_help"),
    path("p/read/", consent_patient.overview, name="read"),
    path("p/read/sign/", consent_patient.sign, name="read_sign"),
    path("p/read/done/", consent_patient.done, name="read_done"),
    path("p/read/copy/", consent_patient.copy, name="read_copy"),
    path("p/read/decline/", consent_patient.decline, name="read_decline"),
    path("p/read/withdraw/", consent_patient.withdraw, name="read_withdraw"),
    path("p/read/<int:number>/", consent_patient.part, name="read_part"),
    path("p/read/<int:number>/question/", consent_patient.ask, name="read_ask"),
]

urlpatterns: list[URLPattern | URLResolver] = [*patient_pages, *staff_pages]
