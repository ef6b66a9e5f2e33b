"""Opens every page that one person can reach by following links, a few of each kind."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, resolve

from integration.tests.guard.pages import Parsed, read

HOST = "http://testserver"
SIGNS_OUT = {"account_logout", "admin:logout"}


@dataclass
class Page:
    """One answer to one GET."""

    url: str
    name: str
    status: int
    headers: dict[str, str]
    body: str

    @property
    def is_html(self) -> bool:
        return self.headers.get("Content-Type", "").startswith("text/html")

    @cached_property
    def parsed(self) -> Parsed:
        return read(self.body) if self.is_html else Parsed()


def name_of(url: str) -> str | None:
    """The name of the pattern that answers an address; None when none does."""
    try:
        return resolve(urlsplit(url).path).view_name
    except Resolver404:
        return None


def body_of(response: HttpResponse) -> str:
    content = (
        b"".join(response.streaming_content)  # type: ignore[attr-defined]  # a file
        if response.streaming
        else response.content
    )
    return content.decode(errors="replace")


def fetch(client: Client, url: str) -> Page:
    response: Any = client.get(url)
    body = body_of(response)
    for close in response._resource_closers:  # close() would end the connection too
        close()
    return Page(
        url, name_of(url) or "", response.status_code, dict(response.headers), body
    )


def crawl(client: Client, starts: Iterable[str], *, each: int = 2) -> list[Page]:
    """Breadth first; at most ``each`` addresses of one pattern with one set of query names."""
    waiting, seen, pages = deque(starts), set(), []
    opened: Counter[str] = Counter()
    while waiting:
        url = waiting.popleft()
        kind = _kind(url)
        if kind is None or url in seen or opened[kind] >= each:
            continue
        seen.add(url)
        opened[kind] += 1
        page = fetch(client, url)
        pages.append(page)
        found = page.parsed.links + [page.headers.get("Location", "")]
        waiting.extend(_local(url, link) for link in found if link)
    return pages


def _kind(url: str) -> str | None:
    name = name_of(url) if url else None
    if name is None or name in SIGNS_OUT:
        return None
    query = sorted(part.split("=")[0] for part in urlsplit(url).query.split("&"))
    return f"{name}?{','.join(query)}"


def _local(base: str, link: str) -> str:
    """The path and query of a link of ours; empty for others."""
    parts = urlsplit(urljoin(HOST + base, link))
    if f"{parts.scheme}://{parts.netloc}" != HOST:
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")
