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
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from dihya_hookspecs.i18n import Text

from ..pipe import END, Pipe
from ..rehearsal import installed
from ..syscalls import DUMPABLE, LIBC
from .hosting import Host
from .model import Check, NotChecked, Outcome, not_checked
from .registry import checks
from .subject import Plugin

WORKERS = 2
LARGEST = 1 << 20
BEGUN = "begun"


@dataclass(slots=True)
class Running:
    """A check that has not answered yet; in a process of its own, or in a copy of a host."""

    check: Check
    pid: int
    began: float
    said: bytearray
    host: Host | None = None

    def killed(self) -> None:
        """End it, and whatever it left behind."""
        if self.host is not None:
            self.host.end()
            return
        for kill in (os.killpg, os.kill):
            with suppress(ProcessLookupError):
                kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def main() -> None:
    """Run the checks of the order in the file that is named, and say each outcome on the pipe of the sandbox."""
    order = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    source, sparing = Path(order["source"]) if order["source"] else None, bool(order.get("sparing"))
    plugin = Plugin(order["name"], Path(order["wheel"]), source, sparing=sparing)
    wanted = [checks()[name] for name in order["checks"]]
    LIBC.prctl(DUMPABLE, 0, 0, 0, 0)  # no child reads this process, or writes to its pipe
    warm()
    with Pipe.of_environment() as pipe:
        start = Starter(plugin, pipe.number)
        told = supervised(wanted, start, order["states"], begun=pipe.send, patience=order["patience"])
        for name, outcome, seconds in told:
            said = {
                "state": outcome.state,
                "evidence": list(outcome.evidence),
                "data": outcome.data,
                "seconds": seconds,
            }
            pipe.send({"name": name, **said})
        start.end()
        pipe.send({"name": END})


def warm() -> None:
    """Import once, for all checks, what an application consists of without any plugin."""
    import sqlalchemy.orm  # noqa: F401

    from .. import kit  # noqa: F401


def supervised(
    wanted: Iterable[Check],
    start: Starter,
    states: Mapping[str, str],
    *,
    begun: Callable[[dict[str, Any]], object] = lambda line: None,
    patience: float = 1,
) -> Iterator[tuple[str, Outcome, float]]:
    """Yield name, outcome and seconds of each check, as they end; two run at a time.

    Args:
        states: what became of checks that were run elsewhere: they may be needed here.
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
                end, one = start(check)
                running[end] = one
                ready.register(end, selectors.EVENT_READ)
                if len(running) == WORKERS:
                    break
            for end, outcome in _heard(ready, running, patience):
                one = running.pop(end)
                ready.unregister(end)
                os.close(end)
                start.idle(one)
                known[one.check.name] = outcome.state
                yield one.check.name, outcome, round(time.monotonic() - one.began, 3)


def blocked(needs: Iterable[str]) -> Outcome:
    """Return that a check had nothing to look at."""
    names = ", ".join(needs)
    return not_checked(Text(f"it needs {names}, which did not pass", f"elle suppose {names}, qui n’a pas réussi"))


class Starter:
    """Begins checks on one plugin, and gives the end of the pipe on which each answers.

    Args:
        closed: a file descriptor that the children must not have.
    """

    def __init__(self, plugin: Plugin, closed: int = -1) -> None:
        self.plugin, self.closed, self._idle = plugin, closed, list[Host]()
        installed()  # looked at once, and not by each child

    def __call__(self, check: Check) -> tuple[int, Running]:
        """Begin a check; of a sparing plugin in a copy of a host, if it is one that shares."""
        host = self._host() if check.shared and self.plugin.sparing else None
        read, write = os.pipe()  # after the host, which would keep its ends open
        if host is not None:
            host.ask(check, write)
        pid = host.pid if host is not None else self._forked(check, read, write)
        os.close(write)
        os.set_blocking(read, False)
        return read, Running(check, pid, time.monotonic(), bytearray(), host)

    def _host(self) -> Host:
        return self._idle.pop() if self._idle else Host(self.plugin, partial(_child, apart=False), self.closed)

    def _forked(self, check: Check, read: int, write: int) -> int:
        pid = os.fork()
        if pid == 0:
            os.close(read)
            with suppress(OSError):
                os.close(self.closed)
            _child(check, self.plugin, write)
        return pid

    def idle(self, one: Running) -> None:
        """Take back the host of a check that has ended by itself."""
        if one.host is not None and one.host.alive:
            self._idle.append(one.host)

    def end(self) -> None:
        """End the hosts."""
        while self._idle:
            self._idle.pop().end()


def _child(check: Check, plugin: Plugin, write: int, *, apart: bool = True) -> NoReturn:
    try:
        if apart:
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
            one.killed()
            limit = f"{one.check.seconds * patience:g}"
            yield (
                end,
                not_checked(Text(f"it took longer than {limit} seconds", f"elle a pris plus de {limit} secondes")),
            )


def _ended(one: Running) -> Outcome:
    """Return what a child said before its end; a child without a last word has crashed."""
    if one.host is not None:
        code = one.host.ended()
    else:
        with suppress(ProcessLookupError):
            os.killpg(one.pid, signal.SIGKILL)  # what it left behind
        code = os.waitstatus_to_exitcode(os.waitpid(one.pid, 0)[1])
    try:
        return decoded(json.loads(bytes(one.said)))
    except ValueError:
        return not_checked(
            Text(
                f"its process ended with {code} and no answer", f"son processus s’est terminé par {code}, sans réponse"
            )
        )


if __name__ == "__main__":
    main()
