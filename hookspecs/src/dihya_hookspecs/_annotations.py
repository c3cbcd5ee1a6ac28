"""What a column says of itself: about a person, and then whose, why and for how long, or about nobody, and what it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Computed
from sqlalchemy.orm import MappedColumn, mapped_column

from . import DeclarationError
from ._law import BASES as BASES
from ._law import Basis as Basis
from ._law import Condition, Confidence
from .fields.declared import declared
from .fields.sequences import Sequence
from .fields.types import Choice, Reference
from .i18n import Text


@dataclass(frozen=True, slots=True)
class Personal:
    """What a column about a person declares (RGPD articles 5, 6, 13 and 30).

    Attributes:
        category: a fideslang data category below ``user``: ``contact.email``, ``health``, ``name``.
        subject: the column that leads to the person: the table's own key, a foreign key, or a path of foreign keys
            (``order_id.client_id``).
        purpose: what for, in English or in both languages; ``str(purpose)`` is what people read.
        retention: ``3y``, ``6m``, ``30d`` after creation, ``3y after ended_on``, or ``account`` (as long as the person
            has one); an archive and the other forms: see ``dihya_hookspecs.rgpd.Retention``.
        secret: never shown, not even in an export: a password hash, a token.
        article9: the letter of the condition of article 9(2), without which special categories are refused.
        source: where basis and retention stand: an article, a decision of an authority.
        confidence: whether somebody has read the source, or it is still to be checked by the officer; empty says nothing.
    """

    category: str
    subject: str
    purpose: str | Text
    basis: Basis
    retention: str
    secret: bool = False
    article9: Condition | Literal[""] = ""
    source: str = ""
    confidence: Confidence | Literal[""] = ""


@dataclass(frozen=True, slots=True)
class Impersonal:
    """A column that is not about a person, and why."""

    why: str

    def __post_init__(self) -> None:
        if not self.why.strip():
            raise DeclarationError("an impersonal column says in a few words what it holds, and got nothing")


def personal(
    category: str,
    *column: Any,
    subject: str | None = None,
    purpose: str | tuple[str, str] | None = None,
    basis: Basis | None = None,
    retention: str | None = None,
    secret: bool = False,
    article9: Condition | None = None,
    source: str | None = None,
    confidence: Confidence | None = None,
    **options: Any,
) -> MappedColumn[Any]:
    """A field about a person. What is left out is taken from the class: ``class Member(Record, purpose=…, …)``.

    Args:
        column: the type of the field, from ``dihya_hookspecs.fields`` (or a plain one of SQLAlchemy).
        options: what ``fields.Declared`` names (``label``, ``help``, ``search``, ``listed``, ``required``, ``read_only``,
            ``visible_to``, ``editable_by``), ``computed`` (SQL over other columns of the row), and what ``mapped_column`` takes
            (``default``, ``unique``, ``index`` …).

    Raises:
        DeclarationError: the field says what cannot be.
    """
    rgpd = {
        "category": category,
        "subject": subject,
        "purpose": purpose,
        "basis": basis,
        "retention": retention,
        "secret": secret,
        "article9": article9,
        "source": source,
        "confidence": confidence,
    }
    return _column(rgpd, column, options)


def impersonal(why: str, *column: Any, **options: Any) -> MappedColumn[Any]:
    """A field that is not about a person; *why* is read by whoever signs the register. The rest is as for ``personal``."""
    return _column(Impersonal(why), column, options)


def _column(rgpd: object, column: tuple[Any, ...], options: dict[str, Any]) -> MappedColumn[Any]:
    """Make the column; a link is indexed, and what is computed is a generated column."""
    computed = options.pop("computed", None)
    if computed is not None:
        if "default" in options:
            raise DeclarationError("a computed field has no default, the database works it out; leave one of them out")
        column = (*column, Computed(computed, persisted=True))
    if any(isinstance(part, Reference) for part in column):
        options.setdefault("index", True)
    if any(isinstance(part, Sequence) and not part.over for part in column):
        options.setdefault("unique", True)
    if any(isinstance(part, Choice) and part.following for part in column):
        options.setdefault("active_history", True)  # a move is judged by the word before it
    return mapped_column(*column, info={"rgpd": rgpd, "field": declared(options)}, **options)
