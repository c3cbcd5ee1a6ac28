"""Putting back is all or nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from dihya_backup.restoring import held, restore, verify
from dihya_backup.saving import parts_of, save
from dihya_backup.seal import recipients
from dihya_hookspecs import DihyaError, Invalid
from dihya_hookspecs.app import AppInfo, Plugins
from dihya_hookspecs.backup import BackupPart, Swap


@pytest.fixture
def scene(make_app, key, tmp_path):
    """An application with a key file, its backup, and a change made after it."""
    app = make_app("backup", config={"db": {"url": ""}})
    (app.data / "keys").mkdir()
    (app.data / "keys" / "k").write_text("old")
    with app.act() as act:
        info, parts = act.get(AppInfo), list(parts_of(act.get(Plugins)))
        save(tmp_path / "b", info, parts, recipients([key.public]), key, None)
    (app.data / "keys" / "k").write_text("new")

    def run(arrive=lambda staging, manifest: ["said"], extra=(), info=info, force=True, without=()):
        with app.act() as act:
            act.session.close()
            return restore(
                tmp_path / "b", info, [*parts, *extra], key, arrive, tmp_path / "dihya.toml",
                force=force, unsigned=False, without=without,
            )  # fmt: skip

    return app, run, info, parts, tmp_path / "b"


def state(app):
    beside = [path.name for path in app.data.parent.iterdir() if path.name.startswith(app.data.name)]
    return (app.data / "keys" / "k").read_text(), len(beside)


def test_old_and_new_change_places(scene):
    """The files of the backup are in their place, and what was there is kept aside and named."""
    app, run, *_ = scene
    done = run()
    assert state(app) == ("old", 2)
    (kept,) = done.kept
    assert Path(kept, "keys", "k").read_text() == "new"
    assert done.said == ["said"]


def test_what_is_there_is_not_replaced_unasked(scene):
    """Without force, the first file that is there is named."""
    app, run, *_ = scene
    with pytest.raises(Invalid, match=r"holds data already \(.*\); say --force"):
        run(force=False)
    assert state(app) == ("new", 1)


def test_logs_alone_are_nothing(tmp_path):
    """Only what a backup would hold makes a folder not empty."""
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "x").touch()
    parts = [("logs", BackupPart("logs", claims=("logs/*",)))]
    assert held(tmp_path, parts) == ""
    (tmp_path / "k").touch()
    assert held(tmp_path, parts) == "k"


@pytest.mark.parametrize("error", [DihyaError("it is ill"), KeyboardInterrupt()])
def test_an_application_that_cannot_start_leaves_everything_as_it_was(scene, error):
    """What the restored application does not like, or an operator who stops, changes nothing."""
    app, run, *_ = scene

    def arrive(staging, manifest):
        raise error

    with pytest.raises(type(error)):
        run(arrive)
    assert state(app) == ("new", 1)


def test_a_swap_that_fails_takes_the_others_back(scene):
    """Either everything is exchanged or nothing."""
    app, run, *_ = scene
    seen = []

    def broken():
        raise OSError(5, "Input/output error")

    def add(folder, staging):
        staging.swaps.append(Swap(lambda: "there", lambda: seen.append("undone"), lambda: seen.append("discarded")))
        staging.swaps.append(Swap(broken, lambda: None, lambda: seen.append("discarded")))

    parts = scene[3]
    number = next(i for i, (_, part) in enumerate(parts) if part.name == "db")
    db = parts[number][1]

    def both(folder, staging):
        db.restore(folder, staging)
        add(folder, staging)

    parts[number] = ("db", replace(db, restore=both))
    with pytest.raises(DihyaError, match="Input/output error"):
        run()
    assert seen == ["undone", "discarded", "discarded"]
    assert state(app) == ("new", 1)


def test_a_missing_plugin_is_named(scene):
    """The backup comes from an application with a plugin that is not here; it is named with its version."""
    app, run, info, *_ = scene
    fewer = replace(info, plugins=tuple(plugin for plugin in info.plugins if plugin.name != "kit"))
    with pytest.raises(Invalid, match=r"an application with kit \S+, which is missing here; .*--without kit"):
        run(info=fewer)
    assert any("without kit" in note for note in run(info=fewer, without=("kit",)).notes)


def test_another_version_is_said(scene):
    """A plugin of another version is a note, and no obstacle."""
    app, run, info, *_ = scene
    newer = tuple(replace(plugin, version="9") if plugin.name == "db" else plugin for plugin in info.plugins)
    assert any(
        note.startswith("db was ") and note.endswith("is 9") for note in run(info=replace(info, plugins=newer)).notes
    )


def test_trying_out_changes_nothing(scene, key):
    """A backup is verified in a place that is gone afterwards."""
    app, _, info, parts, file = scene
    places = []

    def arrive(staging, manifest):
        places.append(staging.data)
        assert staging.rehearsal and (staging.data / "dihya.db").is_file()
        return []

    with app.act():
        verify(file, info, parts, key, arrive, unsigned=False)
    assert state(app) == ("new", 1)
    assert not places[0].exists()


def test_a_folder_that_cannot_be_written_says_why(scene, monkeypatch):
    """In the words of the system, without its number."""
    _app, run, *_ = scene
    monkeypatch.setattr("dihya_backup.restoring.Path.mkdir", refuses)
    with pytest.raises(DihyaError, match=r"cannot be written: No space left on device$"):
        run()


def refuses(*given, **named):
    raise OSError(28, "No space left on device")
