"""Whether a word occurs in a text, however either is spelled: as a condition that each engine answers as fast as it can.

SQLite folds the text and compares. PostgreSQL folds slowly (2 to 7 µs a text), and matches a regular expression that spells
out every accent in a tenth of that; it folds only texts with letters that the expression does not know.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import Any

from sqlalchemy import Boolean, ColumnElement, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from .folding import fold, folded

_MARKS = r"[\u0300-\u036f]*"
_PAIRS = {"oe": "œŒ", "ae": "æÆ", "ss": "ßẞ"}
_LATIN = [chr(code) for code in (*range(1, 0x80), *range(0xA1, 0x250), *range(0x1E00, 0x1F00))]
LONGEST = 4000
"""Characters of an expression; a word with many ligatures would make a longer one, and is folded instead."""


def occurs(text: Any, word: str, *, at_start: bool = False) -> ColumnElement[bool]:
    """Return the condition that *word* occurs in the SQL expression *text*, or begins it."""
    bare = fold(word)
    like = ("" if at_start else "%") + escaped(bare) + "%"
    return _Occurs(text, literal(like), literal(_expression(bare, at_start) or ""))


def escaped(text: str) -> str:
    r"""Return *text* so that ``%``, ``_`` and ``\`` stand for themselves in LIKE."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


class _Occurs(FunctionElement[bool]):
    """Text, pattern for LIKE, and regular expression (empty: none)."""

    type = Boolean()
    inherit_cache = True
    name = "occurs"


@compiles(_Occurs)
def _folded(element: _Occurs, compiler: Any, **options: Any) -> str:
    text, like, _ = element.clauses
    return str(compiler.process(folded(text).like(like, escape="\\"), **options))


@compiles(_Occurs, "postgresql")
def _matched(element: _Occurs, compiler: Any, **options: Any) -> str:
    text, like, expression = element.clauses
    slow = compiler.process(folded(text).like(like, escape="\\"), **options)
    said, wanted = f"({compiler.process(text, **options)})", compiler.process(expression, **options)
    return f"CASE WHEN {wanted} <> '' AND {said} !~ '{_unknown()}' THEN {said} ~ {wanted} ELSE {slow} END"


def _expression(word: str, at_start: bool) -> str | None:
    """Return what matches the folded *word* in a text of known letters; None where it is too long, or has another letter."""
    letters = _letters()
    if not set(word) <= set(letters):
        return None
    last = len(word) - 1
    behind = ["", ""]  # what matches the rest, from each of the two places that follow
    for place in range(last, -1, -1):
        own = letters[word[place]]
        if place == last:
            own += _halves(word[place], 0)
        if place == 0 and not at_start:
            own += _halves(word[place], 1)
        found = f"[{_escaped(own)}]{_MARKS}{behind[0]}"
        if pair := _PAIRS.get(word[place : place + 2]):
            found = f"(?:{found}|[{_escaped(pair)}]{_MARKS}{behind[1]})"
        if len(found) > LONGEST:
            return None
        behind = [found, behind[0]]
    return f"^{_MARKS}{behind[0]}" if at_start else behind[0]


def _halves(letter: str, which: int) -> str:
    """Return the ligatures of which *letter* is the first or the second half: a word may begin or end in the middle of one."""
    return "".join(signs for pair, signs in _PAIRS.items() if pair[which] == letter)


@cache
def _letters() -> dict[str, str]:
    """Return, by folded letter, every letter that folds to it."""
    found: dict[str, str] = defaultdict(str)
    for letter in _LATIN:
        bare = fold(letter)
        if len(bare) == 1 and bare.isascii():
            found[bare] += letter
    return dict(found)


@cache
def _unknown() -> str:
    """Return what matches a letter that an expression does not know."""
    known = "".join(letter for letters in _letters().values() for letter in letters if not letter.isascii())
    return rf"[^\u0001-\u007f\u0300-\u036f{_escaped(known + ''.join(_PAIRS.values()))}]"


def _escaped(letters: str) -> str:
    return "".join(f"\\u{ord(letter):04x}" for letter in letters)
