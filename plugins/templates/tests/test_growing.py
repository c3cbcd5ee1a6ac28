"""The next version of a plugin: the author's work stays, what did not change keeps its bytes, conflicts are shown."""

from __future__ import annotations

import json

import pytest
from dihya_hookspecs import Invalid
from dihya_templates.growing import Growth
from dihya_templates.renderer import rendered


@pytest.fixture
def files(club):
    """Return the files of a plugin as it was generated."""
    return rendered(club)


def test_three_files_changed_by_hand_and_one_table_changed(files, club, edit):
    """Hand edits are there byte for byte, in the files that the change touches too; all other files are as they were."""
    health, readme, models = "src/dihya_club/health.py", "README.md", "src/dihya_club/models.py"
    mine = dict(files)
    mine[health] = files[health].replace('"""What must hold', '"""Mine: what must hold')
    mine[readme] = files[readme] + "\n## Notes\n\nOur own words.\n"
    mine[models] = files[models] + "\n\nLIMIT = 12  # ours\n"
    mine["src/dihya_club/own.py"] = "X = 1\n"
    document = edit(club, "add_field", table="event", label="Couleur").structure
    grown = Growth().grow(mine, document)
    assert grown.conflicts == () and grown.version == "0.2.0"
    assert grown.files[health] == mine[health] and grown.files["src/dihya_club/own.py"] == "X = 1\n"
    assert grown.files[readme].endswith("Our own words.\n") and "LIMIT = 12  # ours" in grown.files[models]
    assert "couleur" in grown.files[models] and models in grown.merged
    new = rendered(document, version="0.2.0")
    for path, text in files.items():
        if path not in (health, readme, models) and "provenance" not in path and "migrations" not in path:
            assert grown.files[path] == new[path]
        if text == new.get(path):
            assert grown.files[path] == mine[path]
    added = [path for path in grown.files if path not in mine]
    assert added == ["src/dihya_club/migrations/0002_version_0_2_0.py"]
    compile(grown.files[added[0]], added[0], "exec")


def test_the_same_lines_changed_on_both_sides_are_a_conflict(files, club, edit):
    """The author's file stays; both sides are shown with their line."""
    models = "src/dihya_club/models.py"
    line = next(line for line in files[models].splitlines() if line.strip().startswith("capacity:"))
    mine = {**files, models: files[models].replace(line, f"{line}  # no more than the room")}
    grown = Growth().grow(mine, edit(club, "rename_field", table="event", field="capacity", label="Jauge").structure)
    [conflict] = grown.conflicts
    assert conflict.path == models and grown.files[models] == mine[models]
    assert conflict.text.splitlines()[conflict.line - 1] == "<<<<<<< yours" and "Jauge" in conflict.text


@pytest.mark.parametrize(
    ("version", "following"),
    [
        ("1.2.3", "1.3.0"),
        ("1.2", "1.3.0"),
        ("3", "3.1.0"),
        ("2026.1rc1", "2026.2.0"),
        ("1!4.0", "4.1.0"),
        ("x", "0.2.0"),
    ],
)
def test_the_number_after_any_version_that_an_author_gave(files, club, edit, version, following):
    """An installed plugin says its version itself, in whatever shape."""
    own = {path: text for path, text in files.items() if path.startswith("src/")}
    document = edit(club, "add_field", table="event", label="Couleur").structure
    assert Growth().grow(own, document, version=version).version == following


def test_a_version_grows_into_the_next(files, club, edit):
    """Twice in a row: earlier migrations stay, and the next one follows the last."""
    first = Growth().grow(files, edit(club, "add_field", table="event", label="Couleur").structure)
    known = json.loads(first.files[".dihya/structure.json"])
    second = Growth().grow(
        first.files, edit(known, "rename_field", table="event", field="couleur", name="teinte").structure
    )
    migrations = sorted(path for path in second.files if "/migrations/" in path)
    assert second.version == "0.3.0" and [path[-21:-3] for path in migrations[1:]] == [
        "0002_version_0_2_0",
        "0003_version_0_3_0",
    ]
    assert 'down_revision = "club_0002"' in second.files[migrations[2]]
    assert second.files[migrations[1]] == first.files[migrations[1]]
    assert '"was"' not in second.files[".dihya/structure.json"]


def test_what_an_author_removed_stays_away(files, club, edit):
    """A generated test that was thrown out does not come back."""
    mine = {path: text for path, text in files.items() if path != "tests/test_routes.py"}
    assert "tests/test_routes.py" not in Growth().grow(mine, edit(club, "set_title", title="x").structure).files


def test_a_changed_file_of_another_renderer_is_left_to_its_author(files, club, edit):
    """What was generated then is not known any more: the file is shown, never overwritten."""
    readme = "README.md"
    provenance = json.loads(files[".dihya/provenance.json"])
    provenance["files"][readme] = "0" * 64
    mine = {**files, readme: "mine\n", ".dihya/provenance.json": json.dumps(provenance)}
    grown = Growth().grow(mine, edit(club, "set_title", title="x").structure)
    assert grown.files[readme] == "mine\n" and [each.path for each in grown.conflicts] == [readme]


def test_an_installed_package_gets_the_rest_of_its_files(files, club, edit):
    """A wheel has neither tests nor digests: its package is enough."""
    package = {path: text for path, text in files.items() if path.startswith("src/")}
    grown = Growth().grow(package, edit(club, "add_field", table="event", label="Couleur").structure, version="1.4.2")
    assert grown.version == "1.5.0" and grown.conflicts == () and "tests/test_routes.py" in grown.files


def test_what_no_record_could_follow_is_refused(files, club, edit):
    """A required reference that records do not have; a plugin's name; files that are no generated plugin."""
    document = edit(
        club, "add_field", table="event", label="Responsable", type="reference", to="member", required=True
    ).structure
    with pytest.raises(Invalid) as refusal:
        Growth().grow(files, document)
    assert "make it optional" in refusal.value.flaws[0].detail and "/fields/" in refusal.value.flaws[0].pointer
    with pytest.raises(Invalid) as refusal:
        Growth().grow(files, {**club, "name": "autre"})
    assert refusal.value.flaws[0].pointer == "/name"
    with pytest.raises(Invalid, match="no plugin that Dihya"):
        Growth().grow({"README.md": "x"}, club)
