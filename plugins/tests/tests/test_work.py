"""Where proofs work."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.rgpd import Demand, Subject
from dihya_tests import work


def test_folders_lie_in_the_data_folder_and_go(tmp_path: Path) -> None:
    """Only this user enters them, and nothing stays."""
    with work.folder(work.place(tmp_path / "data")) as root:
        assert root.parent == tmp_path / "data" / "work" and root.stat().st_mode & 0o777 == 0o700
        (root / "x").touch()
    assert list((tmp_path / "data" / "work").iterdir()) == []


def test_a_proof_that_still_runs_is_left_alone(tmp_path: Path) -> None:
    """Sweeping removes what nobody holds, and nothing else."""
    (tmp_path / "proof-left" / "deep").mkdir(parents=True)
    (tmp_path / "other").mkdir()
    with work.folder(tmp_path) as running:
        assert work.sweep(tmp_path) == 0  # the proof that began has swept already
        assert {path.name for path in tmp_path.iterdir()} == {running.name, "other"}


def test_a_folder_that_is_made_at_this_moment_is_not_swept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Another proof that begins between the folder and its lock waits, and takes nothing away."""
    swept: list[int] = []
    make = tempfile.mkdtemp

    def made(**given: Any) -> str:
        path = make(**given)
        other.start()
        other.join(0.3)  # without the lock of the place it is through by now
        return path

    other = threading.Thread(target=lambda: swept.append(work.sweep(tmp_path)))
    monkeypatch.setattr("tempfile.mkdtemp", made)
    with work.folder(tmp_path) as root:
        other.join(30)
        assert root.is_dir() and swept == [0]


def test_an_erasure_removes_what_killed_proofs_left(make_app: Callable[..., Any]) -> None:
    """What a killed proof copied of a person's words goes with any erasure, and a proof that runs is left alone."""
    app = make_app("tests")
    with work.folder(work.place(app.data)) as running, app.act():
        left = running.parent / "proof-killed" / "project"
        left.mkdir(parents=True)
        (left / "README.md").write_text("what was typed")
        subject, demand = Subject("securite_people", "p1", "securite"), Demand("d1", "erase")
        answers = [answer for _, answer in app.hooks.call("on_rgpd_erase", subject=subject, demand=demand)]
        assert [path.name for path in running.parent.iterdir()] == [running.name]
    assert [(answer.source, answer.removed) for answer in answers] == [("folders of killed proofs", 1)]


def test_without_a_data_folder_the_temporary_one_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A proof outside of an application has a place too."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert work.place(None) == tmp_path


def test_copies_plain_files_without_what_is_apart(tmp_path: Path) -> None:
    """Caches, repositories, environments and the data folder are no part of a plugin."""
    source = tmp_path / "source"
    for name in ("a/b.py", ".git/x", ".venv/y", "a/__pycache__/z", "instance/keys/k"):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(name)
    work.copy(source, tmp_path / "target", without=[source / "instance"])
    assert [
        path.relative_to(tmp_path / "target").as_posix() for path in (tmp_path / "target").rglob("*") if path.is_file()
    ] == ["a/b.py"]


@pytest.mark.parametrize("kind", ["link", "folder link", "dangling", "pipe"])
def test_refuses_what_is_no_plain_file(tmp_path: Path, kind: str) -> None:
    """A link is never followed, and a pipe does not stop the proof."""
    source = tmp_path / "source"
    source.mkdir()
    targets = {"link": "/etc/passwd", "folder link": "/etc", "dangling": "/nowhere"}
    if kind in targets:
        (source / "x").symlink_to(targets[kind])
    else:
        os.mkfifo(source / "x")
    with pytest.raises(Invalid, match="'x' is (a link|not a plain file)"):
        work.copy(source, tmp_path / "target")


def test_a_link_that_comes_between_look_and_copy_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file that is opened is the file that is looked at."""
    source = tmp_path / "source"
    source.mkdir()
    (source / "x").symlink_to("/etc/passwd")
    monkeypatch.setattr(Path, "is_symlink", lambda self: False)
    with pytest.raises(Invalid, match="cannot be read as a plain file"):
        work.copy(source, tmp_path / "target")
    assert not (tmp_path / "target" / "x").exists()


def test_refuses_what_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plugin does not fill the disk of the machine."""
    monkeypatch.setattr(work, "MOST_BYTES", 10)
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "x").write_text("x" * 11)
    with pytest.raises(Invalid, match="too large"):
        work.copy(tmp_path / "source", tmp_path / "target")
