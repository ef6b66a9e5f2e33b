"""The import page in the browser: axe, widths, and a file that is taken while one looks."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from kap.accounts.enums import Role
from kap.accounts.tests.factories import UserFactory
from kap.clinic.tests.factories import SiteFactory
from screening.models import ImportRun
from screening.tasks import run_import

DATA = Path(__file__).parent / "data"
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def signed_in(live_server, page, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    SiteFactory.create()
    client = Client()
    client.force_login(UserFactory.create(roles=[Role.ADMIN]))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [
            {
                "name": settings.SESSION_COOKIE_NAME,
                "value": cookie,
                "url": live_server.url,
            }
        ]
    )
    return page


def test_an_admin_imports_a_file_and_reads_what_could_not_be_taken(
    live_server, signed_in, axe
):
    page = signed_in
    page.goto(f"{live_server.url}/screening/import/")
    axe(page)
    page.get_by_role("button", name="Import", exact=True).click()
    assert page.get_by_text("Choose a file.").first.is_visible()
    axe(page)
    page.get_by_label("File", exact=True).set_input_files(DATA / "bad.csv")
    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_text("You can leave this page.").wait_for()
    axe(page)
    run_import(str(ImportRun.objects.get().pk))
    page.get_by_text("4 patients added").wait_for()
    assert page.get_by_text("Lies before 1900.").is_visible()
    for width in (390, 1180, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        axe(page)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width
    page.goto(f"{live_server.url}/screening/import/")
    page.set_viewport_size({"width": 390, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    axe(page)
