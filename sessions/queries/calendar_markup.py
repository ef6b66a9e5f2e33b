"""The calendar's blocks as markup, put together here and not in a template, as the board's.

Whatever a person typed goes through ``escape``; everything else is a word of this program.
"""

from __future__ import annotations

from html import escape

from django.utils.safestring import SafeString

from kap.ui.tags.marks import PHASES, sprite
from sessions.queries.calendar_blocks import Block, Cell, Lines, Shade

VISIT_URL = "/sessions/"


def _icon(name: str) -> str:
    return f'<svg class="k-i k-i-14" aria-hidden="true"><use href="{sprite()}#{name}"/></svg>'


def _state(block: Block) -> str:
    if block.state is None:
        return ""
    tone, icon, word = block.state
    if tone == "live":
        dot = '<span class="k-dot-live" aria-hidden="true"></span>'
        return f'<span class="c-state">{dot}{word}</span>'
    return f'<span class="c-state k-{tone or "muted"}">{_icon(icon)}{word}</span>'


def _mark(block: Block) -> str:
    if block.state is None:
        return ""
    if block.state[0] == "live":
        return " is-live"
    return " is-done" if block.state[2] in {"Done", "Did not come"} else ""


def _facts(block: Block) -> str:
    """What the scripts need to move it; ids and instants only."""
    move = " data-move" if block.is_movable else ""
    return (
        f' id="v{block.visit_id}-{block.schedule_id}" href="{VISIT_URL}{block.visit_id}/"'
        f' data-cell data-visit="{block.visit_id}" data-version="{block.version}"'
        f' data-role="{block.role}" data-schedule="{block.schedule_id}"'
        f' data-start="{int(block.starts_at.timestamp())}"'
        f' data-end="{int(block.ends_at.timestamp())}"{move}'
    )


def _name(block: Block) -> str:
    return (
        f'<span class="c-name">{escape(block.name)}</span>'
        f'<span class="c-ini">{escape(block.initials)}</span>'
    )


def _down(lines: Lines, lane: int) -> str:
    return f"s-{lines[0]} e-{lines[1]} cs-{lane + 1} ce-{lane + 2}"


def _along(lines: Lines, lane: int) -> str:
    return f"cs-{lines[0]} ce-{lines[1]} s-{lane + 1} e-{lane + 2}"


def _opening(cell: Cell, css: str, fill: str, role: str = "") -> str:
    """The cell itself, with what the scripts need to drop something on it."""
    one, frame = cell.resource, cell.frame
    return (
        f'<div class="c-cell {css}"{role} id="c{cell.key}" data-drop="{one.id}"'
        f' data-name="{escape(one.name)}" data-lanes="{cell.lanes}" {_axis(cell)}'
        f' data-day="{frame.day.isoformat()}">'
        f'<span class="{fill}-{frame.slots} c-fill" aria-hidden="true"></span>'
    )


def _axis(cell: Cell) -> str:
    frame = cell.frame
    return (
        f'data-from="{int(frame.start.timestamp())}" data-slots="{frame.slots}"'
        f' data-slot-min="{frame.slot_min}"'
    )


def day_cell(cell: Cell) -> SafeString:
    """Everything of one diary on one day, time running down."""
    name = escape(cell.resource.name)
    css = f"k-lane c-cell-day k-cols-{cell.lanes}"
    parts = [_opening(cell, css, "s"), f'<h2 class="v-lane-name">{name}</h2>']
    parts += [_day_shade(shade, cell.lanes) for shade in cell.shades]
    for block in cell.blocks:
        parts += [
            f'<span class="k-turn c-turn {_down(lines, block.lane)}" aria-hidden="true"><span>{word}</span></span>'
            for lines, word in block.turns
        ]
        parts.append(_day_block(block))
    parts.append("</div>")
    return SafeString("".join(parts))


def _day_shade(shade: Shade, lanes: int) -> str:
    where = f"s-{shade.lines[0]} e-{shade.lines[1]} cs-1 ce-{lanes + 1}"
    return _shade(shade, where)


