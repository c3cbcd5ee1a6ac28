"""Catalogues of several plugins become one."""

from __future__ import annotations

from pathlib import Path

import pytest
from dihya_i18n.catalogues import load

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


def test_the_first_plugin_wins(folders: dict[str, Path]) -> None:
    """Where two plugins translate the same message, the one that comes first in plugin order is right."""
    catalogue = load("fr", folders)
    assert catalogue.find("Save") == "Enregistrer"
    assert catalogue.find("Close") == "Fermer"


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
    assert load("fr", folders).find("Save") == "Enregistrer"
    assert "'broken'" in caplog.text


def test_a_language_without_catalogue_is_empty(folders: dict[str, Path]) -> None:
    """A language that nobody translated into gives the English message."""
    assert load("en", folders).lookup("Save", "Save", None) == "Save"
