"""What a treatment summary says (clinical.md 9.1): gathered from the signed record."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from integration.models import IntegrationNote
from integration.queries.course import (
    CourseScores,
    DoseLine,
    dose_lines,
    local_day,
    scores_of,
    signed_notes,
)
from kap.core.errors import DomainError
from kap.patients.enums import Indication
from kap.patients.models import EpisodeOfCare
from kap.ui import charts
from screening import instruments
from screening.models import (
    AllergyIntolerance,
    EligibilityDetermination,
    MedicationStatement,
    PreparationRecord,
)
from screening.queries import ScoreValue
from sessions.models import Appointment
from sessions.rules.dose_units import plain, with_unit

CHART_WIDTH, CHART_HEIGHT = 700, 226


def summary_facts(episode_id: UUID) -> dict[str, Any]:
    """Everything on the paper, already in words; raises DomainError without a dose."""
    episode = EpisodeOfCare.objects.select_related(
        "patient__site", "site", "therapist", "prescriber"
    ).get(pk=episode_id)
    zone = episode.site.zone
    doses = dose_lines(episode.pk)
    if not doses:
        raise DomainError("No dose has been given yet; there is nothing to sum up.")
    scores = scores_of(episode.patient_id, since=episode.started_at)
    notes = signed_notes(episode.pk)
    return {
        "edition": f"as of {_day(doses[-1].given_at, zone)}",
        "episode": episode,
        "indication": Indication(episode.indication).label
        if episode.indication
        else "",
        "first_day": _day(episode.started_at, zone),
        "last_day": _day(doses[-1].given_at, zone),
        "figures": _figures(scores, doses),
        "chart": _chart(scores, doses, zone),
        "chart_sentence": _sentence(scores, doses, zone),
        "score_rows": _score_rows(scores, zone),
        "doses": [_dose_row(dose, zone) for dose in doses],
        "screening": _screening(episode),
        "medicines": _medicines(episode),
        "allergies": _allergies(episode),
        "preparations": _preparations(episode, zone),
        "talks": [_talk(note, zone) for note in notes],
        "commitments": [note.commitment for note in notes if note.commitment],
        "next_visits": _next_visits(episode, zone),
    }


def _day(moment: datetime, zone: ZoneInfo) -> str:
    day = moment.astimezone(zone)
    return f"{day.day} {day:%b %Y}"


def _figures(scores: CourseScores, doses: list[DoseLine]) -> list[dict[str, str]]:
    amounts = [dose.dose_mg for dose in doses]
    span = with_unit(min(amounts), "mg")
    if min(amounts) != max(amounts):
        span = f"{plain(min(amounts))} to {with_unit(max(amounts), 'mg')}"
    events = [event for dose in doses for event in dose.events]
    return [
        _change("Depression, PHQ-9", "phq9", scores.phq9),
        _change("Anxiety, GAD-7", "gad7", scores.gad7),
        {
            "title": "Doses given",
            "value": str(len(doses)),
            "note": f"{doses[-1].route}, {span}",
        },
        {
            "title": "Unwanted effects",
            "value": str(len(events)),
            "note": events[0] if events else "none noted",
        },
    ]


def _change(title: str, key: str, values: list[ScoreValue]) -> dict[str, str]:
    """First and last score, and what the change amounts to by the instrument's rules."""
    whole = [value for value in values if not value.is_prorated]
    if len(whole) < 2:
        last = str(whole[0].total) if whole else "none"
        return {
            "title": title,
            "value": last,
            "note": "one score" if whole else "no score",
        }
    first, last_value = whole[0], whole[-1]
    change = instruments.assess_change(
        baseline=first.total,
        latest=last_value.total,
        rules=instruments.change_rules(key),
    )
    return {
        "title": title,
        "value": f"{first.total} → {last_value.total}",
        "note": _change_words(change),
    }


def _change_words(change: instruments.Change) -> str:
    """Words such as "60 % lower: response"; nothing is claimed from a baseline that is too low."""
    percent = change.percent_fall
    words = []
    if percent is not None:
        way = "lower" if percent >= 0 else "higher"
        words.append(f"{plain(abs(percent), places=1)}\u00a0% {way}")
    if change.remission:
        words.append("remission")
    elif change.response:
        words.append("response")
    return ": ".join(words)


