"""Every address says who may open it, and keeps its word."""

from __future__ import annotations

import pytest
from django.test import Client

from kap.accounts.enums import Role
from kap.accounts.tests.factories import UserFactory
from kap.clinic.tests.factories import SiteFactory
from kap.patients.tests.factories import PatientFactory
from kap.testing.addresses import every_address, nameless

OPEN_TO_ALL = [
    "account_inactive",
    "account_login",
    "account_logout",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "documents:verify",
    "healthz",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "patients:link",
    "screening:kiosk",
    "sessions:feed",
]
CANARY = "Zyxwvut"
SKIPPED = {
    "account_confirm_email",
    "account_reset_password_from_key",
    "admin:app_list",
    "admin:view_on_site",
}
"""Their addresses need parts that cannot be made up; each has tests of its own."""
SIGNS_OUT = {"account_logout", "admin:logout"}


def test_every_address_has_a_policy():
    without = [
        address.name
        for address in every_address()
        if address.policy is None and not address.is_closed
    ]

    assert without == []


def test_every_address_has_a_name():
    assert nameless() == []


def test_the_list_of_what_is_open_to_all_is_short_and_known():
    found = {
        address.name
        for address in every_address()
        if address.policy is not None and address.policy.kind == "public"
    }

    assert sorted(found) == OPEN_TO_ALL


def test_roles_of_every_policy_exist():
    named = {
        role
        for address in every_address()
        if address.policy is not None
        for role in address.policy.roles
    }

    assert named <= set(Role)


@pytest.fixture
def patient(db):
    site = SiteFactory.create()
    return PatientFactory.create(site=site, family_name=CANARY, given_name=CANARY)


def walk(client, patient, *, post: bool = False):
    """(address, status, body) of each; as a stranger might, with parts partly real."""
    known = {"pk": patient.pk, "patient_id": patient.pk, "patient_pk": patient.pk}
    for address in every_address():
        if address.name in SKIPPED | SIGNS_OUT or (post and not is_ours(address)):
            continue
        path = address.path(known)
        response = client.post(path, {}) if post else client.get(path)
        body = b"" if response.streaming else response.content
        yield address, response.status_code, body.decode(errors="replace")


def is_ours(address) -> bool:
    """Not Django's admin (which refuses every deletion) nor django-allauth."""
    theirs = ("allauth.", "django.")
    return not address.name.startswith(
        "admin:"
    ) and not address.view.__module__.startswith(theirs)


@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_what_it_may_and_nothing_else(patient, role):
    client = Client(raise_request_exception=False)
    client.force_login(UserFactory.create(roles=[role], is_staff=role == Role.ADMIN))
    wrong = []
    for address, status, body in walk(client, patient):
        policy = address.policy
        if status >= 500 and address.name != "readyz":  # 503 while no worker runs
            wrong.append(f"{address.name}: {status}")
        elif (
            policy
            and policy.kind == "staff"
            and policy.roles
            and role not in policy.roles
        ):
            if status not in {403, 404} or CANARY in body:
                wrong.append(f"{address.name}: {status} for {role}")
        elif policy and policy.kind == "staff" and status == 403 and is_ours(address):
            wrong.append(f"{address.name}: refused to {role}, which its policy names")

    assert wrong == []


def test_a_stranger_is_sent_to_the_door(patient):
    client = Client(raise_request_exception=False)
    wrong = []
    for address, status, body in walk(client, patient):
        expected = (
            {302, 404}
            if address.policy and address.policy.kind == "staff"
            else {200, 302, 401, 403, 404, 405, 410}
        )
        if status not in expected or CANARY in body:
            wrong.append(f"{address.name}: {status}")

    assert wrong == []


def test_somebody_without_a_role_opens_nothing(patient):
    client = Client(raise_request_exception=False)
    client.force_login(UserFactory.create(roles=[]))
    wrong = [
        f"{address.name}: {status}"
        for address, status, body in walk(client, patient)
        if is_ours(address)
        and address.policy
        and address.policy.kind == "staff"
        and status not in {403, 404}
    ]

    assert wrong == []


def test_an_empty_form_never_fails(patient):
    client = Client(raise_request_exception=False)
    client.force_login(UserFactory.create(roles=list(Role), is_staff=True))

    wrong = [
        f"{address.name}: {status}"
        for address, status, _ in walk(client, patient, post=True)
        if status >= 500
    ]

    assert wrong == []


def test_no_address_answers_without_the_headers_that_protect_it(patient):
    client = Client(raise_request_exception=False)
    client.force_login(UserFactory.create(roles=list(Role), is_staff=True))
    wrong = []
    for address in every_address():
        if address.name in SKIPPED | SIGNS_OUT:
            continue
        response = client.get(address.path({"pk": patient.pk}))
        policy = response.headers.get("Content-Security-Policy", "")
        if "default-src 'none'" not in policy or "unsafe" in policy:
            wrong.append(f"{address.name}: content security policy")
        if "no-store" not in response.headers.get("Cache-Control", ""):
            wrong.append(f"{address.name}: may be kept by the browser")

    assert wrong == []
