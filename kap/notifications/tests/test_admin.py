"""Words are edited in the admin, and refused there when they would not go out."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from kap.accounts.tests.factories import UserFactory
from kap.notifications.models import MessageTemplate
from kap.patients.enums import Channel

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_admin(client: Client) -> Client:
    client.force_login(UserFactory.create(admin=True))
    return client


@pytest.fixture
def words(db: None) -> MessageTemplate:
    return MessageTemplate.objects.get(kind="visit-24h", channel=Channel.SMS)


def _url(words: MessageTemplate) -> str:
    return reverse("admin:notifications_messagetemplate_change", args=[words.pk])


def test_the_page_shows_the_tokens_and_how_the_message_would_arrive(
    as_admin: Client, words: MessageTemplate
) -> None:
    page = as_admin.get(_url(words)).content.decode()
    assert "{link} the secure link" in page
    assert "see you Wed 23 Sep, 12:30 pm." in page
    assert "of 160" in page


def test_good_words_are_kept(as_admin: Client, words: MessageTemplate) -> None:
    data = {"subject": "", "body": "{site}: until {date}, {time}."}
    assert as_admin.post(_url(words), data).status_code == 302
    words.refresh_from_db()
    assert words.body == "{site}: until {date}, {time}."


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("{site}: your ketamine visit", "Take out “ketamine”"),
        ("{patient.__init__.__globals__}", "Braces hold only these"),
        ("{{settings.SECRET_KEY}}", "Braces hold only these"),
        ("x" * 161, "take out 1 to stay within 160"),
    ],
)
def test_words_that_may_not_go_out_are_refused_and_stay_typed(
    as_admin: Client, words: MessageTemplate, body: str, sentence: str
) -> None:
    before = words.body
    response = as_admin.post(_url(words), {"subject": "", "body": body})
    page = response.content.decode()
    assert sentence in page
    assert body in page
    words.refresh_from_db()
    assert words.body == before


def test_new_words_are_for_a_kind_that_exists(as_admin: Client) -> None:
    url = reverse("admin:notifications_messagetemplate_add")
    page = as_admin.get(url).content.decode()
    assert "The day before" in page
    data = {
        "kind": "visit-24h",
        "channel": "sms",
        "language": "es",
        "subject": "",
        "body": "{site}: hasta {date}, {time}.",
    }
    assert as_admin.post(url, data).status_code == 302
    assert MessageTemplate.objects.filter(kind="visit-24h", language="es").exists()


def test_the_list_names_messages_as_staff_do(as_admin: Client) -> None:
    page = as_admin.get(reverse("admin:notifications_messagetemplate_changelist"))
    assert "Form before the first visit" in page.content.decode()
