"""An installation with every plugin and a generated one moves from SQLite to PostgreSQL, and nothing of it is another."""

from __future__ import annotations

import os
import re
import shlex
import sqlite3
import subprocess
import sys
from pathlib import Path

import httpx2
import psycopg
import pytest
from dihya_hookspecs.access import OPERATOR
from dihya_hookspecs.data import Model
from dihya_hookspecs.rgpd import People
from dihya_hookspecs.storage import Blobs
from dihya_rgpd.replaying import replay
from dihya_rgpd.settling import committed
from sqlalchemy import select, text

from tests.conftest import GENERATED, MAIN
from tests.test_nobody_left import ADDRESS, peopled

NEWEST = "SELECT size, note FROM audit_checkpoints ORDER BY size DESC LIMIT 1"
KEPT = (f"{GENERATED}_", "storage_blobs", "services_generations", "generation_logs_generations")
ENTRIES = "SELECT position, envelope FROM audit_entries ORDER BY position"


@pytest.fixture
def command(garden, plugins, tmp_path):
    """Return a function that runs a ``dihya`` command as an operator does, on the database of a URL (empty: SQLite)."""
    config = tmp_path / "dihya.toml"
    environment = {**os.environ, "DIHYA_CONFIG": str(config), "PYTHONPATH": str(garden / "src")}

    def run(url, *words, code=0):
        config.write_text(f'[dihya]\ndata = "{tmp_path / "data"}"\n[db]\nurl = "{url}"\n[models]\nembedded = false\n')
        done = subprocess.run(
            [sys.executable, "-c", MAIN, *map(str, words)],
            cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == code, f"dihya {words}: {done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    return run


@pytest.fixture
def start(whole, plugins, tmp_path):
    """Return a function that starts the application on the database of a URL."""
    return lambda url: whole(plugins=plugins, config={"db": {"url": url}}, data=tmp_path / "data")


def contents(app):
    """Return every row of every table but those of the log, as the models read it."""
    with app.act("look") as act:
        present = act.get(People).reach.present()
        tables = [table for table in Model.metadata.sorted_tables if table.name in present]
        return {
            table.name: sorted(map(repr, act.session.execute(select(table)).all()))
            for table in tables
            if not table.name.startswith("audit_")
        }


def erased(app, email):
    """Erase a person, and return the key of their row."""
    person = app.add(email, "user")
    with app.act("erase", actor=OPERATOR) as act:
        desk = act.get(People)
        outcome = desk.fulfil([desk.subject("securite_people", person)])
    with app.act("look"):
        committed(outcome.demand)
    return person


def test_everything_arrives_and_goes_on(command, start, postgresql, tmp_path):
    """Rows, blobs, log, rights and tombstones are those of before; people sign in, and new rows get numbers of their own."""
    command("", "db", "upgrade")
    app = peopled(start(""))
    gone = erased(app, "gone@example.org")
    with app.act("blob") as act:
        blob = act.get(Blobs).put(b"x" * 9999, media_type="text/plain", filename="x.txt", purpose="x", owner=app.person)
    before = contents(app)
    app.stop()
    said = command("", "database", "copy", "--to", postgresql)
    assert "the same there as here" in said and f"{GENERATED}_" in said
    with sqlite3.connect(tmp_path / "data" / "dihya.db") as file:
        signed = file.execute(NEWEST).fetchone()
        entries = file.execute(ENTRIES).fetchall()
        used = file.execute("SELECT seq FROM sqlite_sequence WHERE name = 'audit_outbox'").fetchone()[0]
    file.close()
    with psycopg.connect(postgresql.replace("+psycopg", "")) as server:
        assert server.execute(NEWEST).fetchone() == signed and signed[0] == len(entries)
        assert server.execute(ENTRIES).fetchall() == entries
        number = server.execute("SELECT nextval(pg_get_serial_sequence('audit_outbox', 'id'))").fetchone()[0]
        assert number == used + 1
    assert re.search(rf"\b{len(entries)} entries", command(postgresql, "audit", "verify"))
    assert "the database is what the code says" in command(postgresql, "db", "check")

    there = start(postgresql)
    assert {name: rows for name, rows in contents(there).items() if rows != before[name]} == {}
    with there.act("start") as act:
        assert replay() == 0
        assert act.get(Blobs).read(blob.digest) == b"x" * 9999
        assert act.session.scalar(text("SELECT count(*) FROM securite_people WHERE id = :id"), {"id": gone}) == 0
    assert there.signed_in(ADDRESS)
    there.add("new@example.org", "user")
    there.stop()
    more = int(re.search(r"(\d+) entries", command(postgresql, "audit", "verify"))[1])
    assert more > len(entries)


def test_a_sealed_backup_becomes_postgresql(command, start, postgresql, tmp_path):
    """Rows and log are there, and whom the folder knows as erased since is erased again before anything answers."""
    command("", "db", "upgrade")
    app, sealed = peopled(start("")), tmp_path / "sealed"
    sealed.mkdir()
    app.add("gone@example.org", "user")
    with app.act("clean") as act:
        # the row without a file, which the restoring would rightly find
        act.session.execute(text("DELETE FROM storage_blobs WHERE digest = :zero"), {"zero": "0" * 64})
    before = contents(app)
    command("", "backup", "key", sealed / "key")
    command("", "backup", sealed / "b", "--key-file", sealed / "key")
    gone = erased(app, "gone@example.org")
    app.stop()
    command(postgresql, "restore", sealed / "b", "--key-file", sealed / "key", "--force")
    there = start(postgresql)
    after = contents(there)
    kept = [table for table in before if table.startswith(KEPT)]
    assert len(kept) > len(KEPT) and {table for table in kept if after[table] != before[table]} == set()
    assert len(after["securite_people"]) == len(before["securite_people"]) - 1
    assert not any(gone in row for row in after["securite_people"])
    assert there.signed_in(ADDRESS)
    assert "verified" in command(postgresql, "audit", "verify")


SECTION = re.compile(r"^## From SQLite to PostgreSQL\n(.*?)^## ", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SAID = "postgresql://dihya@db.example.org/dihya"
PERSON = {"email": "tin@example.org", "password": "une phrase assez longue"}


@pytest.mark.journey
def test_the_lines_of_the_page(installation, postgresql):
    """As they stand in docs/deploy.md, once the server is stopped; then it serves from PostgreSQL, and nothing is left."""
    one = installation()
    add = ("people", "add", PERSON["email"], "--name", "Tin", "--role", "admin", "--password-stdin")
    one.run(*add, input=PERSON["password"].encode())
    with one.serving():
        refused = one.run("database", "copy", "--to", postgresql, code=1).stderr.decode()
    assert "in use by another process; stop the server, then copy" in refused
    page = (Path(__file__).parents[1] / "docs" / "deploy.md").read_text("utf-8").replace(SAID, postgresql)
    for language, block in BLOCK.findall(SECTION.search(page)[1]):
        if language == "toml":
            with (one.folder / "dihya.toml").open("a") as file:
                file.write(block)
            continue
        lines = [line.removeprefix("$ ") for line in block.splitlines()]
        own = f'dihya() {{ {shlex.quote(str(one.python))} -c {shlex.quote(MAIN)} "$@"; }}'
        done = subprocess.run(
            ["bash", "-e", "-c", "\n".join([own, *lines])],
            cwd=one.folder,
            env=one.variables,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert not (one.data / "dihya.db").exists()
    with one.serving() as server:
        answer = httpx2.post(f"{server.url}/api/v1/securite/tokens", json=PERSON, timeout=60)
        assert answer.status_code == 201, answer.text
    assert b"verified" in one.run("audit", "verify").stdout
