"""Kill -9 between act, outbox, hand-out and delivery: nothing is lost, nothing is doubled, nothing comes of what was undone.

``tox run -e bench -- events`` kills 200 processes on SQLite; ``python -m tests.bench.events N [URL [SEED]]`` N, on a PostgreSQL
database. Each process publishes, hands out and delivers, and dies before a statement or a commit that is drawn by lot, whichever thread is about to make it.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

KILLS, ACTS, STATEMENTS = 200, 5, 260
"""Kills; acts of one process, of which a third is undone; the lot is drawn among so many statements and commits."""


@dataclass
class Tally:
    """What was committed, and what became of it."""

    kills: int = 0
    places: dict[str, int] = field(default_factory=dict)
    committed: int = 0
    undone: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    ghosts: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether each event came, its effect once, and none of an act that was undone."""
        return bool(self.committed) and not (self.lost or self.doubled or self.ghosts)


class Undone(Exception):
    """The act changes its mind."""

    code = 409


def application(folder: Path, url: str) -> Any:
    """Build an application with a plugin that publishes, one that writes what it hears, and one that does so outside."""
    import dataclasses

    from dihya_hookspecs import hookimpl
    from dihya_hookspecs.access import Permission
    from dihya_hookspecs.events import Subscription, event
    from dihya_hookspecs.i18n import Text
    from dihya_tasks import leases
    from sqlalchemy import text

    from dihya_core import create_app

    leases.LEASE, leases.BEAT = 2.0, 0.5

    @event("fake.sung", permission="fake:hear")
    @dataclasses.dataclass(frozen=True)
    class Sung:
        """A song was sung."""

        song: str

    def write(act: Any, event: Any, key: str) -> None:
        act.session.execute(text("INSERT INTO fake_heard (song) VALUES (:song)"), {"song": event.data.song})

    def shout(act: Any, event: Any, key: str) -> None:
        with (folder / "shouted").open("a") as file:
            file.write(event.data.song + "\n")

    @hookimpl
    def register_events() -> type:
        return Sung

    @hookimpl
    def register_permissions() -> Permission:
        return Permission("fake:hear", Text("hear", "entendre"))

    @hookimpl
    def register_subscriptions() -> list[Subscription]:
        return [
            Subscription("fake.sung", write, "fake.writer"),
            Subscription("fake.sung", shout, "fake.shouter", outside=True),
        ]

    hooks = (register_events, register_permissions, register_subscriptions)
    plugin = SimpleNamespace(**{hook.__name__: hook for hook in hooks}, __doc__="Sings.", __name__="dihya_fake")
    given = {"dihya": {"data": str(folder)}, "db": {"url": url}}
    app = create_app(only={"db", "migrations", "tasks", "events"}, given=given, environ={}, plugins={"fake": plugin})
    app.extensions["sung"] = Sung
    return app


def live(app: Any, number: int, point: int, places: int) -> None:
    """Publish, hand out and deliver, and die before the statement *point*; say to *places* where that was."""
    from dihya_hookspecs.acts import _current
    from dihya_hookspecs.data import Database
    from dihya_hookspecs.events import Outbox
    from sqlalchemy import event as listening
    from sqlalchemy import text

    chance, count = random.Random(number), itertools.count(1)
    with app.acts.open("bench.engine") as act:
        engine = act.get(Database).engine

    def step(*_: Any) -> None:
        if next(count) == point:
            act = _current.get(None)
            os.write(places, f"{act.name if act else 'between acts'}\n".encode())
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("before_cursor_execute", "commit"):
        listening.listen(engine, name, step)
    for song in range(ACTS):
        try:
            with app.acts.open("fake.sing") as act:
                act.session.execute(text("INSERT INTO fake_songs (song) VALUES (:song)"), {"song": f"{number}-{song}"})
                act.publish(app.extensions["sung"](f"{number}-{song}"))
                if chance.random() < 1 / 3:
                    raise Undone
        except Undone:
            pass
    with app.acts.open("bench.deliver") as act:
        act.get(Outbox).deliver(20)


def fork(work: Any) -> int:
    """Run *work* in a process of its own; return how it ended."""
    pid = os.fork()
    if not pid:
        try:
            work()
            os._exit(0)
        except BaseException as error:
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
            os._exit(1)
    return os.waitpid(pid, 0)[1]


