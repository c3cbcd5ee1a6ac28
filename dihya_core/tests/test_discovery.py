"""Plugins are read from metadata; none of their code runs."""

import re
import sys
import tomllib
from pathlib import Path

import pytest
from dihya_core.loading.discovery import installed


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
        ["dihya-hookspecs>=2,<3", "dihya-ai-fallback>=0.1", "dihya-core", "flask", 'dihya-x; extra == "y"'],
    )
    item = found("ghost")
    assert (item.distribution, item.version, item.summary) == ("dihya-ghost", "1.0", "A plugin.")
    assert (item.contract, item.requires) == ("<3,>=2", ("ai_fallback",))
    assert (item.after, item.before) == (("db",), ("seo",))
    assert "dihya_ghost" not in sys.modules


@pytest.mark.parametrize("spelling", ["{0}", "{0}".upper(), "Dihya_{1}", "dihya.{1}", "dihya-_.{1}"])
def test_a_requirement_counts_however_its_name_is_spelled(package, spelling):
    """The contract and other plugins are found among the requirements by what all spellings of a name have in common."""
    contract, other = (spelling.format(f"dihya-{name}", name) for name in ("hookspecs", "ai-fallback"))
    package("dihya-ghost", [("dihya.plugins", "ghost", "dihya_ghost")], [f"{contract}>=2,<3", f"{other}>=0.1"])
    assert (found("ghost").contract, found("ghost").requires) == ("<3,>=2", ("ai_fallback",))


@pytest.mark.parametrize("spelling", ["Dihya-Ghost", "dihya.ghost", "dihya__ghost"])
def test_a_name_belongs_to_its_package_however_that_is_spelled(package, spelling):
    """Another package that claims the name is named, and does not run in its place."""
    package(spelling, [("dihya.plugins", "ghost", "dihya_ghost")])
    package("dihya-evil", [("dihya.plugins", "ghost", "dihya_ghost")])
    assert (found("ghost").distribution, found("ghost").fault) == (spelling, "")


def test_the_order_that_the_page_for_authors_declares_is_read(package):
    """The block of docs/extending.md about before and after gives the plugin those two wishes."""
    page = Path(__file__).parents[2].joinpath("docs", "extending.md").read_text("utf-8")
    declared = tomllib.loads(re.search(r"```toml file=fines/pyproject.toml\n(.*?)```", page, re.DOTALL)[1])
    groups = declared["project"]["entry-points"]
    points = [(group, *point) for group, named in groups.items() for point in named.items()]
    package("dihya-fines", [("dihya.plugins", "fines", "dihya_fines"), *points], ["dihya-hookspecs>=2,<3"])
    fines = found("fines")
    assert (fines.after, fines.before) == (("audit",), ("console",))


def test_a_name_belongs_to_the_package_that_is_called_so(package):
    """A second package that claims the name ``ghost`` cannot take ``dihya-ghost`` out; it is named in a warning."""
    package("dihya-ghost", [("dihya.plugins", "ghost", "dihya_ghost")])
    package("dihya-evil", [("dihya.plugins", "ghost", "dihya_ghost")])
    item = found("ghost")
    assert (item.distribution, item.fault) == ("dihya-ghost", "")
    assert "others claim it: dihya-evil, dihya-ghost; uninstall the others" in item.warning


def test_two_strangers_that_claim_a_name_both_stay_out(package):
    """When neither of two packages is called like the name that both claim, the reason names both and none runs."""
    package("dihya-one", [("dihya.plugins", "ghost", "dihya_ghost")])
    package("dihya-two", [("dihya.plugins", "ghost", "dihya_ghost")])
    assert found("ghost").fault == "2 packages claim the name 'ghost': dihya-one, dihya-two; uninstall all but one"


@pytest.mark.parametrize(("name", "module"), [("B-Name", "dihya_b_name"), ("ghost", "otherpkg")])
def test_a_name_that_no_table_or_variable_can_carry_is_a_fault(package, name, module):
    """An entry point is ``notes = dihya_notes``; anything else says what to write."""
    package("dihya-ghost", [("dihya.plugins", name, module)], ["dihya-hookspecs>=2,<3"])
    assert found(name).fault.startswith(f"entry point {name!r} = {module!r} is not a name such as 'notes'")


def test_of_two_versions_in_one_folder_the_newest_counts(package, tmp_path):
    """Metadata that an interrupted upgrade left behind decides nothing, and an operator is told of it."""
    package("dihya-ghost", [("dihya.plugins", "ghost", "dihya_ghost")])
    newer = tmp_path / "dihya_ghost-1.10.dist-info"
    newer.mkdir()
    newer.joinpath("METADATA").write_text("Metadata-Version: 2.1\nName: dihya-ghost\nVersion: 1.10\n")
    newer.joinpath("entry_points.txt").write_text("[dihya.plugins]\nghost = dihya_ghost\n")
    tmp_path.joinpath("dihya_ghost-1.9.dist-info").mkdir()
    item = found("ghost")
    assert item.version == "1.10"
    assert "is installed 2 times in one folder (1.0, 1.10), and 1.10 is taken for the right one" in item.warning


def test_a_requirement_that_cannot_be_read_is_a_fault(package):
    """A requirement that cannot be read is a fault of its plugin and no exception for everybody else."""
    package("dihya-ghost", [("dihya.plugins", "ghost", "dihya_ghost")], ["???"])
    assert "cannot be read: '???'" in found("ghost").fault


def test_the_folder_is_found_without_importing(package):
    """The folder of a package is found without importing it, and is None where there is no code."""
    package("dihya-ghost", [("dihya.plugins", "ghost", "dihya_ghost")])
    assert found("ghost").folder() is None
    assert found("db").folder().name == "dihya_db"


def test_metadata_that_changed_are_read_again(package, tmp_path):
    """A process that lives longer than an upgrade sees the new version."""
    package("dihya-ghost", [("dihya.plugins", "ghost", "dihya_ghost")])
    assert found("ghost").version == "1.0"
    path = tmp_path / "dihya_ghost-1.0.dist-info" / "METADATA"
    path.write_text(path.read_text().replace("Version: 1.0", "Version: 1.0.1"))
    assert found("ghost").version == "1.0.1"
