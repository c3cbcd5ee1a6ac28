"""Where lines go."""

from __future__ import annotations

import json
import logging
import os
import shutil
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest
from dihya_logs.handlers import Console, RotatingFile


def record(message: str = "line", *args) -> logging.LogRecord:
    """A record."""
    return logging.LogRecord("dihya.test", logging.INFO, __file__, 1, message, args, None)


@pytest.fixture
def file(tmp_path):
    """A file handler that puts aside from 200 bytes on and keeps three."""
    handler = RotatingFile(tmp_path / "logs" / "dihya.jsonl", 200, 3)
    yield handler
    handler.close()


def test_a_full_file_is_put_aside_and_the_oldest_goes(file, tmp_path):
    """Three files are kept beside the current one, all readable by their owner only, and no kept line is lost."""
    for number in range(100):
        file.handle(record("line %03d ..........", number))
    names = sorted(path.name for path in (tmp_path / "logs").glob("*.jsonl*"))
    assert names == ["dihya.jsonl", "dihya.jsonl.1", "dihya.jsonl.2", "dihya.jsonl.3"]
    text = "".join((tmp_path / "logs" / name).read_text() for name in [*reversed(names[1:]), names[0]])
    numbers = [int(line.split()[1]) for line in text.splitlines()]
    assert numbers == list(range(numbers[0], 100)) and len(numbers) > 30
    assert {stat.S_IMODE((tmp_path / "logs" / name).stat().st_mode) for name in names} == {0o600}


def test_no_line_is_kept_for_longer_than_agreed(tmp_path):
    """A file goes aside after half of the days, and away when its newest line is as old, also while nobody writes."""
    now = [time.time()]
    path = tmp_path / "dihya.jsonl"
    file = RotatingFile(path, 10_000, 3, days=10, clock=lambda: now[0])
    stamp = datetime.fromtimestamp(now[0], UTC).isoformat()
    file.handle(record(json.dumps({"timestamp": stamp, "event": "old"})))
    now[0] += 4 * 86_400
    file.handle(record("second"))
    assert not path.with_name("dihya.jsonl.1").exists()
    now[0] += 2 * 86_400
    file.handle(record("third"))
    assert path.read_text() == "third\n" and "old" in path.with_name("dihya.jsonl.1").read_text()
    for days, gone in ((4, 0), (6, 1)):
        os.utime(path.with_name("dihya.jsonl.1"), (now[0], now[0] - days * 86_400))
        assert file.tidy() == gone
    assert [one.name for one in tmp_path.glob("*.jsonl*")] == ["dihya.jsonl"]
    file.close()


def test_a_file_that_somebody_took_away_is_made_again(file, tmp_path):
    """Another program's rotation is noticed."""
    path = tmp_path / "logs" / "dihya.jsonl"
    file.handle(record("one"))
    path.rename(path.with_name("away"))
    file.handle(record("two"))
    assert path.read_text() == "two\n"


def test_a_folder_that_is_gone_or_blocked_never_reaches_the_caller(file, tmp_path):
    """A folder that was removed is made again; where a file stands in its place, lines are lost and counted."""
    folder = tmp_path / "logs"
    file.handle(record("one"))
    shutil.rmtree(folder)
    file.handle(record("two"))
    assert (folder / "dihya.jsonl").read_text() == "two\n" and not file.fault
    shutil.rmtree(folder)
    folder.write_text("")
    file.handle(record("three"))
    assert file.lost == 1 and file.fault


WRITER = """
import logging, pathlib, sys
from dihya_logs.handlers import RotatingFile
handler = RotatingFile(pathlib.Path(sys.argv[1]), 2000, 900)
for number in range(300):
    handler.handle(logging.LogRecord("x", 20, "x", 1, f"{sys.argv[2]} {number:03d}", (), None))
assert not handler.lost, handler.fault
"""


def test_several_processes_share_one_file(tmp_path):
    """Three processes write 300 lines each through many rotations: every line is there, whole, once."""
    path = tmp_path / "logs" / "dihya.jsonl"
    path.parent.mkdir()
    workers = [subprocess.Popen([sys.executable, "-c", WRITER, str(path), name]) for name in "abc"]
    assert [worker.wait(60) for worker in workers] == [0, 0, 0]
    lines = [line for found in path.parent.glob("*.jsonl*") for line in found.read_text().splitlines()]
    assert sorted(lines) == sorted(f"{name} {number:03d}" for name in "abc" for number in range(300))


def test_a_full_disk_is_counted_and_never_reaches_the_caller(file, monkeypatch):
    """A line that cannot be written is lost, counted and explained; the next one that can is written."""
    file.handle(record("one"))

    class Full:
        def write(self, text):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(file, "reopenIfNeeded", lambda: None)
    stream, full = file.stream, Full()
    full.fileno, full.flush, full.close = stream.fileno, stream.flush, stream.close
    file.stream = full
    file.handle(record("two"))
    assert file.lost == 1 and "No space left" in file.fault
    file.stream = stream
    file.handle(record("three"))
    assert file.lost == 1 and file.fault == ""


def test_a_folder_that_cannot_be_made_is_counted(tmp_path):
    """Where a file stands in the way, lines are lost and counted, and nothing is raised."""
    (tmp_path / "logs").write_text("in the way")
    handler = RotatingFile(tmp_path / "logs" / "dihya.jsonl", 200, 3)
    handler.handle(record())
    assert handler.lost == 1 and handler.fault
    handler.close()


def test_a_line_that_cannot_be_made_is_replaced(file, tmp_path):
    """A wrong format string leaves a line that says where it stands, without the value."""
    file.handle(record("%d", "secret"))
    text = (tmp_path / "logs" / "dihya.jsonl").read_text()
    assert "a line could not be made at" in text and "test_handlers.py:1" in text and "secret" not in text


def test_the_console_writes_to_standard_error_of_the_moment(capsys):
    """Standard error is looked up for each line."""
    handler = Console()
    handler.handle(record("hello"))
    assert capsys.readouterr().err == "hello\n"
