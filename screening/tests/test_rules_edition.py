from __future__ import annotations

from datetime import date, timedelta

import pytest

from kap.accounts.tests.factories import UserFactory
from kap.clinic.enums import PolicyKind
from kap.clinic.models import PolicyEdition
from kap.clinic.queries import policy_in_force
from kap.clinic.tests.factories import SiteFactory
from screening.defaults_rules import install_rules
from screening.rules.eligibility_policy import DEFAULT_RULES
from screening.tests.factories import AT

pytestmark = pytest.mark.django_db

OLD_IDS = [
    "E-AGE-01",
    "E-LOG-02",
    "E-SUD-01",
    "E-PSY-01",
    "E-OB-01",
    "E-OB-02",
    "E-ALL-01",
    "E-ALL-02",
    "E-ALL-02b",
    "E-SI-01",
    "E-SI-02",
    "E-SI-03",
    "E-INF-01",
    "E-CV-01",
    "E-CV-01b",
    "E-CV-02",
    "E-CV-03",
    "E-CV-03b",
    "E-CV-04",
    "E-CV-05",
    "E-CV-05b",
]
OLD = {
    **DEFAULT_RULES,
    "version": "2026.11",
    "rules": [rule for rule in DEFAULT_RULES["rules"] if rule["id"] in OLD_IDS],
}


def editions():
    return list(
        PolicyEdition.objects.filter(kind=PolicyKind.ELIGIBILITY).order_by("edition")
    )


def add(number, body, on, *, signed_by=None, site=None):
    return PolicyEdition.objects.create(
        kind=PolicyKind.ELIGIBILITY,
        site=site,
        edition=number,
        effective_from=on,
        body=body,
        source="As it was",
        reason="As it was",
        signed_by=signed_by,
        signed_at=AT,
    )


@pytest.fixture
def last():
    """The number of the edition that the installation has made already."""
    return editions()[-1].edition


def test_a_new_clinic_has_the_whole_edition(last):
    found = editions()

    assert last == found[-1].edition
    assert found[-1].body["version"] == DEFAULT_RULES["version"]
    assert len(found[-1].body["rules"]) == 87


def test_installing_again_adds_nothing(now):
    before = editions()
    install_rules(now)

    assert editions() == before


def test_a_clinic_with_the_first_edition_gets_a_new_one(now, last):
    today = now.date()
    old = add(last + 1, OLD, today - timedelta(days=1))
    install_rules(now)
    install_rules(now)

    new = editions()[-1]
    assert (new.edition, new.effective_from) == (last + 2, today)
    assert new.body == DEFAULT_RULES
    assert new.signed_by is None
    old.refresh_from_db()
    assert old.body == OLD
    yesterday = policy_in_force(PolicyKind.ELIGIBILITY, on=today - timedelta(days=1))
    assert yesterday == old
    assert policy_in_force(PolicyKind.ELIGIBILITY, on=today) == new


def test_rules_that_the_clinic_signed_stay_as_they_are(now, last):
    own = [{**rule, "enabled": False} for rule in OLD["rules"]]
    signed = {**OLD, "rules": own}
    director = UserFactory.create()
    add(last + 1, signed, now.date() - timedelta(days=9), signed_by=director)
    install_rules(now)
    install_rules(now)

    new = editions()[-1]
    assert new.edition == last + 2
    assert new.body["rules"][: len(own)] == own
    assert new.body["version"] == "2026.11+2026.11.2"
    assert len(new.body["rules"]) == 87


def test_an_edition_to_come_is_followed_on_its_own_day(now, last):
    later = now.date() + timedelta(days=30)
    add(last + 1, OLD, later)
    install_rules(now)

    assert editions()[-1].effective_from == later


def test_a_site_with_rules_of_its_own_gets_what_it_lacks(now, last):
    site = SiteFactory.create()
    add(last + 1, OLD, date(2026, 1, 1), signed_by=UserFactory.create(), site=site)
    install_rules(now)

    new = editions()[-1]
    assert new.site == site
    assert policy_in_force(PolicyKind.ELIGIBILITY, on=now.date(), site=site) == new
    assert len(editions()) == last + 2