def _day_block(block: Block) -> str:
    is_short = block.lines[1] - block.lines[0] <= 12
    css = f"k-ses k-ses-{block.phase} c-block{' k-ses-short' if is_short else ''}{_mark(block)}"
    icon = _icon(PHASES[block.phase][0])
    where = f" {escape(block.where)}" if block.where else ""
    return (
        f'<a class="{css} {_down(block.lines, block.lane)}"{_facts(block)}>'
        f'<span class="k-ses-top"><span class="k-ses-time">{block.when}</span>{_state(block)}</span>'
        f'<b class="k-ses-name">{_name(block)}</b>'
        f'<span class="k-ses-kind">{icon}{escape(block.label)}{where}</span></a>'
    )


def week_cell(cell: Cell, now_line: int) -> SafeString:
    """The same with time running along; ``now_line`` 0: the present is not drawn."""
    css = f"k-week-cell c-axis{' is-today' if cell.is_today else ''}"
    parts = [_opening(cell, css, "cs", ' role="cell"')]
    parts += [
        _shade(s, f"cs-{s.lines[0]} ce-{s.lines[1]} s-1 e-{cell.lanes + 1}")
        for s in cell.shades
    ]
    for block in cell.blocks:
        parts += [
            f'<span class="c-turn {_along(lines, block.lane)}" aria-hidden="true"></span>'
            for lines, _ in block.turns
        ]
        parts.append(_week_block(block))
    if cell.is_today and now_line:
        parts.append(
            f'<span class="c-now cs-{now_line}" aria-hidden="true" data-now="cs" {_axis(cell)}></span>'
        )
    parts.append("</div>")
    return SafeString("".join(parts))


def _week_block(block: Block) -> str:
    tiny = " k-bar-tiny" if block.is_tiny else ""
    css = f"k-bar k-bar-{block.phase} c-block{tiny}{_mark(block)}"
    state = f", {block.state[2]}" if block.state else ""
    where = f", {escape(block.where)}" if block.where else ""
    told = f", {block.when}, {escape(block.label)}{state}{where}"
    if block.is_tiny:
        words = f'<b aria-hidden="true">{escape(block.initials)}</b>'
        told = f"{_name(block)}{told}"
    else:
        words = (
            f'<b class="k-truncate">{_small_mark(block)}{_name(block)}</b>'
            f'<span class="k-truncate" aria-hidden="true">{escape(block.label)}</span>'
        )
    return (
        f'<a class="{css} {_along(block.lines, block.lane)}"{_facts(block)}>'
        f'{words}<span class="visually-hidden">{told}</span></a>'
    )


def _small_mark(block: Block) -> str:
    if block.state is None:
        return ""
    tone, icon, _ = block.state
    if tone == "live":
        return '<span class="k-dot-live" aria-hidden="true"></span>'
    return _icon(icon)


def _shade(shade: Shade, where: str) -> str:
    word = f"<span>{escape(shade.word)}</span>"
    if shade.absence_id is None:
        return f'<span class="c-off {where}">{word}</span>'
    return (
        f'<a class="c-off c-away {where}" id="a{shade.absence_id}-{where.split()[0]}"'
        f' href="/sessions/calendar/block/{shade.absence_id}/" data-cell data-absence>{word}</a>'
    )


def list_item(block: Block, who: str) -> SafeString:
    """One visit in the list by hour."""
    return SafeString(
        f'<li class="k-ses k-ses-{block.phase} c-item{_mark(block)}" data-item>'
        f'<a class="c-item-link" href="{VISIT_URL}{block.visit_id}/" data-visit="{block.visit_id}">'
        f'<span class="k-ses-time">{block.when}</span>'
        f'<b class="k-ses-name">{_name(block)}</b></a>'
        f'<span class="k-ses-kind">{_icon(PHASES[block.phase][0])}{escape(block.label)}</span>'
        f'<span class="k-muted">{escape(who)}</span>{_state(block)}</li>'
    )


__all__ = ["day_cell", "list_item", "week_cell"]
