"""Copies the pinned third-party browser files into static/vendor and builds fonts and the icon sprite."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from kap.ui import icons

STATIC = Path(settings.BASE_DIR) / "static"

FILES = {
    "bootstrap-5.3.9": ("bootstrap", ["dist/css/bootstrap.min.css", "LICENSE"]),
    "htmx-2.0.11": ("htmx.org", ["dist/htmx.min.js", "LICENSE"]),
    "idiomorph-0.8.0": ("idiomorph", ["dist/idiomorph-ext.min.js", "LICENSE"]),
    "tinykeys-4.0.0": ("tinykeys", ["dist/tinykeys.mjs", "LICENSE"]),
    "combobox-nav-3.0.2": ("@github/combobox-nav", ["dist/index.js", "LICENSE"]),
    "signature_pad-5.1.4": (
        "signature_pad",
        ["dist/signature_pad.min.js", "LICENSE"],
    ),
    "tabler-icons-3.51.0": ("@tabler/icons", ["LICENSE"]),
    "inter-4.1.1": ("inter-ui", ["LICENSE.txt"]),
    "source-serif-4-5.3.1": ("@fontsource-variable/source-serif-4", ["LICENSE"]),
}
"""Folder under static/vendor: npm package, and what is taken from it."""

CHARACTERS = (
    "U+0020-007E,U+00A0-017F,U+2009,U+200A,U+202F,U+2010-2015,U+2018-201E,"
    "U+2020-2022,U+2026,U+2030,U+2032,U+2033,U+2039,U+203A,U+00B2,U+00B3,"
    "U+2080-2089,U+2190-2193,U+2206,U+0394,U+2212,U+2215,U+2248,U+2260,U+2264,"
    "U+2265,U+2303,U+2318,U+2325,U+21E7,U+23CE,U+03BA,U+03C7"
)
"""Latin, the signs that clinical text needs, key caps."""

FEATURES = "kern,liga,calt,ccmp,locl,mark,mkmk,tnum,pnum,case,cv05,cv08,sups,subs,frac"
"""cv05 and cv08 give the l a tail and the I serifs, so that I, l and 1 differ."""

SOURCE_MAP = re.compile(r"\n?(/\*|//)# sourceMappingURL=.*?(\*/)?\s*$")


class Command(BaseCommand):
    """Run once after `npm install` of the pinned packages; the result is committed."""

    help = "Copy pinned browser files from a node_modules folder into static/vendor."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("node_modules", type=Path)
        parser.add_argument("--icons-only", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        modules: Path = options["node_modules"]
        if not options["icons_only"]:
            copy_files(modules)
            build_fonts(modules)
        count = build_icons(modules / "@tabler/icons/icons/outline")
        self.stdout.write(f"{count} icons")


def copy_files(modules: Path) -> None:
    """Copy each file; text loses its source-map comment, since no map is shipped."""
    for folder, (package, names) in FILES.items():
        target = STATIC / "vendor" / folder
        target.mkdir(parents=True, exist_ok=True)
        for name in names:
            text = (modules / package / name).read_text(encoding="utf-8")
            clean = SOURCE_MAP.sub("\n", text)
            (target / Path(name).name).write_text(clean, encoding="utf-8")


def build_fonts(modules: Path) -> None:
    """Inter as a subset that keeps its disambiguation features; Source Serif as it is."""
    target = STATIC / "vendor" / "inter-4.1.1" / "inter-kap.woff2"
    source = modules / "inter-ui/variable/InterVariable.woff2"
    subprocess.run(  # noqa: S603 -- fixed arguments, developer's machine only
        [
            sys.executable,
            "-m",
            "fontTools.subset",
            str(source),
            f"--unicodes={CHARACTERS}",
            f"--layout-features={FEATURES}",
            "--flavor=woff2",
            f"--output-file={target}",
        ],
        check=True,
    )
    serif = modules / "@fontsource-variable/source-serif-4/files"
    folder = STATIC / "vendor" / "source-serif-4-5.3.1"
    for style, name in (("normal", ""), ("italic", "-italic")):
        shutil.copy(
            serif / f"source-serif-4-latin-wght-{style}.woff2",
            folder / f"source-serif-4{name}.woff2",
        )


def build_icons(outline: Path) -> int:
    """Write static/icons.svg with the icons that kap/ui/icons.txt names."""
    symbols = []
    for name in sorted(icons.names()):
        path = outline / f"{name}.svg"
        if not path.exists():
            message = f"No such icon: {name}"
            raise CommandError(message)
        found = re.search(r"<svg[^>]*>(.*)</svg>", path.read_text("utf-8"), re.DOTALL)
        inner = found.group(1) if found else ""
        inner = re.sub(
            r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>', "", inner
        )
        inner = re.sub(r"\s+", " ", inner).strip()
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{inner}</symbol>')
    head = '<svg xmlns="http://www.w3.org/2000/svg">'
    (STATIC / "icons.svg").write_text(head + "\n".join(["", *symbols, "</svg>", ""]))
    return len(symbols)
