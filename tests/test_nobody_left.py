"""Nothing of an erased person is left: in no table, file or folder, on SQLite and PostgreSQL, nor after an old copy came back."""

from __future__ import annotations

import base64
import datetime as dt
import gzip
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import uuid
import zipfile
import zlib
from contextlib import contextmanager, suppress
from decimal import Decimal
from urllib.parse import quote

import psycopg
import pytest
from dihya_hookspecs.access import OPERATOR
from dihya_hookspecs.acts import Acts
from dihya_hookspecs.data import Model, Personal
from dihya_hookspecs.fields import Choice
from dihya_hookspecs.rgpd import People
from dihya_hookspecs.storage import Blobs
from dihya_rgpd.annotations import stored_as
from dihya_rgpd.outcome import answer
from dihya_rgpd.replaying import replay
from dihya_rgpd.settling import background, committed
from dihya_services.models import Progress
from dihya_tasks.models import FinishedStep, QueuedTask
from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    DateTime,
    Enum,
    LargeBinary,
    Numeric,
    String,
    Time,
    Uuid,
    insert,
    select,
    text,
)

from tests.conftest import GENERATED as NAME

ADDRESS = "canary-0000-address@example.org"
NOT_FILLED = ("audit_", "rgpd_")  # chained entries that hold opaque ids only, and the desk's own digests


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request):
    """The database of an application: a file in its folder, or a real PostgreSQL."""
    return request.getfixturevalue("postgresql") if request.param == "postgresql" else ""


