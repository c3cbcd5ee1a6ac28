"""A portrait as lines of a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from unicodedata import category

from dihya_hookspecs.i18n import Text
from dihya_hookspecs.inspecting import Marks, Part, Portrait

KINDS = {
    "personal": "data about people", "table": "tables", "permission": "permissions, and who gets them", "role": "roles",
    "host": "hosts that it may call", "reach": "libraries that reach out", "address": "addresses", "page": "menu",
    "slot": "on pages of others", "setting": "settings", "command": "commands", "task": "background tasks",
    "recurring": "recurring work", "subscription": "events that it listens to", "step": "in every request",
    "policy": "rules that refuse", "key": "keys", "hook": "hooks",
}  # fmt: skip
FACTS = {
    "roles": "for {}", "permission": "for {}", "public": "open to everybody: {}", "category": "{}", "purpose": "for {}",
    "basis": "{}", "retention": "kept {}", "country": "in {}", "data": "sends {}", "default": "default {}", "type": "{}",
    "for": "{}", "every": "every {} s", "place": "{}", "stage": "{}",
}  # fmt: skip
STEERING = {"Cc", "Cf", "Zl", "Zp"}
"""Kinds of characters that move, colour or turn around what stands beside them."""
STATES = {"passed": "✔", "exempt": "✔", "failed": "✘"}


def lines(portrait: Portrait) -> Iterator[str]:
    """Yield what people read of a plugin; nothing in it steers the terminal that shows it."""
    for line in _lines(portrait):
        yield "".join("\N{REPLACEMENT CHARACTER}" if category(sign) in STEERING else sign for sign in line)


def _lines(portrait: Portrait) -> Iterator[str]:
    before = f", in place of {portrait.before}" if portrait.before and portrait.sha256 else ""
    yield f"{portrait.name} {portrait.version}{before}"
    if portrait.summary:
        yield f"  {portrait.summary}"
    for word, said in _head(portrait):
        yield f"  {word:<10} {said}"
    upgrade = bool(portrait.before and portrait.sha256)
    yield from _grouped("what it would gain" if upgrade else "what it has", _shown(portrait), "+" if upgrade else " ")
    if upgrade and not portrait.gains:
        yield "it would gain nothing"
    if portrait.loses:
        yield from _grouped("what it would lose", portrait.loses, "-")
    if portrait.undecided:
        yield "decided when it runs, and not known here"
        yield from (f"    {one.what}  {one.place}" for one in portrait.undecided)
    if portrait.faults:
        yield "it cannot be installed here" if portrait.sha256 else "it does not run"
        yield from (f"  ✘ {fault}" for fault in portrait.faults)


def _shown(portrait: Portrait) -> Sequence[Part]:
    return portrait.gains if portrait.before and portrait.sha256 else portrait.parts


def _head(portrait: Portrait) -> Iterator[tuple[str, str]]:
    yield "licence", portrait.licence or "not said"
    yield "by", ", ".join(portrait.authors) or "not said"
    for place, address in enumerate(portrait.links or ("no address said",)):
        yield "" if place else "project", address
    yield (
        "contract",
        f"dihya-hookspecs {portrait.contract or 'of any version'}; Python {portrait.python or 'of any version'}",
    )
    yield (
        "requires",
        ", ".join(f"{need} ({'there' if met else 'missing'})" for need, met in portrait.requires) or "nothing else",
    )
    if portrait.sha256:
        yield "sha256", portrait.sha256
    yield "files", {"whole": "as RECORD says", "folder": "from a folder"}.get(portrait.record, "modified")
    yield from (("", one) for one in portrait.changed)
    yield "statement", _marks(portrait.marks)


def _marks(marks: Marks | None) -> str:
    if marks is None:
        return "none"
    who = "a trusted key" if marks.known else f"a key that nobody here trusts ({marks.key})"
    columns = " ".join(f"{column} {STATES.get(state, '–')}" for column, state in marks.columns)
    return f"of {marks.date}, signed by {who}: {columns}"


def _grouped(title: str, parts: Sequence[Part], sign: str) -> Iterator[str]:
    order = list(KINDS)
    if parts:
        yield title
    for kind, found in groupby(
        sorted(parts, key=lambda part: (order.index(part.kind), part.name)), lambda part: part.kind
    ):
        yield f"  {KINDS[kind]}"
        for part in found:
            said = [*([part.title.en.rstrip(".")] if part.title else []), *(_fact(*fact) for fact in part.facts)]
            yield f"  {sign} {part.name}" + (f"  {'; '.join(said)}" if said else "")


def _fact(word: str, said: str | Text) -> str:
    value = said.en if isinstance(said, Text) else said
    return FACTS[word].format(value) if word in FACTS else word if value in ("yes", "True") else f"{word} {value}"
