"""Imported by the PDF worker before it forks: WeasyPrint, style sheets and fonts, warm."""

from __future__ import annotations

import io

from kap.documents import engine

engine.make_pdf("<p>warm</p>", paper="letter", target=io.BytesIO())
