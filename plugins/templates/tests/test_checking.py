"""A structure from outside is refused at each of its mistakes, or built."""

from __future__ import annotations

import copy
import random

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.generation import Needs
from dihya_templates.checking import LARGEST


@pytest.fixture
def document(library):
    """Return the structure of a club that a test may change."""
    return copy.deepcopy(library.structure(Needs("", "association", "club")))


def built(library, document):
    files = library.render(Needs("", "", "", structure=document))
    return {path: text for path, text in files.items() if path != ".dihya/provenance.json"}


def set_at(document, pointer, value):
    *path, last = pointer.strip("/").split("/")
    for step in path:
        document = document[int(step)] if isinstance(document, list) else document[step]
    document[int(last) if isinstance(document, list) else last] = value


@pytest.mark.parametrize(
    ("pointer", "value", "where", "said"),
    [
        ("/entities/1/fields/0/to", "nobody", "/entities/1/fields/0/to", "no table 'nobody'"),
        ("/entities/0/access/read", ["boss"], "/entities/0/access/read/0", "no role 'boss'"),
        ("/entities/1/name", "member", "/entities/1/name", "there already"),
        ("/entities/0/name", "mapped", "/entities/0/name", "means something else"),
        ("/entities/0/fields/0/name", "select", "/entities/0/fields/0/name", "means something else"),
        ("/entities/0/fields/0/personal", "shoe_size", "/entities/0/fields/0/personal", "is not a choice"),
        ("/entities/0/fields/0/personal", "health_and_medical", "/entities/0/fields/0/personal", "article 9"),
        ("/entities/0/caption", "{nothing}", "/entities/0/caption", "no field"),
        ("/entities/0/fields/0", {"name": "a", "type": "text"}, "/entities/0/fields/0", "exactly one of"),
        ("/entities/0/subject", "a.b", "/entities/0/subject", "does not lead"),
        ("/entities/0/sample/alice", {"hat": 1}, "/entities/0/sample/alice/hat", "no field"),
        ("/format", "dihya-structure 2", "/format", "must be"),
        ("/language", "de", "/language", "is not a choice"),
        ("/name", "json", "/name", "means something else to Python"),
        ("/title", "", "/title", "too short"),
        ("/entities", [], "/entities", "at least 1"),
        ("/entities", "none", "/entities", "a list"),
        ("/surprise", 1, "", "'surprise' is not known here"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_at_its_place(library, document, pointer, value, where, said):
    """One flaw, with the JSON pointer of what is wrong."""
    set_at(document, pointer, value)
    with pytest.raises(Invalid) as refusal:
        library.complete(Needs("", "", "", structure=document))
    flaws = refusal.value.flaws
    assert where in [flaw.pointer for flaw in flaws]
    assert said in next(flaw.detail for flaw in flaws if flaw.pointer == where)


def test_a_retention_that_nobody_can_count_is_told(library, document):
    """The grammar is told in the message."""
    next(iter(document["purposes"].values()))["retention"] = "a while"
    with pytest.raises(Invalid) as refusal:
        library.complete(Needs("", "", "", structure=document))
    assert refusal.value.flaws[0].pointer.endswith("/retention") and "3y after COLUMN" in refusal.value.flaws[0].detail


def test_references_in_a_circle_are_told(library, document):
    """Two tables that need each other can neither be made nor filled."""
    link = {"name": "fee_id", "type": "reference", "to": document["entities"][1]["name"], "required": True}
    document["entities"][0]["fields"].append(link)
    with pytest.raises(Invalid) as refusal:
        library.complete(Needs("", "", "", structure=document))
    assert any("circle" in flaw.detail for flaw in refusal.value.flaws)


def test_hostile_texts_stay_texts(library, document):
    """Quotes, braces, line breaks, markup and invisible characters end up as text in files that are still what they are."""
    hostile = "\"'''{{ 7*7 }}\n</script>\u202e\ud800 ` ; DROP TABLE"
    document["title"] = hostile
    for entity in document["entities"]:
        entity["title"] = {"en": hostile, "fr": hostile}
        for field in entity["fields"]:
            field["label"] = field["help"] = hostile
    files = built(library, document)
    for path, text in files.items():
        text.encode()
        if path.endswith(".py"):
            compile(text, path, "exec")
    assert "49" not in files["README.md"].splitlines()[3]


@pytest.mark.parametrize("tables", [60, 100, 200])
def test_many_tables(library, tables):
    """A hundred tables that all lead to the first are built; two hundred are refused in one sentence."""
    entities = [{"name": "member", "subject": "id", "fields": [{"name": "label", "type": "text", "personal": "name"}]}]
    for number in range(1, tables):
        fields = [
            {"name": f"f{each}_id", "type": "reference", "to": entities[-1 - each]["name"]}
            for each in range(min(number, 8))
        ]
        entities.append(
            {"name": f"t{number}x", "fields": [{"name": "label", "type": "text", "personal": "content"}, *fields]}
        )
    document = {
        "format": "dihya-structure 1", "name": "much", "title": "Much", "language": "en", "entities": entities,
        "purposes": {"use": {"title": {"en": "use", "fr": "usage"}, "basis": "contract", "retention": "1y"}},
    }  # fmt: skip
    if tables == 200:
        with pytest.raises(Invalid) as refusal:
            library.complete(Needs("", "", "", structure=document))
        assert [(flaw.pointer, flaw.detail) for flaw in refusal.value.flaws] == [
            ("/entities", "these are 200; at most 100")
        ]
    else:
        assert built(library, document)["src/dihya_much/models.py"].count("class ") == tables


def test_a_document_that_is_too_large_or_too_deep_is_refused(library, document):
    """Before anything is looked at."""
    document["title"] = "x" * LARGEST
    with pytest.raises(Invalid, match="bytes; at most 2000000"):
        library.complete(Needs("", "", "", structure=document))
    deep: dict[str, object] = {}
    for _number in range(5000):
        deep = {"a": deep}
    with pytest.raises(Invalid) as refusal:
        library.complete(Needs("", "", "", structure=deep))
    assert "nested" in refusal.value.flaws[0].detail


def test_random_damage_is_refused_or_built(library, document):
    """Whatever part of a document is replaced by whatever else, there is a refusal with pointers, or a plugin; never an error."""
    chance = random.Random(7)
    for _number in range(150):
        damaged = copy.deepcopy(document)
        part, steps = damaged, chance.randint(1, 6)
        for step in range(steps):
            keys = list(part) if isinstance(part, dict) else list(range(len(part)))
            if not keys:
                break
            key = chance.choice(keys)
            if step == steps - 1 or not isinstance(part[key], dict | list):
                part[key] = chance.choice(
                    [None, 0, -1, "", "x", "name", [], {}, [{}], {"en": "a"}, True, "created_at", 10**30]
                )
                break
            part = part[key]
        try:
            built(library, damaged)
        except Invalid as error:
            assert error.flaws and all(flaw.pointer == "" or flaw.pointer.startswith("/") for flaw in error.flaws)
