"""The door in a real browser: passkeys, enrolment, the lock that keeps what was typed."""

from __future__ import annotations

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache

from kap.accounts.tests.factories import PASSWORD, UserFactory
from kap.clinic.tests.factories import SiteFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def clinic(db, settings):
    cache.clear()
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    return SiteFactory.create()


@pytest.fixture
def door(live_server, page):
    def open_with(user):
        page.goto(f"{live_server.url}/accounts/login/?next=/account/")
        page.get_by_label("Work email").fill(user.email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()
        return page

    return open_with


def add_authenticator(page, *, verified: bool = True) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": verified,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_sign_in_page_is_accessible_and_leads_to_the_account(door, axe):
    user = UserFactory.create(nurse=True)
    page = door(user)
    page.wait_for_url("**/account/")

    axe(page)
    page.goto(page.url.replace("/account/", "/accounts/password/change/"))
    axe(page)


@pytest.mark.parametrize("width", [390, 1180, 1440])
def test_door_fits_every_screen(live_server, page, axe, width):
    page.set_viewport_size({"width": width, "height": 820})
    for path in ("/accounts/login/", "/accounts/password/reset/"):
        page.goto(live_server.url + path)
        axe(page)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width


def test_person_enrols_an_app_and_signs_in_with_its_code(door, page, settings, axe):
    settings.SECOND_FACTOR_REQUIRED = True
    user = UserFactory.create(nurse=True)
    door(user)
    page.wait_for_url("**/accounts/2fa/")
    axe(page)
    page.get_by_role("link", name="Set up an authenticator app").click()
    if page.get_by_label("Your password").or_(page.get_by_label("Password")).count():
        page.locator("input[type=password]").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()
    axe(page)
    secret = page.locator("code").inner_text()
    page.get_by_label("Code").fill(code_now(secret))
    page.get_by_role("button", name="Set it up").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    axe(page)
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_role("button", name="Sign out").click()

    door(user)
    page.get_by_role("heading", name="Enter the code").wait_for()
    axe(page)
    page.get_by_label("Code").fill(code_now(secret))
    page.get_by_role("button", name="Sign in").click()
    if "already used" in page.content():
        time.sleep(30 - time.time() % 30 + 0.5)
        page.get_by_label("Code").fill(code_now(secret))
        page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/account/")


def code_now(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def add_passkey(page, root):
    page.goto(f"{root}/accounts/2fa/webauthn/add/")
    if page.locator("input[type=password]").count():
        page.locator("input[type=password]").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()
    page.get_by_label(re.compile("Passwordless")).check()
    page.get_by_role("button", name="Add the passkey").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()


def test_passkey_opens_the_door_alone(door, page, live_server):
    user = UserFactory.create(nurse=True)
    add_authenticator(page)
    door(user)
    page.wait_for_url("**/account/")
    add_passkey(page, live_server.url)
    page.context.clear_cookies()

    page.goto(f"{live_server.url}/accounts/login/")
    page.get_by_role("button", name="Use a passkey").click()

    page.wait_for_url(lambda url: "/accounts/login/" not in url)
    page.goto(f"{live_server.url}/account/")
    assert user.name in page.content()


def test_passkey_without_user_verification_is_refused(door, page, live_server):
    user = UserFactory.create(nurse=True)
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    made = devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    door(user)
    page.wait_for_url("**/account/")
    add_passkey(page, live_server.url)
    page.context.clear_cookies()
    devtools.send(
        "WebAuthn.setUserVerified",
        {"authenticatorId": made["authenticatorId"], "isUserVerified": False},
    )

    page.goto(f"{live_server.url}/accounts/login/")
    page.evaluate("document.addEventListener('allauth.error', e => e.preventDefault())")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_timeout(1500)

    page.goto(f"{live_server.url}/account/")
    assert "/accounts/login/" in page.url


def test_lock_hides_what_was_typed_and_gives_it_back(door, page, live_server, axe):
    user = UserFactory.create(front_desk=True)
    page.clock.install()
    door(user)
    page.wait_for_url("**/account/")
    page.goto(f"{live_server.url}/clinic/absences/")
    page.get_by_label("Reason").fill("Kestrel holiday")

    page.clock.fast_forward("10:10")
    page.get_by_role("heading", name="Your place is kept").wait_for()
    assert "Kestrel" not in page.evaluate(
        "document.body.innerHTML + [...document.querySelectorAll('input')].map(i => i.value)"
    )
    axe(page)
    answer = page.request.get(f"{live_server.url}/clinic/absences/", max_redirects=0)
    assert answer.status == 302

    page.get_by_label("Your password").fill("wrong")
    page.get_by_role("button", name="Unlock").click()
    page.get_by_text("That is not your password").wait_for()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Unlock").click()

    page.get_by_label("Reason").wait_for()
    assert page.get_by_label("Reason").input_value() == "Kestrel holiday"
    assert page.evaluate("document.activeElement.name") == "reason"


def test_an_answer_that_comes_while_it_is_locked_is_let_go(door, page, live_server):
    user = UserFactory.create(front_desk=True)
    page.clock.install()
    door(user)
    page.wait_for_url("**/account/")
    with page.expect_response("**/ui/counts/") as first:
        page.reload()
    first.value.finished()
    held = []

    def hold(route):
        held.append(route)

    page.route("**/ui/counts/", hold)
    with page.expect_request("**/ui/counts/"):
        page.clock.fast_forward("01:01")
    page.clock.fast_forward("09:30")
    page.get_by_role("heading", name="Your place is kept").wait_for()
    assert held

    for route in held:
        words = '<span id="count-work" hx-swap-oob="true">3</span>'
        route.fulfill(content_type="text/html", body=words)
    page.unroute("**/ui/counts/")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Unlock").click()

    page.get_by_role("heading", name="Your account").wait_for()


def test_touching_the_screen_keeps_it_open(door, page, live_server):
    user = UserFactory.create(front_desk=True)
    page.clock.install()
    door(user)
    page.wait_for_url("**/account/")
    for _ in range(3):
        page.clock.fast_forward("09:00")
        with page.expect_response("**/account/still-here/") as heard:
            page.keyboard.press("Shift")
        assert heard.value.status == 204

    assert page.get_by_role("heading", name="Your account").is_visible()


def test_back_button_after_sign_out_shows_nothing(door, page):
    user = UserFactory.create(nurse=True)
    door(user)
    page.wait_for_url("**/account/")
    page.locator("[popovertarget=user-menu]").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(re.compile("login|/$"))
    page.go_back()

    assert user.name not in page.content()


def test_admin_works_under_the_strict_policy_and_is_in_our_colours(
    door, page, live_server
):
    door(UserFactory.create(admin=True))
    page.wait_for_url("**/account/")
    page.goto(f"{live_server.url}/admin/accounts/user/add/")

    page.get_by_label("Name:").fill("Nora Pulse")
    page.get_by_label("E-mail address:").fill("nora@clinic.example")
    page.get_by_label("Nurse").check()
    page.get_by_role("button", name="Save", exact=True).click()

    page.get_by_text("was added successfully").wait_for()
    colour = page.evaluate(
        "getComputedStyle(document.documentElement).getPropertyValue('--primary').trim()"
    )
    assert colour.lower() in {"#17594f", "#74c6b4"}
