"""The clinic's own addresses of screening."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, register_converter

from screening.views import (
    decisions,
    form_states,
    importing,
    kiosk,
    measures_staff,
    on_phone,
    on_phone_measure,
    preparation,
    reviews,
    rules,
    safety_plan,
    self_harm,
    settle,
)


class FormKind:
    """The kinds of form that stand in an address."""

    regex = "packet|measures|consent"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class ListKind(FormKind):
    regex = "medicine|allergy"


register_converter(FormKind, "formkind")
register_converter(ListKind, "listkind")

EPISODE = "screening/<uuid:pk>/"

staff_pages: list[URLPattern | URLResolver] = [
    path("screening/", reviews.review_list, name="reviews"),
    path("screening/import/", importing.imports, name="imports"),
    path("screening/import/<uuid:pk>/", importing.run, name="import_run"),
    path(
        "screening/import/<uuid:pk>/progress/",
        importing.progress,
        name="import_progress",
    ),
    path(
        "screening/import/<uuid:pk>/problems.csv",
        importing.problems,
        name="import_problems",
    ),
    path("screening/rules/", rules.rules, name="rules"),
    path("screening/rules/begin/", rules.begin, name="rules_begin"),
    path("screening/rules/<uuid:pk>/", rules.edition, name="rules_edition"),
    path("screening/rules/drafts/<uuid:pk>/", rules.draft, name="rules_draft"),
    path(
        "screening/rules/drafts/<uuid:pk>/affected/",
        rules.affected,
        name="rules_preview",
    ),
    path(
        "screening/rules/drafts/<uuid:pk>/discard/",
        rules.discard,
        name="rules_discard",
    ),
    path(
        "screening/rules/drafts/<uuid:pk>/rule/<slug:code>/",
        rules.rule,
        name="rules_rule",
    ),
    path("screening/patients/<uuid:pk>/", reviews.of_patient, name="patient"),
    path(
        "screening/patients/<uuid:pk>/measures/",
        measures_staff.measures,
        name="measures",
    ),
    path("screening/measures/<uuid:pk>/", measures_staff.one, name="measure"),
    path("screening/alerts/<uuid:pk>/", self_harm.review, name="si_review"),
    path("screening/alerts/<uuid:pk>/take/", self_harm.take, name="si_take"),
    path("screening/alerts/<uuid:pk>/step/", self_harm.step, name="si_step"),
    path(
        "screening/alerts/<uuid:pk>/step/<uuid:action>/back/",
        self_harm.take_back,
        name="si_take_back",
    ),
    path(
        "screening/alerts/<uuid:pk>/screener/", self_harm.screener, name="si_screener"
    ),
    path(
        "screening/patients/<uuid:pk>/safety-plan/",
        safety_plan.plan,
        name="safety_plan",
    ),
    path("screening/plans/<uuid:pk>/send/", safety_plan.send, name="plan_send"),
    path("screening/plans/<uuid:pk>/paper/", safety_plan.paper, name="plan_paper"),
    path("screening/plans/<uuid:pk>/tablet/", safety_plan.tablet, name="plan_tablet"),
    path(
        "screening/preparations/<uuid:pk>/",
        preparation.record_page,
        name="preparation_record",
    ),
    path(
        "screening/preparations/<uuid:pk>/save/",
        preparation.autosave,
        name="preparation_save",
    ),
    path(
        "screening/preparations/<uuid:pk>/intention/",
        preparation.intention,
        name="preparation_intention",
    ),
    path(
        "screening/preparations/<uuid:pk>/sign/",
        preparation.sign,
        name="preparation_sign",
    ),
    path(EPISODE, reviews.review, name="review"),
    path(EPISODE + "rules/", reviews.rerun, name="rerun"),
    path(EPISODE + "decision/", decisions.decide, name="decide"),
    path(EPISODE + "override/", decisions.answer_override, name="override"),
    path(EPISODE + "answers/<slug:field>/", settle.answer, name="answer"),
    path(EPISODE + "vitals/", settle.vitals, name="vitals"),
    path(EPISODE + "medicines/", settle.medicines, name="medicines"),
    path(
        EPISODE + "medicines/<listkind:what>/<uuid:row>/error/",
        settle.strike,
        name="strike",
    ),
    path(EPISODE + "forms/", form_states.states, name="forms"),
    path(EPISODE + "forms/send/", form_states.send, name="send"),
    path(
        EPISODE + "forms/<uuid:form>/call-back/",
        form_states.call_back,
        name="call_back",
    ),
    path(
        EPISODE + "forms/<formkind:kind>/<uuid:form>/again/",
        form_states.again,
        name="send_again",
    ),
    path(
        EPISODE + "forms/<formkind:kind>/<uuid:form>/tablet/",
        form_states.tablet,
        name="tablet",
    ),
    path(
        EPISODE + "forms/<formkind:kind>/<uuid:form>/code/",
        kiosk.show_code,
        name="kiosk_code",
    ),
    path(EPISODE + "phone/confirm/", on_phone.confirm, name="phone_confirm"),
    path(EPISODE + "phone/", on_phone.parts, name="phone"),
    path(EPISODE + "phone/<int:number>/", on_phone.part, name="phone_part"),
    path(
        EPISODE + "phone/measures/<uuid:form>/",
        on_phone_measure.measure,
        name="phone_measure",
    ),
    path(EPISODE + "preparation/", preparation.records, name="preparation"),
    path(EPISODE + "preparation/new/", preparation.new, name="preparation_new"),
]
