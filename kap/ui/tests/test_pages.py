"""The shell's own pages: palette, theme, counts, gallery, errors."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from kap.ui import navigation, palette

pytestmark = pytest.mark.django_db
STYLE = re.compile(
    r"<[^>]*\sstyle=|<style|\son[a-z]+=|<script(?![^>]*(?:\ssrc=|application/json))"
)


def person(*roles: str):
    return get_user_model().objects.create_user(
        email=f"{'-'.join(roles) or 'nobody'}@larkfield.example",
        password="a long enough password",
        name="Wren Paperfold",
        roles=list(roles),
    )


@pytest.fixture
def admin_client(client: Client) -> Client:
    client.force_login(person("admin"))
    return client


@pytest.fixture
def desk_client(client: Client) -> Client:
    client.force_login(person("front-desk"))
    return client


def test_the_gallery_shows_every_component_without_inline_style(admin_client):
    response = admin_client.get("/ui/components/")

    assert response.status_code == 200
    html = response.content.decode()
    assert STYLE.findall(html) == []
    assert html.count("<h1") == 1


def test_the_gallery_is_for_admins(desk_client):
    response = desk_client.get("/ui/components/")

    assert response.status_code == 403
    assert "This page is for" in response.content.decode()


def test_nobody_finds_without_signing_in(client):
    response = client.post("/find/", {"q": "jun"})

    assert response.status_code == 302
    assert "/accounts/login/" in response.headers["Location"]


def test_the_palette_lists_patients_then_their_actions(desk_client, monkeypatch):
    def search(words, user):
        return [
            palette.Hit(
                "42", "June Papercut", "born 30 Jan 1961", "/patients/42/", "JP"
            )
        ]

    monkeypatch.setattr(palette, "_searches", {"Patients": search})
    action = palette.PaletteAction("t", "Do it", "plus", "ui:find", keywords="zebra")
    monkeypatch.setattr(palette, "_actions", {"t": action})

    response = desk_client.post("/find/", {"q": "ju"}, headers={"HX-Request": "true"})

    html = response.content.decode()
    assert "June Papercut" in html
    assert "born 30 Jan 1961" in html
    assert "<html" not in html


@pytest.mark.parametrize(
    ("words", "found"), [("", True), ("zeb", True), ("do", True), ("zebu", False)]
)
def test_an_action_is_found_by_the_beginnings_of_its_words(words, found, monkeypatch):
    action = palette.PaletteAction("t", "Do it", "plus", "ui:find", keywords="zebra")
    monkeypatch.setattr(palette, "_actions", {"t": action})
    monkeypatch.setattr(palette, "_searches", {})
    monkeypatch.setattr(navigation, "_items", {})

    groups = palette.find(words, person("nurse"))

    assert [group.title for group in groups] == (["Actions"] if found else [])


@pytest.mark.parametrize(
    "words", ["\x00", "x" * 5000, "\u202e", "'; drop", "<b>", "\ud800"]
)
def test_nonsense_in_the_palette_is_no_error(desk_client, words):
    body = f"q={words}".encode("utf-8", "surrogatepass")
    response = desk_client.post(
        "/find/", body, content_type="application/x-www-form-urlencoded"
    )

    assert response.status_code == 200


def test_a_role_finds_only_places_that_it_may_open(monkeypatch):
    desk_only = navigation.NavItem("a", "A", "x", "ui:find", frozenset({"front-desk"}))
    anybody = navigation.NavItem("b", "B", "x", "ui:find")
    monkeypatch.setattr(navigation, "_items", {"a": desk_only, "b": anybody})

    assert [item.key for item in navigation.items_for(person("nurse"))] == ["b"]
    assert [item.key for item in navigation.items_for(person())] == []


def test_the_place_of_the_longest_address_is_current(monkeypatch):
    first = navigation.NavItem("a", "A", "x", "ui:find")
    other = navigation.NavItem("b", "B", "x", "ui:counts", namespaces=frozenset({"n"}))
    monkeypatch.setattr(navigation, "_items", {"a": first, "b": other})
    user = person("nurse")

    def current(path, namespace=""):
        places = navigation.places_for(user, path=path, namespace=namespace)
        return [place.item.key for place in places if place.current]

    assert current("/find/more/") == ["a"]
    assert current("/elsewhere/", "n") == ["b"]
    assert current("/elsewhere/") == []


@pytest.mark.parametrize(
    ("theme", "status"), [("dark", 302), ("auto", 302), ("pink", 422)]
)
def test_the_theme_is_kept_for_the_person(client, theme, status):
    user = person("nurse")
    client.force_login(user)

    response = client.post("/ui/theme/", {"theme": theme, "next": "/find/"})

    assert response.status_code == status
    user.refresh_from_db()
    assert user.theme == (theme if status == 302 else "auto")


def test_the_theme_form_leads_back_but_never_elsewhere(desk_client):
    here = desk_client.post("/ui/theme/", {"theme": "dark", "next": "/find/"})
    away = desk_client.post("/ui/theme/", {"theme": "dark", "next": "//evil.example/"})

    assert here.headers["Location"] == "/find/"
    assert away.headers["Location"] == "/"


def test_letters_can_be_switched_off(client):
    user = person("nurse")
    client.force_login(user)

    client.post("/ui/shortcuts/", {"on": "0"}, headers={"HX-Request": "true"})

    user.refresh_from_db()
    assert user.shortcuts_enabled is False


def test_counts_come_in_one_small_answer(desk_client, monkeypatch):
    item = navigation.NavItem("a", "A", "x", "ui:find", count=lambda user: 2)
    live = navigation.TopItem("live", "live", "ui:find", lambda user: 3)
    monkeypatch.setattr(navigation, "_items", {"a": item})
    monkeypatch.setattr(navigation, "_top", {"live": live})

    html = desk_client.get("/ui/counts/").content.decode()

    assert "3 live" in html
    assert ", 2 waiting" in html


def test_the_shell_costs_at_most_one_query(desk_client, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):  # the session, the user, the clinic
        response = desk_client.get("/find/")

    assert response.status_code == 200


@pytest.mark.parametrize("template", ["400", "403_csrf", "404", "409", "429", "503"])
def test_error_pages_stand_alone(template, rf):
    from django.shortcuts import render

    html = render(rf.get("/"), f"{template}.html").content.decode()

    assert html.count("<h1") == 1
    assert STYLE.findall(html) == []


def test_an_unknown_address_says_so_in_a_sentence(desk_client):
    page = desk_client.get("/no/such/page/")
    part = desk_client.get("/no/such/page/", headers={"HX-Request": "true"})

    assert page.status_code == part.status_code == 404
    assert "There is nothing here" in page.content.decode()
    assert part.content.decode().startswith("There is nothing at this address")


def test_a_form_whose_page_was_open_too_long_gets_a_calm_answer():
    client = Client(enforce_csrf_checks=True)

    response = client.post("/find/", {"q": "x"})

    assert response.status_code == 403
    assert "your text is still there" in response.content.decode()


def test_a_failure_on_our_side_needs_no_database(rf):
    from kap.ui.views import server_error

    request = rf.get("/")
    request.request_id = "7f3a"
    response = server_error(request)

    assert response.status_code == 500
    assert "7f3a" in response.content.decode()


def test_collected_modules_import_each_other_by_their_hashed_names(tmp_path, settings):
    from django.core.management import call_command

    settings.STATIC_ROOT = tmp_path
    storages = {**settings.STORAGES}
    storages["staticfiles"] = {"BACKEND": "kap.ui.storage.StaticFilesStorage"}
    settings.STORAGES = storages

    call_command("collectstatic", interactive=False, verbosity=0)

    found = list((tmp_path / "js").glob("app.????????????.js"))
    assert len(found) == 1
    imports = re.findall(r'from "\./([^"]+)"', found[0].read_text())
    assert imports
    assert all((tmp_path / "js" / name).exists() for name in imports)
    assert all(re.search(r"\.[0-9a-f]{12}\.js$", name) for name in imports)
