"""The board's cards as markup, put together here and not in a template.

A template costs some 300 microseconds a card, this some 20; with 400 visits on a board
that everybody keeps open, it is the difference between a fifth of a second and nothing.
Whatever a person typed goes through ``escape``; everything else is a word of this program.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from django.utils.safestring import SafeString

from kap.ui.tags.marks import sprite

Card = dict[str, Any]


def _icon(name: str) -> str:
    return f'<svg class="k-i k-i-14" aria-hidden="true"><use href="{sprite()}#{name}"/></svg>'


def _live(card: Card) -> str:
    dot = '<span class="k-dot-live" aria-hidden="true"></span>'
    return f'<span class="k-chip k-chip-live">{dot}Live {card["live"]}</span>'


def _chip(card: Card) -> str:
    """The state: a clock while it goes on, else a word with its icon, or nothing."""
    if card["live"]:
        return _live(card)
    if card["chip"] is None:
        return ""
    tone, icon, word = card["chip"]
    css = f" k-chip-{tone}" if tone else ""
    return f'<span class="k-chip{css}">{_icon(icon)}{word}</span>'


def _short_state(card: Card) -> str:
    if card["live"]:
        return f'<span class="v-live">{card["live"]}</span>'
    if card["chip"] is None:
        return ""
    tone, icon, word = card["chip"]
    return (
        f'<span class="v-state k-{tone or "muted"}">{_icon(icon)}'
        f'<span class="v-state-word">{word}</span></span>'
    )


def _lines(card: Card, css: str = "") -> str:
    if not card["lines"]:
        return ""
    rows = "".join(
        f'<li class="is-{state}">{_icon(icon)}{text}</li>'
        for state, icon, text in card["lines"]
    )
    return f'<ul class="k-ready{css}">{rows}</ul>'


def _act(card: Card, css: str) -> str:
    """The one button: it sends the page's only form to the visit's own address."""
    how, text = card["act"], card["act_text"]
    if not how:
        return ""
    label = f'aria-label="{text}: {card["name"]}, {card["from"]}"'
    if how == "open":
        return f'<a class="btn btn-soft btn-sm {css}" href="{card["act_url"]}" {label}>{text}</a>'
    tone = "quiet" if card["short"] and css == "v-act" else "soft"
    return (
        f'<button class="btn btn-{tone} btn-sm {css}" form="act"'
        f' formaction="{card["url"]}{card["act_url"]}" {label}>{text}</button>'
    )


def _name(card: Card) -> str:
    return (
        f'<a class="k-ses-name k-truncate" id="v{card["id"]}" href="{card["url"]}"'
        f" data-cell>{card['name']}</a>"
    )


def _kind(card: Card) -> str:
    return f'<span class="k-ses-kind k-truncate">{_icon(card["icon"])}{card["kind"]}</span>'


def room_card(card: Card) -> str:
    """A visit in its room's lane; up to an hour it has two lines."""
    escaped = _escaped(card)
    inside = _short(escaped) if card["short"] else _long(escaped)
    turn = (
        f'<div class="k-turn {card["turn"]}"><span>turnover</span></div>'
        if card["turn"]
        else ""
    )
    return (
        f'<div class="k-ses k-ses-{card["css"]}{card["mark"]} {card["place"]}">'
        f"{inside}</div>{turn}"
    )


def _short(card: Card) -> str:
    return (
        f'<span class="k-ses-top">{_name(card)}<span class="k-push k-ses-time">{card["from"]}'
        f'<span class="visually-hidden"> to {card["until"]}</span></span></span>'
        f'<span class="k-ses-top">{_kind(card)}<span class="k-push k-row v-end">'
        f"{_short_state(card)}{_act(card, 'v-act')}</span></span>"
    )


def _long(card: Card) -> str:
    dose = f"<span>{card['dose']}</span>" if card["dose"] else ""
    team = (
        f'<span class="k-ses-team">{_icon("user-heart")}{card["team"]}</span>'
        if card["team"]
        else ""
    )
    return (
        f'<span class="k-ses-top"><span class="k-ses-time">{card["from"]}\u2013{card["until"]}'
        f'</span><span class="k-push">{_chip(card)}</span></span>'
        f"{_name(card)}{_kind(card)}{dose}{team}{_lines(card, ' k-ses-block')}"
        f"{_act(card, 'v-act')}"
    )


def list_item(card: Card) -> str:
    """A visit as a line of the list."""
    found = _escaped(card)
    dose = f"<span>{found['dose']}</span>" if found["dose"] else ""
    team = f"<span>{found['team']}</span>" if found["team"] else ""
    return (
        f'<li class="v-item k-ses k-ses-{card["css"]}{card["mark"]}" data-item>'
        f'<span class="v-item-time">{card["from"]}\u2013{card["until"]}</span>'
        f'<span class="v-item-who"><a class="k-ses-name" href="{card["url"]}">{found["name"]}</a>'
        f"{_kind(found)}{dose}</span>"
        f'<span class="v-item-where">{found["room"]}{team}</span>'
        f'<span class="v-item-state">{_chip(found)}{_lines(found)}</span>'
        f'<span class="v-item-act">{_act(found, "")}</span></li>'
    )


def _escaped(card: Card) -> Card:
    """The card with everything a person typed made harmless."""
    return {
        **card,
        "name": escape(card["name"]),
        "team": escape(card["team"]),
        "room": escape(card["room"]),
    }


def room_cards(cards: Iterable[Card]) -> SafeString:
    return SafeString("\n".join(map(room_card, cards)))


def list_items(cards: Iterable[Card]) -> SafeString:
    return SafeString("\n".join(map(list_item, cards)))
