"""Rows of tables that know their headings, so that a narrow screen shows each row as a card: label and value, one below the other."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dihya_hookspecs.ui import Head
from markupsafe import Markup, escape

_TAG = re.compile(r"<(tr|td|th)\b([^>]*)>")
_SPAN = re.compile(r'\bcolspan="(\d+)"')
_ROLES = {"tr": "row", "td": "cell", "th": "rowheader"}


def labelled(rows: str, heads: Sequence[Head]) -> Markup:
    """Return the rows with the label of its column in each cell, and with their roles: drawn as cards, they stay a table to who hears them.

    A cell below a hidden head has no label, nor has one that spans several columns.
    """
    column = 0

    def told(tag: re.Match[str]) -> str:
        nonlocal column
        name, attributes = tag[1], tag[2]
        if name == "tr":
            column = 0
            return f'<tr{attributes} role="row">'
        span = int(found[1]) if (found := _SPAN.search(attributes)) else 1
        head = heads[column] if column < len(heads) and span == 1 else None
        column += span
        label = f' data-label="{escape(head.label)}"' if head and head.kind != "hidden" else ""
        return f'<{name}{attributes} role="{_ROLES[name]}"{label}>'

    return Markup(_TAG.sub(told, rows))  # noqa: S704 - the rows are markup already, and labels are escaped
