from __future__ import annotations

import re
import threading

import pytest
from django.db import connection

from kap.accounts.enums import MailKind, Role
from kap.accounts.models import AccountMail, RoleChange, User
from kap.accounts.services import (
    change_roles,
    create_user,
    deactivate,
    reactivate,
    send_mail,
)
from kap.accounts.tests.factories import UserFactory
from kap.core.errors import DomainError, NotAllowed
from kap.core.outbox import OutboxStatus

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(db):
    return UserFactory.create(admin=True)


def test_a_new_person_is_invited_and_cannot_sign_in_before_setting_a_password(
    admin, now, heard
):
    user = create_user(
        name="Nora Pulse",
        email="Nora@Clinic.example",
        roles=[Role.NURSE],
        by=admin,
        now=now,
    )

    assert (user.email, user.roles, user.is_staff) == (
        "nora@clinic.example",
        ["nurse"],
        False,
    )
    assert not user.has_usable_password()
    assert AccountMail.objects.get().kind == MailKind.INVITE
    change = RoleChange.objects.get()
    assert (change.roles_before, change.roles_after) == ([], ["nurse"])
    assert heard == [(admin, "create", str(user.pk), "invited", False)]


def test_roles_change_at_once_and_are_written_down(admin, now):
    user = UserFactory.create(nurse=True)

    change_roles(user=user, roles=[Role.ADMIN, Role.NURSE], by=admin, now=now)

    user.refresh_from_db()
    assert (user.roles, user.is_staff, user.session_epoch) == (
        ["admin", "nurse"],
        True,
        1,
    )
    change = RoleChange.objects.get()
    assert (change.roles_before, change.changed_by) == (["nurse"], admin)


def test_the_same_roles_change_nothing(admin, now):
    user = UserFactory.create(nurse=True)

    change_roles(user=user, roles=[Role.NURSE], by=admin, now=now)

    assert not RoleChange.objects.exists()


def test_nobody_changes_their_own_roles(admin, now):
    with pytest.raises(NotAllowed, match="their own roles"):
        change_roles(user=admin, roles=[Role.ADMIN, Role.PRESCRIBER], by=admin, now=now)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMIN])
def test_only_admins_manage_accounts(role, now):
    by, user = UserFactory.create(roles=[role]), UserFactory.create()

    for act in (
        lambda: change_roles(user=user, roles=[role], by=by, now=now),
        lambda: create_user(
            name="x", email="x@x.example", roles=[role], by=by, now=now
        ),
        lambda: deactivate(user=user, by=by, now=now),
        lambda: reactivate(user=user, by=by, now=now),
    ):
        with pytest.raises(NotAllowed, match="Only an admin"):
            act()


def test_unknown_role_is_refused(admin, now):
    with pytest.raises(DomainError, match="not known"):
        change_roles(user=UserFactory.create(), roles=["king"], by=admin, now=now)


def test_the_last_admin_stays(admin, now):
    other = UserFactory.create(admin=True)
    deactivate(user=other, by=admin, now=now)
    reactivate(user=other, by=admin, now=now)
    change_roles(user=other, roles=[Role.NURSE], by=admin, now=now)

    nearly = UserFactory.create(admin=True, is_active=False)
    with pytest.raises(NotAllowed, match="last admin"):
        change_roles(user=admin, roles=[Role.NURSE], by=nearly, now=now)


def test_nobody_deactivates_themselves(admin, now):
    with pytest.raises(NotAllowed, match="themselves"):
        deactivate(user=admin, by=admin, now=now)


@pytest.mark.django_db(transaction=True)
def test_two_admins_cannot_take_each_other_out(now):
    one, two = UserFactory.create(admin=True), UserFactory.create(admin=True)
    barrier = threading.Barrier(2)

    def take(user, by):
        barrier.wait()
        try:
            change_roles(user=user, roles=[Role.NURSE], by=by, now=now)
        except NotAllowed:
            pass
        finally:
            connection.close()

    threads = [
        threading.Thread(target=take, args=pair) for pair in ((one, two), (two, one))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert User.objects.filter(roles__contains=[Role.ADMIN]).count() >= 1


def test_an_invitation_goes_out_once_with_a_link_that_sets_the_password(
    admin, now, settings, mailoutbox, client
):
    settings.EMAIL_TRANSPORT = "smtp"
    settings.PUBLIC_URL = "http://testserver"
    user = create_user(
        name="N", email="n@c.example", roles=[Role.NURSE], by=admin, now=now
    )
    mail = AccountMail.objects.get()

    send_mail(mail_id=mail.pk, now=now)
    send_mail(mail_id=mail.pk, now=now)

    assert [message.to for message in mailoutbox] == [["n@c.example"]]
    link = next(w for w in mailoutbox[0].body.split() if w.startswith("http://"))
    page = client.get(link, follow=True)
    words = "seven green kettles sing"
    client.post(page.redirect_chain[-1][0], {"password1": words, "password2": words})
    user.refresh_from_db()
    assert user.check_password(words)
    assert "This link no longer works" in client.get(link, follow=True).content.decode()


def test_demo_mail_stays_in_the_house(admin, now, mailoutbox):
    create_user(name="N", email="n@c.example", roles=[Role.NURSE], by=admin, now=now)
    mail = AccountMail.objects.get()

    send_mail(mail_id=mail.pk, now=now)

    mail.refresh_from_db()
    assert mailoutbox == []
    assert (mail.status, "Set your password" in mail.demo_text) == (
        OutboxStatus.COMPLETED,
        True,
    )


def _plain(response):
    return re.sub(r'"X-CSRFToken": "\w+"|value="\w{64}"', "", response.content.decode())


def test_asking_for_a_link_says_and_writes_the_same_for_any_address(client):
    user = UserFactory.create()

    known = client.post("/accounts/password/reset/", {"email": user.email}, follow=True)
    unknown = client.post(
        "/accounts/password/reset/", {"email": "x@y.example"}, follow=True
    )

    assert _plain(known) == _plain(unknown)
    assert list(
        AccountMail.objects.order_by("created_at").values_list("user", flat=True)
    ) == [
        user.pk,
        None,
    ]


def test_nothing_is_sent_to_an_unknown_address(now, mailoutbox, client):
    client.post("/accounts/password/reset/", {"email": "x@y.example"})
    mail = AccountMail.objects.get()

    send_mail(mail_id=mail.pk, now=mail.due_at)

    mail.refresh_from_db()
    assert (mail.status, mailoutbox) == (OutboxStatus.NOT_DONE, [])
