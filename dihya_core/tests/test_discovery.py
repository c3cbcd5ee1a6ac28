"""Plugins are read from metadata; none of their code runs."""

import sys

import pytest
from dihya_core.discovery import installed


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Return a function that puts the metadata of a package on the path, without any code."""
    monkeypatch.syspath_prepend(tmp_path)

    def make(distribution, points, requires=()):
        folder = tmp_path / f"{distribution.replace('-', '_')}-1.0.dist-info"
        folder.mkdir()
        lines = [f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\nSummary: A plugin."]
        folder.joinpath("METADATA").write_text(
            "\n".join([*lines, *(f"Requires-Dist: {item}" for item in requires)]) + "\n"
        )
        text = "".join(f"[{group}]\n{name} = {value}\n" for group, name, value in points)
        folder.joinpath("entry_points.txt").write_text(text)

    return make


def found(name):
    return next(item for item in installed() if item.name == name)


def test_everything_is_known_without_importing(package):
    """Name, version, sentence, contract range, requirements and wishes."""
    package(
        "dihya-ghost",
        [
            ("dihya.plugins", "ghost", "dihya_ghost"),
            ("dihya.after", "db", "dihya_ghost"),
            ("dihya.before", "seo", "dihya_ghost"),
        ],
        ["dihya-hookspecs>=1,<2", "dihya-ai-fallback>=0.1", "dihya-core", "flask", 'dihya-x; extra == "y"'],
    )
    item = found("ghost")
    assert (item.distribution, item.version, item.summary) == ("dihya-ghost", "1.0", "A plugin.")
    assert (item.contract, item.requires) == ("<2,>=1", ("ai_fallback",))
    assert (item.after, item.before) == (("db",), ("seo",))
    assert "dihya_ghost" not in sys.modules


def test_two_packages_that_claim_a_name_are_told_apart(package):
    """The reason names both; neither is preferred."""
    package("dihya-ghost", [("dihya.plugins", "ghost", "dihya_ghost")])
    package("dihya-evil", [("dihya.plugins", "ghost", "dihya_evil")])
    assert found("ghost").fault == "2 packages claim the name 'ghost': dihya-evil, dihya-ghost; uninstall all but one"


def test_a_requirement_that_cannot_be_read_is_a_fault(package):
    """And not an exception for everybody else."""
    package("dihya-ghost", [("dihya.plugins", "ghost", "dihya_ghost")], ["???"])
    assert "cannot be read: '???'" in found("ghost").fault


def test_the_folder_is_found_without_importing(package):
    """And is None where there is no code."""
    package("dihya-ghost", [("dihya.plugins", "ghost", "dihya_ghost")])
    assert found("ghost").folder() is None
    assert found("db").folder().name == "dihya_db"
