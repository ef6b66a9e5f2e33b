"""What the history hears of accounts, and that it fails closed."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import CHANGE, LogEntry

from kap.accounts.tests.factories import PASSWORD, UserFactory
from kap.audit.models import AuditEvent

pytestmark = pytest.mark.django_db


def events():
    rows = AuditEvent.objects.order_by("seq")
    return list(rows.values_list("action", "actor_id", "outcome", "object_id"))


def test_sign_in_and_sign_out_are_written_down(client):
    user = UserFactory.create()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    client.post("/accounts/logout/")

    about = str(user.pk)
    assert events() == [
        ("sign-in", user.pk, "success", about),
        ("sign-out", user.pk, "success", about),
    ]


def test_failed_sign_in_is_written_down_with_the_account_and_without_the_address(
    client,
):
    user = UserFactory.create()
    for email in (user.email, "nobody@clinic.example"):
        client.post("/accounts/login/", {"login": email, "password": "guess"})

    assert events() == [
        ("sign-in", None, "refused", str(user.pk)),
        ("sign-in", None, "refused", ""),
    ]


def test_page_refused_to_a_role_is_written_down(client):
    nurse = UserFactory.create(nurse=True)
    client.force_login(nurse)

    client.get("/admin/")

    event = AuditEvent.objects.latest("seq")
    assert (event.action, event.object_type) == ("refused", "admin:index")


def test_act_in_the_admin_is_written_down(client):
    ada = UserFactory.create(admin=True)

    LogEntry.objects.log_actions(
        ada.pk, [UserFactory.create()], CHANGE, change_message="x"
    )

    event = AuditEvent.objects.get()
    assert (event.action, event.object_type, event.actor_id) == (
        "settings",
        "accounts.user",
        ada.pk,
    )


def test_nobody_signs_in_when_it_cannot_be_written_down(client, monkeypatch):
    from django.db import connection

    user = UserFactory.create()
    with connection.cursor() as cursor:
        cursor.execute("REVOKE INSERT ON audit_auditevent FROM CURRENT_USER")
    client.raise_request_exception = False

    response = client.post(
        "/accounts/login/", {"login": user.email, "password": PASSWORD}
    )

    assert response.status_code == 500
