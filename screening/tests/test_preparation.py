"""The preparation visit: what is missing, saving as one writes, signing, the intention."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kap.accounts.tests.factories import PASSWORD
from kap.patients.enums import Phase
from kap.patients.tests.factories import EpisodeFactory
from screening import course_facts
from screening.course_facts import CourseFacts
from screening.models import IntentionChange, PreparationRecord
from screening.queries import preparation_state
from screening.queries.preparation import agreed, talked_of
from screening.rules.preparation import (
    EDUCATION,
    Missing,
    Talked,
    missing,
    progress,
    sentences_in,
)
from screening.tests.factories import PreparationFactory
from screening.tests.preparing import whole_record, whole_visit

WHOLE = whole_record()
TICKED = frozenset(WHOLE["covered"])
TALKED = Talked(
    route="im",
    ticked=TICKED,
    intention="Rest.",
    touch="hand",
    stop_signal="Raised hand",
    music="Quiet",
    eye_shades=False,
    grounding="Feet",
    detail={
        "lyrics": "no",
        "light": "dim",
        "warmth": "warm",
        "triggers": "None",
        "support_person": "Pepper",
    },
    said_back={
        "risk-strange": ("yes", "Odd for a while"),
        "risk-pressure": ("yes", "Up"),
        "risk-driving": ("yes", "Not behind the wheel"),
    },
)


def test_a_whole_visit_lacks_nothing():
    assert missing(TALKED) == []
    assert set(progress(TALKED).values()) == {0}


@pytest.mark.parametrize(
    ("change", "section", "words"),
    [
        ({"route": ""}, "education", "Choose the route"),
        ({"route": "iv"}, "education", "drip of 40 min"),
        ({"intention": " "}, "intention", "Write down the patient's intention"),
        ({"intention": "A. B. C. D."}, "intention", "Shorten the intention"),
        ({"touch": ""}, "touch", "which touch"),
        ({"stop_signal": ""}, "touch", "stop signal"),
        ({"music": ""}, "setting", "What music"),
        ({"eye_shades": None}, "setting", "Eye shades"),
        ({"grounding": ""}, "grounding", "back to the ground"),
        ({"said_back": {}}, "teach-back", "0 of 3 risks"),
        (
            {"said_back": {**TALKED.said_back, "risk-habit": ("no", "")}},
            "teach-back",
            "Not understood yet: bladder",
        ),
        (
            {"said_back": {**TALKED.said_back, "risk-habit": ("yes", " ")}},
            "teach-back",
            "In the patient's words: Bladder",
        ),
    ],
)
def test_each_thing_that_is_missing_is_named(change, section, words):
    found = missing(replace(TALKED, **change))

    assert found
    assert {one.section for one in found} == {section}
    assert any(words in one.sentence for one in found)


@pytest.mark.parametrize("name", list(TALKED.detail))
def test_each_detail_is_needed(name):
    left = {key: value for key, value in TALKED.detail.items() if key != name}

    assert len(missing(replace(TALKED, detail=left))) == 1


@pytest.mark.parametrize("code", sorted(TICKED))
def test_each_tick_is_needed(code):
    found = missing(replace(TALKED, ticked=TICKED - {code}))

    assert len(found) == 1


def test_without_touch_its_signal_need_not_be_ticked():
    ticked = TICKED - {"touch-revocable"}

    assert missing(replace(TALKED, ticked=ticked, touch="none")) == []
    assert len(missing(replace(TALKED, ticked=ticked))) == 1


def test_booked_integration_visits_need_no_tick():
    ticked = TICKED - {"integration-booked"}

    booked = replace(TALKED, ticked=ticked, integration_booked=True)
    assert missing(booked) == []
    assert missing(replace(TALKED, ticked=ticked)) == [
        Missing(
            "integration",
            "Book the integration visits before the first dose, or tick why not yet.",
        )
    ]


def test_each_route_has_its_own_points():
    assert len({points[3] for points in EDUCATION.values()}) == len(EDUCATION)
    assert sentences_in("Rest. And see! What comes?") == 3
    assert sentences_in("0.5 and more") == 1


@pytest.fixture
def episode(db, now, freeze):
    freeze(now)
    return EpisodeFactory.create(phase=Phase.PREPARATION)


def test_a_visit_is_begun_saved_as_one_writes_and_signed(as_role, episode):
    client = as_role("therapist")
    new = f"/screening/{episode.pk}/preparation/new/"
    assert client.get(new).status_code == 200
    begun = client.post(new, whole_visit())
    record = PreparationRecord.objects.get()
    path = f"/screening/preparations/{record.pk}/"
    assert begun.url == path
    assert record.route == "im"
    part = whole_visit(intention="", version="1", music="")
    saved = client.post(f"{path}save/", part).content.decode()
    assert 'id="id_version" value="2"' in saved
    assert "8 of 10 sections" in saved
    refused = client.post(f"{path}sign/", {"password": PASSWORD, "version": "2"})
    assert refused.status_code == 422
    text = refused.content.decode()
    assert 'href="#sec-intention"' in text
    assert 'href="#sec-setting"' in text
    client.post(path, whole_visit(version="2"))
    signed = client.post(f"{path}sign/", {"password": PASSWORD, "version": "3"})
    assert signed.status_code == 302
    assert preparation_state(episode.pk).signed_count == 1
    shown = client.get(path).content.decode()
    for words in ("In my words.", "Raised hand", "IM injection", "signed by"):
        assert words in shown
    late = client.post(f"{path}save/", whole_visit(version="4", music="Loud"))
    assert "signed meanwhile" in late.content.decode()
    room = agreed(episode.pk)
    assert room.room_words == "dim, warm, with a blanket, eye shades"
    assert room.music_words == "Quiet strings, without words"


def test_saving_says_when_it_does_not_save(as_role, episode):
    client = as_role("therapist")
    record = PreparationFactory.create(episode=episode, written_by=client.user)
    path = f"/screening/preparations/{record.pk}/save/"
    bad = client.post(path, whole_visit(version="1", held_on="yesterday"))
    assert "Something cannot be kept" in bad.content.decode()
    other = client.post(path, whole_visit(version="7"))
    assert "Somebody else changed this record" in other.content.decode()
    record.refresh_from_db()
    assert record.music == ""


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"held_on": "2999-01-01"}, "cannot lie in the future"),
        ({"held_on": "yesterday"}, "This is no date"),
        ({"held_time": "25:00"}, "no time of day"),
        ({"intention": "x" * 10_000}, "Shorten it to 2000"),
        ({"evening": ["shoes"]}, "Choose from the list"),
        ({"touch": "hug"}, "Choose one of the list"),
        ({"route": "po"}, "Choose one of the list"),
    ],
)
def test_a_refused_visit_says_why(as_role, episode, changes, sentence):
    client = as_role("therapist")
    record = PreparationFactory.create(episode=episode, written_by=client.user)
    page = client.post(
        f"/screening/preparations/{record.pk}/", whole_visit(version="1", **changes)
    )
    assert page.status_code == 422
    assert sentence in page.content.decode()


def test_the_intention_changes_until_the_time_out(as_role, episode, now, monkeypatch):
    client = as_role("therapist")
    record = PreparationFactory.create(
        episode=episode,
        written_by=client.user,
        signed_by=client.user,
        signed_at=now,
        **whole_record(),
    )
    path = f"/screening/preparations/{record.pk}/"
    client.post(f"{path}intention/", {"text": ""})
    client.post(f"{path}intention/", {"text": "Null \x00 byte"})
    client.post(f"{path}intention/", {"text": "A. B. C. D."})
    assert not IntentionChange.objects.exists()
    client.post(f"{path}intention/", {"text": "To say goodbye."})
    assert "To say goodbye." in client.get(path).content.decode()
    assert agreed(episode.pk).intention == "To say goodbye."
    fixed = CourseFacts(integration_at=(now,), is_timed_out=True)
    monkeypatch.setattr(course_facts, "_sources", [lambda _id, _since: fixed])
    client.post(f"{path}intention/", {"text": "Too late."})
    assert IntentionChange.objects.count() == 1
    assert "it stands" in client.get(path).content.decode()
    assert talked_of(record).integration_booked


def test_the_page_costs_the_same_for_any_number(
    as_role, episode, django_assert_num_queries
):
    client = as_role("therapist")
    record = PreparationFactory.create(episode=episode, written_by=client.user)
    path = f"/screening/preparations/{record.pk}/"
    client.get(path)
    with django_assert_num_queries(10):
        client.get(path)
    for _ in range(2):
        PreparationFactory.create(episode=episode, written_by=client.user)
    with django_assert_num_queries(10):
        client.get(path)
