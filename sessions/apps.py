"""Set-up of the sessions app."""

from __future__ import annotations

from django.apps import AppConfig


class SessionsConfig(AppConfig):
    name = "sessions"
    label = "kap_sessions"
    verbose_name = "Dosing sessions"

    def ready(self) -> None:
        from kap.clinic import defaults as clinic_defaults
        from sessions import (  # noqa: F401 -- demo and policies register themselves
            answer_work,
            chart,
            chart_dosing,
            columns,
            consent_facts,
            defaults,
            demo,
            demo_calendar,
            demo_plan,
            documents,
            dosing_facts,
            links,
            message_work,
            nav,
            nav_live,
            nav_plan,
            policy_defaults,
            preparation_facts,
            reminders,
            timeline,
            visit_facts,
        )

        clinic_defaults.register(defaults.install_protocols)
        for part in (reminders, chart, timeline, columns, nav, message_work):
            part.register()
        for part in (chart_dosing, consent_facts, documents, dosing_facts):
            part.register()
        for part in (answer_work, links, nav_live, nav_plan):
            part.register()
