"""WeasyPrint with nothing to fetch from: our own style sheets and fonts, kept parsed.

Imported by the PDF worker and by the locked child only; never by a web process.
"""

from __future__ import annotations

import base64
import binascii
import os
from typing import IO, Any, NoReturn

from django.conf import settings
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

BASE = "https://packaged.invalid/"
"""Addresses of our own files inside the renderer; nothing is ever asked over a network."""
STATIC = settings.BASE_DIR / "static"
FONTS = {
    "vendor/inter-4.1.1/inter-kap.woff2": "font/woff2",
    "vendor/source-serif-4-5.3.1/source-serif-4.woff2": "font/woff2",
    "vendor/source-serif-4-5.3.1/source-serif-4-italic.woff2": "font/woff2",
}
STYLES = ("css/tokens.css", "css/pdf.css")
PNG = "data:image/png;base64,"
PNG_MARK = b"\x89PNG\r\n\x1a\n"
MAX_IMAGE_BYTES = 2_000_000

os.environ["SOURCE_DATE_EPOCH"] = "1767225600"
"""Written into the fonts' heads in place of the time, so that bytes do not vary."""


class PaperFetcher(URLFetcher):  # type: ignore[misc]  # weasyprint has no types
    """Serves packaged fonts and embedded PNG pictures; anything else ends the job.

    WeasyPrint swallows a refusal inside an SVG, so each is noted as well as raised.
    """

    refused = ""

    def refuse(self, why: str) -> NoReturn:
        self.refused = why
        raise FatalURLFetchingError(why)

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:  # noqa: ARG002
        if url.startswith(PNG):
            content = self._png(url)
            return URLFetcherResponse(url, content, {"Content-Type": "image/png"})
        name = url.removeprefix(BASE)
        if not url.startswith(BASE) or name not in FONTS:
            self.refuse("The paper asked for something from outside.")
        content = (STATIC / name).read_bytes()
        return URLFetcherResponse(url, content, {"Content-Type": FONTS[name]})

    def _png(self, url: str) -> bytes:
        if len(url) > MAX_IMAGE_BYTES:
            self.refuse("A picture in the paper is too large.")
        try:
            content = base64.b64decode(url.removeprefix(PNG), validate=True)
        except binascii.Error:
            content = b""
        if not content.startswith(PNG_MARK):
            self.refuse("A picture in the paper is not a PNG.")
        return content


_fetcher = PaperFetcher()
_fonts = FontConfiguration()


def _sheet(text: str, name: str) -> CSS:
    return CSS(
        string=text, base_url=BASE + name, url_fetcher=_fetcher, font_config=_fonts
    )


_styles = [_sheet((STATIC / name).read_text(), name) for name in STYLES]
_paper = {
    "letter": _sheet("@page { size: Letter }", "css/letter.css"),
    "a4": _sheet("@page { size: A4 }", "css/a4.css"),
}


def make_pdf(html: str, *, paper: str, target: IO[bytes]) -> int:
    """Write the PDF; returns the number of pages.  The same HTML gives the same bytes."""
    _fetcher.refused = ""
    document = HTML(
        string=html, base_url=BASE + "paper/", url_fetcher=_fetcher, media_type="print"
    ).render(
        stylesheets=[*_styles, _paper[paper]],
        font_config=_fonts,
        pdf_variant="pdf/ua-1",
        pdf_identifier=True,
    )
    document.write_pdf(target, pdf_variant="pdf/ua-1", pdf_identifier=True)
    if _fetcher.refused:
        raise FatalURLFetchingError(_fetcher.refused)
    return len(document.pages)
