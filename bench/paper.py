"""A consent as PDF: the product's box beside WeasyPrint's own time for the same HTML, in turns.

    python -m bench.paper [--rounds 12]

The floor is one call of WeasyPrint with the same style sheets, fonts and options, all
warm, in this process.  The product does the same in the locked child process.
"""

# ruff: noqa: PLC0415 -- Django is set up before anything of the product is imported

from __future__ import annotations

import argparse
import io
import logging
import os
import sys
import tempfile
import time
from datetime import UTC, datetime

MOST = 1.15
SIGNED_AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def consent_html() -> str:
    """A signed consent with the shipped text, as the worker would lay it out."""
    from django.template.loader import render_to_string

    from screening.consent_texts import SHIPPED

    text = SHIPPED[0]
    parts = [
        {
            "number": number,
            "title": one["title"],
            "paragraphs": one["body"].split("\n\n"),
            "ack": one["ack"],
            "given": "JT" if one["ack"] == "initials" else "ticked",
            "is_required": one["required"],
            "is_read": True,
        }
        for number, one in enumerate(text.sections, start=1)
    ]
    paper = {
        "title": text.title,
        "clinic": "Larkfield Clinic",
        "address": "12 Portland Street",
        "patient": "Juniper Testwell",
        "born": "4 Mar 1985",
        "record": "100 462",
        "foot": f"{text.title}, edition 1",
    }
    return render_to_string(
        "screening/pdf_consent.html",
        {
            "paper": paper,
            "parts": parts,
            "title": text.title,
            "consent": {
                "status": "active",
                "signed_at": SIGNED_AT,
                "activated_at": SIGNED_AT,
                "template": {"language": "en", "effective_from": SIGNED_AT},
            },
            "fingerprint": "7c1e 09ab " * 8,
            "number": 1,
        },
    )


def measure(html: str, rounds: int) -> tuple[float, float]:
    """Milliseconds of WeasyPrint alone and in the box, in turns: the quickest of each.

    Whatever else the machine does only ever adds time, so the quickest is the truest.
    """
    import kap.documents.preload  # noqa: F401 -- as the worker does before it forks
    from kap.documents import box, engine

    logging.disable(logging.CRITICAL)  # as the box does: neither side writes a log

    def alone() -> None:
        engine.make_pdf(html, paper="letter", target=io.BytesIO())

    def boxed() -> None:
        with tempfile.TemporaryFile() as target:
            box.make_in_box(html, paper="letter", target=target, limits=box.LIMITS)

    took: dict[str, list[float]] = {"alone": [], "boxed": []}
    turns = {"alone": alone, "boxed": boxed}
    for number in range(rounds):
        order = ("alone", "boxed") if number % 2 else ("boxed", "alone")
        for name in order:
            started = time.perf_counter()
            turns[name]()
            took[name].append((time.perf_counter() - started) * 1000)
    return min(took["alone"]), min(took["boxed"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=12)
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.product_settings")
    import django

    django.setup()
    floor_ms, ours_ms = measure(consent_html(), given.rounds)
    ratio = ours_ms / floor_ms
    verdict = "ok" if ratio <= MOST else "MISSED"
    sys.stdout.write(
        f"consent as PDF: WeasyPrint {floor_ms:.0f} ms, in the box {ours_ms:.0f} ms, "
        f"{ratio:.2f} times (most {MOST}) {verdict}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
