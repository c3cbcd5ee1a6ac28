"""Text as a search compares it: without case, accents, ligatures, and whichever way Unicode composes it.

The same rule is written three times, and ``tests/test_folding.py`` holds them together: in Python, for SQLite as a
function that ``install`` adds to a connection (its result is for LIKE, which ignores the case of ASCII there), and for PostgreSQL as an expression of its own functions, because the
extension ``unaccent`` may be missing and only an administrator may add it. Plain ASCII takes the short way in all three.

It costs one pass over the column, as every search for a part of a text does without an index of its own.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from sqlalchemy import String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

FUNCTION = "dihya_fold"
_MARKS = "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u0610-\u061a\u064b-\u065f\u0670\u200b-\u200f\u2060\ufeff"
_MARK = re.compile(f"[{_MARKS}]")
_WIDE = {"œ": "oe", "æ": "ae", "ß": "ss", "þ": "th"}  # after lowering
_NARROW = {"ø": "o", "đ": "d", "ł": "l", "ð": "d", "ħ": "h", "ı": "i", "ς": "σ", "ŧ": "t"}
_UPPER = "ŒÆẞÞØĐŁÐĦŦ" + "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ" + "АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЄІЂЈЉЊЋЏҐ"
_LOWER = "œæßþøđłðħŧ" + "αβγδεζηθικλμνξοπρστυφχψω" + "абвгдежзиклмнопрстуфхцчшщъыьэюяєіђјљњћџґ"
_FROM = "".join(_NARROW) + _UPPER
_TO = "".join(_NARROW.values()) + "".join(_NARROW.get(letter, letter) for letter in _LOWER)
_TABLE = str.maketrans(_FROM, _TO)
_ALPHABETS = 0x3000  # what lies above has no case and few accents, and is not worth the memory


def fold(text: str) -> str:
    """Return *text* as searches compare it: ``Élodie Œuvrard`` becomes ``elodie oeuvrard``."""
    return text.lower() if text.isascii() else text.translate(_letters)


class _Letters(dict[int, str]):
    """What each letter becomes, found once: no letter depends on those beside it."""

    def __missing__(self, code: int) -> str:
        bare = _MARK.sub("", unicodedata.normalize("NFKD", chr(code)))
        found = bare.translate(_TABLE).lower()
        for wide, plain in _WIDE.items():
            found = found.replace(wide, plain)
        if code < _ALPHABETS:
            self[code] = found
        return found


_letters = _Letters()


def install(connection: Any) -> None:
    """Add the function to a connection of SQLite; whoever makes the engine of ``Database`` calls this."""
    connection.create_function(
        FUNCTION, 1, lambda value: fold(value) if isinstance(value, str) else value, deterministic=True
    )


class folded(FunctionElement[str]):
    """The folded text of a column or an expression, in SQL."""

    type = String()
    inherit_cache = True
    name = FUNCTION


@compiles(folded)
def _function(element: folded, compiler: Any, **options: Any) -> str:
    text = compiler.process(element.clauses, **options)
    # LIKE ignores the case of ASCII by itself there, and GLOB and LIKE are ten times faster than a call of Python.
    return f"CASE WHEN {text} GLOB '*[^\x01-\x7f]*' THEN {FUNCTION}({text}) ELSE {text} END"


@compiles(folded, "postgresql")
def _expression(element: folded, compiler: Any, **options: Any) -> str:
    text = compiler.process(element.clauses, **options)
    escaped = "".join(mark if mark == "-" else f"\\u{ord(mark):04x}" for mark in _MARKS)
    said = f"regexp_replace(normalize({text}, NFKD), '[{escaped}]', '', 'g')"
    said = f"lower(translate({said}, '{_FROM}', '{_TO}'))"
    for wide, plain in _WIDE.items():
        said = f"replace({said}, '{wide}', '{plain}')"
    return f"CASE WHEN octet_length({text}) = char_length({text}) THEN lower({text}) ELSE {said} END"
