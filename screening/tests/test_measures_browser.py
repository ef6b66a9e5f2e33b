"""The measures page and the admin's questionnaires in a browser: axe, no sideways scrolling."""

from __future__ import annotations

import pytest

from kap.accounts.tests.factories import PrescriberFactory, UserFactory
from kap.core import clock
from kap.patients.tests.factories import EpisodeFactory
from screening import services
from screening.enums import ResponseMode
from screening.tests.factories import ResponseFactory, all_items
from screening.tests.test_browser_screening import PHONE, home, look, sign_in

__all__ = ["home"]

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=False)


def test_measures_and_questionnaires_on_a_desk_and_on_a_phone(page, home, axe):
    episode = EpisodeFactory.create()
    for key, value in (("phq-9", 2), ("pcl-5", 1), ("peg", 5)):
        response = ResponseFactory.create(
            episode=episode, patient=episode.patient, instrument=key
        )
        services.submit_response(
            response_id=response.pk,
            answers=all_items(key, value),
            mode=ResponseMode.LINK,
            by=None,
            now=clock.now(),
        )
    waiting = ResponseFactory.create(
        episode=episode, patient=episode.patient, instrument="audit"
    )
    sign_in(page, PrescriberFactory.create().user)
    measures = f"/screening/patients/{episode.patient_id}/measures/"
    look(page, home, axe, measures, "measures")
    look(page, home, axe, f"/screening/{episode.pk}/forms/", "forms-send")
    paper = f"/screening/{episode.pk}/phone/measures/{waiting.pk}/"
    look(page, home, axe, paper, "measure-on-paper")
    page.set_viewport_size(PHONE)
    look(page, home, axe, measures, "measures-phone")
    page.context.clear_cookies()
    sign_in(page, UserFactory.create(roles=["admin"]))
    look(page, home, axe, "/screening/questionnaires/", "questionnaires")
    look(page, home, axe, "/screening/questionnaires/shipped/audit/", "questionnaire")
    page.set_viewport_size(PHONE)
    look(page, home, axe, "/screening/questionnaires/", "questionnaires-phone")