def prepare(app: Any) -> None:
    """Make the tables."""
    from dihya_hookspecs.acts import current
    from dihya_hookspecs.data import UNAUDITED, Database, Schema
    from sqlalchemy import text

    with app.acts.open("bench.prepare"):
        for plugin in ("tasks", "events"):
            current().get(Schema).upgrade(plugin)
        engine = current().get(Database).engine.execution_options(**{UNAUDITED: "a benchmark"})
        with engine.begin() as connection:
            for table in ("fake_songs", "fake_heard"):
                connection.execute(text(f"CREATE TABLE {table} (song VARCHAR(40))"))


def finish(app: Any, report: int) -> None:
    """Deliver what is left, and report songs and what was heard of them."""
    from dihya_hookspecs.events import Outbox
    from sqlalchemy import text

    end = time.monotonic() + 1800
    open_ = "SELECT count(*) FROM tasks_tasks WHERE state IN ('queued', 'running')"
    while True:
        if time.monotonic() > end:
            raise TimeoutError("what was left is not delivered after half an hour")
        with app.acts.open("bench.deliver") as act:
            act.session.execute(text("UPDATE tasks_tasks SET run_at = created_at WHERE state = 'queued'"))
        with app.acts.open("bench.deliver") as act:
            act.get(Outbox).deliver(10)
        with app.acts.open("bench.look") as act:
            if not act.session.scalar(text(open_)):
                break
    with app.acts.open("bench.look") as act:
        songs, heard = (
            list(act.session.scalars(text(f"SELECT song FROM {table}"))) for table in ("fake_songs", "fake_heard")
        )
    os.write(report, json.dumps([songs, heard]).encode())


def drill(folder: Path, kills: int, url: str = "", seed: int = 0) -> Tally:
    """Kill so many processes, then count."""
    from dihya_hookspecs.data import Database

    url, chance, tally = url or f"sqlite:///{folder}/bench.db", random.Random(seed), Tally()
    app = application(folder, url)  # built once, and without a connection: each process of a fork opens its own
    with app.acts.open("bench.fork") as act:
        act.get(Database).engine.dispose()
    if fork(lambda: prepare(app)):
        raise RuntimeError("the tables could not be made")
    with (folder / "places").open("wb", buffering=0) as places:
        for number in itertools.count():
            if tally.kills == kills:
                break
            point = chance.randint(1, STATEMENTS)
            status = fork(lambda number=number, point=point: live(app, number, point, places.fileno()))
            tally.kills += status == signal.SIGKILL
            tally.undone += ACTS
            if status not in (0, signal.SIGKILL):
                raise RuntimeError(f"a process ended with status {status}")
    report = folder / "report"
    with report.open("wb", buffering=0) as file:
        if fork(lambda: finish(app, file.fileno())):
            raise RuntimeError("what was left could not be delivered")
    return counted(tally, folder, *json.loads(report.read_text()))


def counted(tally: Tally, folder: Path, songs: list[str], heard: list[str]) -> Tally:
    """Compare what was sung with what was heard."""
    shouted = (folder / "shouted").read_text().split() if (folder / "shouted").exists() else []
    tally.places = dict(Counter((folder / "places").read_text().splitlines()).most_common())
    tally.committed, tally.undone = len(songs), tally.undone - len(songs)
    tally.lost = sorted((set(songs) - set(heard)) | (set(songs) - set(shouted)))
    tally.doubled = [song for song, number in Counter(heard).items() if number > 1]
    tally.ghosts = sorted((set(heard) | set(shouted)) - set(songs))
    return tally


def main(arguments: list[str] | None = None) -> int:
    """Print a table; exit code 1 when an event was lost, doubled or made up."""
    given = list(arguments or [])
    kills, url, seed = (
        int(given[0]) if given else KILLS,
        given[1] if given[1:] else "",
        int(given[2]) if given[2:] else 1,
    )
    with tempfile.TemporaryDirectory(prefix="dihya-events-") as folder:
        began = time.monotonic()
        tally = drill(Path(folder), kills, url, seed)
        seconds = time.monotonic() - began
    if given[3:]:
        print(json.dumps(asdict(tally)))
        return not tally.clean
    print("| killed | events committed | undone or never made | lost | doubled | of what was undone | seconds |")
    print("|---|---|---|---|---|---|---|")
    print(
        f"| {tally.kills} | {tally.committed} | {tally.undone} | {len(tally.lost)} | {len(tally.doubled)} "
        f"| {len(tally.ghosts)} | {seconds:.0f} |"
    )
    print("\nkilled in: " + ", ".join(f"{name} {number}" for name, number in tally.places.items()))
    return not tally.clean


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
