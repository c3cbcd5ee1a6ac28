"""What the pages show of templates and options."""

from __future__ import annotations

from dihya_hookspecs import i18n
from dihya_hookspecs.generation import Template
from dihya_hookspecs.i18n import Text
from dihya_services import views

WHEN = {"when": {"events": True}}


def template(*entities: dict) -> Template:
    """A template with these entities."""
    return Template("t", "1", Text("T", "T"), Text("", ""), {}, entities, ())


def field(name: str, **more: object) -> dict:
    """A field of text."""
    return {"name": name, "type": "text", **more}


def test_shows_the_tables_that_the_options_leave() -> None:
    """Tables and fields that an option takes away are not shown; personal fields and additions are marked."""
    given = template(
        {
            "name": "member",
            "title": {"en": "Members", "fr": "Adhérents"},
            "fields": [field("email", personal="contact.email"), field("x", **WHEN)],
        },
        {"name": "event", "fields": [field("place")], **WHEN},
    )
    extra = ({"name": "member", "fields": [field("size")]}, {"name": "shoe_box", "fields": [field("colour")]})
    members, box = views.tables(given, {"events": False}, extra)
    assert members.title == "Members" and [(each.label, each.personal, each.added) for each in members.columns] == [
        ("email", "contact.email", ""),
        ("size", "", "model"),
    ]
    assert (box.title, box.added) == ("shoe box", "model")
    assert len(views.tables(given, {"events": True}, ())) == 2


def test_options_become_fields() -> None:
    """Each type has its kind of field, with the proposed value or the default in it."""
    schema = {
        "properties": {
            "a": {"type": "boolean", "default": True},
            "b": {"type": "string", "enum": ["x", "y"], "default": "x"},
            "c": {"type": "integer", "minimum": 1, "maximum": 9, "default": 2},
            "d": {"type": "string", "maxLength": 5, "default": ""},
        }
    }
    found = list(views.option_fields(schema, {"b": "y"}))
    assert [(each.kind, each.value) for each in found] == [
        ("boolean", True),
        ("choice", "y"),
        ("integer", 2),
        ("text", ""),
    ]
    assert (found[2].least, found[2].most, found[3].most) == (1, 9, 5)


def test_certainty_and_proposer_are_words() -> None:
    """Numbers and tiers are said."""
    assert [views.certainty(value) for value in (0.95, 0.7, 0.2, 0)] == [
        "certain",
        "rather certain",
        "uncertain",
        "no idea",
    ]
    said = {views.proposer("cloud", "big", tier) for tier in ("person", "deterministic", "embedded", "provider")}
    assert said == {"you", "fixed rules, no model", "the model big on this machine", "the model big of cloud"}


def test_examples_are_in_the_readers_language() -> None:
    """Small words tell French from English; when nothing tells, all are shown."""
    texts = ["gestion des membres d'un club", "patient files of the dentist"]
    assert views.in_language(texts, "fr") == texts[:1]
    assert views.in_language(texts, "en") == texts[1:]
    assert views.in_language(["abc"], "fr") == ["abc"]


def test_own_tests_are_told_from_checks() -> None:
    """Lines with a test's name, and test files that could not be read."""
    names = ["one name", "tests/test_a.py::test_b", "tests/test_c.py", "its tests pass"]
    assert views.test_names([{"name": name} for name in names]) == names[1:3]


def test_a_line_of_the_proof_is_said_in_the_readers_language() -> None:
    """The prover's own sentences are translated with their values; what a test said stays as it is."""
    french = {"no network": "sans réseau", "%(count)s tests": "%(count)s essais"}
    line = {"name": "no network", "passed": True, "seconds": 0.1, "detail": "3 tests", "message": "%(count)s tests"}
    i18n.use("fr", lambda message, plural, count, plugin: french.get(message, ""))
    try:
        assert views.proof_title(line) == "sans réseau"
        assert views.proof_sentence({**line, "values": {"count": 3}}) == "3 essais"
        assert views.proof_sentence({**line, "detail": "100 % wrong", "message": ""}) == "100 % wrong"
    finally:
        i18n.use("en", None)
