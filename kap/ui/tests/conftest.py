"""A person of the clinic, signed in, in a browser."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client


@pytest.fixture
def user(transactional_db):
    return get_user_model().objects.create_user(
        email="admin@larkfield.example",
        password="a long enough password",
        name="Wren Paperfold",
        roles=["admin"],
    )


@pytest.fixture
def inside(page, live_server, user):
    """A page whose browser is signed in."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "url": live_server.url}]
    )
    return page
