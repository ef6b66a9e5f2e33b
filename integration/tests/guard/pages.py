"""Reads an HTML page as a stranger would: its links, its forms, and what should not be in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

Attributes = list[tuple[str, str | None]]
DATA = {"application/json", "text/template"}
ADDRESSES = ("href", "hx-get", "hx-post", "action", "src", "data-url", "formaction")


@dataclass
class Field:
    name: str
    kind: str
    value: str = ""
    options: list[str] = field(default_factory=list)
    is_checked: bool = False


@dataclass
class Form:
    action: str
    method: str
    fields: list[Field] = field(default_factory=list)

    def sent_as_it_is(self) -> dict[str, list[str]]:
        """What a browser would send if the button were pressed now."""
        sent: dict[str, list[str]] = {}
        for one in self.fields:
            if one.kind in {"checkbox", "radio"} and not one.is_checked:
                continue
            sent.setdefault(one.name, []).append(one.value)
        return sent


@dataclass
class Parsed:
    title: str = ""
    links: list[str] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)
    text: str = ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Parsed()
        self._form: Form | None = None
        self._select: Field | None = None
        self._area: Field | None = None
        self._in_title = False
        self._words: list[str] = []

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        found = {name: value or "" for name, value in attrs}
        self._note_inline(tag, found)
        self.page.addresses += [found[name] for name in ADDRESSES if found.get(name)]
        if tag == "a" and "href" in found:
            self.page.links.append(found["href"])
        if found.get("hx-get"):
            self.page.links.append(found["hx-get"])
        self._in_title = self._in_title or (tag == "title" and not self.page.title)
        if tag == "form":
            action = found.get("hx-post") or found.get("action", "")
            method = (
                "post" if "hx-post" in found else found.get("method", "get").lower()
            )
            self._form = Form(action, method)
            self.page.forms.append(self._form)
        elif self._form is not None:
            self._control(tag, found)

    def _note_inline(self, tag: str, found: dict[str, str]) -> None:
        if "style" in found:
            self.page.inline.append(f"<{tag} style={found['style']!r}>")
        if tag == "style" or (
            tag == "script" and "src" not in found and found.get("type") not in DATA
        ):
            self.page.inline.append(f"<{tag}>")
        self.page.inline += [
            f"<{tag} {name}>"
            for name, value in found.items()
            if name.startswith(("on", "hx-on"))
            or value.lower().startswith("javascript:")
        ]

    def _control(self, tag: str, found: dict[str, str]) -> None:
        assert self._form is not None
        name = found.get("name", "")
        if tag == "option" and self._select is not None:
            value = found.get("value", "")
            self._select.options.append(value)
            if "selected" in found or len(self._select.options) == 1:
                self._select.value = value
        elif not name or "disabled" in found:
            return
        elif tag == "select":
            self._select = Field(name, "select")
            self._form.fields.append(self._select)
        elif tag == "textarea":
            self._area = Field(name, "textarea")
            self._form.fields.append(self._area)
        elif tag == "input":
            kind, value = found.get("type", "text"), found.get("value", "")
            if kind in {"checkbox", "radio"}:
                value = found.get("value", "on")
            one = Field(name, kind, value, is_checked="checked" in found)
            self._form.fields.append(one)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._area = None
        elif tag == "title":
            self._in_title = False

    def handle_data(self, data: str) -> None:
        self._words.append(data)
        if self._in_title:
            self.page.title += data
        if self._area is not None:
            self._area.value += data

    def close(self) -> None:
        super().close()
        self.page.text = " ".join(self._words)


def read(html: str) -> Parsed:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.page
