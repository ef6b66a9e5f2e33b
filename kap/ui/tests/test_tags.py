"""The component tags: what they write, and that they refuse what they do not know."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory

from kap.ui import icons
from kap.ui.tags import words
from kap.ui.types import Alert, Check

ROOT = Path(settings.BASE_DIR)


def show(source: str, **context) -> str:
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    "source",
    [
        '{% card heading="A" colour="red" %}{% endcard %}',
        '{% card "A" %}{% endcard %}',
        "{% card %}{% endcard %}",
        '{% chip text="A" shade="red" %}',
        '{% icon "check" %}',
        '{% note colour="red" %}{% endnote %}',
        '{% patient_banner name="A" %}{% endpatient_banner %}',
        '{% kpi title="A" %}',
        "{% readiness checks=x %}",
        "{% field name=x %}",
        '{% empty_state heading="A" text="B" href="/" %}',
        "{% once 1 %}",
    ],
)
def test_a_wrong_attribute_is_refused_when_the_template_is_read(source):
    with pytest.raises(TemplateSyntaxError):
        Template(source)


@pytest.mark.parametrize(
    "source",
    [
        '{% icon name="no-such-icon" %}',
        '{% chip text="A" tone="pink" %}',
        '{% chip text="A" phase="surgery" %}',
        '{% status_chip status="fine" %}',
        '{% note tone="pink" %}{% endnote %}',
    ],
)
def test_a_word_that_the_design_does_not_know_is_refused(source):
    with pytest.raises(TemplateSyntaxError):
        show(source)


def test_text_is_escaped_everywhere():
    evil = "<b>&"
    html = show(
        "{% chip text=x %}{% card heading=x note=x %}{{ x }}{% endcard %}"
        "{% avatar initials=x %}{% empty_state heading=x text=x %}{% kbd keys=x %}"
        "{% kpi title=x value=x %}{% note %}{{ x }}{% endnote %}",
        x=evil,
    )

    assert "<b>&" not in html
    assert html.count("&lt;b&gt;&amp;") == 12


def test_a_chip_says_its_word_and_hides_its_icon():
    html = show('{% status_chip status="blocked" %}')

    assert html.startswith('<span class="k-chip k-chip-danger"><svg')
    assert 'aria-hidden="true"' in html
    assert html.endswith("Blocked</span>")


def test_the_content_of_a_card_keeps_its_markup():
    html = show('{% card heading="A" id="a" %}<p>one</p>{% endcard %}')

    assert "<p>one</p>" in html
    assert 'aria-labelledby="a-h"' in html


def test_every_form_gets_its_own_key():
    keys = {show("{% once %}") for _ in range(3)}

    assert len(keys) == 3
    assert all(re.search(r'name="_once" value="[0-9a-f-]{36}"', key) for key in keys)


def test_the_banner_keeps_three_alerts_and_says_how_many_more():
    alerts = [Alert(f"alert {number}", "warn") for number in range(6)]
    html = show(
        '{% patient_banner name="A" initials="A" facts=f alerts=a %}{% endpatient_banner %}',
        f=["born 4 Mar 1985"],
        a=alerts,
    )

    assert "3 more" in html
    assert html.count("alert ") >= 6


def test_readiness_is_short_when_all_is_done_and_exact_when_not():
    done = [Check("ok", "Consent"), Check("ok", "Driver")]
    missing = [
        Check("no", "Driver", "asked 08:05"),
        Check("ok", "Consent"),
        Check("ok", "Fasting"),
    ]

    assert "2 of 2 checks done" in show("{% ready_short items=x %}", x=done)
    html = show("{% ready_short items=x %}", x=missing)
    assert "Driver, asked 08:05" in html
    assert "Consent, fasting" in html


def test_pages_keep_the_rest_of_the_address():
    request = RequestFactory().get("/", {"filter": "mine", "page": "2"})
    page = Paginator(range(120), 50).page(2)
    html = show("{% pagination page=p %}", p=page, request=request)

    assert "?filter=mine&amp;page=1" in html
    assert "?filter=mine&amp;page=3" in html
    assert "51–100 of 120" in html


def test_one_page_needs_no_pages():
    request = RequestFactory().get("/")

    html = show(
        "{% pagination page=p %}", p=Paginator([1], 50).page(1), request=request
    )

    assert html.strip() == ""


@pytest.mark.parametrize(
    ("value", "total", "share"), [(0, 0, 0), (5, 10, 50), (20, 10, 100), (-1, 10, 0)]
)
def test_a_meter_stays_in_its_frame(value, total, share):
    html = show('{% meter value=v total=t label="A" %}', v=value, t=total)

    assert f'aria-valuenow="{share}"' in html


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal("5.00"), "5"),
        (Decimal("0.50"), "0.5"),
        (0.5, "0.5"),
        (-2, "\u22122"),
        (Decimal("1E+2"), "100"),
        (None, ""),
    ],
)
def test_amounts_lead_with_a_zero_and_trail_with_none(value, shown):
    assert words.amount(value) == shown


@pytest.mark.parametrize(
    ("offset", "shown"), [(0, "today"), (1, "tomorrow"), (-1, "yesterday")]
)
def test_days_near_now_are_words(offset, shown, freeze, now):
    freeze(now)

    assert words.day(now.date() + timedelta(days=offset)) == shown


def test_a_date_names_its_year_only_when_it_is_another(freeze, now):
    freeze(now)

    assert words.day(date(2026, 10, 14)) == "Wed\u00a014\u00a0Oct"
    assert words.day(date(2025, 10, 14)) == "Tue\u00a014\u00a0Oct\u00a02025"


def test_times_are_24_hours_for_staff_and_12_for_patients():
    moment = datetime(2026, 10, 14, 13, 5, tzinfo=UTC)

    assert words.hm(moment) == "13:05"
    assert words.hm12(moment) == "1:05\u00a0pm"
    assert words.hm12(datetime(2026, 10, 14, 0, 5, tzinfo=UTC)) == "12:05\u00a0am"


def test_the_sprite_holds_what_the_list_names():
    sprite = (ROOT / "static" / "icons.svg").read_text()

    assert set(re.findall(r'<symbol id="([a-z0-9-]+)"', sprite)) == icons.names()


def test_templates_name_only_icons_that_there_are():
    named = set()
    for path in (ROOT / "templates").rglob("*.html"):
        found = re.findall(r"\{% icon name=\"([^\"]+)\"", path.read_text())
        named |= {(path.name, name) for name in found if name not in icons.names()}

    assert named == set()


def test_templates_hold_no_inline_style_or_script():
    inline = re.compile(
        r"<[^>]*\sstyle=|<style|\son[a-z]+=\"|<script(?![^>]*(?:\ssrc=|application/json))|hx-on"
    )
    guilty = [
        path.name
        for path in (ROOT / "templates").rglob("*.html")
        if inline.search(path.read_text())
    ]

    assert guilty == []
