"""Runs checks inside of the sandbox, each in a process of its own: ``python -m dihya_tests.suite.inside ORDER``.

The first process never imports the plugin. It starts a child for each check, hears what that child says on a pipe of its
own, and ends it at its time limit. So a check can be brought to lie by the plugin that it runs, and no other one can.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from dihya_hookspecs.i18n import Text

from ..pipe import END, Pipe
from ..syscalls import DUMPABLE, LIBC
from .model import Check, NotChecked, Outcome, not_checked
from .registry import checks
from .subject import Plugin

WORKERS = 2
LARGEST = 1 << 20
BEGUN = "begun"


@dataclass(slots=True)
class Running:
    """A check that has not answered yet."""

    check: Check
    pid: int
    began: float
    said: bytearray


def main() -> None:
    """Run the checks of the order in the file that is named, and say each outcome on the pipe of the sandbox."""
    order = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    plugin = Plugin(order["name"], Path(order["wheel"]), Path(order["source"]) if order["source"] else None)
    wanted = [checks()[name] for name in order["checks"]]
    LIBC.prctl(DUMPABLE, 0, 0, 0, 0)  # no child reads this process, or writes to its pipe
    warm()
    with Pipe.of_environment() as pipe:
        told = supervised(wanted, plugin, order["states"], pipe.number, begun=pipe.send, patience=order["patience"])
        for name, outcome, seconds in told:
            said = {
                "state": outcome.state,
                "evidence": list(outcome.evidence),
                "data": outcome.data,
                "seconds": seconds,
            }
            pipe.send({"name": name, **said})
        pipe.send({"name": END})


def warm() -> None:
    """Import once, for all checks, what an application consists of without any plugin."""
    import sqlalchemy.orm  # noqa: F401

    from .. import kit  # noqa: F401


def supervised(
    wanted: Iterable[Check],
    plugin: Plugin,
    states: Mapping[str, str],
    closed: int = -1,
    *,
    begun: Callable[[dict[str, Any]], object] = lambda line: None,
    patience: float = 1,
) -> Iterator[tuple[str, Outcome, float]]:
    """Yield name, outcome and seconds of each check, as they end; two run at a time.

    Args:
        states: what became of checks that were run elsewhere: they may be needed here.
        closed: a file descriptor that the children must not have.
        begun: told which check begins; where a run is cut off, that is the one to be blamed.
        patience: what each time limit is multiplied by.
    """
    waiting, running, known = list(wanted), {}, dict(states)
    with selectors.DefaultSelector() as ready:
        while waiting or running:
            for check in [one for one in waiting if len(running) < WORKERS]:
                open_needs = [need for need in check.needs if known.get(need) != "passed"]
                if any(
                    need in {one.name for one in waiting} | {one.check.name for one in running.values()}
                    for need in open_needs
                ):
                    continue
                waiting.remove(check)
                if open_needs:
                    known[check.name] = "not_checked"
                    yield check.name, blocked(open_needs), 0.0
                    continue
                begun({"name": BEGUN, "check": check.name})
                end, one = _start(check, plugin, closed)
                running[end] = one
                ready.register(end, selectors.EVENT_READ)
                if len(running) == WORKERS:
                    break
            for end, outcome in _heard(ready, running, patience):
                one = running.pop(end)
                ready.unregister(end)
                os.close(end)
                known[one.check.name] = outcome.state
                yield one.check.name, outcome, round(time.monotonic() - one.began, 3)


def blocked(needs: Iterable[str]) -> Outcome:
    """Return that a check had nothing to look at."""
    names = ", ".join(needs)
    return not_checked(Text(f"it needs {names}, which did not pass", f"elle suppose {names}, qui n’a pas réussi"))


def _start(check: Check, plugin: Plugin, closed: int) -> tuple[int, Running]:
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(read)
        with suppress(OSError):
            os.close(closed)
        _child(check, plugin, write)
    os.close(write)
    os.set_blocking(read, False)
    return read, Running(check, pid, time.monotonic(), bytearray())


def _child(check: Check, plugin: Plugin, write: int) -> NoReturn:
    try:
        os.setsid()
        LIBC.prctl(DUMPABLE, 1, 0, 0, 0)
        data = json.dumps(encoded(answer(check, plugin)), ensure_ascii=False, default=str).encode("utf-8", "replace")
        while data:
            data = data[os.write(write, data) :]
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(0)


def answer(check: Check, plugin: Any) -> Outcome:
    """Ask, and make whatever breaks an outcome of its own: a crash is no failure and no success."""
    try:
        return check.ask(plugin)
    except NotChecked as error:
        return not_checked(error.reason)
    except BaseException as error:
        traceback.print_exc()
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}:{place.lineno}"
        said = f"{type(error).__name__}: {error}"[:500]
        return not_checked(
            Text(f"the check broke at {where}: {said}", f"la vérification s’est interrompue à {where} : {said}")
        )


def encoded(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome as JSON."""
    return {"state": outcome.state, "evidence": list(outcome.evidence), "data": dict(outcome.data)}


def decoded(said: Mapping[str, Any]) -> Outcome:
    """Return the outcome that JSON says. Raises ValueError for what is none."""
    try:
        if said["state"] not in ("passed", "failed", "not_checked"):
            raise ValueError(f"{said['state']!r} is no state")
        return Outcome(said["state"], Text(*map(str, said["evidence"])), dict(said["data"]))
    except (KeyError, TypeError) as error:
        raise ValueError(f"no outcome: {error}") from error


def _heard(
    ready: selectors.BaseSelector, running: Mapping[int, Running], patience: float
) -> Iterator[tuple[int, Outcome]]:
    """Wait a moment, and yield what ended: told to the end, cut off, or out of time."""
    for key, _ in ready.select(0.2) if running else ():
        one = running[key.fd]
        block = os.read(key.fd, 65_536)
        one.said += block if len(one.said) < LARGEST else b""
        if not block:
            yield key.fd, _ended(one)
    for end, one in list(running.items()):
        if time.monotonic() - one.began > one.check.seconds * patience:
            with suppress(ProcessLookupError):
                os.killpg(one.pid, signal.SIGKILL)
            with suppress(ProcessLookupError):
                os.kill(one.pid, signal.SIGKILL)
            os.waitpid(one.pid, 0)
            limit = f"{one.check.seconds * patience:g}"
            yield (
                end,
                not_checked(Text(f"it took longer than {limit} seconds", f"elle a pris plus de {limit} secondes")),
            )


def _ended(one: Running) -> Outcome:
    """Return what a child said before its end; a child without a last word has crashed."""
    with suppress(ProcessLookupError):
        os.killpg(one.pid, signal.SIGKILL)  # what it left behind
    _, status = os.waitpid(one.pid, 0)
    try:
        return decoded(json.loads(bytes(one.said)))
    except ValueError:
        code = os.waitstatus_to_exitcode(status)
        return not_checked(
            Text(
                f"its process ended with {code} and no answer", f"son processus s’est terminé par {code}, sans réponse"
            )
        )


if __name__ == "__main__":
    main()
