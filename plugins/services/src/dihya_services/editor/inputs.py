"""What the editor's forms were sent, field by field, and what a form is told of a field that it needs."""

from __future__ import annotations

from typing import Any

from dihya_hookspecs import Invalid
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.i18n import language
from werkzeug.datastructures import MultiDict

from .parts import Part, said, table_of

Edit = dict[str, Any]
Fields = MultiDict[str, str]


class Empty(Invalid):
    """What a form needs was left empty: the fault stands at a field of the form, not of an edit."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason, code="empty")
        self.field = field


def lines(typed: str) -> list[str]:
    """Return the lines of a text that say something."""
    return [line.strip() for line in typed.splitlines() if line.strip()]


def other_language() -> str:
    """Return the language of labels that is not the reader's."""
    return "en" if language.get() == "fr" else "fr"


def words(now: Any, given: str, other: str | None) -> Any:
    """Return a label as an edit takes it, None where nothing changed.

    Args:
        now: what stands, in one language or both.
        given: what was typed in the reader's language.
        other: what was typed in the other one; None where the form does not ask. Where only the first changed, the
            other language follows it: what a block knows by that name, or the same words.
    """
    mine, theirs = (said(now, code) for code in (reader(), other_language()))
    second = theirs if other is None else other.strip()
    if (given, second) == (mine, theirs):
        return None
    if second == theirs or not second:
        return given
    return {reader(): given, other_language(): second}


def reader() -> str:
    """Return the language of the labels that the reader types first."""
    return "fr" if language.get() == "fr" else "en"


def text(fields: Fields, name: str) -> str:
    """Return what was typed, without the spaces around it."""
    return fields.get(name, "").strip()


def number(fields: Fields, name: str) -> Any:
    """Return a whole number; None for nothing, and the text itself for what is none, so that the edit says so."""
    typed = text(fields, name)
    digits = typed.removeprefix("-")
    return int(typed) if digits.isdecimal() and len(digits) < 12 else typed or None


def known(document: Part, name: str) -> Part:
    """Return a table. Raises Invalid (409) where it is gone."""
    table = table_of(document, name)
    if table is None:
        raise gone()
    return table


def gone() -> Invalid:
    """Return the refusal of a form about something that was removed meanwhile."""
    return Invalid(_("what this form is about is not there any more"), code="gone", status=409)


def both(name: str, now: Any) -> dict[str, str]:
    """Return a label as the two fields of a form: in the reader's language, and in the other one."""
    return {name: said(now, reader()), f"{name}_other": said(now, other_language())}
