"""The drill, with real commands on both engines: save under load, prove, put back elsewhere."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from dihya_hookspecs.access import OPERATOR
from dihya_hookspecs.storage import Blobs

from dihya_core import create_app

PLUGINS = '[plugins]\nenable = ["audit", "backup", "db", "keys", "logs", "migrations", "storage", "tasks"]\n'


class Site:
    """An installation in a folder of its own."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, url
        folder.mkdir(parents=True)
        self.config = folder / "dihya.toml"
        self.config.write_text(PLUGINS)

    @property
    def data(self) -> Path:
        return self.folder / "instance"

    @property
    def environment(self):
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DIHYA_")}
        return {**kept, "DIHYA_DB_URL": self.url}

    def run(self, *words, **environment):
        """Run a dihya command; the words of its answer are in stdout and stderr."""
        code = "from dihya_core.cli.main import main; main()"
        return subprocess.run(
            [sys.executable, "-c", code, *map(str, words)],
            cwd=self.folder, env={**self.environment, **environment}, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def done(self, *words, **environment):
        """Run a command that must go well."""
        result = self.run(*words, **environment)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout + result.stderr

    def app(self):
        return create_app(self.config, environ={"DIHYA_DB_URL": self.url})


@pytest.fixture(params=["sqlite", "postgresql"])
def sites(request, tmp_path):
    """Give installations, each with a database of its own on the engine of this run."""
    import psycopg

    number = 0
    base = request.getfixturevalue("postgresql") if request.param == "postgresql" else ""

    def make(name):
        nonlocal number
        number += 1
        if not base:
            return Site(tmp_path / name, "")
        with psycopg.connect(base.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA site{number}")
        return Site(tmp_path / name, f"{base}{'&' if '?' in base else '?'}options=-csearch_path%3Dsite{number}")

    return make


def stop(app):
    from dihya_core.app import stop as end

    end(app)


def write(app, number):
    with app.acts.open("test.write", actor=OPERATOR) as act:
        act.get(Blobs).put(f"bytes {number}".encode(), media_type="text/plain", filename="f", purpose=f"{number:06}")


def written(site):
    """Return the numbers that an installation holds, each with its bytes."""
    from dihya_storage.models import Holding
    from sqlalchemy import select

    app = site.app()
    with app.acts.open("test.read", actor=OPERATOR) as act:
        blobs, found = act.get(Blobs), []
        for holding in act.session.scalars(select(Holding).order_by(Holding.purpose)):
            assert blobs.read(holding.digest) == f"bytes {int(holding.purpose)}".encode()
            found.append(int(holding.purpose))
    stop(app)
    return found


class Load:
    """Writes one number after the other, and remembers which ones were acknowledged."""

    def __init__(self, app):
        self.app, self.acknowledged = app, 0
        self._leave, self._begun = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self):
        while not self._leave.is_set():
            write(self.app, self.acknowledged + 1)
            self.acknowledged += 1
            if self.acknowledged == 5:
                self._begun.set()

    def __enter__(self):
        self._thread.start()
        assert self._begun.wait(60)
        return self

    def __exit__(self, *failure):
        self._leave.set()
        self._thread.join()


@pytest.mark.journey
def test_the_drill(sites, tmp_path):
    """A backup made under load is proven, restored on another machine and path, and holds all that was acknowledged
    before it began, with every file whole and the log verified; what was made afterwards is not in it."""
    here, there = sites("here"), sites("there/deep down")
    here.done("setup")
    here.done("backup", "key", tmp_path / "key")
    app = here.app()
    with Load(app) as load:
        before = load.acknowledged
        here.done("backup", tmp_path / "b", DIHYA_BACKUP_KEY_FILE=str(tmp_path / "key"))
        after = load.acknowledged
        write(app, 999_999)
    stop(app)
    assert stat.S_IMODE((tmp_path / "b").stat().st_mode) == 0o600
    said = here.done("backup", "verify", tmp_path / "b", "--key-file", tmp_path / "key")
    assert re.search(r"db: \d+ rows in \d+ tables, sound", said) and "files, whole" in said

    there.config.unlink()
    said = there.done("restore", tmp_path / "b", "--key-file", tmp_path / "key", "--reason", "drill")
    assert "was written from the backup" in said
    assert there.config.read_text() == PLUGINS
    found = written(there)
    assert found == list(range(1, len(found) + 1))  # nothing between two of them is missing
    assert before <= len(found) <= after + 1
    assert "verified" in there.done("audit", "verify")
    assert "✘" not in there.done("doctor")
    assert sorted(path.name for path in there.folder.iterdir()) == ["dihya.toml", "instance"]


@pytest.mark.journey
def test_a_restore_in_place_keeps_what_was_there(sites, tmp_path):
    """Without --force nothing happens; with it the old data is kept aside, as a folder and, on PostgreSQL, a schema."""
    site = sites("here")
    site.done("setup")
    app = site.app()
    write(app, 1)
    site.done("backup", "key", tmp_path / "key")
    site.done("backup", tmp_path / "b", "--key-file", tmp_path / "key")
    write(app, 2)
    stop(app)
    with app.acts.open("test.end") as act:
        from dihya_hookspecs.data import Database

        act.get(Database).engine.dispose()
    refused = site.run("restore", tmp_path / "b", "--key-file", tmp_path / "key")
    assert refused.returncode == 1 and "--force" in refused.stderr
    assert written(site) == [1, 2]
    said = site.done("restore", tmp_path / "b", "--key-file", tmp_path / "key", "--force")
    assert "what was here is kept as" in said
    assert written(site) == [1]
    assert "verified" in site.done("audit", "verify")
    assert len(list(site.folder.glob("instance.before-*"))) == 1
    assert ("schema site1_before_" in said) == bool(site.url)


@pytest.mark.journey
def test_a_used_installation_is_not_replaced(sites, tmp_path):
    """A process that works here stops the restoring, and nothing has changed."""
    site = sites("here")
    site.done("setup")
    site.done("backup", "key", tmp_path / "key")
    site.done("backup", tmp_path / "b", "--key-file", tmp_path / "key")
    code = (
        "from dihya_core import create_app\nfrom dihya_hookspecs.data import Database\nfrom sqlalchemy import text\n"
        "app = create_app('dihya.toml')\nwith app.acts.open('x') as act:\n    connection = act.get(Database).engine.connect()\n"
        "connection.execute(text('select 1'))\nprint('ready', flush=True)\ninput()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=site.folder, env=site.environment, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as other:  # fmt: skip
        assert other.stdout.readline() == b"ready\n"
        refused = site.run("restore", tmp_path / "b", "--key-file", tmp_path / "key", "--force")
        assert refused.returncode == 1 and re.search(r"in use.*stop", refused.stderr), refused.stderr
        other.stdin.close()
    assert not list(site.folder.glob("instance.*"))
    assert "verified" in site.done("audit", "verify")


@pytest.mark.journey
def test_verify_finds_what_is_not_whole(sites, tmp_path):
    """A file that the database names and the backup lacks, and damage, are found by name; exit code 1."""
    site = sites("here")
    site.done("setup")
    app = site.app()
    write(app, 1)
    stop(app)
    site.done("backup", "key", tmp_path / "key")
    blobs = site.data / "blobs"
    shutil.move(blobs, tmp_path / "away")
    blobs.mkdir()
    site.done("backup", tmp_path / "lacking", "--key-file", tmp_path / "key")
    result = site.run("backup", "verify", tmp_path / "lacking", "--key-file", tmp_path / "key")
    assert result.returncode == 1 and "1 files are missing" in result.stderr
    content = bytearray((tmp_path / "lacking").read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "lacking").write_bytes(content)
    result = site.run("backup", "verify", tmp_path / "lacking", "--key-file", tmp_path / "key")
    assert result.returncode == 1 and "damaged or was changed" in result.stderr


def test_a_key_beside_the_data_is_refused(sites):
    """A key in the data folder would lie in every backup that it seals."""
    site = sites("here")
    site.data.mkdir()
    site.done("backup", "key", site.data / "key")
    result = site.run("backup", "b", "--key-file", site.data / "key")
    assert result.returncode == 1 and "lies in the data folder" in result.stderr
    result = site.run("backup", "b")
    assert result.returncode == 1 and "make one with 'dihya backup key FILE'" in result.stderr


def test_a_restore_that_fails_on_an_empty_place_says_one_sentence(sites, tmp_path):
    """There is no audit log yet that could tell of the attempt, so nothing is said of it; nothing was put there either."""
    here, empty = sites("here"), sites("empty")
    key = tmp_path / "key"
    here.done("setup")
    here.done("backup", "key", key)
    here.done("backup", tmp_path / "whole", "--key-file", key)
    (tmp_path / "torn").write_bytes((tmp_path / "whole").read_bytes()[:2000])
    result = empty.run("restore", tmp_path / "torn", "--key-file", key)
    said = f"error: '{tmp_path}/torn' is damaged or was changed; use another backup\n"
    assert (result.returncode, result.stdout) == (1, "")
    assert [line for line in result.stderr.splitlines(keepends=True) if not line.startswith("WARNING: ")] == [said]
    empty.done("restore", tmp_path / "whole", "--key-file", key)


def test_a_restore_that_fails_in_a_used_place_is_audited(sites, tmp_path):
    """Whoever tried to replace what is there stands in its log."""
    from dihya_hookspecs.data import Database
    from sqlalchemy import text

    here = sites("here")
    key = tmp_path / "key"
    here.done("setup")
    here.done("backup", "key", key)
    here.done("backup", tmp_path / "whole", "--key-file", key)
    (tmp_path / "torn").write_bytes((tmp_path / "whole").read_bytes()[:2000])
    assert here.run("restore", tmp_path / "torn", "--key-file", key, "--force").returncode == 1
    app = here.app()
    with app.acts.open("test.read") as act, act.get(Database).engine.connect() as connection:
        tables = ("audit_outbox", "audit_entries")
        told = [line for table in tables for line in connection.scalars(text(f"SELECT envelope FROM {table}"))]
    stop(app)
    assert any("backup.restore" in line and "failed" in line for line in told)
