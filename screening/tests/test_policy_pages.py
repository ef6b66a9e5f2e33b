from __future__ import annotations

import json
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kap.accounts.tests.factories import PASSWORD, UserFactory
from kap.clinic.enums import PolicyKind
from kap.clinic.models import PolicyEdition
from kap.clinic.queries import policy_in_force
from kap.clinic.tests.factories import SiteFactory
from kap.core.errors import ChangedMeanwhile, DomainError, NotAllowed
from kap.patients.tests.factories import EpisodeFactory
from kap.worklist.models import WorkItem
from screening import services
from screening.models import EligibilityDraft
from screening.queries.policy_preview import preview
from screening.services import policy_edit
from screening.services.eligibility_again import judge_by_new_rules
from screening.tests.factories import answered
from screening.tests.test_decision_stands import _measure

pytestmark = pytest.mark.django_db
KIND = PolicyKind.ELIGIBILITY


@pytest.fixture
def director(db):
    return UserFactory.create(medical_director=True)


@pytest.fixture
def draft(director, now, freeze):
    freeze(now)
    return policy_edit.begin_draft(site=None, by=director, now=now)


def entry_of(draft, code):
    return next(one for one in draft.body["rules"] if one["id"] == code)


def keep(draft, code, by, now, **keys):
    entry = entry_of(draft, code)
    changed = {**json.loads(json.dumps(entry)), **keys}
    return policy_edit.change_rule(
        draft_id=draft.pk,
        code=code,
        seen=policy_edit.seal(entry),
        entry=changed,
        by=by,
        now=now,
    )


def older_than(years):
    return {"all": [["age_years", "gte", years]]}


def publish(draft, by, now, **changes):
    facts = {
        "version": draft.version,
        "effective_from": now.date(),
        "reason": "Board of 20 November",
        "password": PASSWORD,
        **changes,
    }
    return policy_edit.publish_draft(draft_id=draft.pk, by=by, now=now, **facts)


def judged(now, **patient):
    episode = EpisodeFactory.create(**patient)
    _measure(episode, now)
    answered(episode)
    services.evaluate_eligibility(episode=episode, cause="packet", by=None, now=now)
    return episode


def test_the_preview_names_exactly_whom_a_limit_newly_touches(draft, director, now):
    old, young = (
        judged(now, patient__birth_date=date(year, 1, 1)) for year in (1968, 1990)
    )
    draft = keep(draft, "E-AGE-02", director, now, when=older_than(55))

    found = preview(draft, user=director, now=now)

    assert [row.episode_id for group in found.groups for row in group.rows] == [old.pk]
    assert found.groups[0].label == "Newly eligible with caution"
    assert found.groups[0].rows[0].rules == "E-AGE-02"
    assert (found.looked_at, found.total) == (2, 2)
    assert young.pk != old.pk


@pytest.mark.parametrize("patients", [1, 3])
def test_the_preview_asks_the_same_for_any_number(draft, director, now, patients):
    for _ in range(patients):
        judged(now, patient__birth_date=date(1968, 1, 1))
    draft = keep(draft, "E-AGE-02", director, now, when=older_than(55))
    with CaptureQueriesContext(connection) as asked:
        found = preview(draft, user=director, now=now)
    assert found.affected == patients
    assert len(asked) == 3


def test_a_signed_edition_judges_open_courses_and_calls_for_whom_it_hits(
    draft, director, now, freeze
):
    episode = judged(now, patient__birth_date=date(1968, 1, 1))
    draft = keep(draft, "E-AGE-02", director, now, when=older_than(55), rac="R")

    made = publish(draft, director, now)

    assert policy_in_force(KIND, on=now.date()) == made
    assert made.signed_by == director
    assert judge_by_new_rules(now=now, limit=10) == 1
    assert WorkItem.objects.get(kind="screening-review").object_id == episode.pk


def test_an_edition_of_one_site_holds_only_there(draft, director, now):
    here, there = SiteFactory.create(name="Here"), SiteFactory.create(name="There")
    own = policy_edit.begin_draft(site=here, by=director, now=now)
    own = keep(own, "E-AGE-02", director, now, when=older_than(60))
    made = publish(own, director, now)
    assert policy_in_force(KIND, on=now.date(), site=here) == made
    assert policy_in_force(KIND, on=now.date(), site=there.pk) == draft.based_on
    assert policy_in_force(KIND, on=now.date()) == draft.based_on


def test_two_directors_at_one_rule_lose_nothing(draft, director, now):
    other = UserFactory.create(medical_director=True)
    entry = entry_of(draft, "E-AGE-02")
    keep(draft, "E-AGE-02", other, now, why="Mine.")
    with pytest.raises(ChangedMeanwhile, match=other.name):
        policy_edit.change_rule(
            draft_id=draft.pk,
            code="E-AGE-02",
            seen=policy_edit.seal(entry),
            entry={**entry, "why": "Yours."},
            by=director,
            now=now,
        )
    draft.refresh_from_db()
    assert entry_of(draft, "E-AGE-02")["why"] == "Mine."


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"version": 1}, "changed the draft"),
        ({"reason": "  "}, "Write the reason"),
        ({"password": "wrong"}, "not your password"),
    ],
)
def test_what_keeps_a_draft_from_being_signed(draft, director, now, changes, sentence):
    draft = keep(draft, "E-AGE-02", director, now, when=older_than(60))
    with pytest.raises(DomainError, match=sentence):
        publish(draft, director, now, **changes)
    assert not PolicyEdition.objects.filter(kind=KIND, signed_by=director).exists()


