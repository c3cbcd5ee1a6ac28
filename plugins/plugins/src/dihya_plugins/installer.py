"""What the console may do with plugins; the work itself is the command line's, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from dihya_core.runtime import Runtime
from dihya_hookspecs import DihyaError, Invalid, NotFound
from dihya_hookspecs.acts import current
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.i18n import mark
from dihya_hookspecs.inspecting import Portrait
from dihya_hookspecs.installing import Arrival, Belonging, Change, Kept, Progress, Sources

from . import swap, work
from .kept import kept
from .reloading import reload_server
from .sentences import refused


class Installer:
    """Implements ``dihya_hookspecs.installing.Installing``.

    Each start asks it what may be brought in; what does the work is imported by whoever wants it done.
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime, self._data = runtime, runtime.data

    @classmethod
    def from_container(cls, svcs_container: Any) -> Installer:
        """Build it inside an act."""
        return cls(svcs_container.get(Plugins))

    def sources(self) -> Sources:
        """What may be brought in from the console."""
        said = self._runtime.switches
        if not said.from_browser:
            return Sources(changes=False)
        return Sources(True, said.uploads, tuple(self._shelf()), said.index)

    def belongings(self, name: str) -> Sequence[Belonging]:
        """What an installed plugin brings. Raises NotFound."""
        from . import belongings

        return belongings.belongings(self._runtime, name)

    def remains(self, name: str) -> Sequence[Belonging]:
        """Exactly what a purge throws away. Raises NotFound, and Invalid when it cannot be purged."""
        from . import leftovers

        self._runtime.ensure_known(name)
        return leftovers.lost(self._runtime, current(), name)

    def portrait(self, name: str = "", *, arrival: str = "") -> Portrait:
        """What the files of an installed plugin, or of an arrival, say of it. Raises NotFound."""
        from . import arrivals, inspection

        if arrival:
            wheel, found = arrivals.find(self._runtime, arrival)
            return inspection.of_arrival(self._runtime, wheel, found)
        return inspection.of_installed(self._runtime, name)

    def removable(self, name: str) -> None:
        """Raise Invalid when a plugin may not be taken out, NotFound when it is not there."""
        from . import removal

        self._allowed()
        removal.planned(name, self._runtime, work.Errand(""))

    def receive(self, name: str, content: Iterable[bytes], *, fetched: bool = False) -> Arrival:
        """Look through a wheel that was uploaded, or fetched from the index."""
        from . import arrivals

        said = self._allowed()
        if not (said.index if fetched else said.uploads):
            key = "index" if fetched else "uploads"
            raise refused(
                mark("the operator allows no such source; [plugins] %(key)s says so"),
                code="forbidden",
                status=403,
                key=key,
            )
        return arrivals.receive(self._runtime, name, content)

    def take(self, name: str) -> Arrival:
        """Look through what lies on the shelf under this name."""
        from . import arrivals

        self._allowed()
        shelf = self._shelf()
        if name not in shelf:
            raise refused(mark("nothing on the shelf is called %(name)r"), NotFound, "no-arrival", name=name)
        return arrivals.take(self._runtime, shelf[name])

    def arrival(self, id: str) -> Arrival:
        """Return what waits for a yes. Raises NotFound."""
        from . import arrivals

        return arrivals.find(self._runtime, id)[1]

    def discard(self, id: str) -> None:
        """Forget an arrival."""
        from . import arrivals

        arrivals.discard(self._data, id)

    def begin(self, change: Change, name: str, *, arrival: str = "") -> None:
        """Begin a change on behalf of who acts; its process holds the lock of installations from here on."""
        self._allowed()
        told, version, digest = self._prepared(change, name, arrival)
        act = current()
        by, who = (act.actor.id, act.actor.name) if act.actor else ("", "")
        lock = swap.lock(self._data, who, f"{change} {name} {version}".strip())
        with open(lock, "rb"):  # closes it here; the process has it by then
            act.record(f"plugins.{change}_asked", object=f"plugin:{name}", version=version, sha256=digest or None)
            act.keep()  # it stands in the log before anything happens
            work.write(self._data, work.new(change, name, version, by, digest))
            config = str(self._runtime.configuration.path or "")
            run({"data": str(self._data), "config": config, "who": who, "lock": lock, **told})

    def mend(self) -> None:
        """Finish or undo a change whose process is gone."""
        self._allowed()
        found = work.read(self._data)
        if found is None or found.state != "interrupted":
            raise refused(mark("no change was interrupted"), code="not-interrupted", status=409)
        act = current()
        who = act.actor.name if act.actor else ""
        lock = swap.lock(self._data, who, "resume")
        with open(lock, "rb"):
            act.record("plugins.resume_asked", object=f"plugin:{found.name}")
            act.keep()
            config = str(self._runtime.configuration.path or "")
            run({"data": str(self._data), "config": config, "who": who, "lock": lock, "resume": True}, watched=False)

    def reload(self) -> bool:
        """Let the server take its new workers; False where none works in this data folder."""
        self._allowed()
        if (found := swap.holder(self._data)) is not None:
            raise refused(
                mark("another installation is under way here; wait for it"), code="under-way", status=409, params=found
            )
        return reload_server(self._data)

    def progress(self) -> Progress | None:
        """Return how far the change is, or how the last one ended."""
        found = work.read(self._data)
        if found is None:
            return None
        return replace(found, arrived=found.state == "done" and work.reached(found, self._runtime))

    def kept(self) -> Sequence[Kept]:
        """The versions to which undoing leads back."""
        return [
            Kept(one.name, one.version, one.replaced, one.revision is not None, one.at)
            for one in kept(self._data)
            if one.replaced == (one.name in self._runtime.plugins)
        ]

    def _allowed(self) -> Sources:
        said = self.sources()
        if not said.changes:
            raise refused(
                mark("the operator leaves this to the command line ([plugins] from_browser)"),
                code="forbidden",
                status=403,
            )
        return said

    def _shelf(self) -> dict[str, Path]:
        """Return what can be installed from the operator's folder, by name."""
        said = self._runtime.switches.shelf
        if not said:
            return {}
        with suppress(OSError):
            entries = sorted((self._runtime.configuration.folder / said).iterdir())
            return {
                path.name: path
                for path in entries
                if path.suffix in (".whl", ".zip") or (path / "pyproject.toml").is_file()
            }
        return {}

    def _prepared(self, change: Change, name: str, arrival: str) -> tuple[dict[str, str], str, str]:
        """Return what the process is told besides, the version, and the digest of the wheel; raise what stands against it."""
        from . import arrivals, leftovers, removal

        if change == "install":
            wheel, found = arrivals.find(self._runtime, arrival)
            if found.name != name or found.faults:
                if found.faults:
                    raise Invalid("; ".join(found.faults), code="install", status=409)
                raise refused(mark("this is %(name)r, not %(asked)r"), status=409, name=found.name, asked=name)
            return {"wheel": str(wheel)}, found.version, found.id
        if change == "undo":
            before = next((one for one in self.kept() if one.name == name), None)
            if before is None:
                raise refused(
                    mark("nothing is kept of a plugin %(name)r that could be put back"),
                    NotFound,
                    "not-found",
                    name=name,
                )
            return {}, before.version, ""
        removal.planned(name, self._runtime, work.Errand(""))
        if change == "purge":
            leftovers.ensure_purgeable(self._runtime, name)
        return {}, self._runtime.plugins[name].candidate.version, ""


def run(told: dict[str, Any], *, watched: bool = True) -> None:
    """Start the process of a change; should it die half-way, what it left is finished or undone at once.

    Args:
        watched: False for the process that does that: the next one is somebody's to ask for.
    """
    data = Path(told["data"])
    log = data / ".install" / "work.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "dihya_plugins.job", json.dumps(told)],
            pass_fds=[told["lock"]], stdin=subprocess.DEVNULL, stdout=file, stderr=file, start_new_session=True,
        )  # fmt: skip
    target, arguments = (_see_to_its_end, (process, told)) if watched else (process.wait, ())
    threading.Thread(target=target, args=arguments, name="dihya-install", daemon=True).start()


def _see_to_its_end(process: subprocess.Popen[bytes], told: dict[str, Any]) -> None:
    process.wait()
    found = work.read(Path(told["data"]))
    if found is not None and found.state == "interrupted":
        with suppress(DihyaError):
            lock = swap.lock(Path(told["data"]), told["who"], "resume")
            with open(lock, "rb"):
                run({**told, "lock": lock, "resume": True}, watched=False)
