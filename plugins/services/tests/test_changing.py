"""``dihya change``: the next version of a plugin as a folder of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.growing import Conflict, Growing, Grown


class Growth:
    """Gives what a test wants, and remembers what it was given."""

    def __init__(self) -> None:
        self.gives = Grown("0.2.0", {"README.md": "new\n"}, ("one thing changes",))
        self.files: Mapping[str, str] = {}
        self.version = ""

    def grow(self, files: Mapping[str, str], structure: Mapping[str, Any], *, version: str = "") -> Grown:
        """What was asked for."""
        self.files, self.version = files, version
        return self.gives


@pytest.fixture
def growth() -> Growth:
    """What stands for the growing of plugins."""
    return Growth()


@pytest.fixture
def changing(make_app, fakes, growth):
    """An application whose plugins can grow."""

    class Grower:
        __name__ = "grower"

        @staticmethod
        @hookimpl
        def register_services(registry: Any) -> None:
            registry.register_value(Growing, growth)

    return make_app("services", "tasks", "wsgi", plugins={"fakes": fakes, "grower": Grower()})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A plugin with a text, an image, and what nobody wants to keep."""
    place = tmp_path / "dihya-club"
    (place / "static").mkdir(parents=True)
    (place / "README.md").write_text("old\n")
    (place / "static" / "logo.png").write_bytes(b"\x89PNG\0\xff")
    (place / ".git").mkdir()
    (place / ".git" / "HEAD").write_text("x")
    (tmp_path / "new.json").write_text(json.dumps({"name": "club"}))
    return place


def change(app, folder: Path, *more: str):
    """Run the command."""
    return app.cli("change", str(folder), "--structure", str(folder.parent / "new.json"), *more)


def test_the_new_version_stands_beside_the_old(changing, folder: Path, growth: Growth) -> None:
    """With its number, with files that are no text, without the repository; the old folder stays as it is."""
    result = change(changing, folder)
    assert result.exit_code == 0, result.stderr
    new = folder.parent / "dihya-club-0.2.0"
    assert result.stdout.strip() == str(new) and "one thing changes" in result.stderr
    assert (new / "README.md").read_text() == "new\n" and (new / "static" / "logo.png").read_bytes() == b"\x89PNG\0\xff"
    assert not (new / ".git").exists() and (folder / "README.md").read_text() == "old\n"
    assert growth.files == {"README.md": "old\n"} and growth.version == ""


def test_conflicts_are_shown_and_nothing_is_written(changing, folder: Path, growth: Growth) -> None:
    """Both sides with their line; with --mark the folder has them in its files, and the exit code is 1 all the same."""
    both = "a\n<<<<<<< yours\nb\n=======\nc\n>>>>>>> new version\n"
    growth.gives = replace(growth.gives, conflicts=(Conflict("README.md", both, 2),))
    result = change(changing, folder)
    assert result.exit_code == 1 and "conflict: README.md:2" in result.stderr and "<<<<<<< yours" in result.stderr
    assert not (folder.parent / "dihya-club-0.2.0").exists()
    assert change(changing, folder, "--mark").exit_code == 1
    assert (folder.parent / "dihya-club-0.2.0" / "README.md").read_text() == both


def test_a_folder_that_is_not_empty_is_not_touched(changing, folder: Path) -> None:
    """One sentence, exit code 1."""
    result = change(changing, folder, "--out", str(folder))
    assert result.exit_code == 1 and "is not empty" in result.stderr


def test_an_installed_plugin_is_changed_by_its_name(changing, folder: Path, growth: Growth, monkeypatch) -> None:
    """Its package stands for its folder; a name that nobody bears is refused."""
    monkeypatch.chdir(folder.parent)
    result = changing.cli("change", "services", "--structure", str(folder.parent / "new.json"))
    assert result.exit_code == 0, result.stderr
    assert "src/dihya_services/__init__.py" in growth.files and growth.version
    assert (
        "no folder and no active plugin"
        in changing.cli("change", "nobody", "--structure", str(folder.parent / "new.json")).stderr
    )
