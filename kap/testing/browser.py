"""Debian's Chromium, driven by Playwright; a missing browser fails, it never skips."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--disable-background-networking",
    "--disable-dev-shm-usage",
    "--no-sandbox",  # the pages are our own; root and containers have no sandbox
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.fail("Chromium is missing. Run: apt-get install chromium")
    # Playwright keeps an event loop in this thread; Django would refuse the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=program, args=list(ARGUMENTS)
        )
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page at 1180 by 820, the clinic's tablet; console errors fail the test."""
    context = browser.new_context(viewport={"width": 1180, "height": 820})
    context.set_default_timeout(10_000)
    tab = context.new_page()
    troubles: list[str] = []
    tab.on("pageerror", lambda error: troubles.append(str(error)))
    tab.on("console", lambda line: note_trouble(line, troubles))
    yield tab
    context.close()
    assert troubles == [], f"the page's console reported: {troubles}"


def note_trouble(line: Any, troubles: list[str]) -> None:
    """Refused styles and scripts arrive here; a 4xx that a test provokes does not count."""
    known = ("Failed to load resource", "Response Status Error Code")
    if line.type == "error" and not line.text.startswith(known):
        troubles.append(line.text)


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """``axe(page)`` fails with the list of what axe-core finds."""
    from axe_playwright_python.sync_playwright import Axe

    runner = Axe()

    def check(page: Page) -> None:
        found = runner.run(page)
        assert found.violations_count == 0, found.generate_report()

    return check
