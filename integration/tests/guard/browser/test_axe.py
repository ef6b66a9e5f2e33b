"""Every kind of page that a role can reach: axe, and no sideways scrolling on a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from integration.tests.guard.crawl import crawl
from integration.tests.guard.enrich import enrich
from integration.tests.guard.walk.conftest import starts, who_is
from kap.accounts.enums import Role
from kap.core import clock

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
LEFT_OUT = {"healthz", "readyz", "account_reauthenticate", "accounts_kap:lock"}


@pytest.fixture
def clinic(db: None) -> None:
    call_command("seed_demo", patients=8, months=2, seed=3, verbosity=0)
    enrich(clock.now())


@pytest.fixture
def open_as(browser: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    contexts = []

    def open_(client: Client, size: dict[str, int], scheme: str = "light") -> Page:
        context = browser.new_context(viewport=size, color_scheme=scheme)
        context.set_default_timeout(30_000)
        context.add_cookies(
            [
                {
                    "name": settings.SESSION_COOKIE_NAME,
                    "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
                    "url": live_server.url,
                }
            ]
        )
        contexts.append(context)
        return context.new_page()

    yield open_
    for context in contexts:
        context.close()


def one_of_each(client: Client, role: Role) -> list[str]:
    """One address of each kind of page that answers with a whole page."""
    kept: dict[str, str] = {}
    for page in crawl(client, starts(), each=1):
        whole = page.is_html and "<html" in page.body and page.status == 200
        if whole and page.name not in LEFT_OUT:
            kept.setdefault(page.name, page.url)
    if role != Role.PRESCRIBER:  # pages of the door look the same for everybody
        kept = {n: u for n, u in kept.items() if not n.startswith(("account_", "mfa_"))}
    return sorted(kept.values())


def trouble(page: Page, run: Any, url: str) -> list[str]:
    found = [
        f"{url}: {one['id']} {one['nodes'][0]['html'][:160]}"
        for one in run(page).response["violations"]
    ]
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return found + ([f"{url}: {wide} px too wide"] if wide > 1 else [])


@pytest.mark.parametrize(
    "role", [Role.PRESCRIBER, Role.FRONT_DESK, Role.ADMIN, Role.COMPLIANCE]
)
def test_every_page_of_a_role_is_usable(role, clinic, open_as, live_server):
    from axe_playwright_python.sync_playwright import Axe

    client, run, wrong = Client(), Axe().run, []
    client.force_login(who_is(role))
    urls = one_of_each(client, role)
    for size, scheme in ((WIDE, "light"), (NARROW, "light"), (WIDE, "dark")):
        page = open_as(client, size, scheme)
        for url in urls if scheme == "light" else urls[::4]:
            page.goto(live_server.url + url)
            wrong += [
                f"{size['width']} {scheme} {line}" for line in trouble(page, run, url)
            ]

    assert not wrong, "\n".join(["", *wrong])
