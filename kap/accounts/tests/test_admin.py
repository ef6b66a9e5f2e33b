from __future__ import annotations

import pytest
from django.contrib import admin
from django.urls import reverse

from kap.accounts.admin_site import KapAdminSite
from kap.accounts.enums import Role
from kap.accounts.models import AccountMail, User
from kap.accounts.tests.factories import PractitionerFactory, UserFactory

pytestmark = pytest.mark.django_db

REGISTERED = [
    "accounts.AccountMail",
    "accounts.Practitioner",
    "accounts.User",
    "clinic.Location",
    "clinic.PolicyEdition",
    "clinic.Schedule",
    "clinic.Site",
    "documents.TemplateEdition",
    "kap_sessions.Protocol",
    "notifications.MessageTemplate",
    "pharmacy.Product",
    "screening.PacketTemplate",
]
ADDED_ELSEWHERE = {"accounts.AccountMail", "kap_sessions.Protocol"}


@pytest.fixture
def ada(client):
    person = UserFactory.create(admin=True)
    client.force_login(person)
    return person


def test_only_configuration_is_registered():
    assert isinstance(admin.site, KapAdminSite) or admin.site.__class__.__name__
    labels = sorted(model._meta.label for model in admin.site._registry)

    assert labels == REGISTERED


def test_nothing_can_be_deleted(client, ada, rf):
    request = rf.get("/")
    request.user = ada
    for model, site in admin.site._registry.items():
        assert not site.has_delete_permission(request), model
        assert "delete_selected" not in site.get_actions(request), model


@pytest.mark.parametrize("label", REGISTERED)
def test_list_and_form_of_each_open_under_the_strict_policy(client, ada, label):
    name = label.lower().replace(".", "_")
    for page in ("changelist", "add"):
        response = client.get(reverse(f"admin:{name}_{page}"))
        closed = page == "add" and label in ADDED_ELSEWHERE
        assert response.status_code == (403 if closed else 200), page
        if not closed:
            body = response.content.decode()
            assert " style=" not in body
            assert "<style" not in body
            assert " onclick=" not in body
            assert "unsafe" not in response["Content-Security-Policy"]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMIN])
def test_admin_is_for_admins(client, role, heard):
    user = UserFactory.create(roles=[role], is_staff=True)
    client.force_login(user)

    assert client.get("/admin/").status_code == 403
    assert heard == [(user, "admin:index")]


def test_strangers_are_sent_to_the_one_door(client):
    assert client.get("/admin/")["Location"] == "/accounts/login/?next=/admin/"
    assert client.get("/admin/login/")["Location"].startswith("/accounts/login/")


def test_new_person_is_invited(client, ada, heard):
    client.post(
        "/admin/accounts/user/add/",
        {"name": "Nora Pulse", "email": "nora@clinic.example", "roles": ["nurse"]},
    )

    user = User.objects.get(email="nora@clinic.example")
    assert (user.roles, user.has_usable_password()) == (["nurse"], False)
    assert AccountMail.objects.get().user == user
    assert heard == [(ada, "create", str(user.pk), "invited", False)]


def test_second_person_with_the_same_address_is_refused(client, ada):
    response = client.post(
        "/admin/accounts/user/add/",
        {"name": "X", "email": ada.email.upper(), "roles": ["nurse"]},
    )

    assert "Somebody has this address" in response.content.decode()


def test_roles_are_changed_by_another_admin_only(client, ada):
    other = UserFactory.create(nurse=True)
    url = "/admin/accounts/user/{}/change/"
    client.post(
        url.format(other.pk), {"name": "N", "roles": ["admin"], "is_active": "on"}
    )
    other.refresh_from_db()
    assert (other.roles, other.name, other.session_epoch) == (["admin"], "N", 1)

    response = client.post(
        url.format(ada.pk),
        {"name": "Ada", "roles": ["admin", "nurse"], "is_active": "on"},
    )

    assert "Nobody changes their own roles" in response.content.decode()


def test_forged_fields_change_nothing(client, ada):
    other = UserFactory.create(nurse=True)

    client.post(
        f"/admin/accounts/user/{other.pk}/change/",
        {
            "name": "N",
            "roles": ["nurse"],
            "is_active": "on",
            "is_superuser": "on",
            "is_staff": "on",
            "email": "x@x.example",
            "password": "x",
            "session_epoch": "9",
        },
    )

    fresh = User.objects.get(pk=other.pk)
    assert (fresh.is_superuser, fresh.is_staff, fresh.email, fresh.password) == (
        False,
        False,
        other.email,
        other.password,
    )


def test_locking_oneself_out_is_refused_in_words(client, ada):
    UserFactory.create(admin=True)

    response = client.post(
        f"/admin/accounts/user/{ada.pk}/change/",
        {"name": "Ada", "roles": ["admin"]},
        follow=True,
    )

    assert "Nobody locks themselves out" in response.content.decode()
    ada.refresh_from_db()
    assert ada.is_active


def test_lost_phone_is_reset_for_others_and_never_for_oneself(client, ada):
    other = UserFactory.create(nurse=True)
    act = {"action": "reset_second_step"}

    client.post("/admin/accounts/user/", {**act, "_selected_action": [str(other.pk)]})
    response = client.post(
        "/admin/accounts/user/", {**act, "_selected_action": [str(ada.pk)]}, follow=True
    )

    other.refresh_from_db()
    assert other.session_epoch == 1
    assert "Nobody removes their own" in response.content.decode()


def test_practitioner_gets_a_credential(client, ada):
    practitioner = PractitionerFactory.create()
    response = client.post(
        f"/admin/accounts/practitioner/{practitioner.pk}/change/",
        {
            "user": str(practitioner.user_id),
            "qualification": "MD",
            "npi": "",
            "phone": "",
            "languages": "en",
            "is_bookable": "on",
            "credentials-TOTAL_FORMS": "1",
            "credentials-INITIAL_FORMS": "0",
            "credentials-0-kind": "dea",
            "credentials-0-number": "AB1234567",
            "credentials-0-valid_from": "2026-01-01",
            "credentials-0-expires_on": "2029-01-01",
        },
    )

    assert response.status_code == 302
    assert practitioner.credentials.get().number == "AB1234567"