def _chart_parts(
    scores: CourseScores, doses: list[DoseLine], zone: ZoneInfo
) -> dict[str, Any]:
    return {
        "phq9": [
            charts.Score(local_day(s.effective_at, zone), s.total) for s in scores.phq9
        ],
        "gad7": [
            charts.Score(local_day(s.effective_at, zone), s.total) for s in scores.gad7
        ],
        "doses": [
            charts.DoseMark(
                local_day(dose.given_at, zone),
                str(dose.number),
                with_unit(dose.dose_mg, "mg"),
            )
            for dose in doses
        ],
    }


def _chart(scores: CourseScores, doses: list[DoseLine], zone: ZoneInfo) -> Any:
    if not scores.phq9 and not scores.gad7:
        return ""
    parts = _chart_parts(scores, doses, zone)
    return charts.symptoms(**parts, width=CHART_WIDTH, height=CHART_HEIGHT)


def _sentence(scores: CourseScores, doses: list[DoseLine], zone: ZoneInfo) -> str:
    if not scores.phq9 and not scores.gad7:
        return "No questionnaire was filled in during this course."
    return charts.symptoms_sentence(**_chart_parts(scores, doses, zone))


def _score_rows(scores: CourseScores, zone: ZoneInfo) -> list[dict[str, str]]:
    """The chart's figures as a table, one row a day."""
    days: dict[Any, dict[str, str]] = {}
    for name, values in (("phq9", scores.phq9), ("gad7", scores.gad7)):
        for value in values:
            day = local_day(value.effective_at, zone)
            row = days.setdefault(day, {"day": _day(value.effective_at, zone)})
            row[name] = str(value.total)
    return [{"phq9": "", "gad7": "", **days[day]} for day in sorted(days)]


def _dose_row(dose: DoseLine, zone: ZoneInfo) -> dict[str, str]:
    minutes = dose.minutes_to_leaving
    per_kg = dose.dose_mg_per_kg
    return {
        "number": str(dose.number),
        "day": _day(dose.given_at, zone),
        "route": dose.route,
        "dose": with_unit(dose.dose_mg, "mg"),
        "per_kg": "" if per_kg is None else with_unit(per_kg, "mg/kg", places=2),
        "before": dose.pressure_before,
        "highest": dose.pressure_highest,
        "spo2": "" if dose.spo2_lowest is None else f"{dose.spo2_lowest}\u00a0%",
        "noted": "; ".join(dose.events) or "nothing",
        "left": ""
        if minutes is None
        else f"{minutes // 60}\u00a0h {minutes % 60:02d}\u00a0min",
    }


def _screening(episode: EpisodeOfCare) -> dict[str, str]:
    decision = (
        EligibilityDetermination.objects.filter(episode=episode)
        .select_related("decided_by", "evaluation")
        .order_by("-decided_at")
        .first()
    )
    if decision is None:
        return {}
    return {
        "decision": decision.get_decision_display(),
        "day": _day(decision.decided_at, episode.site.zone),
        "by": decision.decided_by.name,
        "conditions": decision.conditions or decision.reason,
    }


def _medicines(episode: EpisodeOfCare) -> list[str]:
    rows = MedicationStatement.objects.filter(
        patient_id=episode.patient_id, entered_in_error_at=None, ended_on=None
    ).order_by("text")
    return [
        " ".join(part for part in (row.text, row.dose_text) if part) for row in rows
    ]


def _allergies(episode: EpisodeOfCare) -> list[str]:
    rows = AllergyIntolerance.objects.filter(
        patient_id=episode.patient_id, entered_in_error_at=None
    ).order_by("text")
    return [
        ", ".join(part for part in (row.text, row.reaction) if part) for row in rows
    ]


def _preparations(episode: EpisodeOfCare, zone: ZoneInfo) -> list[str]:
    held = PreparationRecord.objects.filter(
        episode=episode, signed_at__isnull=False
    ).order_by("held_at")
    return [_day(moment, zone) for moment in held.values_list("held_at", flat=True)]


def _talk(note: IntegrationNote, zone: ZoneInfo) -> dict[str, str]:
    held_at = note.encounter.started_at or note.created_at
    return {
        "day": _day(held_at, zone),
        "modality": note.get_modality_display().lower(),
        "themes": note.themes,
        "by": note.signed_by.name if note.signed_by else "",
    }


def _next_visits(episode: EpisodeOfCare, zone: ZoneInfo) -> list[str]:
    rows = (
        Appointment.objects.filter(episode=episode, status="booked")
        .order_by("starts_at")
        .values_list("kind", "starts_at")
    )
    return [f"{kind.capitalize()}, {_day(moment, zone)}" for kind, moment in rows[:4]]
