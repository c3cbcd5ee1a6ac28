"""The column *docs*, as far as it reads."""

from types import SimpleNamespace

import pytest
from dihya_tests.suite.columns import docs

GOOD = "# dihya-petit\n\n## What you get\n\n" + "A list of things. " * 30 + "\n\n## Settings\n\nNone.\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (GOOD, ""),
        (GOOD.replace("## ", ""), "it has 0 sections"),
        (GOOD.replace("# dihya", "dihya", 1), "begins with no title"),
        ("# a\n\n## b\n\n## c\n", "it has 16 characters"),
        ("", "it has 0 sections"),
    ],
)
def test_a_readme_has_a_title_sections_and_words(text, sentence):
    """The one in the metadata, which an index shows."""
    said = {"Description": text}
    plugin = SimpleNamespace(
        distribution=SimpleNamespace(metadata=SimpleNamespace(get=said.get, get_payload=lambda: ""))
    )
    found = docs.readme(plugin)
    assert (found.state, sentence in found.evidence.en) == ("failed" if sentence else "passed", True)


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ('"""Why."""\n\ndef f():\n    """Do."""', "passed"),
        ("def f():\n    pass", "failed"),
        ('"""Why."""\n\ndef f():\n    pass', "failed"),
        ('"""Why."""\n\nclass A:\n    pass', "failed"),
        ('"""Why."""\n\ndef _f():\n    pass', "passed"),
        ('"""Why."""\n\n@hookimpl\ndef on_startup():\n    pass', "passed"),
        ('"""Why."""\n\n@shelf.get("/")\ndef index():\n    pass', "passed"),
    ],
)
def test_public_code_says_what_it_does(code, state, written):
    """Hooks are explained by the contract, views by their own check."""
    assert docs.docstrings(written(service=code)).state == state


def test_a_sentence_without_french_is_seen(written):
    """In sources and in templates."""
    catalogue = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "read"\nmsgstr "lire"\n'
    known = {"translations__fr.po": catalogue}
    assert docs.french(written(service="_('read')", **known)).state == "passed"
    assert docs.french(written(service="_('write')", **known)).state == "failed"
    assert docs.french(written(service="_('read')")).state == "failed"
    assert docs.french(written(service="x = 1")).state == "passed"
