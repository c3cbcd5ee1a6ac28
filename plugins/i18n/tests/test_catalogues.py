"""Catalogues of several plugins side by side."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest
from dihya_i18n.catalogues import load, read

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n'


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, Path]:
    """Two plugins that both translate one message, and one whose catalogue is broken."""
    texts = {
        "first": 'msgid "Save"\nmsgstr "Enregistrer"\n\nmsgid "%(count)s file"\nmsgid_plural "%(count)s files"\n'
        'msgstr[0] "%(count)s fichier"\nmsgstr[1] "%(count)s fichiers"\n\n#, fuzzy\nmsgid "Draft"\nmsgstr "Courant"\n',
        "second": 'msgid "Save"\nmsgstr "Sauver"\n\nmsgid "Close"\nmsgstr "Fermer"\n\nmsgid "Open"\nmsgstr ""\n',
        "broken": 'msgid "Never"\nmsgstr "Jamais\nmsgid oops\n',
    }
    for name, text in texts.items():
        (tmp_path / name / "translations").mkdir(parents=True)
        (tmp_path / name / "translations" / "fr.po").write_text(HEADER + text, encoding="utf-8")
    return {name: tmp_path / name for name in ("broken", "first", "second")}


def test_a_plugin_is_right_about_its_own_words(folders: dict[str, Path]) -> None:
    """Where two plugins translate one message in two ways, each says its own, and nobody else says either."""
    catalogue = load("fr", folders)
    assert catalogue.find("Save", "first") == "Enregistrer"
    assert catalogue.find("Save", "second") == "Sauver"
    assert catalogue.find("Save", "third") is catalogue.find("Save") is None
    assert catalogue.find("Close", "first") == catalogue.find("Close") == "Fermer"


def test_what_i18n_says_is_said_for_all_who_do_not_say_it_themselves(folders: dict[str, Path]) -> None:
    """The shared words are those of this plugin."""
    catalogue = load("fr", {"first": folders["first"], "i18n": folders["second"]})
    assert (catalogue.find("Save", "first"), catalogue.find("Save", "other")) == ("Enregistrer", "Sauver")


def test_a_context_tells_two_meanings_apart(folders: dict[str, Path]) -> None:
    """``msgctxt`` is part of what is looked up; without a translation the English message stands without it."""
    file = folders["second"] / "translations" / "fr.po"
    file.write_text(
        file.read_text("utf-8")
        + '\nmsgctxt "door"\nmsgid "Lock"\nmsgstr "Serrure"\n\nmsgctxt "canal"\nmsgid "Lock"\nmsgstr "Écluse"\n'
    )
    catalogue = load("fr", folders)
    said = [catalogue.lookup(f"{context}\x04Lock", "", None, "second") for context in ("door", "canal", "hair")]
    assert said == ["Serrure", "Écluse", "Lock"]


def test_the_desk_of_the_rgpd_and_the_log_of_generations_say_answered_in_their_own_way() -> None:
    """A demand is “traitée”, a model “a répondu”: with the real catalogues, whichever plugin comes first."""
    real = {name: Path(str(files(f"dihya_{name}"))) for name in ("generation_logs", "rgpd")}
    for folders in (real, dict(reversed(real.items()))):
        catalogue = load("fr", folders)
        assert catalogue.lookup("answered", "", None, "rgpd") == "traitée"
        assert catalogue.lookup("answered", "", None, "generation_logs") == "a répondu"


@pytest.mark.parametrize(("count", "expected"), [(0, "fichier"), (1, "fichier"), (2, "fichiers"), (1000, "fichiers")])
def test_plurals_follow_the_header(folders: dict[str, Path], count: int, expected: str) -> None:
    """French uses the singular for nought and one, as the header of its catalogue says."""
    assert load("fr", folders).lookup("%(count)s file", "%(count)s files", count) == f"%(count)s {expected}"


def test_what_is_not_finished_stays_english(folders: dict[str, Path]) -> None:
    """Empty and fuzzy translations are not used, and a plural without translation follows the English rule."""
    catalogue = load("fr", folders)
    assert catalogue.find("Draft") is None
    assert catalogue.lookup("Open", "Open", None) == "Open"
    assert catalogue.lookup("%(count)s day", "%(count)s days", 0) == "%(count)s days"


def test_a_broken_catalogue_takes_nothing_else_away(folders: dict[str, Path], caplog: pytest.LogCaptureFixture) -> None:
    """A file that cannot be read is reported by plugin name, and the others still speak."""
    assert load("fr", folders).find("Save", "first") == "Enregistrer"
    assert "'broken'" in caplog.text


def test_a_language_without_catalogue_is_empty(folders: dict[str, Path]) -> None:
    """A language that nobody translated into gives the English message."""
    assert load("en", folders).lookup("Save", "Save", None) == "Save"


def test_a_catalogue_is_read_once_as_long_as_its_file_is_the_same(folders: dict[str, Path]) -> None:
    """Who writes the file anew is heard; otherwise the phrases are those that were read before."""
    path = folders["second"] / "translations" / "fr.po"
    before = read(path)
    assert read(path) is before
    path.write_text(path.read_text("utf-8").replace("Sauver", "Garder"), "utf-8")
    assert (before["Save"].forms, read(path)["Save"].forms) == (("Sauver",), ("Garder",))
