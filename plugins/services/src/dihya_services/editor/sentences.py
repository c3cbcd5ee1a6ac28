"""One more sentence, as edits: what is to be added, taken away or called otherwise."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from dihya_hookspecs.generation import Block
from dihya_hookspecs.i18n import gettext as _

from ..ideas import clean
from ..keeping import made_once
from ..lemmas import Word, fold, words
from ..sentence import small_words
from ..things import WITHOUT, Dictionary, Things
from .parts import Part, said, title_of

Edit = dict[str, Any]
_REMOVE = frozenset(
    ["enlever", "supprimer", "retirer", "oter", "effacer", "remove", "delete", "drop", *WITHOUT]
)  # fmt: skip
_RENAME = re.compile(
    r"^(?:renommer?|renommez|appeler?|appelez|rename|call)\s+(?P<old>.+?)\s+(?:en|par|to|as|:)\s+(?P<new>.+)$",
    re.IGNORECASE,
)
_ADD = frozenset(
    ["ajouter", "rajouter", "mettre", "prevoir", "gerer", "falloir", "vouloir", "suivre", "add", "want", "need", "track", "manage",
     "include", "plus", "aussi", "also", "please", "svp", "il", "faut", "veut", "je", "on", "nous", "we", "i", "encore"]
)  # fmt: skip
_PARTS = re.compile(r"\s*(?:[,;.!?\n]|\bet\b|\band\b|\bpuis\b|\bthen\b|&|\+)\s*", re.IGNORECASE)
_LINK = re.compile(
    r"\s+(?:(?:à la|de chaque|à|au|aux|pour|sur|dans|chez|des|du|to|for|of|in|on)\s+(?:chaque\s+|each\s+|every\s+)?|à l['’])",
    re.IGNORECASE,
)
"""What stands between a thing and the table to which it belongs."""
_ARTICLE = re.compile(
    r"^(?:l['’]|d['’]|(?:les|le|la|des|du|de|un|une|the|a|an|some|our|nos|notre|leurs|leur|their|ses|son|sa|its)\s+)",
    re.IGNORECASE,
)
_KIND = re.compile(r"^(?P<kind>table|champ|colonne|field|column)s?\s+(?:(?:des|de|du|of|for)\s+|d['’])?", re.IGNORECASE)
_PLURAL = re.compile(r"^(?:les|des|nos|leurs|ses|the\s+\w+s\b|some|our)\b", re.IGNORECASE)
LONGEST = 60


@dataclass(slots=True)
class Read:
    """Edits, and what of the sentence could not be read, one sentence each."""

    edits: list[Edit] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def read(sentence: str, document: Part, blocks: Sequence[Block], limit: int) -> Read:
    """Return what a sentence asks to be changed. Raises Invalid for one that is empty, too long or without letters."""
    found, removing = Read(), False
    for part in _PARTS.split(clean(sentence, limit)):
        if not part.strip():
            continue
        if renamed := _RENAME.match(part.strip()):
            _rename(renamed["old"], renamed["new"], document, found)
            continue
        verb, rest = _verb(part.strip())
        removing = verb == "remove" if verb else removing
        if not rest:
            continue
        if removing:
            _remove(rest, document, found)
        else:
            _add(rest, document, made_once(Dictionary, blocks), found)
    return found


def _verb(part: str) -> tuple[str, str]:
    """Return ``add``, ``remove`` or "" for the words with which a part begins, and what follows them."""
    kind, rest = "", part
    while rest:
        first, _space, after = rest.partition(" ")
        lemmas = {fold(first)} | {lemma for word in words(first) for lemma in word.lemmas}
        if lemmas & _REMOVE:
            kind = "remove"
        elif lemmas & _ADD:
            kind = kind or "add"
        else:
            break
        rest = after.strip()
    return kind, rest


def _add(phrase: str, document: Part, dictionary: Dictionary, found: Read) -> None:
    plural, bare = bool(_PLURAL.match(phrase)), _bare(phrase)
    kind = _KIND.match(bare)
    bare = _bare(bare[kind.end() :]) if kind else bare
    if not words(bare):
        found.unread.append(_("“%(words)s” could not be read.", words=phrase))
        return
    target, what = _target(bare, document)
    things = dictionary.read(what)
    if _is_table(kind["kind"].lower() if kind else "", things, plural or _is_plural(what)) and (kind or target is None):
        _add_table(bare, things, document, found)
        return
    edit: Edit = {"edit": "add_field", "table": (target or _main(document))["name"], "label": _label(what)}
    found.edits.append(edit | _usual(things, _label(what)))


def _is_table(kind: str, things: Things, plural: bool) -> bool:
    """Tell whether a phrase names a table: it says so, it is a thing of the vocabulary, or it speaks of several things."""
    if kind:
        return kind == "table"
    first = next((span for span in things.spans if span.start == 0), None)
    if first and first.use == "field":
        return False
    whole = first is not None and first.use == "table" and first.length == len(things.sentence.words)
    return plural or whole


def _add_table(bare: str, things: Things, document: Part, found: Read) -> None:
    """Add a table: a block where one is meant that is not there yet, its title as it was typed."""
    if any(_meant(bare, table) for table in document["entities"]):
        found.unread.append(_("“%(words)s” is there already.", words=bare))
        return
    first = next((span for span in things.spans if span.start == 0 and span.use == "table"), None)
    block = first.blocks[0].name if first and len(first.blocks) == 1 else ""
    there = {name for table in document["entities"] for name in (table["name"], table.get("block", ""))}
    edit: Edit = {"edit": "add_table", "title": _label(bare)}
    found.edits.append(edit | ({"block": block} if block and block not in there else {}))


def _usual(things: Things, label: str) -> Edit:
    """Return what is known of the field that a phrase names: its type, and its label in both languages where that is the one typed."""
    first = next((span for span in things.spans if span.start == 0 and span.field), None)
    if first is None or first.field is None:
        return {}
    said = {fold(text) for text in first.field.label.values()}
    kind = first.field.shape.get("type", "")
    plain = {"type": kind} if kind not in ("", "enum", "reference", "sequence") else {}
    return plain | ({"label": dict(first.field.label)} if fold(label) in said else {})


def _remove(phrase: str, document: Part, found: Read) -> None:
    bare = _bare(phrase)
    kind = _KIND.match(bare)
    bare = _bare(bare[kind.end() :]) if kind else bare
    for table in document["entities"]:
        if _meant(bare, table):
            found.edits.append({"edit": "remove_table", "table": table["name"]})
            return
    target, what = _target(bare, document)
    for table in [target] if target else document["entities"]:
        for each in table["fields"]:
            if _meant(what if target else bare, each):
                found.edits.append({"edit": "remove_field", "table": table["name"], "field": each["name"]})
                return
    found.unread.append(_("“%(words)s” is no table and no field here; nothing was removed.", words=bare))


def _rename(old: str, new: str, document: Part, found: Read) -> None:
    bare, title = _bare(old), _label(_bare(new))
    for table in document["entities"]:
        if _meant(bare, table):
            found.edits.append({"edit": "rename_table", "table": table["name"], "title": title})
            return
    for table in document["entities"]:
        for each in table["fields"]:
            if _meant(bare, each):
                found.edits.append(
                    {"edit": "rename_field", "table": table["name"], "field": each["name"], "label": title}
                )
                return
    found.unread.append(_("“%(words)s” is no table and no field here; nothing was renamed.", words=bare))


def _target(bare: str, document: Part) -> tuple[Part | None, str]:
    """Return the table that the end of a phrase names (“to members”), and the phrase before it."""
    for link in _LINK.finditer(bare):
        for table in document["entities"]:
            if _meant(_bare(bare[link.end() :]), table):
                return table, bare[: link.start()]
    return None, bare


def _main(document: Part) -> Part:
    """Return the table that a field without a table belongs to: the first one of people, otherwise the first."""
    return next((each for each in document["entities"] if each.get("subject") == "id"), document["entities"][0])


def _meant(text: str, part: Part) -> bool:
    """Tell whether a text names a part: word for word, in any form of each, in either language."""
    names = {said(part.get(key), code) for key in ("title", "singular", "label") for code in ("fr", "en")} | {
        title_of(part)
    }
    wanted = _content(text)
    return bool(wanted) and any(_alike(wanted, _content(name)) for name in names if name)


def _alike(some: Sequence[Word], others: Sequence[Word]) -> bool:
    return len(some) == len(others) and all(one.lemmas & other.lemmas for one, other in zip(some, others, strict=True))


def _content(text: str) -> list[Word]:
    return [word for word in words(text) if fold(word.text) not in small_words()]


def _is_plural(bare: str) -> bool:
    """Tell whether a phrase speaks of several things: the last word before “of”, or the last of all, is a plural."""
    head = re.split(r"\s(?:de|du|des|d['’]|of|à|pour|for)\s?", bare, maxsplit=1)[0]
    last = (head.split() or [""])[-1].lower()
    return len(last) > 3 and last.endswith(("s", "x")) and not last.endswith(("ss", "us", "is", "os"))


def _bare(phrase: str) -> str:
    text = phrase.strip()
    while match := _ARTICLE.match(text):
        text = text[match.end() :].strip()
    return text


def _label(text: str) -> str:
    text = text.strip()
    return text[:1].upper() + text[1:LONGEST]
