"""Wheels are found, folders are built; what is impossible is said in one sentence."""

import pytest
from dihya_distributions.resolution import resolve
from dihya_hookspecs import DihyaError, Invalid

PYPROJECT = """
[project]
name = "dihya-{name}"
version = "3.0"
[build-system]
requires = ["uv_build>=0.13,<0.14"]
build-backend = "uv_build"
"""


@pytest.fixture
def work(tmp_path):
    """A folder to work in."""
    (tmp_path / "work").mkdir()
    return tmp_path / "work"


def plugin(folder, name):
    """Write the folder of a plugin."""
    (folder / "src" / f"dihya_{name}").mkdir(parents=True)
    (folder / "src" / f"dihya_{name}" / "__init__.py").write_text('"""Small."""\n')
    (folder / "pyproject.toml").write_text(PYPROJECT.format(name=name))


def test_what_is_wanted_and_what_that_requires_goes_in(shelf, work):
    """The core and the server always; each package once, with its reason."""
    shelf.add("dihya-club", "1.0", "tool>=2")
    shelf.add("tool", "2.5")
    found = resolve(shelf.manifest(), work)
    assert {one.name: one.reasons[0] for one in found} == {
        "dihya-club": "named in the manifest", "dihya-core": "every distribution runs on it",
        "dihya-wsgi": "the launcher serves with it", "tool": "required by dihya-club",
    }  # fmt: skip


def test_extras_bring_what_they_require(shelf, work):
    """Only those that the manifest names; what they bring is explained by whose they are."""
    shelf.add("dihya-club", "1.0", "driver; extra == 'postgresql'", "model; extra == 'ai'")
    shelf.add("driver", "1.0")
    found = resolve(shelf.manifest('[plugins]\nclub = { version = "*", extras = ["postgresql"] }\n'), work)
    assert {one.name: one.reasons for one in found if one.name in ("driver", "model")} == {
        "driver": ("required by dihya-club",)
    }


def test_a_folder_is_built_and_a_wheel_is_taken(shelf, work, tmp_path):
    """Both are named by where they come from, and need no index."""
    plugin(tmp_path / "dihya-club", "club")
    other = tmp_path / "other"
    other.mkdir()
    shelf.add("dihya-teams", "0.9", folder=other)
    rest = '[plugins]\nclub = { path = "dihya-club" }\nteams = { path = "other/dihya_teams-0.9-py3-none-any.whl" }\n'
    found = {one.name: (one.version, one.origin) for one in resolve(shelf.manifest(rest), work)}
    assert found["dihya-club"] == ("3.0", "dihya-club")
    assert found["dihya-teams"] == ("0.9", "other/dihya_teams-0.9-py3-none-any.whl")


def test_what_lies_in_a_folder_is_not_taken_from_elsewhere(shelf, work, tmp_path, monkeypatch):
    """A stranger's higher version of a package of ours, on an index, does not take its place."""
    shelf.add("dihya-club", "1.0")
    stranger = tmp_path / "stranger"
    stranger.mkdir()
    shelf.add("dihya-club", "99.0", folder=stranger)
    monkeypatch.setenv("PIP_FIND_LINKS", str(stranger))
    assert {one.version for one in resolve(shelf.manifest(), work) if one.name == "dihya-club"} == {"1.0"}


@pytest.mark.parametrize(
    ("wheels", "rest", "said"),
    [
        ([], '[plugins]\nclub = "*"', "^'dihya-club' is found in no index and no folder as a wheel$"),
        ([("dihya-club", "1.0")], '[plugins]\nclub = ">=2"', "^'dihya-club>=2' is found in no index and no folder as a wheel; there are 1.0$"),
        ([("dihya-club", "1.0", "dihya-teams>=1")], '[plugins]\nclub = "*"', "^'dihya-teams>=1', which dihya-club requires, is found in no index"),
        ([("dihya-club", "1.0", "tool<2"), ("dihya-teams", "1.0", "tool>=2"), ("tool", "1.0"), ("tool", "2.0")], '[plugins]\nclub = "*"\nteams = "*"',
         "^the plugins do not fit together: dihya-club 1.0 depends on tool<2, and dihya-teams 1.0 depends on tool>=2"),
        ([("dihya-club", "1.0")], '[plugins]\nclub = "*"\n[settings.clup]\nname = 1', r"^\[settings.clup\] is about plugin 'clup', which does not go in; did you mean 'club'\?"),
        ([("dihya-club", "1.0")], '[plugins]\nclub = "*"\n[brand]\nname = "Tafsut"', r"^\[brand\] is shown by dihya-console, which does not go in; add 'console'"),
        ([("dihya-club", "1.0")], '[plugins]\nclub = "*"\n[brand]\nlanguages = ["en"]', r"^\[brand\] is shown by dihya-i18n"),
    ],
)  # fmt: skip
def test_what_is_impossible_is_said_in_one_sentence(shelf, work, wheels, rest, said):
    """Nobody has it, nobody has that version, somebody's requirement is missing, two do not fit, nothing takes notice."""
    for wheel in wheels:
        shelf.add(*wheel)
    with pytest.raises(Invalid, match=said) as caught:
        resolve(shelf.manifest(rest + "\n"), work)
    assert "\n" not in caught.value.message


def test_a_folder_of_another_plugin_is_refused(shelf, work, tmp_path):
    """The name in the manifest is the name of the package."""
    plugin(tmp_path / "dihya-teams", "teams")
    with pytest.raises(
        Invalid, match="holds package 'dihya-teams', and .plugins. calls it 'club', which is 'dihya-club'"
    ):
        resolve(shelf.manifest('[plugins]\nclub = { path = "dihya-teams" }\n'), work)


def test_a_folder_that_cannot_be_built_is_named(shelf, work, tmp_path):
    """With what the builder said last."""
    (tmp_path / "dihya-club").mkdir()
    with pytest.raises(DihyaError, match="plugin 'club' could not be built from "):
        resolve(shelf.manifest('[plugins]\nclub = { path = "dihya-club" }\n'), work)
