"""Every component tag and filter; a builtin, so templates need no load.  See docs/ui.md."""

from __future__ import annotations

from django import template

from kap.ui.tags import boxes, forms, lists, marks, words

register = template.Library()
for part in (marks, boxes, lists, forms, words):
    register.tags.update(part.register.tags)
    register.filters.update(part.register.filters)
