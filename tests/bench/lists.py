"""A list of 100,000 rows: the first page, sorted and filtered by each column, searched, and a page in the middle.

``python -m tests.bench.lists postgresql`` asks a server from the wheel instead of SQLite.
"""

from __future__ import annotations

import sys
import tempfile
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from time import perf_counter, process_time
from types import SimpleNamespace
from typing import Any

from dihya_hookspecs import hookimpl
from dihya_hookspecs.data import Database, Filter, Model, Query, Record, Records, impersonal
from sqlalchemy import Boolean, Date, DateTime, ForeignKey, Integer, Numeric, String, event, insert
from sqlalchemy.orm import Mapped

from dihya_core import create_app

ROWS, TIMES = 100_000, 5
PAGE_MS, STATEMENTS = 150.0, 3
NAMES = ("Élodie", "Œuvrard", "Tin", "Dihya", "Martin", "Durand", "Nguyễn", "Özil", "Zoé", "Ana")


class Town(Record):
    """What a row refers to."""

    __tablename__ = "bench_towns"
    name: Mapped[str] = impersonal("a name", String(40))


class Row(Record):
    """A row with a column of each kind."""

    __tablename__ = "bench_rows"
    name: Mapped[str] = impersonal("a name", String(80))
    city: Mapped[str | None] = impersonal("a name", String(80))
    size: Mapped[int | None] = impersonal("a number", Integer)
    price: Mapped[Decimal | None] = impersonal("an amount", Numeric(10, 2))
    day: Mapped[date | None] = impersonal("a day", Date)
    seen: Mapped[datetime | None] = impersonal("a moment", DateTime(timezone=True))
    out: Mapped[bool] = impersonal("yes or no", Boolean)
    town_id: Mapped[uuid.UUID | None] = impersonal("a town", ForeignKey(Town.id))


class Rows(Records[Row]):
    """The rows."""

    model = Row
    search = ("name", "city")


SORTS = ("name", "-name", "city", "size", "-price", "day", "seen", "-out", "town_id", "town_id.name", "created_at")
FILTERS = (
    Filter("name", "startswith", "elo"), Filter("city", "contains", "uvr"), Filter("size", "between", (10, 20)),
    Filter("price", "ge", Decimal(900)), Filter("day", "lt", date(2020, 3, 1)), Filter("out", "eq", True),
    Filter("seen", "is_null", True), Filter("town_id.name", "eq", "Martin 7"), Filter("size", "in", (1, 2, 3)),
)  # fmt: skip


def fill(act: Any) -> None:
    """Write the rows."""
    random = Random(7)
    towns = [
        {"id": uuid.UUID(int=random.getrandbits(128)), "name": f"{NAMES[n % 10]} {n}", "version": 1} for n in range(200)
    ]
    start = datetime(2020, 1, 1, tzinfo=UTC)

    def row(number: int) -> dict[str, Any]:
        some = random.random
        return {
            "version": 1, "name": f"{random.choice(NAMES)} {number}", "city": random.choice(NAMES) if some() > 0.1 else None,
            "size": random.randrange(1000) if some() > 0.1 else None, "price": Decimal(random.randrange(100_000)) / 100,
            "day": date(2020, 1, 1) + timedelta(random.randrange(2000)), "out": some() > 0.5,
            "seen": start + timedelta(seconds=number) if some() > 0.2 else None,
            "town_id": random.choice(towns)["id"],
        }  # fmt: skip

    act.session.execute(insert(Town), towns)
    for first in range(0, ROWS, 5000):
        act.session.execute(insert(Row), [row(number) for number in range(first, first + 5000)])


def measure(rows: Rows, query: Query) -> float:
    """Return the milliseconds that one page takes."""
    return spent(rows, lambda: rows.find(query))


def spent(rows: Rows, ask: Callable[[], Any]) -> float:
    """Return the milliseconds of one question, the best of some: of CPU for SQLite, which runs in this process."""
    clock = process_time if rows.session.get_bind().dialect.name == "sqlite" else perf_counter
    times = []
    for _ in range(TIMES):
        rows.session.expunge_all()
        began = clock()
        ask()
        times.append((clock() - began) * 1000)
    return min(times)


def measured(rows: Rows) -> dict[str, float]:
    """Return what each question costs."""
    found = {f"sort {name}": measure(rows, Query(sort=(name,))) for name in SORTS}
    found |= {
        f"filter {each.field} {each.op}": measure(rows, Query(filters=(each,), sort=("name",))) for each in FILTERS
    }
    found["search elodie"] = measure(rows, Query("elodie"))
    found["search 2 words, nothing found"] = measure(rows, Query("oeuvrard zzz"))
    cursor, sort = None, ("-price", "name")
    for _ in range(20):
        cursor = rows.find(Query(sort=sort, limit=500, cursor=cursor)).next
    found["page after 10,000 rows"] = measure(rows, Query(sort=sort, cursor=cursor))
    found["page before these"] = measure(rows, Query(sort=sort, before=cursor))
    found["place of the page"] = spent(rows, lambda: rows.preceding(Query(sort=sort), str(cursor), most=10_000))
    found["sum of a column"] = spent(rows, lambda: rows.sums(Query(), ("price",)))
    return found


def main(url: str = "") -> int:
    """Print the table; 1 when a first page misses its target."""
    with tempfile.TemporaryDirectory() as folder:
        plugin = SimpleNamespace(__name__="dihya_bench", __doc__="A list.", register_routes=hookimpl(lambda: []))
        app = create_app(
            only={"db"},
            given={"dihya": {"data": str(Path(folder))}, "db": {"url": url}},
            environ={},
            plugins={"bench": plugin},
        )
        with app.acts.open("bench.fill") as act:
            engine = act.get(Database).engine
        Model.metadata.create_all(engine, tables=[Town.__table__, Row.__table__])
        with app.acts.open("bench.fill") as act:
            fill(act)
        statements: list[str] = []
        event.listen(engine, "before_cursor_execute", lambda *arguments: statements.append(arguments[2]))
        with app.acts.open("bench.read") as act:
            rows = Rows(act.session)
            rows.find(Query())
            statements.clear()
            rows.find(Query("elodie", FILTERS[:2], ("town_id.name",)), total=True)
            most = len([each for each in statements if each.startswith("SELECT")])
            found = measured(rows)
    print(f"| {ROWS:,} rows, a page of 50 | ms |\n|---|---|")
    for name, spent in found.items():
        print(f"| {name} | {spent:.1f} |")
    worst = max(found, key=lambda name: found[name])
    print(
        f"\nworst page: {worst}, {found[worst]:.0f} ms (target {PAGE_MS:.0f}); {most} statements (target {STATEMENTS})"
    )
    return int(found[worst] > PAGE_MS or most > STATEMENTS)


def served() -> int:
    """Print the table of a real PostgreSQL."""
    from dihya_tests.postgresql import Server

    server = Server()
    try:
        return main(server.url)
    finally:
        server.stop()


if __name__ == "__main__":
    raise SystemExit(served() if sys.argv[1:] == ["postgresql"] else main())