@pytest.fixture
def command(url, garden, plugins, tmp_path):
    """Return a function that runs a ``dihya`` command of its own, as an operator does, and returns what it said."""
    config = tmp_path / "dihya.toml"
    config.write_text(f'[dihya]\ndata = "{tmp_path / "data"}"\n[db]\nurl = "{url}"\n[models]\nembedded = false\n')
    environment = {**os.environ, "DIHYA_CONFIG": str(config), "PYTHONPATH": str(garden / "src")}

    def run(*words):
        done = subprocess.run(
            [sys.executable, "-c", "from dihya_core.cli.main import main; main()", *map(str, words)],
            cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"dihya {words}: {done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    return run


@pytest.fixture
def start(url, whole, plugins, tmp_path):
    """Return a function that starts the application on what is there."""

    def start():
        app = whole(plugins=plugins, config={"db": {"url": url}}, data=tmp_path / "data")
        app.url = url.replace("+psycopg", "")
        return app

    return start


@pytest.fixture
def app(start):
    """Every plugin of the repository and a generated one, with a value of its own in every personal column of a person."""
    return peopled(start())


def peopled(app):
    """Put a person with a canary in every place into an application."""
    app.person = app.add(ADDRESS, "user")
    app.canaries = {("securite_people", "email"): ADDRESS} | _filled(app)
    return app


def _filled(app):
    """Put a row about the person into every table with personal columns; return the canaries by table and column."""
    canaries, keys = {}, {"securite_people": {"id": uuid.UUID(app.person)}}
    with app.act("fill") as act:
        active = {info.name for info in app.flask.runtime.active()}
        for table in Model.metadata.sorted_tables:
            if table.info.get("plugin") not in active or table.name.startswith(NOT_FILLED) or table.name in keys:
                continue
            row = {column.key: _value(column, table, keys, app.person, canaries) for column in table.columns}
            row = {key: value for key, value in row.items() if value is not None}
            with app.engine.begin() as connection:
                connection.execute(insert(table).values(**row))
            keys[table.name] = row
        generation = str(keys["services_generations"]["id"])
        canaries |= _queued(act.session, app.person, keys["services_generations"]["id"])
        blob = act.get(Blobs).put(
            b"canary-0001-in-a-file",
            media_type="text/plain",
            filename="canary-0002-file-name.txt",
            purpose="x",
            owner=app.person,
        )
        canaries |= {("blobs", "bytes"): "canary-0001-in-a-file", ("blobs", "name"): "canary-0002-file-name"}
        assert blob.digest
        people = [table.name for table in act.get(People).annotations.people()]
        app.subjects = [(name, str(keys[name]["id"])) for name in people if name in keys]
    room = app.data / "work" / generation / "project"
    proof = app.data / "work" / "proof-killed" / "project"
    for folder, canary in ((room, "canary-0003-in-a-folder"), (proof, "canary-0004-in-a-proof")):
        folder.mkdir(parents=True)
        (folder / "README.md").write_text(canary)
    return canaries | {("work", "file"): "canary-0003-in-a-folder", ("work", "proof"): "canary-0004-in-a-proof"}


def _queued(session, person, generation):
    """Put what must not be there into tables about nobody: tasks that speak of the person, and lines of progress."""
    moment, values = (
        dt.datetime.now(dt.UTC),
        {"name": "x.y", "steps": 0, "cancelling": False, "attempt": 0, "deaths": 0},
    )
    tasks = [
        {"id": "waits", "state": "queued", "payload": {"member": person, "note": "canary-0005-payload"}, "error": ""},
        {"id": "runs", "state": "running", "payload": {"number": 1}, "error": ""},
        {"id": "ended", "state": "failed", "payload": None, "error": f"'{ADDRESS}' refused canary-0007-error"},
    ]
    for task in tasks:
        session.execute(insert(QueuedTask).values(**values, **task, created_at=moment))
    result = json.dumps({"to": [ADDRESS], "said": "canary-0006-result"})
    session.execute(insert(FinishedStep).values(task_id="runs", name="s", result=result))
    line = {"generation_id": generation, "number": 99, "at": moment, "step": "x", "state": "done"}
    said = {"message": "canary-0008-line", "detail": {"file": "canary-0009-detail"}}
    session.execute(insert(Progress).values(id=uuid.uuid4(), **line, **said))
    return {
        ("tasks_tasks", "payload"): "canary-0005-payload", ("tasks_steps", "result"): "canary-0006-result",
        ("tasks_tasks", "error"): "canary-0007-error", ("services_progress", "message"): "canary-0008-line",
        ("services_progress", "detail"): "canary-0009-detail",
    }  # fmt: skip


def _value(column, table, keys, person, canaries):
    """Return what stands in a column of the person's row: a key, a canary, or something neutral."""
    foreign = next(iter(column.foreign_keys), None)
    if foreign is not None:
        return keys.get(foreign.column.table.name, {}).get(foreign.column.key)
    declared, kind = column.info.get("rgpd"), stored_as(column)
    own = column.primary_key and len(table.primary_key) == 1  # the key of a row that is a person
    if isinstance(declared, Personal) and declared.subject == column.key and not own:
        return person
    if isinstance(kind, Enum):
        return kind.enums[0]
    if isinstance(column.type, Choice):  # refuses what is none of its words, so nobody's words stand there
        return next(iter(column.type.choices))
    if isinstance(declared, Personal) and isinstance(kind, String | JSON | LargeBinary):
        return _canary(column, table, canaries)
    if isinstance(kind, Uuid):
        return column.default.arg(None) if column.default is not None else uuid.uuid4()
    moment = dt.datetime.now(dt.UTC)
    neutral = {
        Boolean: False, Date: moment.date(), DateTime: moment, Time: moment.time(), JSON: {}, Numeric: Decimal(1), LargeBinary: b"x",
    }  # fmt: skip
    found = next((value for type_, value in neutral.items() if isinstance(kind, type_)), 1)
    if isinstance(kind, String):
        return "0" * 64 if kind.length == 64 else f"{table.name}-{column.name}"[: kind.length or 99]
    return found


def _canary(column, table, canaries):
    canary = f"cy{len(canaries) + 1000}z-{table.name}-{column.name}".replace("_", "-")
    canary = canary[: getattr(stored_as(column), "length", None) or 99]  # its first seven characters are its own
    canaries[table.name, column.name] = canary
    if isinstance(column.type, JSON):
        return {"typed": canary}
    return canary.encode() if isinstance(column.type, LargeBinary) else canary


def forms(value):
    """Yield the spellings in which a value may survive."""
    plain = value.encode()
    yield from (
        plain,
        value.lower().encode(),
        value.upper().encode(),
        value.encode("utf-16-le"),
        value.encode("utf-16-be"),
    )
    yield from (
        plain.hex().encode(),
        plain.hex().upper().encode(),
        quote(value, safe="").encode(),
        json.dumps(value)[1:-1].encode(),
    )
    for shift in range(3):  # Base64 depends on what stands before; compare the part that does not.
        yield base64.b64encode(b"\0" * shift + plain)[4 if shift else 0 : -4]


def contents(data):
    """Yield the bytes, and what is packed in them."""
    yield data
    with suppress(OSError, EOFError, zlib.error):
        yield gzip.decompress(data)
    with suppress(zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            yield name.encode()
            yield from contents(archive.read(name))


def on_disk(app):
    """Return everything that the application and its database have on the disk, names of files included."""
    places = [path for place in app.data.parent.glob(f"{app.data.name}*") for path in place.rglob("*")]
    found = [str(path.relative_to(app.data.parent)).encode() for path in places]
    found += [part for path in places if path.is_file() for part in contents(path.read_bytes())]
    if app.url:
        with psycopg.connect(app.url, autocommit=True) as connection:
            connection.execute("CHECKPOINT")
            paths = connection.execute(
                "SELECT pg_relation_filepath(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                "WHERE c.relfilenode <> 0 AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
            ).fetchall()
            for (path,) in paths:
                found.append(connection.execute("SELECT pg_read_binary_file(%s)", [path]).fetchone()[0])
    return found


def left(app):
    """Return the columns of which the person's value is on the disk in any spelling."""
    disk = on_disk(app)
    return {place for place, value in app.canaries.items() if any(one in data for one in forms(value) for data in disk)}


def retained(app, told):
    """Return the columns that the receipt says are retained, with a basis, and a date where it is known."""
    kept = {one["source"] for one in told["erasures"] if one["retained"] and one["basis"]}
    return {
        (table, name)
        for table, name in app.canaries
        if table in kept and Model.metadata.tables[table].columns[name].info["rgpd"].basis == "legal_obligation"
    }


@contextmanager
def reader(app):
    """Hold what is there now in somebody else's snapshot."""
    if app.url:
        with psycopg.connect(app.url) as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            connection.execute("SELECT count(*) FROM securite_people").fetchone()
            yield
            connection.rollback()
        return
    connection = sqlite3.connect(app.data / "dihya.db", isolation_level=None)
    connection.execute("BEGIN")
    connection.execute("SELECT count(*) FROM securite_people").fetchone()
    yield
    connection.execute("COMMIT")
    connection.close()


def erase(app):
    """Erase the person as every table knows them; return the answer as it is after the commit."""
    with app.act("erase", actor=OPERATOR) as act:
        desk = act.get(People)
        outcome = desk.fulfil([desk.subject(table, key) for table, key in app.subjects])
    with app.act("look"):
        committed(outcome.demand)  # as the pages, the commands and the interface do once the act is over
    with app.act("look") as act:
        return answer(act.get(People).receipts.of(outcome.demand), outcome)


def settle(app, attempts=80):
    """Try as the recurring work does, until it is done: whoever looks at a table for a moment makes an attempt fail."""
    with app.act("get") as act:
        acts = act.get(Acts)
    for _attempt in range(attempts):
        background(acts)
        if newest(app) == "done":
            return


def newest(app):
    with app.act("look") as act:
        return act.get(People).receipts.recent()[0].state


class OldCopy:
    """The rows of every table as they are now, to be put back later as an old backup would."""

    def __init__(self, app):
        with app.act("copy") as act:
            present = act.get(People).reach.present()
            self.tables = [
                table
                for table in Model.metadata.sorted_tables
                if table.name in present and not table.name.startswith("audit_")
            ]
            self.rows = {
                table: [dict(row) for row in act.session.execute(select(table)).mappings()] for table in self.tables
            }

    def put_back(self, app):
        with app.engine.begin() as connection:
            for table in reversed(self.tables):
                connection.execute(text(f'DELETE FROM "{table.name}"'))
            for table in self.tables:
                if self.rows[table]:
                    connection.execute(
                        insert(table), [{c.key: row[c] for c in table.columns} for row in self.plain(table)]
                    )

    def plain(self, table):
        return [{column: row[column.key] for column in table.columns} for row in self.rows[table]]


def test_every_personal_column_is_filled(app):
    """The other tests would prove nothing if a canary were not on the disk before."""
    missing = set(app.canaries) - left(app)
    assert missing == set() and len(app.canaries) > 20
    assert any(table.startswith(f"{NAME}_") for table, _ in app.canaries)


def test_an_erased_person_is_on_no_disk(app):
    """What is left is retained by declared basis and said in the receipt; everything else is gone, byte for byte."""
    told = erase(app)
    settle(app)
    assert (newest(app), told["missing"], told["residual"]) == ("done", [], [])
    assert left(app) == retained(app, told)


def test_an_erasure_under_a_reader_is_not_done_before_the_bytes_are_gone(app):
    """While somebody reads what was before, the answer says where bytes remain; afterwards they go by themselves."""
    with reader(app):
        told = erase(app)
        assert told["state"] == "incomplete" and told["remains"]
        settle(app, attempts=1)
        assert newest(app) == "incomplete"
    settle(app)
    assert newest(app) == "done" and left(app) == retained(app, told)


def test_an_old_copy_of_the_database_brings_nobody_back(app):
    """Rows and files of a backup from before the erasure are erased again before anything answers."""
    old = OldCopy(app)
    files = app.data.parent / "old"
    for name in ("blobs", "work"):
        shutil.copytree(app.data / name, files / name)
    told = erase(app)
    old.put_back(app)
    shutil.copytree(files, app.data, dirs_exist_ok=True)
    assert left(app) - retained(app, told)
    with app.act("start"):
        assert replay() == 1
    settle(app)
    assert newest(app) == "done" and left(app) == retained(app, told)
    with app.act("start"):
        assert replay() == 0


def test_a_restored_backup_brings_nobody_back(command, start, tmp_path):
    """``dihya restore`` of a backup from before the erasure erases again before it puts anything in its place."""
    command("db", "upgrade")  # which also says at which revision the tables are, as those of an installation do
    app, sealed = peopled(start()), tmp_path / "sealed"
    sealed.mkdir()
    command("backup", "key", sealed / "key")
    command("backup", sealed / "b", "--key-file", sealed / "key")
    told = erase(app)
    settle(app)
    assert left(app) == retained(app, told)
    app.stop()
    said = command("restore", sealed / "b", "--key-file", sealed / "key", "--force", "--reason", "a test")
    assert "what was here is kept" in said
    again = start()
    again.canaries = app.canaries
    with again.act("start"):
        assert replay() == 0
    settle(again)
    assert newest(again) == "done" and left(again) == retained(again, told)
