"""Bring a plugin into this environment, offline, or take it out; what fails leaves code and data as they were."""

from __future__ import annotations

import compileall
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import importlib_metadata
from dihya_hookspecs import GROUP, DihyaError, Invalid
from packaging.utils import canonicalize_name

from dihya_core.install import swap as swapping
from dihya_core.install.building import tail
from dihya_core.install.packages import Parcel, check_requirements, received, write_record
from dihya_core.install.swap import Move
from dihya_core.loading.reserved_names import check_new_plugin
from dihya_core.runtime import Runtime

PID_FILE = "serve.pid"
SECONDS = 600


def install(
    source: Path,
    runtime: Runtime,
    *,
    overrides: Sequence[str] = (),
    editable: bool = False,
    agree: Callable[[Parcel], None] = lambda parcel: None,
) -> Parcel:
    """Install the plugin in a folder, a ZIP file or a wheel, make its tables, and return what was installed.

    Args:
        agree: is told what will run with the rights of this process, before it does; raises to stop.

    Raises:
        Invalid: it is no plugin, a name is taken, a requirement is missing, or the application would not let it run.
        DihyaError: it could not be built or set up. What was there before is there still, in every case.
    """
    with swapping.alone(runtime.data) as lock, tempfile.TemporaryDirectory() as work:
        parcel = received(source, Path(work), editable=editable)
        move = Move(parcel.name, sysconfig.get_path("purelib"), parcel.version)
        move.old = _old(parcel, runtime, Path(move.place))
        check_requirements(parcel)
        agree(parcel)
        _take_in(parcel, move, _Trials(runtime, overrides, lock))
    return parcel


def resume(runtime: Runtime, overrides: Sequence[str] = ()) -> str:
    """Finish or undo an installation that was interrupted; return what was done, or nothing when there was none."""
    if not (runtime.data / swapping.JOURNAL).exists():
        return ""
    try:
        with swapping.alone(runtime.data) as lock:
            move = swapping.found(runtime.data)
            if move is None:
                return ""
            if move.swapping:
                move.swap()
                swapping.remember(runtime.data, move.name, gone=not move.new)
                said = f"the installation of {move.name} {move.version} was interrupted, and is finished now"
                if not move.new:
                    said = f"taking out {move.name} was interrupted, and is finished now"
            else:
                said = f"the installation of {move.name} {move.version} was interrupted, and is undone now"
                said += _undo(move, _Trials(runtime, overrides, lock))
            move.end(runtime.data)
    except Invalid:  # it is not interrupted, but under way
        return ""
    return said


def ensure_removable(name: str, runtime: Runtime) -> None:
    """Raise NotFound for a plugin that is not there, and Invalid for one that others or the application require."""
    runtime.ensure_known(name)
    if reason := runtime.locked(name):
        raise Invalid(reason.en, code="required", status=409)
    if others := [info.name for info in runtime.all() if name in info.requires]:
        raise Invalid(f"{name!r} is required by {', '.join(others)}; uninstall that first", code="required", status=409)


def uninstall(name: str, runtime: Runtime) -> None:
    """Take a plugin's files out; its data stays. Raises Invalid when it is required, or does not lie in this environment."""
    ensure_removable(name, runtime)
    place = Path(sysconfig.get_path("purelib"))
    with swapping.alone(runtime.data):
        distribution = importlib_metadata.distribution(runtime.plugins[name].candidate.distribution)
        move = Move(name, str(place), distribution.version, swapping.entries(distribution, place), swapping=True)
        if not move.old:
            where = str(distribution.locate_file(""))
            raise Invalid(f"{name!r} lies in {where!r}, not in this environment; uninstall it there", status=409)
        move.write(runtime.data)
        move.swap()
        swapping.remember(runtime.data, name, gone=True)
        move.end(runtime.data)


