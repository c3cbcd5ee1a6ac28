"""Messages are found in code and templates, and gaps are named."""

from __future__ import annotations

from pathlib import Path

import dihya_i18n
import pytest
from babel.messages.pofile import read_po
from dihya_hookspecs import Invalid
from dihya_i18n.catalogues import read
from dihya_i18n.extraction import compare, update


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package with one message in code, one in a template, and a plural."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "__init__.py").write_text(
        'from x import gettext as _\n_("In code")\nngettext("%(count)s hat", "%(count)s hats", 2)\n'
    )
    (tmp_path / "templates" / "a.html").write_text('<h1>{{ _("In a page") }}</h1>')
    return tmp_path


def test_code_and_templates_are_read(package: Path) -> None:
    """Extraction writes a template and a catalogue with every message, and counts what is to be done."""
    assert update(package, ["fr"]) == {"fr": 3}
    with (package / "translations" / "messages.pot").open("rb") as file:
        assert {str(message.id) for message in read_po(file) if message.id} == {
            "In code", "In a page", "('%(count)s hat', '%(count)s hats')",
        }  # fmt: skip


def test_translations_survive_an_update(package: Path) -> None:
    """What is translated stays, what is new is added, keys looked up by code stay, and twice changes nothing."""
    update(package, ["fr"])
    path = package / "translations" / "fr.po"
    text = path.read_text().replace('msgid "In code"\nmsgstr ""', 'msgid "In code"\nmsgstr "Dans le code"')
    path.write_text(text + '\nmsgid "problem.odd"\nmsgstr "Bizarre"\n\nmsgid "Gone"\nmsgstr "Parti"\n')
    (package / "__init__.py").write_text((package / "__init__.py").read_text() + '_("New")\n')
    assert compare("demo", package, "fr").obsolete == ("Gone",)
    assert update(package, ["fr"]) == {"fr": 3}
    assert {key: phrase.forms[0] for key, phrase in read(path).items()} == {
        "In code": "Dans le code",
        "problem.odd": "Bizarre",
    }
    once = path.read_bytes()
    update(package, ["fr"])
    assert path.read_bytes() == once


def test_a_message_that_is_marked_is_wanted(package: Path) -> None:
    """A sentence that is only marked where it stands, and translated where it is shown, is neither missed nor in vain."""
    (package / "__init__.py").write_text('from x import mark\nGROWS = mark("It grows")\n')
    update(package, ["fr"])
    path = package / "translations" / "fr.po"
    assert 'msgid "It grows"' in path.read_text()
    path.write_text(path.read_text().replace('msgid "It grows"\nmsgstr ""', 'msgid "It grows"\nmsgstr "Il croît"'))
    gap = compare("demo", package, "fr")
    assert "It grows" not in gap.missing and "It grows" not in gap.obsolete


def test_a_gap_names_what_is_missing(package: Path) -> None:
    """Without a catalogue every message is missing."""
    gap = compare("demo", package, "fr")
    assert gap.missing == ("%(count)s hat", "In a page", "In code")
    assert gap.to_json()["plugin"] == "demo"


def test_our_own_catalogue_is_complete() -> None:
    """This plugin has nothing to translate and nothing in vain."""
    own = Path(dihya_i18n.__file__).parent
    gap = compare("i18n", own, "fr")
    assert (gap.missing, gap.obsolete) == ((), ())


def test_a_message_is_wanted_with_its_context(package: Path) -> None:
    """A word that means two things is missing until both are translated."""
    (package / "__init__.py").write_text('pgettext("door", "Lock")\npgettext("canal", "Lock")\n')
    update(package, ["fr"])
    assert {"door: Lock", "canal: Lock"} <= set(compare("demo", package, "fr").missing)
    path = package / "translations" / "fr.po"
    path.write_text(
        path.read_text().replace(
            'msgctxt "door"\nmsgid "Lock"\nmsgstr ""', 'msgctxt "door"\nmsgid "Lock"\nmsgstr "Serrure"'
        )
    )
    assert "door: Lock" not in compare("demo", package, "fr").missing
    assert "canal: Lock" in compare("demo", package, "fr").missing


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("templates/a.html", '<h1>\n{{ _("Open" }}</h1>', "a.html:2: unexpected '}'"),
        ("broken.py", "x = 1\n_(\n", "broken.py:"),
    ],
)
def test_a_file_that_does_not_parse_is_named(package: Path, file: str, text: str, said: str) -> None:
    """Its messages would be missing without a word; it is named with its line, and nothing is written."""
    (package / file).write_text(text)
    with pytest.raises(Invalid) as raised:
        update(package, ["fr"])
    assert said in str(raised.value)
    assert not (package / "translations").exists()
