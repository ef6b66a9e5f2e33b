"""Each questionnaire's scores as a chart, and its items as a grid: questions by dates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString

from kap.ui import charts
from screening import instruments
from screening.enums import ResponseStatus
from screening.instruments import ChangeRules, Instrument, Item, Score, assess_change
from screening.instruments.change import baseline_index, change_words
from screening.models import Observation, QuestionnaireResponse
from screening.queries.instruments import change_rules_of, edition, score_of

COLUMNS: Final = 8
"""As many of the newest forms as the grid shows."""
READ: Final = 300
"""As many of the newest forms as are read at all."""
SHADES: Final = 4
MINUS: Final = "\u2212"
NOTHING: Final = "\u2013"


@dataclass(frozen=True, slots=True)
class Filled:
    """One filled-in form with the score that stands."""

    pk: UUID
    key: str
    definition_id: UUID | None
    answers: dict[str, Any]
    at: datetime
    value: Decimal | None
    interpretation: str
    was_rescored: bool


@dataclass(frozen=True, slots=True)
class Column:
    """One form, read from top to bottom."""

    pk: UUID
    at: datetime
    total: str
    band: str
    change: str
    is_baseline: bool
    notes: list[str]


@dataclass(frozen=True, slots=True)
class Cell:
    """One answer: its points, its words, how strong, and whether a clinician looks at it."""

    value: str
    words: str
    shade: int
    is_flagged: bool


@dataclass(frozen=True, slots=True)
class Row:
    number: str
    text: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One questionnaire of a patient."""

    key: str
    title: str
    maximum: int
    svg: SafeString
    sentence: str
    columns: list[Column]
    rows: list[Row]
    parts: list[tuple[str, list[str]]]
    left_out: int
    """Older forms that the grid does not show."""
    licence: str


def read_filled(patient_id: UUID) -> list[Filled]:
    """The newest filled-in forms with their standing scores: two queries."""
    rows = list(
        QuestionnaireResponse.objects.filter(
            patient=patient_id, status=ResponseStatus.COMPLETED
        )
        .order_by("-completed_at", "pk")
        .values_list("pk", "instrument", "definition_id", "answers", "completed_at")[
            :READ
        ]
    )
    standing = {
        response: (value, interpretation, status == "amended")
        for response, value, interpretation, status in Observation.objects.final()
        .filter(patient=patient_id, response__isnull=False)
        .values_list("response_id", "value", "interpretation", "status")
    }
    return [
        Filled(pk, key, definition, answers, at, *standing.get(pk, (None, "", False)))
        for pk, key, definition, answers, at in rows
        if at is not None
    ]


def sheets(
    filled: Iterable[Filled], doses: Sequence[charts.DoseMark], *, zone: ZoneInfo
) -> list[Sheet]:
    """One for each questionnaire, by title; a loaded one under its newest edition's words."""
    by_key = sorted(filled, key=lambda one: (one.key, one.at))
    found = [
        _sheet(list(forms), doses, zone=zone)
        for _, forms in groupby(by_key, key=lambda one: one.key)
    ]
    return sorted(found, key=lambda sheet: sheet.title)


def _sheet(
    forms: list[Filled], doses: Sequence[charts.DoseMark], *, zone: ZoneInfo
) -> Sheet:
    instrument = edition(forms[-1].key, forms[-1].definition_id)
    scores = {form.pk: _score(form) for form in forms}
    shown = forms[-COLUMNS:]
    compared = _Compared(instrument, forms, doses, zone)
    points = [
        charts.ScalePoint(form.at.astimezone(zone).date(), form.value)
        for form in forms
        if form.value is not None
    ]
    maximum = scores[forms[-1].pk].maximum
    return Sheet(
        key=forms[-1].key,
        title=instrument.title,
        maximum=maximum,
        svg=charts.scale_chart(
            points,
            title=instrument.title,
            maximum=maximum,
            bands=_bands(instrument),
            doses=doses,
        ),
        sentence=charts.scale_sentence(points, title=instrument.title)
        if points
        else "",
        columns=[_column(form, scores[form.pk], compared) for form in shown],
        rows=[_row(item, shown, scores) for item in instrument.items],
        parts=_parts(shown, scores),
        left_out=len(forms) - len(shown),
        licence=instrument.licence,
    )


def _score(form: Filled) -> Score:
    instrument = edition(form.key, form.definition_id)
    return score_of(instrument, instrument.standing(form.answers))


def _bands(instrument: Instrument) -> list[charts.ScaleBand]:
    if instrument.kind:
        return []
    rule = instruments.scoring(instrument.key)
    return [charts.ScaleBand(low, severity.label) for low, severity in rule.bands]


