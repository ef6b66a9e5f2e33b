"""Writes static/css/grid.css: classes that place things on grids, so that no style attribute is needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

HEAD = """\
/*
 * Placement on grids without style attributes. Written by `manage.py build_grid`; do not edit.
 *   .s-N .e-N rows (5 min)   .cs-N .ce-N columns   .k-cols-N equal columns   .g-N spans N of them
 *   .k-lanes-N a board with a column of hours and N lanes   .w-pN widths in steps of 5 %
 */
"""


def grid_css() -> str:
    """The whole file."""
    lines = [
        f".s-{n}{{grid-row-start:{n}}}.e-{n}{{grid-row-end:{n}}}"
        f".cs-{n}{{grid-column-start:{n}}}.ce-{n}{{grid-column-end:{n}}}"
        for n in range(1, 170)
    ]
    lines += [
        f".k-cols-{n}{{grid-template-columns:repeat({n},minmax(0,1fr))}}"
        f".g-{n}{{grid-column:span {n}}}"
        for n in range(1, 41)
    ]
    lines += [
        f".k-lanes-{n}{{grid-template-columns:46px repeat({n},minmax(0,1fr))}}"
        for n in range(1, 21)
    ]
    lines += [f".w-p{n}{{width:{n}%}}" for n in range(0, 101, 5)]
    return HEAD + "\n".join(lines) + "\n"


class Command(BaseCommand):
    """Run after a change of this file; a test compares the result."""

    help = "Write static/css/grid.css."

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / "static" / "css" / "grid.css"
        path.write_text(grid_css(), encoding="utf-8")
        self.stdout.write(str(path))
