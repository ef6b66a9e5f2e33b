"""Questionnaires that an admin loads: what is refused and why, editions, use, what is shown."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction

from kap.audit.models import AuditEvent
from kap.core.errors import DomainError, IllegalTransition, NotAllowed
from kap.patients.tests.factories import EpisodeFactory
from screening import services
from screening.enums import ResponseMode
from screening.enums_instruments import ScoringKind
from screening.importing.incoming import FileRefused
from screening.importing.questionnaires import read
from screening.instruments.loader import questionnaire
from screening.models import InstrumentDefinition, Observation
from screening.queries.instruments import askable, instrument_of
from screening.services.instruments import (
    AlreadyLoaded,
    load_questionnaire,
    publish_definition,
    retire_definition,
    set_in_use,
)

ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"


def choice(link_id, *words, **more):
    options = [
        {
            "valueCoding": {
                "code": str(points),
                "display": word,
                "extension": [{"url": ORDINAL, "valueDecimal": points}],
            }
        }
        for points, word in enumerate(words)
    ]
    node = {"linkId": link_id, "text": f"How is {link_id}?", "type": "choice"}
    return {**node, "answerOption": options, **more}


def document(*items, **more):
    return {
        "resourceType": "Questionnaire",
        "status": "active",
        "title": "Sleep",
        "copyright": "Ours",
        "item": list(items) or [choice("sleep", "Good", "Fair", "Poor"), choice("rest", "Yes", "No")],
        **more,
    }  # fmt: skip


def as_bytes(given) -> bytes:
    return given if isinstance(given, bytes) else json.dumps(given).encode()


def when(question, operator, **answer):
    return [{"question": question, "operator": operator, **answer}]


CODE = {"answerCoding": {"code": "1"}}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (b"", "not JSON"),
        (b"%PDF-1.7", "not JSON"),
        (b'{"a": NaN}', "not JSON"),
        (b"[" * 100_000, "deeply"),
        (b" " * 1_000_001, "larger than 1 MB"),
        ([], "not a FHIR resource"),
        ({"a": 1}, "not a FHIR resource"),
        ({"resourceType": "Patient"}, "but a Patient"),
        ({"resourceType": {"a": 1}}, "something else"),
        ({"resourceType": "Questionnaire"}, "status: "),
        (document(status=None), "status"),
        (document(colour="red"), "does not know"),
        (document(item=[]), "no question"),
        (document(item="x"), "item"),
        (document(title="x" * 121), "title of at most 120"),
        (document({"linkId": "d", "type": "display", "text": "x"}), "no question"),
        (document(*[choice(str(n), "A", "B") for n in range(301)]), "more than 300"),
        (document(choice("a", "A", "B"), choice("a", "A", "B")), "Item a: another item"),
        (document({"linkId": "q", "type": "question", "text": "x"}), "Item q: items of the type"),
        (document({"linkId": "q", "type": "attachment", "text": "x"}), "attachment"),
        (document({"linkId": "o", "type": "open-choice", "text": "x"}), "open-choice"),
        (document({"linkId": "q", "type": "string"}), "no text"),
        (document({"linkId": "q" * 81, "type": "string", "text": "x"}), "longer than 80"),
        (document({"linkId": "q", "type": "string", "text": "x" * 4001}), "too long"),
        (document(choice("a", "A", "B", repeats=True)), "several answers"),
        (document({"linkId": "a", "type": "choice", "text": "x"}), "at least two"),
        (document({"linkId": "a", "type": "choice", "text": "x", "answerValueSet": "http://x.example/a"}), "another file"),
        (document(choice("a", "A", "A")), "read the same"),
        (document({"linkId": "a", "type": "choice", "text": "x", "answerOption": [{"valueDate": "2020-01-01"}, {"valueDate": "2020-01-02"}]}), "neither a coding"),
        (document(choice("a", "A", "B", extension=[{"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden", "valueBoolean": True}])), "hidden or computed"),
        (document(choice("a", "A", "B", enableWhen=when("z", "=", **CODE))), "does not come before"),
        (document(choice("a", "A", "B"), choice("b", "A", "B", enableWhen=when("a", ">", **CODE))), "by size"),
        (document(choice("a", "A", "B"), choice("b", "A", "B", enableWhen=when("a", "=", answerCoding={"code": "7"}))), "not offered"),
        (document(choice("a", "A", "B"), choice("b", "A", "B", enableWhen=when("a", "=", answerDate="2020-01-01"))), "does not take"),
        (document(choice("a", "A", "B"), choice("b", "A", "B", enableWhen=when("a", "exists", **CODE))), "needs answerBoolean"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_refused_in_a_sentence(given, said):
    with pytest.raises(FileRefused, match=said):
        read(as_bytes(given))


@pytest.mark.parametrize("key", ["phq-9", "c-ssrs", "audit", "pcl-5"])
def test_our_own_questionnaires_can_be_read_back(key):
    found = read(as_bytes(questionnaire(key)))
    assert len(found.instrument.items) >= 7
    assert found.licence


def test_text_and_numbers_may_be_asked():
    kinds = ("boolean", "integer", "decimal", "string", "text")
    items: list[dict[str, object]] = [
        {"linkId": kind, "type": kind, "text": kind} for kind in kinds
    ]
    items[1]["enableWhen"] = when("boolean", "=", answerBoolean=True)
    items[2]["enableWhen"] = when("integer", ">", answerInteger=3)
    strings = [{"valueString": "A"}, {"valueString": "B"}]
    items.append(
        {"linkId": "c", "type": "choice", "text": "c", "answerOption": strings}
    )
    items.append(
        {
            "linkId": "d",
            "type": "string",
            "text": "d",
            "enableWhen": when("c", "=", answerString="A"),
        }
    )
    assert len(read(as_bytes(document(*items))).instrument.items) == 7


@pytest.fixture
def admin(as_role):
    return as_role("admin").user


@pytest.fixture
def load(admin, now):
    def go(given=None, *, key="sleep", scoring=ScoringKind.SUM, by=None):
        return load_questionnaire(
            read=read(as_bytes(given or document())),
            key=key,
            licence="Ours",
            scoring=scoring,
            by=by or admin,
            now=now,
        )

    return go


@pytest.fixture
def publish(admin, now):
    def go(row):
        return publish_definition(
            definition_id=row.pk, on=now.date(), by=admin, now=now
        )

    return go


@pytest.mark.django_db
def test_editions_follow_each_other_and_only_one_is_asked(load, publish):
    first = publish(load())
    second = load(document(date="2026-11-25"))
    assert (first.edition, second.edition, second.status) == (1, 2, "draft")
    publish(second)
    first.refresh_from_db()
    assert (first.status, second.pk) == ("retired", askable_ids()["sleep"])
    assert AuditEvent.objects.filter(object_type="InstrumentDefinition").count() == 5


def askable_ids():
    site = EpisodeFactory.create().site
    return {one.key: one.definition_id for one in askable(site.pk)}


@pytest.mark.django_db
def test_the_same_file_again_says_which_edition_it_is(load):
    load()
    with pytest.raises(AlreadyLoaded, match=r"Sleep, edition 1 \(loaded, not in use\)"):
        load()


@pytest.mark.django_db
def test_what_does_not_fit_is_refused(load, as_role):
    with pytest.raises(DomainError, match="belongs to a questionnaire that ships"):
        load(key="phq-9")
    with pytest.raises(DomainError, match="6 questions with points"):
        load(key="cadss-6")
    unscored = document({"linkId": "a", "type": "string", "text": "Why?"})
    with pytest.raises(DomainError, match="has points"):
        load(unscored)
    assert load(unscored, scoring=ScoringKind.NONE).scoring == "none"
    with pytest.raises(NotAllowed):
        load(by=as_role("prescriber").user)


@pytest.mark.django_db
def test_a_place_takes_its_own_scoring(load):
    items = [choice(str(n), "0", "1", "2", "3", "4") for n in range(6)]
    assert load(document(*items), key="cadss-6").scoring == "own"


@pytest.mark.django_db
def test_an_edition_moves_only_forward_and_its_text_never_changes(
    load, publish, admin, now
):
    row = publish(load())
    with pytest.raises(IllegalTransition):
        publish(row)
    retire_definition(definition_id=row.pk, by=admin, now=now)
    with pytest.raises(IllegalTransition):
        retire_definition(definition_id=row.pk, by=admin, now=now)
    row.refresh_from_db()
    row.title = "Other"
    with pytest.raises(DatabaseError), transaction.atomic():
        row.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        InstrumentDefinition.objects.all().delete()


@pytest.mark.django_db
def test_a_response_keeps_the_edition_it_was_asked_under(load, publish, now):
    publish(load())
    episode = EpisodeFactory.create()
    args = {
        "patient": episode.patient,
        "episode": episode,
        "due_at": now,
        "by": None,
        "now": now,
    }
    (asked,) = services.request_measures(instrument_keys=["sleep"], **args)
    publish(load(document(choice("sleep", "Good", "Poor"), title="Sleep, shorter")))
    done = services.submit_response(
        response_id=asked.pk,
        answers={"sleep": 2, "rest": 1},
        mode=ResponseMode.LINK,
        by=None,
        now=now,
    )
    assert (instrument_of(done).title, done.instrument_version) == ("Sleep", "1")
    score = Observation.objects.get()
    assert (score.code, score.details["scoring"]) == ("kap-sleep", "sleep/1/sum")
    assert score.value == 3
    (later,) = services.request_measures(instrument_keys=["sleep"], **args)
    assert instrument_of(later).title == "Sleep, shorter"


@pytest.mark.django_db
def test_what_is_not_in_use_cannot_be_asked(load, now):
    load()
    episode = EpisodeFactory.create()
    with pytest.raises(DomainError, match="not in use"):
        services.request_measures(
            patient=episode.patient,
            episode=episode,
            instrument_keys=["sleep"],
            due_at=now,
            by=None,
            now=now,
        )


@pytest.mark.django_db
def test_a_site_switches_packs_on_and_off(admin, now):
    site = EpisodeFactory.create().site
    keys = {one.key for one in askable(site.pk)}
    assert {"audit", "dast-10", "c-ssrs", "phq-9"} <= keys
    assert "who-5" not in keys
    set_in_use(site=site, key="who-5", is_on=True, by=admin, now=now)
    set_in_use(site=site, key="audit", is_on=False, by=admin, now=now)
    keys = {one.key for one in askable(site.pk)}
    assert "who-5" in keys
    assert "audit" not in keys
    with pytest.raises(DomainError, match="Publish it first"):
        set_in_use(site=site, key="mdq", is_on=True, by=admin, now=now)


PAGE = "/screening/questionnaires/"


def upload(given, **more):
    file = SimpleUploadedFile("q.json", as_bytes(given), "application/json")
    return {
        "file": file,
        "slot": "",
        "key": "sleep",
        "scoring": "sum",
        "is_allowed": "on",
        **more,
    }


@pytest.mark.django_db
def test_the_pages_from_file_to_use(as_role):
    EpisodeFactory.create()
    client = as_role("admin")
    first = client.get(PAGE)
    assert first.status_code == 200
    assert "needs permission" in first.content.decode()
    assert "CC BY-NC-SA" in first.content.decode()
    sent = client.post(PAGE, upload(document()))
    assert sent.status_code == 302
    shown = client.get(sent.url).content.decode()
    assert "How is sleep?" in shown
    assert "Nothing is asked yet" in shown
    assert client.post(sent.url + "publish/", follow=True).status_code == 200
    assert "Loaded here" in client.get(PAGE).content.decode()
    again = client.post(PAGE, upload(document()))
    assert again.status_code == 422
    assert "is here already" in again.content.decode()
    client.post(sent.url + "retire/")
    assert "no longer asked" in client.get(sent.url).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"key": "Sleep 1"}, "small letters"),
        ({"key": "mdq"}, "Choose this questionnaire under"),
        ({"key": "phq-9"}, "belongs to a questionnaire that ships"),
        ({"is_allowed": ""}, "Confirm that you may use it"),
        ({"slot": "mdq"}, "MDQ has 15 questions"),
        ({"file": ""}, "Choose a file"),
        ({"file": SimpleUploadedFile("a", b"")}, "The file is empty"),
        ({"file": SimpleUploadedFile("a", b"{}")}, "not a FHIR resource"),
        (
            {"file": SimpleUploadedFile("a", as_bytes(document(copyright="")))},
            "names no licence",
        ),
    ],
)
def test_a_refused_upload_says_why_beside_its_field(as_role, more, said):
    EpisodeFactory.create()
    page = as_role("admin").post(PAGE, upload(document(), **more))
    assert page.status_code == 422
    assert said in page.content.decode()
    assert not InstrumentDefinition.objects.exists()


@pytest.mark.django_db
def test_switching_by_the_page_and_odd_requests(as_role):
    site = EpisodeFactory.create().site
    client = as_role("admin")
    client.post(PAGE + "use/", {"key": "audit", "is_on": "0", "site": str(site.pk)})
    assert "audit" not in {one.key for one in askable(site.pk)}
    refused = client.post(PAGE + "use/", {"key": "nothing", "is_on": "1"}, follow=True)
    assert "Publish it first" in refused.content.decode()
    assert client.get(PAGE + "?site=nonsense").status_code == 200
    assert client.get(PAGE + "shipped/who-5/").status_code == 200
    assert client.get(PAGE + "shipped/nothing/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["prescriber", "front-desk", "medical-director"])
def test_only_admins_manage_questionnaires(as_role, role):
    client = as_role(role)
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, upload(document())).status_code == 403
