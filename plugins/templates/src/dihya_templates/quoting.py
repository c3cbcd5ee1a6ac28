"""Text from outside, written into code, TOML, PO and Markdown so that it stays text."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

WIDTH = 120
_JOINERS = "\u200c\u200d"  # invisible, but words of some scripts and some emoji need them


def tidy(text: str) -> str:
    """Return *text* on one line, without control, direction and surrogate characters."""
    spaced = " ".join(unicodedata.normalize("NFC", text).split())
    return "".join(character for character in spaced if character.isprintable() or character in _JOINERS).strip()


def tidy_lines(text: str) -> str:
    """Return *text* tidied line by line; line breaks stay."""
    return "\n".join(tidy(line) for line in re.split(r"\r\n|\r|\n", text))


def python(value: Any) -> str:
    """Return *value* as a Python literal, in the quotes that ruff would choose."""
    if not isinstance(value, str):
        return repr(value)
    quote = "'" if value.count('"') > value.count("'") else '"'
    return quote + "".join(_escaped(character, quote) for character in value) + quote


def _escaped(character: str, quote: str) -> str:
    if character == quote or character == "\\":
        return "\\" + character
    if character == "\n":
        return "\\n"
    if character.isprintable():
        return character
    number = ord(character)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def toml(text: str) -> str:
    """Return *text* as a TOML basic string."""
    body = "".join(_escaped(character, '"') for character in text)
    return '"' + re.sub(r"\\x([0-9a-f]{2})", r"\\u00\1", body) + '"'


def docstring(text: str) -> str:
    """Return *text* fit to stand between triple quotes."""
    return tidy(text).replace("\\", "/").replace('"', "'")


def markdown(text: str) -> str:
    """Return *text* without meaning to Markdown or HTML."""
    return re.sub(r"([\\`*_\[\]<>|#~&!])", r"\\\1", tidy(text))


def document(value: Any) -> str:
    """Return *value* as an indented JSON document."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def mapping(values: Mapping[str, Any]) -> str:
    """Return a dictionary of plain values as Python writes it."""
    return "{" + ", ".join(f"{python(name)}: {python(value)}" for name, value in values.items()) + "}"


Node = str | tuple[str, list[Any], str]
"""A piece of code, or what stands around several pieces: head, pieces, tail."""


def fit(head: str, items: Sequence[Node], tail: str) -> str:
    """Return ``head items tail`` broken over lines as ruff breaks a call: on one line, indented on one, or one each."""
    indent = " " * (len(head) - len(head.lstrip()) + 4)
    joined = ", ".join(map(flat, items))
    if len(head) + len(joined) + len(tail) <= WIDTH:
        return f"{head}{joined}{tail}"
    inner = (
        f"{indent}{joined}"
        if len(indent) + len(joined) <= WIDTH
        else "\n".join(laid_out(item, len(indent)) for item in items)
    )
    return f"{head}\n{inner}\n{indent[4:]}{tail}"


def flat(node: Node) -> str:
    """Return the piece on one line."""
    if isinstance(node, str):
        return node
    head, items, tail = node
    comma = "," if len(items) == 1 and head.endswith("(") and tail == ",)" else ""
    return f"{head}{', '.join(map(flat, items))}{comma}{tail.removeprefix(',')}"


def laid_out(node: Node, indent: int) -> str:
    """Return the piece at this indentation, followed by a comma, broken as ruff breaks it where it is too long.

    A call may have its arguments on one line below; a collection (a tail with a comma marks a tuple) has one piece a line.
    """
    line = flat(node)
    if isinstance(node, str) or indent + len(line) + 1 <= WIDTH:
        return f"{' ' * indent}{line},"
    head, items, tail = node
    call = head[:-1].isidentifier()
    inner = ", ".join(map(flat, items))
    if call and indent + 4 + len(inner) <= WIDTH:
        body = f"{' ' * (indent + 4)}{inner}"
    else:
        body = "\n".join(laid_out(item, indent + 4) for item in items)
    return f"{' ' * indent}{head}\n{body}\n{' ' * indent}{tail.removeprefix(',')},"
