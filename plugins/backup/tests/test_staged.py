"""The restored application in a process of its own."""

from __future__ import annotations

import sys

import pytest
from dihya_backup.staged import arrive, configuration, environment, options_of
from dihya_hookspecs import DihyaError
from dihya_hookspecs.backup import Staging


def test_it_is_told_where_everything_is(tmp_path, monkeypatch):
    """Variables say data folder and database; a variable of the old place does not win."""
    monkeypatch.setenv("DIHYA_DB_URL_FILE", "/old")
    monkeypatch.setenv("DIHYA_AUDIT_ORIGIN", "kept")
    found = environment(Staging(tmp_path, settings={"db.url": "sqlite:////new"}))
    assert found["DIHYA_DATA"] == str(tmp_path) if "DIHYA_DATA" in found else found["DIHYA_DIHYA_DATA"] == str(tmp_path)
    assert found["DIHYA_DB_URL"] == "sqlite:////new"
    assert found["DIHYA_AUDIT_ORIGIN"] == "kept"
    assert "DIHYA_DB_URL_FILE" not in found


def test_options_of_the_command_are_passed_on(tmp_path):
    """All but those that say where things are."""
    given = {"config": str(tmp_path / "c"), "overrides": ("dihya.data=/old", "db.url=old", "audit.origin=a")}
    staging = Staging(tmp_path, settings={"db.url": "sqlite:////new"})
    assert options_of(given, staging) == ["--config", str(tmp_path / "c"), "--set=audit.origin=a"]


def test_the_configuration_is_found_as_dihya_finds_it(tmp_path, monkeypatch):
    """The option, the variable, then the working directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DIHYA_CONFIG", raising=False)
    assert configuration({}) is None
    (tmp_path / "dihya.toml").touch()
    assert configuration({}) == tmp_path / "dihya.toml"
    (tmp_path / "other").touch()
    assert configuration({"config": str(tmp_path / "other")}) == tmp_path / "other"


def test_its_last_words_are_the_reason(tmp_path, monkeypatch):
    """What the restored application cannot do ends the restoring in its own sentence."""
    monkeypatch.setattr("dihya_backup.staged._CODE", "import sys; sys.exit('error: table x is gone')")
    assert sys.executable
    with pytest.raises(DihyaError, match="^table x is gone$"):
        arrive(Staging(tmp_path), {}, [])