def reload_server(data: Path) -> bool:
    """Ask the server of this data folder, if one runs, to start its workers anew; return True when there was one.

    A running server holds a lock on the file that names its process, so that a stale number hits nobody else.
    """
    try:
        with (data / PID_FILE).open("r+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.kill(int(file.read()), signal.SIGHUP)
                return True
    except (OSError, ValueError):
        return False
    return False


def _old(parcel: Parcel, runtime: Runtime, place: Path) -> list[str]:
    """Return what the plugin's older version has in *place*. Raises Invalid when anything there is not the plugin's."""
    try:
        there = importlib_metadata.distribution(parcel.distribution)
    except importlib_metadata.PackageNotFoundError:
        there = None
    if there is None and parcel.name not in runtime.plugins:
        check_new_plugin(runtime, parcel.name)
    points = there.entry_points.select(group=GROUP, name=parcel.name) if there else ()
    loaded = runtime.plugins.get(parcel.name)
    owner = loaded.candidate.distribution if loaded else ""
    if (there and not points) or (owner and canonicalize_name(owner) != parcel.distribution):
        raise Invalid(
            f"the name {parcel.name!r} is taken by {owner or parcel.distribution}, which is another package; "
            "uninstall that first, or generate under another name",
            code="install",
            status=409,
        )
    old = swapping.entries(there, place) if there else []
    for entry in (f"dihya_{parcel.name}", parcel.info):
        if (place / entry).exists() and entry not in old:
            raise Invalid(f"{str(place / entry)!r} is there, and no package says that it is its own; move it away")
    return old


def _take_in(parcel: Parcel, move: Move, trials: _Trials) -> None:
    """Try the new code from where it waits, with its tables made; only then put it in the place of the old."""
    data = trials.runtime.data
    try:
        move.write(data)
        _stage(parcel, move)
        answer = trials.judged(move, "look", staged=True)
        if answer["states"][move.name][0] == "active":
            move.revision = answer["revision"]
            move.write(data)
            trials.run(move, "prepare", staged=True)
        move.swapping = True
        move.write(data)
        move.swap()
        trials.judged(move, "settle", staged=False)
    except BaseException as error:
        move.unswap()
        move.swapping = False
        with suppress(OSError):  # a full disk is why we are here, perhaps
            move.write(data)
        undone = _undo(move, trials)
        move.end(data)
        if undone or isinstance(error, OSError):
            raise DihyaError(f"{move.name} was not installed: {error}{undone}", code="install") from error
        raise
    swapping.remember(data, move.name, gone=False)
    move.end(data)


def _stage(parcel: Parcel, move: Move) -> None:
    shutil.rmtree(move.stage, ignore_errors=True)
    new = move.stage / "new"
    new.mkdir(parents=True)
    parcel.unpack(new)
    if parcel.source:
        move.source = str(parcel.source)
        shutil.rmtree(new / f"dihya_{parcel.name}")
        (new / f"_dihya_{parcel.name}.pth").write_text(f"{parcel.source}\n", "utf-8")
        url = {"url": parcel.source.parent.as_uri(), "dir_info": {"editable": True}}
        (new / parcel.info / "direct_url.json").write_text(json.dumps(url), "utf-8")
    (new / parcel.info / "INSTALLER").write_text("dihya\n", "utf-8")
    write_record(new, parcel.info)
    compileall.compile_dir(new, quiet=2)
    move.new = sorted(path.name for path in new.iterdir())


def _undo(move: Move, trials: _Trials) -> str:
    """Take the tables back to where they were, with the new code, which alone knows how; return why that failed."""
    if move.revision is not None and move.stage.exists():
        try:
            trials.run(move, "undo", staged=True)
        except DihyaError as error:
            return f"; and its tables could not be taken back to {move.revision!r}, restore a backup: {error.message}"
    return ""


class _Trials:
    """Runs ``trial`` in processes of their own; they hold the lock too, in case this process is killed."""

    def __init__(self, runtime: Runtime, overrides: Sequence[str], lock: int) -> None:
        self.runtime, self.overrides, self.lock = runtime, list(overrides), lock

    def run(self, move: Move, task: str, *, staged: bool) -> dict[str, Any]:
        """Return the answer. Raises DihyaError with the reason when there is none, or it is an error."""
        path = [*(move.path if staged else ()), *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path)}
        config = str(self.runtime.configuration.path or "")
        told = {"do": task, "name": move.name, "revision": move.revision, "config": config, "overrides": self.overrides}
        file = move.stage / "answer.json"
        file.unlink(missing_ok=True)
        try:
            done = subprocess.run(
                [sys.executable, "-P", "-m", "dihya_core.install.trial", json.dumps(told), str(file)],
                env=environment,
                pass_fds=[self.lock],
                capture_output=True,
                text=True,
                errors="replace",
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise DihyaError(f"{move.name} did not come back within {SECONDS} s", code="install") from error
        try:
            answer: dict[str, Any] = json.loads(file.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise DihyaError(
                f"{move.name} ended the process that tried it ({done.returncode}):\n{tail(done.stderr or done.stdout)}",
                code="install",
            ) from error
        if "error" in answer:
            raise DihyaError(f"{move.name} {move.version} was not installed: {answer['error']}", code="install")
        return answer

    def judged(self, move: Move, task: str, *, staged: bool) -> dict[str, Any]:
        """Return the answer when the plugin runs as it should and nobody else stopped running for it."""
        answer = self.run(move, task, staged=staged)
        states = answer["states"]
        state, reason, version = states.get(move.name, ("absent", "it is not found", move.version))
        if state not in ("active", "disabled") or version != move.version:
            reason = reason or f"version {version} is found first, in {answer['folder']!r}"
            raise Invalid(
                f"{move.name} {move.version} was not installed: it would be {state}, {reason}",
                code="install",
                status=409,
            )
        if stopped := {name: said for name, said in states.items() if name != move.name and said[0] not in OUT}:
            before = self.run(move, "look", staged=False)["states"] if staged else states
            for name, (state, reason, _) in stopped.items():
                if before.get(name, [""])[0] != state:
                    raise Invalid(
                        f"{move.name} {move.version} was not installed: with it, {name!r} would be {state}, {reason}",
                        code="install",
                        status=409,
                    )
        return answer


OUT = ("active", "disabled", "tripped")
