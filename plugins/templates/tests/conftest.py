"""Templates, needs and folders that the tests of this plugin share."""

from __future__ import annotations

import copy
import itertools
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from dihya_hookspecs.generation import Edited, Needs, Template
from dihya_templates.blocks import own_blocks
from dihya_templates.library import own_templates
from dihya_templates.service import Library

SMALL: dict[str, Any] = {
    "name": "club",
    "version": "1.0.0",
    "title": {"en": "Club", "fr": "Club"},
    "description": {"en": "A club.", "fr": "Un club."},
    "words": ["club", "member", "membre", "sport"],
    "examples": ["a club", "un club", "a sports club", "un club de sport"],
    "roles": [{"name": "coach", "title": {"en": "Coach", "fr": "Entraîneur"}}],
    "options": {
        "teams": {
            "type": "boolean",
            "default": True,
            "x-title": {"en": "Teams", "fr": "Équipes"},
            "x-help": {"en": "Teams.", "fr": "Équipes."},
        }
    },
    "purposes": {"sport": {"title": {"en": "sport", "fr": "sport"}, "basis": "contract", "retention": "1y"}},
    "entities": [
        {
            "name": "player",
            "subject": "id",
            "access": {"read": ["coach"], "write": ["coach"]},
            "fields": [{"name": "nickname", "type": "text", "required": True, "personal": "name"}],
        }
    ],
}


WRITTEN = ("association", "ecommerce", "sante")
"""The templates that are written out; the others are composed of blocks, which have tests of their own."""


@pytest.fixture
def small() -> dict[str, Any]:
    """Return the data of a small template that a test may change."""
    return copy.deepcopy(SMALL)


@pytest.fixture
def library() -> Library:
    """Return the library of our own templates."""
    return Library(own_templates())


@pytest.fixture(scope="session")
def editor() -> Library:
    """Return the library of our own templates and blocks, which edits need."""
    return Library([*own_templates(), *own_blocks()])


@pytest.fixture(scope="session")
def whole(editor: Library) -> Mapping[str, Any]:
    """Return the structure of a club; ``club`` gives each test a copy."""
    return editor.structure(Needs("", "association", "club", {"donations": True}))


@pytest.fixture
def club(whole: Mapping[str, Any]) -> dict[str, Any]:
    """Return the structure of a club that a test may change."""
    return copy.deepcopy(dict(whole))


@pytest.fixture
def edit(editor: Library) -> Callable[..., Edited]:
    """Return a function that makes one edit."""

    def edit(document: Mapping[str, Any], which: str, **given: Any) -> Edited:
        return editor.edit(document, {"edit": which, **given})

    return edit


@pytest.fixture
def random_edit() -> Callable[[random.Random, Mapping[str, Any]], dict[str, Any]]:
    """Return a function that gives some edit of some part of a document, as somebody could make it."""
    return _random_edit


def _random_edit(chance: random.Random, document: Any) -> dict[str, Any]:
    """Return some edit of some part, as somebody could make it."""
    entity = chance.choice(document["entities"])
    found, other = chance.choice(entity["fields"]), chance.choice(document["entities"])
    at = {"table": entity["name"], "field": found["name"]}
    word = chance.choice(
        ["Couleur", "Poids", "Note", "Date", "Allergies", "Courriel", "Prix", "É", "order", "Nom"]
    ) + chance.choice(["", " 2", "s"])
    kinds = [
        "text",
        "long_text",
        "integer",
        "decimal",
        "money",
        "boolean",
        "date",
        "email",
        "enum",
        "reference",
        "sequence",
        "percentage",
    ]
    more = {"to": other["name"], "values": ["Un", "Deux"]}
    return chance.choice(
        [
            {"edit": "add_table", "title": word, "at": chance.randint(0, 3)},
            {"edit": "add_table", "block": chance.choice(["loan", "equipment", "invoice", "room", "booking", "pupil"])},
            {"edit": "rename_table", "table": entity["name"], "title": word, "name": f"{entity['name'][:20]}_b"},
            {"edit": "remove_table", "table": entity["name"]},
            {"edit": "move_table", "table": entity["name"], "to": chance.randint(0, 9)},
            {"edit": "add_field", "table": entity["name"], "label": word, "type": chance.choice(["", *kinds]), **more},
            {"edit": "add_field", "table": entity["name"], "label": word},
            {"edit": "rename_field", **at, "label": word, "name": f"{found['name'][:20]}_b"},
            {"edit": "remove_field", **at},
            {"edit": "move_field", **at, "to": chance.randint(0, 9)},
            {"edit": "change_field", **at, "type": chance.choice(kinds), **more},
            {"edit": "change_field", **at, "required": chance.random() < 0.5, "unique": chance.random() < 0.3},
            {"edit": "set_choices", **at, "choices": [{"title": "A"}, {"title": "B"}]},
            {"edit": "set_personal", **at, "category": chance.choice(["content", "health_and_medical", "name"])},
            {"edit": "set_impersonal", **at, "reason": "rien"},
            {"edit": "set_person", "table": entity["name"], "person": chance.random() < 0.5},
            {"edit": "add_role", "title": word},
            {"edit": "set_access", "table": entity["name"], "read": ["auditeur"], "write": []},
        ]
    )


@pytest.fixture
def association() -> Template:
    """Return the template with the most kinds of fields and rules."""
    return next(template for template in own_templates() if template.name == "association")


@pytest.fixture
def templates() -> Mapping[str, Template]:
    """Return our templates by name."""
    return {template.name: template for template in own_templates()}


@pytest.fixture
def write(tmp_path: Path) -> Callable[[Mapping[str, str], str], Path]:
    """Return a function that writes files into a folder of their own."""

    def write(files: Mapping[str, str], name: str = "project") -> Path:
        folder = tmp_path / name
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        return folder

    return write


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give a test that takes ``needs`` one run for each of them, and one that takes ``written`` one for each written template's."""
    for name, found in (("needs", every), ("written", written)):
        if name in metafunc.fixturenames:
            named = [f"{needs.template}-{number}-{needs.language}" for number, needs in enumerate(found())]
            metafunc.parametrize(name, found(), ids=named)


@pytest.fixture
def every_needs() -> list[Needs]:
    """Return needs for each written template with each choice of its options, and for each sector whole and as usual."""
    return every()


def written() -> list[Needs]:
    return [
        Needs("", template.name, template.name, choice, language)
        for template in own_templates()
        if template.name in WRITTEN
        for choice in choices(template)
        for language in ("fr", "en")
    ]


def every() -> list[Needs]:
    return written() + [
        Needs("", name, name, {switch: True for switch in whole} if language == "fr" else {}, language)
        for name, whole in sectors()
        for language in ("fr", "en")
    ]


def sectors() -> Iterator[tuple[str, Iterable[str]]]:
    """Yield each sector with the switches of its tables."""
    for template in own_templates():
        if template.name not in WRITTEN:
            yield template.name, template.options["properties"]


def choices(template: Template) -> Iterator[dict[str, Any]]:
    """Yield each combination of the options' values; numbers at both ends, texts empty and given."""
    known = template.options["properties"]
    values = [_values(option) for option in known.values()]
    for combination in itertools.product(*values):
        yield dict(zip(known, combination, strict=True))


def _values(option: Mapping[str, Any]) -> list[Any]:
    if option["type"] == "boolean":
        return [False, True]
    if "enum" in option:
        return list(option["enum"])
    # Numbers and texts change values, not what is rendered; one of them is enough.
    return [option.get("maximum", "Salle « B »")]