def test_a_draft_without_a_change_or_with_a_hole_is_not_signed(draft, director, now):
    with pytest.raises(DomainError, match="Nothing is changed"):
        publish(draft, director, now)
    when = {"any": [["bp_sys_mean", "gte", 170], ["bp_dia_mean", "gte", 100]]}
    draft = keep(draft, "E-CV-01", director, now, when=when)
    with pytest.raises(DomainError, match="leaves a hole"):
        publish(draft, director, now)


def test_an_edition_signed_meanwhile_ends_a_draft(draft, director, now):
    draft = keep(draft, "E-AGE-02", director, now, when=older_than(60))
    PolicyEdition.objects.create(
        kind=KIND, edition=99, effective_from=now.date(), body=draft.based_on.body,
        source="t", reason="t", signed_at=now,
    )  # fmt: skip
    with pytest.raises(ChangedMeanwhile, match="Edition 99"):
        publish(draft, director, now)


@pytest.mark.parametrize("role", ["prescriber", "compliance", "admin", "nurse"])
def test_only_the_director_edits(draft, now, role):
    who = UserFactory.create(roles=[role])
    with pytest.raises(NotAllowed):
        keep(draft, "E-AGE-02", who, now, why="x")
    with pytest.raises(NotAllowed):
        publish(draft, who, now)


@pytest.mark.parametrize(
    ("role", "status"),
    [("medical-director", 200), ("compliance", 200), ("nurse", 403), ("admin", 403)],
)
def test_who_reads_the_editions(as_role, draft, role, status):
    client = as_role(role)
    assert client.get("/screening/rules/").status_code == status
    path = f"/screening/rules/{draft.based_on_id}/"
    assert client.get(path).status_code == status
    own = 200 if role == "medical-director" else 403
    path = f"/screening/rules/drafts/{draft.pk}/"
    assert client.get(path).status_code == own
    assert client.get(f"{path}affected/").status_code == own


def test_a_rule_is_edited_and_signed_on_the_pages(as_role, draft, now):
    client = as_role("medical-director")
    base = f"/screening/rules/drafts/{draft.pk}/"
    page = client.get(f"{base}rule/E-AGE-02/")
    assert "Shipped: 65" in page.content.decode()
    form = page.context["form"]
    sent = {
        "seen": page.context["seen"], "enabled": "on", "rac": "C", "esk": "C",
        "limit-0": "60", **{name: form[name].value() or "" for name in ("hit", "passed", "why", "next_step", "suggestion")},
    }  # fmt: skip
    wrong = client.post(
        f"{base}rule/E-AGE-02/", {**sent, "limit-0": "old", "why": "Kept"}
    )
    assert wrong.status_code == 422
    assert "Kept" in wrong.content.decode()
    assert client.post(f"{base}rule/E-AGE-02/", sent).status_code == 302
    stale = client.post(f"{base}rule/E-AGE-02/", {**sent, "why": "Typed by me"})
    assert stale.status_code == 422
    assert "changed this rule meanwhile" in stale.content.decode()
    assert "Typed by me" in stale.content.decode()
    signed = client.post(base, {
        "version": "2", "effective_from": now.date().isoformat(), "reason": "Younger", "password": PASSWORD,
    })  # fmt: skip
    assert signed.status_code == 302, signed.content.decode()
    text = client.get(signed.url).content.decode()
    assert "65 years" in text
    assert "60 years" in text
    assert "Younger" in text
    assert client.get(base).status_code == 404


def test_a_locked_rule_is_refused_beside_the_field(as_role, draft):
    client = as_role("medical-director")
    path = f"/screening/rules/drafts/{draft.pk}/rule/E-OB-01/"
    form = client.get(path).context["form"]
    texts = {
        name: form[name].value() or "" for name in ("hit", "passed", "why", "next_step")
    }
    sent = {"seen": client.get(path).context["seen"], "rac": "R", "esk": "X", **texts}
    page = client.post(path, sent)
    assert page.status_code == 422
    assert page.context["form"].errors["enabled"] == [
        "This rule is locked: it cannot be turned off."
    ]
    assert "weaker" in page.context["form"].errors["rac"][0]


def test_a_second_draft_opens_the_first_and_may_be_discarded(as_role, draft):
    client = as_role("medical-director")
    assert client.post("/screening/rules/begin/", {"site": ""}).url.endswith(
        f"{draft.pk}/"
    )
    client.post(f"/screening/rules/drafts/{draft.pk}/discard/")
    assert EligibilityDraft.objects.get().closed_at is not None
    assert (
        client.post("/screening/rules/begin/", {"site": "nonsense"}).status_code == 302
    )


@pytest.mark.parametrize("more", [1, 3])
def test_the_list_of_editions_asks_the_same(as_role, now, more):
    body = policy_in_force(KIND, on=now.date()).body
    for number in range(more):
        PolicyEdition.objects.create(
            kind=KIND, edition=90 + number, effective_from=now.date(), body=body,
            source="t", reason="t", signed_at=now,
        )  # fmt: skip
    client = as_role("medical-director")
    client.get("/screening/rules/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/screening/rules/")
    assert len(asked) == 6
