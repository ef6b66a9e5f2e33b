"""The sentence with which a page refuses."""

from __future__ import annotations

import html
import re

ALERT = re.compile(r'role="alert".*?<b>(.*?)</b>', re.DOTALL)
TITLE = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)


def sentence_of(page: bytes) -> str:
    """What stands in the page's alert, else its heading; "" when there is neither."""
    text = page.decode(errors="replace")
    found = ALERT.search(text) or TITLE.search(text)
    return html.unescape(re.sub(r"<[^>]+>", "", found[1])).strip() if found else ""
