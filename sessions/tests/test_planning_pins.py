"""The planner page's choices: ranked courses, one visit put elsewhere, ways out, approval."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from kap.accounts.enums import Role
from kap.accounts.models import Practitioner
from kap.accounts.tests.factories import UserFactory
from kap.patients.models import EpisodeOfCare
from sessions.forms.planning import read_pick
from sessions.models import Appointment, CourseApproval, Protocol, SpacingOverride
from sessions.tests.factories import NOW, Clinic, clear, make_clinic, make_episode

pytestmark = pytest.mark.django_db
LINE = re.compile(r'name="visit" value="([^"]+)"')
CELL = re.compile(
    r'<a class="v-cell is-(\w+)[^"]*" href="([^"]+)" aria-label="([^"]+)"'
)


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic()


@pytest.fixture
def episode(clinic: Clinic) -> EpisodeOfCare:
    episode = make_episode(clinic.site)
    clear(episode, by=clinic.by)
    return episode


@pytest.fixture
def desk(client: Client, clinic: Clinic, freeze: Callable[..., Any]) -> Client:
    freeze(NOW)
    client.force_login(clinic.by)
    return client


def get(client: Client, url: str) -> str:
    response = client.get(html.unescape(url))
    assert response.status_code == 200
    return response.content.decode()


def page_of(client: Client, episode: EpisodeOfCare, query: str = "") -> str:
    return get(client, f"/sessions/plan/{episode.pk}/?{query}")


def form_of(page: str, **also: Any) -> dict[str, Any]:
    protocol = re.search(r'name="protocol" value="([^"]+)"', page)
    assert protocol is not None
    picks = LINE.findall(page)
    return {"protocol": protocol[1], "visit": picks, "_once": str(uuid4()), **also}


def starts(page: str) -> dict[str, datetime]:
    return {p.step_key: p.starts_at for p in map(read_pick, LINE.findall(page))}


def test_three_courses_are_ranked_and_each_says_what_it_is_best_at(
    episode: EpisodeOfCare, desk: Client
) -> None:
    page = page_of(desk, episode, "hours=afternoon")

    titles = re.findall(r"<b>([ABC]): ([^<]+)</b>", page)
    assert [letter for letter, _ in titles] == ["A", "B", "C"]
    assert titles[0][1] == "Earliest finish"
    assert titles[1][1] == "Closest to the wishes"
    whole = [
        LINE.findall(page_of(desk, episode, f"hours=afternoon&pick={x}")) for x in "ABC"
    ]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert whole[one] != whole[other]
    assert "days later than A" in page


def test_a_visit_is_put_elsewhere_and_the_rest_is_planned_around_it(
    episode: EpisodeOfCare, desk: Client
) -> None:
    page = page_of(desk, episode, "row=dose-2")
    assert "Dose 2: another time" in page
    near = re.findall(r'<li><a class="btn btn-plain btn-sm" href="([^"]+)"', page)

    moved = get(desk, near[-1])

    before, after = starts(page), starts(moved)
    assert after["dose-2"] != before["dose-2"]
    assert after["dose-3"] - after["dose-2"] >= timedelta(hours=72)
    assert "Let go" in moved
    assert len(LINE.findall(moved)) == 14
    response = desk.post(f"/sessions/plan/{episode.pk}/", form_of(moved))
    assert response.status_code == 302
    booked = Appointment.objects.get(planned_step__step__key="dose-2")
    assert booked.starts_at == after["dose-2"]


def test_every_cell_of_the_grid_that_fits_is_kept_when_chosen_and_others_say_why_not(
    episode: EpisodeOfCare, desk: Client
) -> None:
    cells = CELL.findall(page_of(desk, episode, "row=dose-2"))
    kinds = {kind for kind, _, _ in cells}
    assert {"fits", "bends"} <= kinds

    fitting = [url for kind, url, _ in cells if kind == "fits"]
    for url in fitting[:: max(len(fitting) // 3, 1)]:
        assert "Let go" in get(desk, url)
    bending = next(url for kind, url, _ in cells if kind == "bends")
    refused = get(desk, bending)
    assert "does not fit." in refused
    assert re.search(
        r"Only \d+ h lie between it and Dose 1; at least 72 h", refused
    ) or ("finds no place around it" in refused)


def test_the_grid_costs_no_query_more_than_the_page(
    episode: EpisodeOfCare, desk: Client, django_assert_num_queries: Callable[..., Any]
) -> None:
    page_of(desk, episode)
    for query in ("row=dose-2", "row=dose-2&ask=2026-12-01T15:00"):
        with django_assert_num_queries(22):
            page_of(desk, episode, query)


@pytest.mark.parametrize(
    "query",
    [
        "row=nonsense",
        "row=dose-2&day=nonsense",
        "row=dose-2&day=2026-13-45",
        "row=dose-2&day=2099-01-01",
        "row=dose-2&ask=1999-01-01T00:00",
        "row=dose-2&ask=nonsense",
        "pin=nonsense",
        "pin=dose-2~2026-99-99T00:00",
        "pin=dose-2~1999-01-01T00:00",
        "pin=party~2026-12-01T15:00",
        "wider=nonsense&second=on&weeks=4",
        "weeks=999",
        "language=xx",
        "features=moat",
    ],
)
def test_nonsense_in_the_address_is_no_error(
    episode: EpisodeOfCare, desk: Client, query: str
) -> None:
    page_of(desk, episode, query)


def test_a_pin_that_leaves_no_course_is_named_and_can_be_let_go(
    episode: EpisodeOfCare, desk: Client
) -> None:
    page = page_of(desk, episode, "pin=dose-2~2026-11-25T14:00&first=2026-11-24")

    assert "cannot be placed" in page
    assert "Let Dose 2 find another time" in page


def test_a_wish_for_language_and_sex_chooses_the_therapist(
    clinic: Clinic, episode: EpisodeOfCare, desk: Client
) -> None:
    one, other = (
        Practitioner.objects.get(schedule=schedule) for schedule in clinic.therapists
    )
    Practitioner.objects.filter(pk=one.pk).update(languages=["en", "es"], sex="female")
    Practitioner.objects.filter(pk=other.pk).update(languages=["en"], sex="male")

    spanish = page_of(desk, episode, "language=es")
    man = page_of(desk, episode, "sex=male")

    assert f"therapist:{clinic.therapists[0].pk}" in LINE.findall(spanish)[0]
    assert f"therapist:{clinic.therapists[1].pk}" in LINE.findall(man)[0]
    nobody = page_of(desk, episode, "language=es&sex=male")
    assert (
        "These exclude a course only together: the language and a woman or a man"
        in (nobody)
    )
    assert "Any language" in nobody


def test_a_second_therapist_is_offered_and_a_clinician_says_why(
    clinic: Clinic, episode: EpisodeOfCare, desk: Client
) -> None:
    """Each therapist works half the week: no course of one alone keeps 24 to 72 h."""
    first, second = clinic.therapists
    first.working_hours.filter(weekday__in=(2, 3, 4)).delete()
    second.working_hours.filter(weekday__in=(0, 1, 2)).delete()

    page = page_of(desk, episode)
    link = re.search(
        r'href="([^"]+)"[^>]*><span><b>Let a second therapist take part', page
    )
    assert link is not None
    other = get(desk, link[1])
    assert "A clinician books a course that departs from its protocol." in other

    form = form_of(other, second="on")
    assert desk.post(f"/sessions/plan/{episode.pk}/", form).status_code == 422
    desk.force_login(UserFactory.create(roles=[Role.THERAPIST]))
    form = {**form, "_once": str(uuid4())}
    assert (
        b"Write why the course departs"
        in desk.post(f"/sessions/plan/{episode.pk}/", form).content
    )
    form = {**form, "_once": str(uuid4()), "reason": "Both know the patient."}
    assert desk.post(f"/sessions/plan/{episode.pk}/", form).status_code == 302
    note = SpacingOverride.objects.get()
    assert (note.rules, note.reason) == (["second-therapist"], "Both know the patient.")


def test_a_retreat_waits_for_the_medical_directors_word(
    clinic: Clinic, episode: EpisodeOfCare, desk: Client
) -> None:
    retreat = Protocol.objects.get(code="intensive_retreat")
    Protocol.objects.filter(pk=retreat.pk).update(is_active=True)
    query = f"protocol={retreat.pk}"

    page = page_of(desk, episode, query)
    assert "A medical director approves this protocol for the patient first." in page
    form = form_of(page)
    refused = desk.post(f"/sessions/plan/{episode.pk}/?{query}", form)
    assert refused.status_code == 422
    assert not Appointment.objects.exists()

    director = UserFactory.create(roles=[Role.MEDICAL_DIRECTOR])
    desk.force_login(director)
    word = {"protocol": str(retreat.pk), "reason": "", "_once": str(uuid4())}
    url = f"/sessions/plan/{episode.pk}/approve/?{query}"
    assert desk.post(url, word).status_code == 422
    word |= {"reason": "Lives far away, low risk.", "_once": str(uuid4())}
    assert desk.post(url, word).status_code == 302
    assert CourseApproval.objects.get().approved_by == director
    form = {**form_of(page_of(desk, episode, query)), "_once": str(uuid4())}
    assert desk.post(f"/sessions/plan/{episode.pk}/?{query}", form).status_code == 302
    doses = Appointment.objects.filter(kind="dosing").order_by("starts_at")
    apart = doses[1].starts_at - doses[0].starts_at
    assert timedelta(hours=24) <= apart < timedelta(hours=48)
    assert doses[0].starts_at > NOW.astimezone(UTC)
