"""What goes wrong in a clinic: pressed twice, gone back, stale, somebody else's, locked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import uuid4

from integration.tests.story.arrival import press
from integration.tests.story.stage import TABLET, Stage
from kap.accounts.enums import Role
from kap.core import clock
from kap.demo.clinic import PASSWORD
from kap.patients import links
from kap.patients.models import EpisodeOfCare, Patient
from kap.patients.tests.factories import EpisodeFactory

if TYPE_CHECKING:
    from playwright.sync_api import Page

TWICE: Final = """form => {
  const send = () => fetch(form.action, {method: 'POST', body: new FormData(form)});
  return Promise.all([send(), send()]).then(all => all.map(one => one.url));
}"""


def a_patient(stage: Stage) -> EpisodeOfCare:
    """Somebody who is in care already."""
    site = stage.world.sites[0].site
    return EpisodeFactory.create(patient__site=site, site=site)


def a_form_is_sent_twice(stage: Stage) -> None:
    """At the same moment, past every guard of the page: one patient, one answer."""
    page = stage.at(Role.FRONT_DESK)
    page.goto(f"{stage.root}/patients/new/")
    _types_a_patient(page)
    ends = page.locator("#register").evaluate(TWICE)
    here = Patient.objects.get(family_name="Doubleday")
    assert {end.removeprefix(stage.root) for end in ends} == {f"/patients/{here.pk}/"}


def _types_a_patient(page: Page) -> None:
    page.locator("[name=given_name]").fill("Wilhelmina")
    page.locator("[name=family_name]").fill("Doubleday")
    page.locator("[name=birth_date]").fill("1971-02-03")


def somebody_goes_back_and_sends_again(stage: Stage) -> None:
    """From the chart back to the form: the same person is not registered again."""
    page = stage.at(Role.FRONT_DESK)
    page.goto(f"{stage.root}/patients/new/")
    _types_a_patient(page)
    page.get_by_text("Answer first whether this is").wait_for()
    stage.look(page, "register-perhaps-here")
    assert page.get_by_role("button", name="Register", exact=True).is_disabled()
    page.goto(f"{stage.root}/patients/")
    page.go_back()
    page.get_by_role("heading", name="Register a patient").wait_for()
    assert Patient.objects.filter(family_name="Doubleday").count() == 1


def two_windows_change_one_record(stage: Stage, patient: Patient) -> None:
    """The second to save sees both texts, and loses nothing."""
    first = stage.at(Role.FRONT_DESK)
    second = first.context.new_page()
    for page in (first, second):
        page.goto(f"{stage.root}/patients/{patient.pk}/details/")
    first.locator("[name=address]").fill("1 Paper Lane")
    press(first, "Save")
    second.locator("[name=address]").fill("2 Cardboard Row")
    press(second, "Save")
    second.get_by_text("Nothing you typed is lost.").wait_for()
    stage.look(second, "details-conflict")
    assert second.locator("[name=address]").input_value() == "2 Cardboard Row"
    assert second.get_by_role("cell", name="1 Paper Lane").count() == 1
    press(second, "Save mine")
    second.close()
    patient.refresh_from_db()
    assert patient.address == "2 Cardboard Row"


def a_link_falls_into_other_hands(stage: Stage, patient: Patient) -> None:
    """A wrong birth date, an address that was made up, a page of staff: nothing opens."""
    issued = links.issue_link(
        patient=patient,
        purpose="packet",
        object_id=uuid4(),
        by=None,
        now=clock.now(),
    )
    phone = stage.phone()
    phone.goto(issued.url)
    phone.get_by_label("Month").select_option("January")
    phone.get_by_label("Day").fill("2")
    phone.get_by_label("Year").fill("1990")
    press(phone, "Go on")
    phone.get_by_text("This birth date does not fit.").first.wait_for()
    stage.look(phone, "phone-wrong-birth-date")
    assert patient.family_name not in phone.content()
    phone.goto(f"{stage.root}/l/{'x' * 32}/")
    phone.get_by_role("heading", name="This link does not open").wait_for()
    stage.look(phone, "phone-dead-link")
    phone.goto(f"{stage.root}/p/forms/")
    phone.get_by_role("heading", name="This page has closed").wait_for()
    stage.look(phone, "phone-closed")
    phone.goto(f"{stage.root}/patients/{patient.pk}/")
    phone.wait_for_url("**/accounts/login/**")


def an_address_belongs_to_another_role(stage: Stage, episode: EpisodeOfCare) -> None:
    page = stage.at(Role.FRONT_DESK)
    for path in (f"/screening/{episode.pk}/", "/admin/", "/messages/demo/"):
        answer = page.goto(f"{stage.root}{path}")
        assert answer is not None
        assert answer.status == 403, path
        page.get_by_role("heading", name="This page is not open to you").wait_for()
    stage.look(page, "forbidden")
    answer = page.goto(f"{stage.root}/patients/{uuid4()}/")
    assert answer is not None
    assert answer.status == 404
    stage.look(page, "not-found")


def a_screen_locks_and_gives_back_what_was_typed(stage: Stage) -> None:
    page = stage.screen(TABLET)
    page.clock.install()
    stage.sign_in(page, Role.FRONT_DESK)
    page.goto(f"{stage.root}/patients/new/")
    page.locator("[name=given_name]").fill("Halfway")
    page.clock.fast_forward("10:10")
    page.get_by_role("heading", name="Your place is kept").wait_for()
    stage.look(page, "locked")
    assert "Halfway" not in page.evaluate("document.body.innerHTML")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Unlock").click()
    page.locator("[name=given_name]").wait_for()
    assert page.locator("[name=given_name]").input_value() == "Halfway"