class _Compared:
    """Later scores beside the baseline, under the questionnaire's own rules."""

    def __init__(
        self,
        instrument: Instrument,
        forms: Sequence[Filled],
        doses: Sequence[charts.DoseMark],
        zone: ZoneInfo,
    ) -> None:
        self.rules: ChangeRules | None = change_rules_of(instrument)
        whole = [f for f in forms if f.value is not None and not _is_prorated(f)]
        days: list[date] = [form.at.astimezone(zone).date() for form in whole]
        given = [dose.on for dose in doses if dose.text]
        index = baseline_index(days, min(given, default=None))
        self.baseline = None if index is None else whole[index]

    def words(self, form: Filled) -> str:
        before = self.baseline
        if before is None or self.rules is None or form.value is None:
            return ""
        if form.at <= before.at or before.value is None:
            return ""
        change = assess_change(
            baseline=before.value, latest=form.value, rules=self.rules
        )
        sign = "+" if change.points > 0 else MINUS if change.points < 0 else "±"
        said = [f"{sign}{_plain(abs(Decimal(change.points)))}", *change_words(change)]
        return ", ".join(said)


def _is_prorated(form: Filled) -> bool:
    return form.interpretation.startswith("prorated:")


def _column(form: Filled, score: Score, compared: _Compared) -> Column:
    notes = ["prorated"] if _is_prorated(form) else []
    if form.was_rescored:
        notes.append("scored anew")
    if score.status is instruments.ScoreStatus.INCOMPLETE:
        notes.append("not all answered")
    baseline = compared.baseline
    return Column(
        pk=form.pk,
        at=form.at,
        total=NOTHING if form.value is None else _plain(form.value),
        band=_band(form, score),
        change=compared.words(form),
        is_baseline=baseline is not None and baseline.pk == form.pk,
        notes=notes,
    )


def _band(form: Filled, score: Score) -> str:
    """As it was kept: AUDIT-C's depends on the sex that held then."""
    if form.value is None:
        return "no total" if score.missing else ""
    word = form.interpretation.removeprefix("prorated:")
    return instruments.Severity(word).label if word else ""


def _plain(value: Decimal) -> str:
    """Without trailing zeros, but never 1E+1."""
    return f"{value.normalize():f}"


def _row(item: Item, forms: Sequence[Filled], scores: dict[UUID, Score]) -> Row:
    return Row(
        item.number or "",
        item.text,
        [_cell(item, form, scores[form.pk]) for form in forms],
    )


def _cell(item: Item, form: Filled, score: Score) -> Cell:
    """Under the edition answered: an item that it did not have stays empty."""
    own = edition(form.key, form.definition_id)
    known = next((one for one in own.items if one.link_id == item.link_id), None)
    if known is None or form.answers.get(item.link_id) is None:
        is_open = known is not None and item.link_id in form.answers
        return Cell(
            "", "left open" if is_open else "not asked", 0, is_open and _watched(item)
        )
    value = form.answers[item.link_id]
    points = known.points(value)
    flagged = any(flag.link_id == item.link_id for flag in score.flags)
    return Cell(
        value="" if points is None else _plain(points),
        words=known.words(value),
        shade=_shade(known, points),
        is_flagged=flagged or (_watched(item) and value != 0),
    )


def _watched(item: Item) -> bool:
    return item.link_id == "phq9-9"


def _shade(item: Item, points: Decimal | None) -> int:
    if not points or not item.most:
        return 0
    return max(1, min(SHADES, round(SHADES * points / item.most)))


def _parts(
    forms: Sequence[Filled], scores: dict[UUID, Score]
) -> list[tuple[str, list[str]]]:
    """The subscales, and the rule beyond the total where there is one."""
    names = {
        part.key: part.label for form in forms for part in scores[form.pk].subscales
    }
    found = [
        (f"{label} ({key})" if len(key) == 1 else label, [
            next(
                (
                    f"{_plain(part.total)} of {part.maximum}"
                    for part in scores[form.pk].subscales
                    if part.key == key
                ),
                NOTHING,
            )
            for form in forms
        ])
        for key, label in names.items()
    ]  # fmt: skip
    if forms and forms[-1].key in RULES:
        said = [RULE_WORDS[scores[f.pk].meets_rule] for f in forms]
        found.append((RULES[forms[-1].key], said))
    return found


RULES: Final = {
    "pcl-5": "Provisional PTSD by the symptom rule, no diagnosis",
    "pcl-5-week": "Provisional PTSD by the symptom rule, no diagnosis",
    "meq-30": "Complete by the 60 % rule",
}
RULE_WORDS: Final = {True: "met", False: "not met", None: "open"}
