"""The 70 classes against the reference, and how typed names find them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from screening.rules.medicines.day import DayLine, DayState, Today, assess_day
from screening.rules.medicines.matching import (
    Found,
    NameKind,
    all_labels,
    distance,
    fold,
    match,
    names,
    offer,
)
from screening.rules.medicines.review import (
    ACTION_WORDS,
    SEVERITY_TONES,
    SEVERITY_WORDS,
    benzodiazepine_words,
    daily_mg,
    judge,
    judge_all,
    judge_classes,
)
from screening.rules.medicines.table import QT_CLASSES, classes
from screening.rules.medicines.types import Action, Route, Severity

REFERENCE = Path(__file__).parent / "data" / "medicine_classes_reference.csv"
"""The lines of 4.4, copied."""


def reference():
    with REFERENCE.open(newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def hours(value):
    return "" if value is None else str(value)


def test_the_shipped_classes_are_the_reference_line_by_line():
    shipped = [
        {
            "id": one.id,
            "atc_prefix_or_code": ",".join(one.atc),
            "sev_iv": str(int(one.severities[Route.IV])),
            "sev_im": str(int(one.severities[Route.IM])),
            "sev_sl": str(int(one.severities[Route.SL])),
            "sev_in": str(int(one.severities[Route.NASAL])),
            "action": str(one.action),
            "hold_before_h": hours(one.hold_before_h),
            "hold_after_h": hours(one.hold_after_h),
            "abrupt_stop_risk": str(int(one.has_abrupt_stop_risk)),
            "cns_depressant": str(int(one.is_cns_depressant)),
            "rems_flag": one.rems_flag,
        }
        for one in classes().values()
    ]

    assert shipped == reference()
    assert [one["id"] for one in shipped] == [f"M-{n:03}" for n in range(1, 71)]


def test_every_class_has_a_name_words_and_a_source_and_can_be_found():
    for one in classes().values():
        assert one.name
        assert one.effect
        assert one.advice
        assert one.source.startswith("Clinical reference 4.2")
    found = {name for known in names().values() for name in known.class_ids}
    assert found == set(classes())


def test_no_shipped_class_is_contraindicated():
    gravest = max(one.severity(Route.UNDECIDED) for one in classes().values())

    assert gravest == Severity.MAJOR


def test_every_severity_and_action_has_words():
    assert set(SEVERITY_WORDS) == set(SEVERITY_TONES) == set(Severity)
    assert set(ACTION_WORDS) == set(Action)
    assert set(classes()) >= QT_CLASSES


EXACT = [
    ("lorazepam", ("M-001",)),
    ("Ativan", ("M-001",)),
    ("LORAZEPÁM 0.5 mg", ("M-001",)),
    ("Sertraline 100mg tablets", ("M-036",)),
    ("sertraline HCl", ("M-036",)),
    ("Effexor XR 75 mg daily", ("M-036",)),
    ("St. John’s wort", ("M-028", "M-056")),
    ("saint-johns-wort", ("M-028", "M-056")),
    ("Theo 24", ("M-019",)),
    ("theophylline", ("M-019",)),
    ("Paxlovid", ("M-025",)),
    ("Percocet 5/325", ("M-007",)),
    ("Suboxone film", ("M-008",)),
    ("Suboxone", ("M-008",)),
    ("Contrave", ("M-009", "M-027", "M-037")),
    ("Auvelity", ("M-027", "M-037", "M-040", "M-070")),
    ("Evotaz", ("M-025", "M-061")),
    ("Symbyax", ("M-036", "M-045")),
    ("olanzapine / fluoxetine", ("M-036", "M-045")),
    ("lisinopril and HCTZ", ("M-049",)),
    ("Tylenol with Codeine", ("M-007", "M-070")),
    ("voriconazole", ("M-025", "M-027")),
    ("clopidogrel", ("M-027", "M-050")),
    ("Abilify", ("M-045",)),
    ("Abilify Maintena", ("M-068",)),
    ("selegiline", ("M-006",)),
    ("selegiline patch", ("M-005",)),
    ("dextromethorphan", ("M-070",)),
    ("DXM", ("M-054", "M-070")),
    ("Ozempic", ("M-052",)),
    ("Levothyroxine", ("M-024",)),
]


@pytest.mark.parametrize(("typed", "ids"), EXACT)
def test_a_typed_name_finds_its_classes(typed, ids):
    found = match(typed)

    assert (found.class_ids if found.is_whole else None) == ids


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("lorazapam", "lorazepam"),
        ("setraline", "sertraline"),
        ("zolfot", "Zoloft"),
        ("lora", "lorazepam"),
        ("generic zoloft", "Zoloft"),
        ("lorazepam stopped 2 years ago", "lorazepam"),
    ],
)
def test_a_slip_is_offered_and_never_taken(typed, first):
    found = match(typed)

    assert found.found == Found.OFFERED
    assert found.class_ids == ()
    assert found.offered[0].label == first


@pytest.mark.parametrize(
    "typed",
    [
        "ashwagandha",
        "5-HTP",
        "💊",
        "",
        " ",
        "x" * 300,
        "1234",
        "мелатонин",
        "A medicine",
    ],
)
def test_what_is_on_no_list_is_unknown_and_major(typed):
    found = match(typed)

    assert found.found == Found.UNKNOWN
    assert judge(found, Route.IV).severity == Severity.MAJOR
    assert judge(found, Route.IV).wants_prescriber
    assert judge(found, Route.IV).wants_reason


def test_a_part_that_is_not_known_keeps_the_whole_in_review():
    found = match("sertraline + ashwagandha")

    assert found.class_ids == ("M-036",)
    assert found.unknown_parts == ("ashwagandha",)
    assert not found.is_whole
    assert judge(found, Route.IV).severity == Severity.MAJOR


def test_names_fold_and_offers_are_few():
    assert fold("  Señor-K’s  Nº 5 ") == "senor ks no 5"
    assert len(offer("a")) == 0
    assert len(offer("me")) == 6
    assert offer("") == []
    assert list(all_labels()) == sorted(all_labels(), key=str.casefold)
    assert match("Ativan").names[0].kind == NameKind.BRAND
    assert match("Percocet").ingredients == ("oxycodone", "acetaminophen")


@pytest.mark.parametrize(
    ("left", "right", "slips"),
    [
        ("abc", "abc", 0),
        ("abc", "acb", 1),
        ("abc", "ab", 1),
        ("", "ab", 2),
        ("ca", "abc", 3),
    ],
)
def test_slips_are_counted(left, right, slips):
    assert distance(left, right) == slips


# The vectors of 4.3.


def test_lorazepam_three_milligrams_is_major_and_a_hard_review():
    judged = judge(match("lorazepam"), Route.IM)

    assert (judged.class_ids, judged.severity) == (("M-001",), Severity.MAJOR)
    assert judged.wants_prescriber
    assert judged.has_abrupt_stop_risk
    assert "hard review" in benzodiazepine_words("lorazepam", "3 mg/d")
    assert "at most 2" in benzodiazepine_words("Lorazepam 1 mg twice daily", "")
    assert "Work out" in benzodiazepine_words("Xanax", "1 mg")
    assert "Work out" in benzodiazepine_words("lorazepam", "as needed")


@pytest.mark.parametrize(
    ("dose", "amount"),
    [
        ("3 mg/d", 3),
        ("1 mg three times a day", 3),
        ("0.5mg bid", 1),
        ("0,5 mg 4x", 2),
        ("1 to 2 mg", 2),
        ("1 mg or 2 mg", None),
        ("one tablet", None),
    ],
)
def test_milligrams_a_day_are_read(dose, amount):
    assert daily_mg(dose) == amount


@pytest.mark.parametrize(
    ("typed", "route", "severity"),
    [
        ("theophylline", Route.IM, 3),
        ("theophylline", Route.NASAL, 2),
        ("clarithromycin", Route.SL, 3),
        ("clarithromycin", Route.IV, 1),
        ("clarithromycin", Route.UNDECIDED, 3),
        ("Paxlovid", Route.SL, 3),
        ("lamotrigine", Route.IV, 2),
        ("warfarin", Route.IM, 2),
        ("warfarin", Route.IV, 0),
    ],
)
def test_the_route_decides_how_grave_it_is(typed, route, severity):
    assert judge(match(typed), route).severity == severity


def test_theophylline_waits_for_a_decision_and_lamotrigine_has_no_hold():
    assert judge(match("theophylline"), Route.IM).actions == (Action.REVIEW_BLOCK,)
    lamotrigine = judge(match("lamotrigine"), Route.IM)
    assert lamotrigine.actions == (Action.REVIEW,)
    assert lamotrigine.hold_before_h is None
    assert lamotrigine.wants_reason
    assert not lamotrigine.wants_prescriber


def test_two_sedating_medicines_are_a_review():
    typed = ("gabapentin", "oxycodone", "Ambien")
    whole = judge_all([judge(match(name), Route.IV) for name in typed])
    mild = judge_all(
        [judge(match(name), Route.IV) for name in ("gabapentin", "Ambien")]
    )
    alone = judge_all([judge(match("gabapentin"), Route.IV)])

    assert (whole.is_additive, whole.severity) == (True, Severity.MAJOR)
    assert (mild.is_additive, mild.severity) == (True, Severity.MAJOR)
    assert mild.wants_prescriber
    assert (alone.is_additive, alone.severity) == (False, Severity.MODERATE)
    assert judge_all([]).severity == Severity.NONE


def test_medicines_that_lengthen_qt_are_counted():
    typed = ("methadone", "ondansetron", "amitriptyline", "buprenorphine")
    judged = [judge(match(name), Route.IV) for name in typed]

    assert judge_all(judged).qt_count == 3


def test_classes_alone_are_judged_too():
    assert judge_classes((), Route.IM).severity == Severity.NONE
    assert judge_classes(("M-001", "M-036"), Route.IM).severity == Severity.MAJOR


def line(severity, today, decided=False):
    return DayLine("x", Severity(severity), today, decided)


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        ([], DayState.PASS),
        ([line(3, Today.OK)], DayState.PASS),
        ([line(2, Today.HELD)], DayState.PASS),
        ([line(3, Today.TAKEN)], DayState.PRESCRIBER),
        ([line(3, Today.TAKEN, decided=True)], DayState.PASS),
        ([line(1, Today.TAKEN)], DayState.PASS),
        ([line(4, Today.TAKEN)], DayState.BLOCK),
        ([line(4, Today.OK)], DayState.BLOCK),
        ([line(4, Today.HELD)], DayState.PASS),
        ([line(0, Today.NOT_RECORDED)], DayState.INCOMPLETE),
        ([line(3, Today.TAKEN), line(0, Today.NOT_RECORDED)], DayState.INCOMPLETE),
        ([line(4, Today.TAKEN), line(0, Today.NOT_RECORDED)], DayState.BLOCK),
    ],
)
def test_the_day_of_a_dose(lines, state):
    assert assess_day(lines) == state
