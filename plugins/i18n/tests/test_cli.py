"""The commands of translators."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.i18n import gettext, use
from dihya_i18n.cli import package_in, speak_to_operator


@pytest.fixture(autouse=True)
def quiet() -> Any:
    """Each test begins and ends in English."""
    yield
    use("en", None)


def test_extract_writes_catalogues(make_app: Any, tmp_path: Path) -> None:
    """``dihya i18n extract`` finds the package below src and counts what is to be translated."""
    package = tmp_path / "plugin" / "src" / "dihya_x"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text('_("Hello")\n')
    result = make_app("i18n").cli("i18n", "extract", str(tmp_path / "plugin"))
    assert (result.exit_code, result.stdout) == (0, "fr: 1 to translate\n")
    assert 'msgid "Hello"' in (package / "translations" / "fr.po").read_text()


def test_report_is_green_for_what_is_complete(make_app: Any) -> None:
    """``dihya i18n report`` exits 0 when nothing is missing."""
    result = make_app("i18n").cli("i18n", "report", "i18n", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == [{"plugin": "i18n", "language": "fr", "missing": [], "obsolete": []}]


def test_report_fails_when_something_is_missing(make_app: Any) -> None:
    """A language that is not complete exits 1 and names the messages."""
    result = make_app("i18n").cli("i18n", "report", "i18n", "--language", "es")
    assert result.exit_code == 1
    assert "i18n es:" in result.stdout and "- Not Found" in result.stdout


def test_an_unknown_plugin_is_named(make_app: Any) -> None:
    """A plugin that is not active is an error with the names of those that are."""
    result = make_app("i18n").cli("i18n", "report", "i18m")
    assert result.exit_code == 1 and "not active: i18m" in result.stderr


def test_the_package_of_a_folder_is_found(tmp_path: Path) -> None:
    """A plugin's folder and its package both lead to the package; an empty folder is refused."""
    package = tmp_path / "plugin" / "src" / "dihya_x"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    assert package_in(tmp_path / "plugin") == package_in(package) == package
    with pytest.raises(Invalid, match="0 packages"):
        package_in(tmp_path)


def test_commands_speak_the_language_of_the_terminal(make_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a French locale the words of commands are French inside an act, and English without one."""
    app = make_app("i18n")
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    speak_to_operator()
    assert gettext("Not Found") == "Not Found"
    with app.act("test"):
        assert gettext("Not Found") == "Introuvable"


def test_extract_fails_when_a_template_does_not_parse(make_app: Any, tmp_path: Path) -> None:
    """``dihya i18n extract`` names template and line, and exits 1."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "__init__.py").write_text("")
    (tmp_path / "templates" / "page.html").write_text("<p>\n\n{% if %}")
    result = make_app("i18n").cli("i18n", "extract", str(tmp_path))
    assert result.exit_code == 1
    assert "templates/page.html:3: " in result.stderr
