"""The files inside, looked at from inside."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from dihya_tests.mounts import TEXTS
from dihya_tests.sandbox import Limits, run
from dihya_tests.view import View


@pytest.fixture
def inside(tmp_path: Path):
    """Runs Python inside, with a view of its own; gives what it said."""
    (tmp_path / "work").mkdir()

    def start(code: str, **view: tuple[str, ...]) -> str:
        log = tmp_path / "log"
        run(
            [sys.executable, "-c", f"import os\n{code}"],
            cwd=tmp_path / "work",
            env={},
            limits=Limits(),
            log=log,
            view=View(**view),
        )
        return log.read_text()

    return start


def test_the_root_holds_nothing_of_the_machine(inside) -> None:
    """Devices that do no harm and an /etc of its own are there."""
    said = inside("print(sorted(os.listdir('/dev')), sorted(set(os.listdir('/etc'))))")
    for name in ("null", "urandom", "shm", *TEXTS):
        assert f"'{name}'" in said
    assert "shadow" not in said and "sda" not in said and "tty" not in said


def test_what_is_shown_can_be_read_and_not_written(inside, tmp_path: Path) -> None:
    """A folder that is shown is read-only, and its files cannot win privileges."""
    (tmp_path / "shown").mkdir()
    (tmp_path / "shown" / "a").write_text("content")
    tmp_path.chmod(0o755)
    code = (
        f"p = {str(tmp_path / 'shown')!r}\nprint(open(p + '/a').read(), os.statvfs(p).f_flag & 7)\nopen(p + '/b', 'w')"
    )
    said = inside(code, show=(str(tmp_path / "shown"),))
    assert "content 7" in said and "Read-only file system" in said


def test_the_inner_of_shown_and_hidden_counts(inside, tmp_path: Path) -> None:
    """A folder hidden below a shown one is empty, but for what is shown below it again."""
    for name in ("out/a", "out/data/secret", "out/data/work/b"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    out = tmp_path / "out"
    said = inside(
        f"print(sorted(os.listdir({str(out)!r})), os.listdir({str(out / 'data')!r}), os.listdir({str(out / 'data/work')!r}))",
        show=(str(out), str(out / "data" / "work")), hide=(str(out / "data"),),
    )  # fmt: skip
    assert said == "['a', 'data'] ['work'] ['b']\n"


def test_a_folder_of_its_own_is_empty_and_can_be_filled(inside, tmp_path: Path) -> None:
    """What is written there is seen by the run, and not by the machine."""
    own = tmp_path / "own"
    said = inside(
        f"p = {str(own)!r}; print(os.listdir(p)); open(p + '/x', 'w').write('1'); print(os.listdir(p))", own=(str(own),)
    )
    assert said == "[]\n['x']\n" and not own.exists()
