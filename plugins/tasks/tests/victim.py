"""A process that works on the queue and dies, once, where it is told to. Started by test_run.py.

Usage: ``victim.py DATA URL work|serve|leave POINT``; points are ``claimed`` (nothing is begun yet), ``before:two``, ``inside:two``,
``after:two`` (committed), ``ended``, ``stuck:two`` (waits to be killed), ``slow:two`` (takes half a second), ``hard:two`` (stops
itself inside of the step, and wakes when told to) and ``never``.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

from dihya_core.app import stop
from dihya_hookspecs import hookimpl
from dihya_hookspecs.acts import get
from dihya_hookspecs.ops import Background, Task, Tasks
from dihya_tasks import crew, ending, leases
from sqlalchemy import text
from sqlalchemy.orm import Session

from dihya_core import create_app

DATA, URL, MODE, POINT = Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
leaving = threading.Event()
STEPS = ("one", "two", "three")


def die_at(point: str) -> None:
    if point == POINT:
        os.kill(os.getpid(), signal.SIGKILL)


def say(word: str) -> None:
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


def note(line: str) -> None:
    with (DATA / "log").open("a") as file:
        file.write(line + "\n")


def three(steps, payload):
    for name in STEPS:
        die_at(f"before:{name}")
        steps.run(name, lambda name=name: work(name))
        die_at(f"after:{name}")
    note("end")


def work(name: str) -> str:
    if f"hard:{name}" == POINT:  # before it holds a lock of SQLite, for which everybody would wait
        say("stopping")
        os.kill(os.getpid(), signal.SIGSTOP)
    get(Session).execute(text("INSERT INTO fake_rows (name) VALUES (:name)"), {"name": name})
    note(name)
    die_at(f"inside:{name}")
    if f"stuck:{name}" == POINT:
        say("stuck")
        signal.pause()
    if f"slow:{name}" == POINT:
        leaving.set()
        threading.Event().wait(0.5)
    return name


def die_ended(*arguments, original=ending.done):
    original(*arguments)
    die_at("ended")


def die_claimed(*arguments, original=crew.Crew._begin):
    die_at("claimed")
    original(*arguments)


@hookimpl
def register_tasks():
    return Task("fake.three", three)


@hookimpl
def register_background():
    return Background("fake.beat", 60, lambda acts: None)


def main() -> None:
    ending.done, crew.Crew._begin = die_ended, die_claimed
    # A sign of life that is stopped half-way holds SQLite's lock, and nobody could work.
    leases.LEASE, leases.BEAT = 2.0, 60.0 if POINT.startswith("hard") else 0.3
    plugin = SimpleNamespace(
        register_tasks=register_tasks, register_background=register_background, __doc__="Dies.", __name__="dihya_fake"
    )
    given = {"dihya": {"data": str(DATA)}, "db": {"url": URL}}
    app = create_app(only={"db", "tasks"}, given=given, plugins={"fake": plugin}, serving=MODE != "work")
    if MODE == "work":
        with app.acts.open("test") as act:
            act.get(Tasks).work(30)
    elif MODE == "leave":
        leaving.wait(20)  # then the main thread ends, as that of a forked server worker does
    else:
        say("serving")
        sys.stdin.read()
        stop(app)


main()
