"""What the words of a sentence become beside blocks: fields, states, and tables of their own; no word is passed over."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from dihya_hookspecs.generation import Use, WordUse

from .field_words import OF, FieldWord
from .lemmas import Word, fold
from .matching import content, held_by, same, texts_of
from .own_tables import own_field, own_table
from .positions import clausal, describes, listed, noun, opened
from .reading_words import listed_as, states
from .sentence import Sentence, is_plural
from .things import Span, Things
from .who_sees import kept_for, role_of

TABLES, FIELDS = 8, 16
"""How many tables of their own, and fields, one sentence may bring."""
FREE = FieldWord("", shape={"type": "text", "max": 120})
Say = Callable[[Any], str]


@dataclass(slots=True)
class Understanding:
    """What a sentence adds to the tables that are there.

    Attributes:
        tables: every table by name, the ones that are added included, with the fields that are added.
        added: names of tables of their own.
        more: table → fields that are added to it.
        access: table → ``access`` and the ``roles`` that it brings, where one role alone may see it.
        uses: content word at which a phrase begins → its length and what became of it.
    """

    sentence: Sentence
    tables: dict[str, dict[str, Any]]
    added: list[str] = field(default_factory=list)
    more: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    uses: dict[int, tuple[int, WordUse]] = field(default_factory=dict)
    places: list[tuple[int, str]] = field(default_factory=list)
    access: dict[str, dict[str, Any]] = field(default_factory=dict)

    def entities(self) -> list[dict[str, Any]]:
        """Return what is added, in the shape of ``Needs.entities``."""
        names = [name for name in dict.fromkeys((*self.more, *self.access)) if name not in self.added]
        found = [
            {"name": name, "origin": "sentence", "fields": self.more.get(name, []), **self.access.get(name, {})}
            for name in names
        ]
        return [*found, *({**self.tables[name], **self.access.get(name, {})} for name in self.added)]


def understand(
    things: Things, tables: Sequence[Mapping[str, Any]], say: Say, roles: Sequence[Mapping[str, Any]] = (),
    business: Sequence[str] = (), trade: str = "",
) -> Understanding:  # fmt: skip
    """Return what the sentence of *things* says beside its blocks.

    Args:
        tables: those that will be built, each with its fields.
        say: gives a text of two languages in the reader's.
        roles: those of the trade.
        business, trade: the words with which the sentence names the business, and whose they are; they name no field.
    """
    reader = _Reader(things, tables, say)
    reader.leave(business, trade)
    reader.read()
    reader.keep(roles)
    return reader.found


class _Reader:
    def __init__(self, things: Things, tables: Sequence[Mapping[str, Any]], say: Say) -> None:
        self.things, self.say, self.sentence = things, say, things.sentence
        self.found = Understanding(
            things.sentence, {table["name"]: {**table, "fields": [*table["fields"]]} for table in tables}
        )
        self.blocks = {str(table.get("block", table["name"])): table["name"] for table in tables}
        self.whose = {place: span for span in things.spans for place in range(span.start, span.start + span.length)}
        self.taken = set(self.whose)

    def read(self) -> None:
        for span in self.things.spans:
            if span.use != "field":
                self._told(span)
        fields: list[tuple[int, int, FieldWord]] = [
            (span.start, span.length, span.field) for span in self.things.spans if span.field and span.use == "field"
        ]
        for places in self._items():
            fields += self._item(places)
        for start, length, word in sorted(fields, key=lambda each: each[0]):
            self._field(start, length, word)

    def leave(self, business: Sequence[str], trade: str) -> None:
        """Take the words of the business, but for those that name a thing too."""
        for place in set(self.sentence.places(business)) - self.taken:
            self.taken.add(place)
            self._use(place, 1, "sector", trade)

    def keep(self, roles: Sequence[Mapping[str, Any]]) -> None:
        """Give the tables that one role alone shall see to that role."""
        for kept in kept_for(self.sentence, self.found.places):
            text = self.sentence.whole(kept.start, kept.length)
            role = role_of(text, self.sentence.language, roles)
            self._use(kept.start, kept.length, "role", self.say(role["title"]))
            brought = {} if role in roles else {"roles": [role]}
            for name in kept.tables:
                self.found.access[name] = {"access": {"read": [role["name"]], "write": [role["name"]]}, **brought}

    def _told(self, span: Span) -> None:
        """Note a phrase that names a block, or something that is not wanted."""
        name = self.blocks.get(span.blocks[0].name, "") if span.blocks else ""
        offers = [self.say(block.title) for block in span.blocks] if span.use == "doubtful" else []
        what = "" if span.use == "doubtful" else self._title(span, name)
        self._use(span.start, span.length, span.use, what, name if span.use == "table" else "", offers)
        if span.use == "table" and name:
            self.found.places.append((span.start, name))

    def _title(self, span: Span, name: str) -> str:
        if span.field:
            return self.say(span.field.label) if span.field.label else ""
        table = self.found.tables.get(name, {}) if span.use == "table" else {}
        return self.say(table.get("title") or span.blocks[0].title)

    def _items(self) -> Iterator[list[int]]:
        places = range(len(self.sentence.content))
        for _item, group in groupby(places, key=lambda place: self.sentence.token(place).item):
            yield list(group)

    def _item(self, places: list[int]) -> list[tuple[int, int, FieldWord]]:
        """Read one item of a list; return the fields that it names, to be attached once all tables are known."""
        said = listed_as("only") | listed_as("seeing")
        free = [place for place in places if place not in self.taken and self.sentence.token(place).folded not in said]
        if not free or clausal(self.sentence, places[0]):
            return []
        for place in [place for place in free if self._state(place, 1) or self._called(place, 1)]:
            free.remove(place)
            self.taken.add(place)
        if len(free) < len(places):
            return [] if describes(self.sentence, places[0]) else self._beside(places, free)
        start, length = self._chunk(free)
        if not length or self._state(start, length) or self._called(start, length):
            return []
        return self._free_chunk(start, length)

    def _free_chunk(self, start: int, length: int) -> list[tuple[int, int, FieldWord]]:
        """Make what no block and no field word names a field of the thing before it, or a table where it says “several”."""
        head = self.sentence.words[start if self.sentence.language == "fr" else start + length - 1]
        several, asked = is_plural(head, self.sentence.language), opened(self.sentence, start)
        if describes(self.sentence, start) and not (asked and several):
            return []
        if listed(self.sentence, start) and (self._has_label(start, length) or (self._before(start) and not several)):
            return [(start, length, FREE)]
        if asked or (several and listed(self.sentence, start)):
            self._table(start, length)
        return []

    def _called(self, start: int, length: int) -> bool:
        """Note a phrase that is the title of a table."""
        for name, table in self.found.tables.items():
            titles = [*texts_of(table.get("title")), *texts_of(table.get("singular"))]
            if any(same(self.sentence.words[start : start + length], content(text)) for text in titles):
                self._use(start, length, "table", self.say(table["title"]), name)
                self.found.places.append((start, name))
                return True
        return False

    def _beside(self, places: list[int], free: list[int]) -> list[tuple[int, int, FieldWord]]:
        """“race results”, “temps de cuisson”: a word that stands with one that was understood is a field of that thing."""
        found = []
        for place in free:
            if self._state(place, 1) or not noun(self.sentence, place):
                continue
            english = self.sentence.language == "en"
            beside = place - 1 if english else place + 1
            span = self.whose.get(beside)
            if span is None or span.use != "table" or beside not in places:
                continue
            if english and self.sentence.token(place).behind:
                text = self.sentence.whole(span.start, place + 1 - span.start)
            elif not english and self.sentence.joined(beside, OF):
                text = self.sentence.whole(place, span.start + span.length - place)
            else:
                continue
            found.append((place, 1, FieldWord(text, shape=FREE.shape)))
        return found

    def _chunk(self, free: list[int]) -> tuple[int, int]:
        """Return the noun with what belongs to its name: “groupes scolaires”, “plan de table”, “set lists”."""
        kept = [place for place in free if noun(self.sentence, place)]
        if not kept:
            return 0, 0
        start, length = kept[0], 1
        while start + length in kept:
            place = start + length
            if not (self.sentence.token(place).behind or self.sentence.joined(place, frozenset({"de", "d", "of"}))):
                break
            length += 1
        return start, min(length, 4)

    def _before(self, start: int) -> bool:
        return any(place < start for place, _name in self.found.places)

    def _table(self, start: int, length: int) -> None:
        text = self.sentence.whole(start, length)
        if len(self.found.added) >= TABLES:
            return
        table = own_table(text, self.sentence.language, self.found.tables)
        self.found.tables[table["name"]] = table
        self.found.added.append(table["name"])
        self.found.places.append((start, table["name"]))
        self._use(start, length, "own", self.say(table["title"]), table["name"])

    def _near(self, start: int) -> list[str]:
        """Return the names of tables: of those that were named the nearest before the word, those behind it, the others."""
        clause = self.sentence.token(start).clause
        before = sorted((each for each in self.found.places if each[0] < start), reverse=True)
        behind = sorted(each for each in self.found.places if each[0] > start)
        here = [name for place, name in behind if self.sentence.token(place).clause == clause]
        ordered = [*(name for _place, name in before), *here, *(name for _place, name in behind), *self.found.tables]
        return list(dict.fromkeys(ordered))

    def _field(self, start: int, length: int, word: FieldWord) -> None:
        text = self.sentence.whole(start, length) if word.name == "" or word.label else word.name
        known = self._known(start, length, word)
        if known:
            table, label = known
            self._use(start, length, "field", f"{label} ({self.say(table['title'])})", table["name"])
            return
        near = self._near(start)
        if not near:
            self._use(start, length, "field", self.say(word.label) if word.label else text.capitalize())
        if not near or sum(map(len, self.found.more.values())) >= FIELDS:
            return
        table = self.found.tables[near[0]]
        made = own_field(word, text, self.sentence.language, table)
        table["fields"] = [*table["fields"], made]
        self.found.more.setdefault(table["name"], []).append(made)
        title = self.say(table.get("title", table["name"]))
        self._use(start, length, "field", f"{self.say(made['label'])} ({title})", table["name"])

    def _known(self, start: int, length: int, word: FieldWord) -> tuple[dict[str, Any], str] | None:
        """Return the table that has such a field already, and what it is called there."""
        near = self._near(start)
        named = [name for name in near if name in {name for _place, name in self.found.places}] or near
        for name in named if word.far else near[:1]:
            table = self.found.tables[name]
            for each in table["fields"]:
                if each["name"] in word.has:
                    return table, self.say(each.get("label", each["name"]))
        return self._labelled(self.sentence.words[start : start + length], near)

    def _has_label(self, start: int, length: int) -> bool:
        return self._labelled(self.sentence.words[start : start + length], self._near(start)) is not None

    def _labelled(self, said: Sequence[Word], near: Sequence[str]) -> tuple[dict[str, Any], str] | None:
        for name in near:
            table = self.found.tables[name]
            for each in table["fields"]:
                for text in texts_of(each.get("label")):
                    if same(said, content(text)):
                        return table, self.say(each["label"])
        return None

    def _state(self, start: int, length: int) -> bool:
        """Note a word that a state of a table is called by."""
        said = self.sentence.words[start : start + length]
        state = next((each for each in states() if length == 1 and fold(said[0].text) in each.words), None)
        for name in self._near(start):
            table = self.found.tables[name]
            if state and (held := held_by(table, state)):
                self._use(start, length, "state", f"{self.say(held)} ({self.say(table['title'])})", name)
                return True
            for each in table["fields"]:
                for value in each.get("values", ()):
                    titles = texts_of(value.get("title"))
                    if any(same(said, content(text)) and self._whole(start, length, text) for text in titles):
                        title = f"{self.say(value['title'])} ({self.say(table['title'])})"
                        self._use(start, length, "state", title, name)
                        return True
        return False

    def _whole(self, start: int, length: int, title: str) -> bool:
        """Tell whether one word says all of a title: “cabinet” alone is the practice, “au cabinet” is where one meets."""
        said, end = fold(title).split(), self.sentence.content[start] + 1
        before = [token.folded for token in self.sentence.tokens[max(0, end - len(said)) : end]]
        return length > 1 or len(said) == 1 or before == said

    def _use(self, start: int, length: int, use: Use, what: str, table: str = "", offers: Sequence[str] = ()) -> None:
        text = self.sentence.whole(start, length)
        self.found.uses[start] = (length, WordUse(text, use, what, table=table, offers=tuple(offers)))
