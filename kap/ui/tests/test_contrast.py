"""Every text and background pair of the tokens, in three themes, against WCAG 2.2 AA."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from kap.ui.management.commands.build_grid import grid_css

CSS = Path(settings.BASE_DIR) / "static" / "css"
THEMES = ("light", "dark", "dim")
STATES = ("ok", "warn", "danger", "info", "quiet")
PHASES = ("screening", "preparation", "dosing", "integration", "followup")


def pairs() -> list[tuple[str, str, float]]:
    found: list[tuple[str, str, float]] = []
    for ground in ("bg", "surface", "surface-2", "surface-3"):
        found += [("ink", ground, 7.0), ("ink-2", ground, 4.5), ("ink-3", ground, 4.5)]
        found += [("link", ground, 4.5), ("focus", ground, 3.0)]
    for ground in ("bg", "surface", "surface-2"):
        found += [("line-control", ground, 3.0), ("accent", ground, 4.5)]
        found.append(("now", ground, 3.0))
    found += [("on-accent", "accent", 4.5), ("on-accent", "accent-hover", 4.5)]
    found += [("accent", "accent-soft", 4.5), ("on-danger", "danger-solid", 4.5)]
    found += [("ink", "accent-soft", 7.0), ("ink-2", "accent-soft", 4.5)]
    found.append(("on-danger", "now", 4.5))
    for state in STATES + PHASES:
        found += [(state, f"{state}-bg", 4.5), (state, "surface", 4.5)]
        found += [(state, "surface-2", 4.5), (state, "bg", 4.5)]
        found += [("ink", f"{state}-bg", 7.0), ("ink-2", f"{state}-bg", 4.5)]
    found += [(f"series-{number}", "surface", 3.0) for number in range(1, 5)]
    return found


def colours(theme: str) -> dict[str, str]:
    css = (CSS / "tokens.css").read_text()
    block = re.search(rf'\[data-bs-theme="{theme}"\] \{{(.*?)\n\}}', css, re.DOTALL)
    return dict(
        re.findall(r"--k-([\w-]+):\s*(#[0-9a-f]{6});", block[1] if block else "")
    )


def channels(code: str) -> tuple[int, int, int]:
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def luminance(code: str) -> float:
    def linear(value: int) -> float:
        share = value / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = map(linear, channels(code))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_every_pair_can_be_read(theme):
    found = colours(theme)

    weak = [
        (front, back, round(ratio(found[front], found[back]), 2))
        for front, back, least in pairs()
        if ratio(found[front], found[back]) < least
    ]

    assert weak == []


def test_the_dim_room_throws_little_blue_light():
    cold = [
        name
        for name, code in colours("dim").items()
        if not channels(code)[0] >= channels(code)[1] >= channels(code)[2]
    ]

    assert cold == []


@pytest.mark.parametrize("theme", THEMES)
def test_every_theme_names_the_same_tokens(theme):
    assert colours(theme).keys() == colours("light").keys()


def test_components_name_no_raw_colour():
    css = (CSS / "app.css").read_text()
    css = css[: css.index("@media print")]

    assert re.findall(r"#[0-9a-f]{3,6}\b", css) == []


def test_the_grid_file_is_what_its_command_writes():
    assert (CSS / "grid.css").read_text() == grid_css()
