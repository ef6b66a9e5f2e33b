"""What screening adds to the chart: tabs, panels, the banner's facts, what comes next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.template.loader import render_to_string
from django.urls import reverse

from kap.accounts.enums import CLINICAL, PRESCRIBING, SCHEDULING, Role
from kap.accounts.models import User
from kap.patients import chart
from kap.patients.chart import BannerFact, ChartContext, NextStep, Panel, Tab
from screening import dose_marks
from screening.codes import GAD7_TOTAL, PHQ9_TOTAL
from screening.queries import history, score_series
from screening.queries.charted import symptom_chart
from screening.queries.forms import form_lines
from screening.queries.medicine_rows import medicine_rows
from screening.queries.medicines import standing_of, unread
from screening.queries.nexts import Stand, stand_of
from screening.queries.preparation import agreed
from screening.queries.safety import stand_of as safety_stand


def _symptoms(context: ChartContext) -> str:
    series = score_series(context.patient_id, [PHQ9_TOTAL, GAD7_TOTAL])
    drawn = symptom_chart(
        series, dose_marks.marks(context.patient_id), zone=context.patient.site.zone
    )
    return render_to_string(
        "screening/panels/symptoms.html",
        {"drawn": drawn, "patient": context.patient},
        request=context.request,
    )


def _forms(context: ChartContext) -> str | None:
    if context.episode is None:
        return None
    return render_to_string(
        "screening/panels/forms.html",
        {"lines": form_lines(context.episode.pk)[:6], "episode": context.episode},
        request=context.request,
    )


def _medicines(context: ChartContext) -> str:
    episode = context.episode
    standing = standing_of(episode.pk) if episode else unread(context.patient_id)
    return render_to_string(
        "screening/panels/medicines.html",
        {
            "medicines": medicine_rows(standing),
            "is_complete": standing.is_complete,
            "episode": episode,
            "allergies": history.allergies(context.patient_id),
            "conditions": history.conditions(context.patient_id),
            "patient": context.patient,
            "may_change": context.user.is_clinical,
        },
        request=context.request,
    )


def _preparation(context: ChartContext) -> str | None:
    """What was agreed for the room; stays away until a visit is signed."""
    found = agreed(context.episode.pk) if context.episode else None
    if found is None:
        return None
    return render_to_string(
        "screening/panels/preparation.html",
        {"agreed": found},
        request=context.request,
    )


def _facts(patient_id: UUID, user: User) -> Iterator[BannerFact]:
    """What could hurt: allergies, an open answer on self-harm."""
    if not user.has_role(*SCHEDULING):
        return
    stand = safety_stand(patient_id)
    if stand.open_item is not None:
        yield _alarm(stand.open_item, user)
    if not user.is_clinical:
        return
    if stand.plan_version:
        yield BannerFact(
            f"Safety plan, version {stand.plan_version}",
            "info",
            order=30,
            icon="lifebuoy",
            url=reverse("screening:safety_plan", args=[patient_id]),
        )
    known = history.allergies(patient_id)
    if not known.is_asked:
        yield BannerFact("Allergies not asked", "warn", order=20)
    elif known.named:
        names = ", ".join(row.text for row in known.named[:3])
        more = f" and {len(known.named) - 3} more" if len(known.named) > 3 else ""
        yield BannerFact(f"Allergy: {names}{more}", "danger", order=10)
    else:
        yield BannerFact("No known allergies", "", order=60, icon="circle-check")


def _alarm(item_id: UUID, user: User) -> BannerFact:
    """Until it is closed; who is no clinician reads only what to do with a call."""
    if not user.is_clinical:
        text = "Clinical alert: do not cancel the call, pass it to a clinician"
        return BannerFact(text, "danger", order=0, icon="lifebuoy", is_alarm=True)
    return BannerFact(
        "Safety alert open: contact today, no dose before it is closed",
        "danger",
        order=0,
        icon="lifebuoy",
        url=reverse("screening:si_review", args=[item_id]),
        is_alarm=True,
    )


def _next(patient_id: UUID, user: User, now: datetime) -> Iterator[NextStep]:
    if not user.has_role(*SCHEDULING):
        return
    stand = stand_of(patient_id, now=now)
    if stand is None:
        return
    yield from _form_steps(stand, user)
    if user.is_clinical:
        yield from _clinical_steps(stand, user)


def _form_steps(stand: Stand, user: User) -> Iterator[NextStep]:
    url = reverse("screening:forms", args=[stand.episode_id])
    if stand.wants_packet:
        yield NextStep(
            "Send the intake packet", "", url, "Send forms", order=10, icon="send"
        )
    if stand.wants_consent:
        yield NextStep(
            "Send the consent to be read", "", url, "Send forms", order=25, icon="send"
        )
    if stand.has_review and not user.is_clinical:
        yield NextStep("Clinical review needed", order=15, icon="clipboard-check")


def _clinical_steps(stand: Stand, user: User) -> Iterator[NextStep]:
    review = reverse("screening:review", args=[stand.episode_id])
    if stand.has_review:
        text = (
            "Sign the eligibility decision"
            if user.may_prescribe
            else "Review the answers"
        )
        yield NextStep(
            text, "warn", review, "Open the review", order=5, icon="clipboard-check"
        )
    if stand.has_question and stand.consent_id:
        yield NextStep(
            "Answer a question about the consent",
            "warn",
            reverse("screening:consent_of", args=[stand.consent_id]),
            "Open",
            order=12,
            icon="message-2",
        )
    if stand.wants_preparation and user.has_role(Role.THERAPIST, *PRESCRIBING):
        yield NextStep(
            "Write the preparation record",
            "",
            reverse("screening:preparation", args=[stand.episode_id]),
            "Write it",
            order=30,
            icon="compass",
        )


chart.register_tab(
    Tab("screening", "Screening", "screening:patient", frozenset(SCHEDULING), order=10)
)
chart.register_tab(
    Tab("measures", "Measures", "screening:measures", frozenset(CLINICAL), order=20)
)
chart.register_panel(
    Panel("symptoms", "PHQ-9 and GAD-7", 30, "main", frozenset(CLINICAL), _symptoms)
)
chart.register_panel(
    Panel("forms", "Forms and consent", 30, "side", frozenset(SCHEDULING), _forms)
)
chart.register_panel(
    Panel("medicines", "Medicines", 40, "side", frozenset(CLINICAL), _medicines)
)
chart.register_panel(
    Panel("preparation", "Preparation", 35, "side", frozenset(CLINICAL), _preparation)
)
chart.register_banner_fact(_facts)
chart.register_next_step(_next)
