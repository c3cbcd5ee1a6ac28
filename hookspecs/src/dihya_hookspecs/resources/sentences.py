"""What is wrong with an input, at its place and in the reader's language; the words stand in ``fields.sentences``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .. import Flaw
from ..fields.sentences import SENTENCES, sentence
from ..i18n import Text, gettext


def complaint(detail: Mapping[str, Any]) -> str:
    """Return one plain sentence part for an entry of ``ValidationError.errors()``; it never quotes the input.

    A rule of the form's own (``ValueError`` in a validator) keeps its words, translated where a catalogue has them.
    """
    own = str((detail.get("ctx") or {}).get("error", "")).strip()
    if detail["type"] not in SENTENCES and own and (said := gettext(own)) != own:
        return said
    return sentence(detail)


def flaws(errors: Sequence[Mapping[str, Any]]) -> list[Flaw]:
    """Return a flaw for each of ``ValidationError.errors()``, with its JSON pointer."""
    return [Flaw(pointer(detail["loc"]), complaint(detail), str(detail["type"])) for detail in errors]


def pointer(place: Sequence[int | str]) -> str:
    """Return a JSON pointer (RFC 6901)."""
    text = "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in place)
    return text.encode("utf-8", "replace").decode()


SMALLER = SENTENCES["int_parsing_size"]
FINITE = SENTENCES["finite_number"]
UNICODE = SENTENCES["string_unicode"]
PLACES = SENTENCES["decimal_max_places"]
LONGER = SENTENCES["string_too_long"]
YEARS = SENTENCES["too_far"]
UNKNOWN = SENTENCES["extra_forbidden"]
OURS = SENTENCES["read-only"]
NUL = Text("must not contain NUL characters", "ne doit pas contenir de caractère NUL")
MISFIT = Text("does not fit this field", "ne convient pas à ce champ")
BITS = Text(
    "must be a whole number of at most %(digits)s digits", "doit être un nombre entier d’au plus %(digits)s chiffres"
)
