"""From SQLite to PostgreSQL, 10,000 rows and 100,000: rows a second, and the memory of the process that copies."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import monotonic, process_time
from types import SimpleNamespace

import psycopg
from dihya_db import sqlite
from dihya_db.copying import copy
from dihya_db.engine import build
from dihya_db.settings import Settings
from dihya_tests.postgresql import Server
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Engine,
    ForeignKey,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    Uuid,
    insert,
)

ROOT = Path(__file__).parents[2]
SIZES = (10_000, 100_000)
RATE, GROWTH = 20_000, 8.0
DATA = MetaData()
TOWNS = Table("towns", DATA, Column("id", Uuid, primary_key=True), Column("name", String(80)))
PEOPLE = Table(
    "people", DATA, Column("id", Uuid, primary_key=True), Column("name", String(80)), Column("size", Integer),
    Column("price", Numeric(10, 2, asdecimal=False)), Column("seen", DateTime(timezone=True)), Column("here", Boolean),
    Column("facts", JSON), Column("town_id", Uuid, ForeignKey("towns.id")),
)  # fmt: skip
MADE = SimpleNamespace(build=DATA.create_all, revisions=lambda connection: {})


def fill(source: Engine, rows: int) -> None:
    """Write the rows, with a column of each kind."""
    start, town = datetime(2020, 1, 1, tzinfo=UTC), uuid.UUID(int=1)
    with source.begin() as connection:
        DATA.create_all(connection)
        connection.execute(insert(TOWNS), [{"id": town, "name": "Tizi"}])
        for first in range(0, rows, 5000):
            batch = [
                {
                    "id": uuid.UUID(int=n + 2), "name": f"Élodie {n}", "size": n % 99, "price": n / 100, "here": n % 2 == 0,
                    "seen": start + timedelta(seconds=n), "facts": {"n": n}, "town_id": town,
                }
                for n in range(first, first + 5000)
            ]  # fmt: skip
            connection.execute(insert(PEOPLE), batch)
    source.dispose()


def run(folder: str, url: str) -> None:
    """Copy and compare; print rows, seconds, seconds of CPU, and the largest megabytes of this process."""
    source, target = build(Settings(), Path(folder)), build(Settings(url=url), Path(folder))  # type: ignore[arg-type]
    began, busy = monotonic(), process_time()
    with sqlite.exclusive(source) as full, target.begin() as empty:
        done = copy(full, empty, MADE)  # type: ignore[arg-type]
    spent = [monotonic() - began, process_time() - busy, getrusage(RUSAGE_SELF).ru_maxrss / 1024]
    print(json.dumps([done.tables["people"].rows, *spent]))


def measure(admin: str, rows: int) -> tuple[float, float, float]:
    """Return what a process of its own takes: seconds, seconds of CPU, megabytes."""
    name = f"bench{rows}"
    with psycopg.connect(admin.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    with tempfile.TemporaryDirectory() as folder:
        fill(build(Settings(), Path(folder)), rows)
        words = [sys.executable, "-m", "tests.bench.moving", folder, admin.replace("/postgres", f"/{name}", 1)]
        copied, *spent = json.loads(subprocess.run(words, check=True, capture_output=True, text=True, cwd=ROOT).stdout)
    assert copied == rows
    return tuple(spent)


def main() -> int:
    """Print the table; 1 when it is slower, or takes more memory for more rows, than its target."""
    server = Server()
    try:
        found = {rows: measure(server.url, rows) for rows in SIZES}
    finally:
        server.stop()
    print("| rows | seconds | seconds of CPU | rows a second of CPU | peak, MB |\n|---|---|---|---|---|")
    for rows, (seconds, busy, megabytes) in found.items():
        print(f"| {rows:,} | {seconds:.1f} | {busy:.1f} | {rows / busy:,.0f} | {megabytes:.1f} |")
    most, few = found[SIZES[-1]], found[SIZES[0]]
    rate, growth = SIZES[-1] / most[1], most[2] - few[2]
    print(
        f"\n{rate:,.0f} rows a second (target {RATE:,}); {growth:.1f} MB more for ten times the rows (target {GROWTH:.0f})"
    )
    return int(rate < RATE or growth > GROWTH)


if __name__ == "__main__":
    run(*sys.argv[1:])
