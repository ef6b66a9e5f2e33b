"""The stage of the story: the demo's clinic, its people at their screens, a phone."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache

from integration.tests.story.clock import FIRST_DAY, StoryClock
from integration.tests.story.programs import (
    environment,
    handing_over_to,
    wait_until,
    worker_and_beat,
)
from kap.accounts.enums import Role
from kap.core import clock
from kap.demo.clinic import PASSWORD, SIGN_INS, make_clinic
from kap.demo.world import DemoWorld
from kap.testing.browser import note_trouble

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

TABLET = {"width": 1180, "height": 820}
PHONE = {"width": 390, "height": 844}
PATIENCE_MS = 45_000
"""The machine may be busy; what is there is found at once all the same."""
ADDRESS = {role: email for email, _, role in SIGN_INS}
PICTURES = os.environ.get("KAP_STORY_PICTURES", "")


class Stage:
    """Who sits where; every page that is looked at is checked."""

    def __init__(
        self,
        *,
        browser: Browser,
        root: str,
        time: StoryClock,
        axe: Callable[[Page], None],
        log: Path,
    ) -> None:
        self.root, self.time, self.log = root, time, log
        self.troubles: list[str] = []
        self.world = DemoWorld(
            random=Random(11),  # noqa: S311 -- repeatable, not secret
            now=FIRST_DAY,
            months=1,
            is_small=True,
        )
        self._browser, self._axe = browser, axe
        self._pages: dict[str, Page] = {}
        self._contexts: list[BrowserContext] = []
        self._looked_at: set[str] = set()

    # -- people ------------------------------------------------------------------------

    def at(self, role: Role) -> Page:
        """The screen of somebody of the clinic, signed in."""
        if role not in self._pages:
            self._pages[role] = self.screen(TABLET)
            self.sign_in(self._pages[role], role)
        return self._pages[role]

    def seat(self, role: Role, page: Page) -> None:
        """This screen belongs to somebody who has signed in on it."""
        self._pages[role] = page

    def phone(self) -> Page:
        """The patient's phone, with nothing remembered from the last time."""
        return self.screen(PHONE)

    def screen(self, size: dict[str, int]) -> Page:
        context = self._browser.new_context(viewport=size)
        context.set_default_timeout(PATIENCE_MS)
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("console", lambda line: note_trouble(line, self.troubles))
        return page

    def sign_in(self, page: Page, role: Role) -> None:
        page.goto(f"{self.root}/accounts/login/")
        page.get_by_label("Work email").fill(ADDRESS[role])
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()
        page.wait_for_url(lambda url: "/accounts/login/" not in url)

    def later(self, moment: datetime) -> None:
        """Time moves on; after a while everybody's screen has locked."""
        is_long = moment - clock.now() > timedelta(minutes=9)
        self.time.go_to(moment)
        if is_long:
            self.everybody_leaves()

    def minutes_pass(self, minutes: float, page: Page) -> None:
        """Time goes by at a screen that somebody keeps touching."""
        while minutes > 0:
            step = min(minutes, 9)
            self.time.pass_by(minutes=step)
            page.request.get(f"{self.root}/account/")
            minutes -= step

    def everybody_leaves(self) -> None:
        """Whoever comes back signs in again."""
        for page in self._pages.values():
            page.context.close()
        self._pages.clear()

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    # -- looking -----------------------------------------------------------------------

    def look(self, page: Page, name: str) -> None:
        """Axe, and no scrolling sideways; each page once."""
        if name in self._looked_at:
            return
        self._looked_at.add(name)
        if PICTURES:
            self._take_pictures(page, name)
        self._axe(page)
        wide = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{name} scrolls sideways by {wide} px"

    def _take_pictures(self, page: Page, name: str) -> None:
        folder = Path(PICTURES)
        folder.mkdir(parents=True, exist_ok=True)
        before = page.viewport_size or TABLET
        page.screenshot(path=folder / f"{name}-{before['width']}.png", full_page=True)
        if before["width"] == PHONE["width"]:
            return
        page.set_viewport_size({"width": 1440, "height": 900})
        page.screenshot(path=folder / f"{name}-1440.png")
        page.set_viewport_size(before)

    def wait_until(self, what: Callable[[], object], sentence: str) -> None:
        wait_until(what, self.log, sentence=sentence)


@pytest.fixture
def stage(
    transactional_db: None,
    live_server: Any,
    redis_url: str,
    browser: Browser,
    axe: Callable[[Page], None],
    media: Path,
    tmp_path_factory: pytest.TempPathFactory,
    settings: Any,
) -> Iterator[Stage]:
    """Everything runs: web server, Redis, worker, beat, and one clock for all of them."""
    cache.clear()
    settings.PUBLIC_URL = live_server.url
    folder = tmp_path_factory.mktemp("story")
    with ExitStack() as moments, ExitStack() as programs:
        time = StoryClock(folder / "clock", moments)
        time.go_to(FIRST_DAY)
        env = environment(
            broker=redis_url,
            files=media,
            clock=time.file,
            public_url=live_server.url,
        )
        programs.enter_context(handing_over_to(redis_url))
        log = programs.enter_context(worker_and_beat(env, folder))
        here = Stage(browser=browser, root=live_server.url, time=time, axe=axe, log=log)
        make_clinic(here.world, site_count=1)
        yield here
        here.close()
    assert here.troubles == [], f"a page's console reported: {here.troubles}"
    assert "Traceback" not in log.read_text(), log.read_text()[-3000:]
