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
            "e": {"enum": ["without_vat", "3y"], "x-titles": {"without_vat": {"en": "without VAT", "fr": "sans TVA"}}},
            "f": {"enum": ["by_hand"]},
        }
    }
    found = list(views.option_fields(schema, {"b": "y"}))
    assert [(each.kind, each.value) for each in found] == [
        ("boolean", True),
        ("choice", "y"),
        ("integer", 2),
        ("text", ""),
        ("choice", ""),
        ("choice", ""),
    ]
    assert [each.choices for each in found[4:]] == [
        [("without_vat", "without VAT"), ("3y", "3 years")],
        [("by_hand", "by hand")],
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


def test_figures_in_a_line_of_the_proof_are_written_as_the_reader_writes_them(make_app) -> None:
    """A French sentence has a comma in its seconds; words with a dot in them stay as they are."""
    line = {"name": "n", "passed": True, "seconds": 0.1, "detail": "x", "message": "%(took)s s, %(limit)s, %(names)s"}
    values = {"took": "8.2", "limit": 180, "names": "test_a.py"}
    with make_app("services", "tasks", "storage", "i18n").act():
        i18n.use("fr", lambda message, plural, count, plugin: "")
        try:
            assert views.proof_sentence({**line, "values": values}) == "8,2 s, 180, test_a.py"
        finally:
            i18n.use("en", None)
        assert views.proof_sentence({**line, "values": values}) == "8.2 s, 180, test_a.py"
    assert views.proof_sentence({**line, "values": values}) == "8.2 s, 180, test_a.py"


def test_a_template_that_is_gone_is_called_by_its_name(make_app) -> None:
    """An old generation is still read where its template, or all of them, are no longer installed."""
    with make_app("services", "tasks", "storage").act():
        assert views.template_title("association") == "association"


def test_figures_of_a_column_have_the_same_places() -> None:
    """They stand below each other."""
    assert [str(views.rounded(value)) for value in (0.5, 8.234, 12)] == ["0.50", "8.23", "12.00"]
    assert str(views.rounded(3, 1)) == "3.0"
