"""Parts of the import alone: wall clocks, numbers, and any text at all as a table."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from screening.codes import GAD7_TOTAL, INSTRUMENT_OF, PHQ9_TOTAL, UNITS, WEIGHT
from screening.importing import detect, measured, times
from screening.importing.incoming import FileRefused, Refused
from screening.importing.table_facts import external_key

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
HEAD = "mrn,given_name,family_name,birth_date,phone,weight_kg,measured_at,allergies\n"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2026-01-05T09:30", "2026-01-05T14:30:00+00:00"),
        ("2026-07-05 9:30", "2026-07-05T13:30:00+00:00"),
        ("2026-07-05T09:30:15Z", "2026-07-05T09:30:15+00:00"),
        ("2026-07-05T09:30:15.123+02:00", "2026-07-05T07:30:15+00:00"),
        ("2026-07-05", "2026-07-05T16:00:00+00:00"),
        ("2026-01-05", "2026-01-05T17:00:00+00:00"),
        ("2026-11-01T01:30", "2026-11-01T05:30:00+00:00"),
        ("2026-11-01T01:30-05:00", "2026-11-01T06:30:00+00:00"),
    ],
)
def test_times_are_read_by_the_sites_clock_or_their_own_offset(said, meant):
    assert times.moment(said, "f", zone=NEW_YORK).isoformat() == meant


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("2026-03-08T02:30", "did not exist"),
        ("2026-03-08T24:10", "no such time of day"),
        ("2026-02-30", "no such day"),
        ("9999-12-31T23:59:59-14:00", "no such time"),
        ("0001-01-01T00:00:00+14:00", "no such time"),
        ("٢٠٢٦-٠١-٠١", "no whole date"),
        ("soon", "no whole date"),
    ],
)
def test_times_that_cannot_be_are_refused(said, reason):
    with pytest.raises(Refused) as refused:
        times.moment(said, "f", zone=NEW_YORK)
    assert reason in refused.value.reason
    assert said not in refused.value.reason


def test_pounds_become_kilograms_to_the_thousandth():
    assert measured.in_our_unit(Decimal("200.5"), "[lb_av]", WEIGHT, "f") == Decimal(
        "90.945"
    )


def test_every_value_a_file_may_bring_has_units_and_a_range():
    """All readings, PHQ-9 and GAD-7; other scores come from questionnaires filled in here."""
    scores = set(INSTRUMENT_OF.values()) - {PHQ9_TOTAL, GAD7_TOTAL}
    assert set(measured.FACTORS) == set(measured.RANGES) == set(UNITS) - scores
    for code in measured.FACTORS:
        assert measured.FACTORS[code][UNITS[code]] == 1


@pytest.mark.parametrize(
    "number", ["1e9", "NaN", "Infinity", "1_0", "", "0x1", "٣", "1" * 5000]
)
def test_numbers_that_are_none_are_refused(number):
    with pytest.raises(Refused):
        measured.typed_number(number, "f")


def test_a_long_key_becomes_a_digest():
    assert external_key("csv", "7") == "csv|7"
    assert external_key("csv", "7" * 200).startswith("digest|")
    assert external_key("csv", "7\0").startswith("digest|")


def read(content: bytes, tmp_path_factory) -> None:
    path = tmp_path_factory.mktemp("any") / "file"
    path.write_bytes(content)
    try:
        detect.check_file(path)
        kind = detect.kind_of(path)
        source = detect.source_of(path, kind, zone=NEW_YORK, now=NOW, order="ymd")
    except FileRefused:
        return
    rows = list(source.incoming())
    assert len(rows) == source.total
    assert len(list(source.incoming(skip=1))) == max(source.total - 1, 0)
    for row in rows:
        assert row.facts is None or row.facts.birth_date >= date(1900, 1, 1)


CELL = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["1985-03-04", "80", '"', "\n", "\0", "\ud800", "a@b.example", "555 0100"]
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=300), st.lists(CELL, max_size=30).map(",".join)))
def test_no_text_below_a_head_line_ever_raises(tmp_path_factory, text):
    read((HEAD + text).encode(errors="surrogatepass"), tmp_path_factory)


@settings(max_examples=100, deadline=None)
@given(
    st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda t: t.encode()))
)
def test_no_file_ever_raises(tmp_path_factory, content):
    read(content, tmp_path_factory)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "resourceType",
                    "id",
                    "name",
                    "family",
                    "given",
                    "birthDate",
                    "telecom",
                    "code",
                ]
                + [
                    "subject",
                    "reference",
                    "coding",
                    "system",
                    "value",
                    "valueQuantity",
                    "component",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)
KINDS = [
    "Patient",
    "Condition",
    "MedicationRequest",
    "AllergyIntolerance",
    "Observation",
]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["id", "name", "code", "telecom"]), json_values
        ).map(dict),
        max_size=4,
    ),
    st.lists(st.sampled_from(KINDS), min_size=4, max_size=4),
)
def test_no_resource_ever_raises(tmp_path_factory, resources, kinds):
    import json

    entries = [
        {"resource": {**resource, "resourceType": kind}}
        for resource, kind in zip(resources, kinds, strict=False)
    ]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    read(json.dumps(bundle).encode(), tmp_path_factory)
