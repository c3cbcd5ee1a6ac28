"""The process in which a change from the console happens: it outlives the workers that it replaces."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from dihya_core.access import AccessRules
from dihya_core.data.acts import RuntimeActs
from dihya_core.hooks.containment import described
from dihya_core.loading.loader import build
from dihya_core.runtime import Runtime
from dihya_hookspecs import DihyaError
from dihya_hookspecs.access import OPERATOR
from dihya_hookspecs.i18n import mark
from dihya_hookspecs.installing import Progress

from . import arrivals, installation, removal, work
from .reloading import reload_server
from .sentences import Sentence, refused
from .sentences import told as told_of
from .work import Errand


def main(told: Mapping[str, Any]) -> None:
    """Do the change that was asked for, and write down how it ends."""
    data = Path(told["data"])
    started = work.read(data)
    if started is None:
        raise SystemExit("nobody asked for a change")
    progress = started

    def tell(step: str) -> None:
        nonlocal progress
        progress = replace(progress, step=step)
        work.write(data, progress)

    errand = Errand("", progress.by, told["who"], tell, told["lock"], progress.digest)
    acts: RuntimeActs | None = None
    said: object = ""
    try:
        runtime, overrides, resumed = _opened(told)
        acts = RuntimeActs(runtime, AccessRules(runtime))
        if not told.get("resume"):
            carry_out(progress, told, runtime, acts, overrides, errand)
        elif not work.reached(progress, runtime):
            ended = mark("its process ended before anything was changed")
            raise refused(
                resumed.text if resumed else ended, DihyaError, "interrupted", **(resumed.values if resumed else {})
            )
        tell("server")
        progress = replace(progress, reloaded=reload_server(data), state="done")
    except BaseException as error:
        said = told_of(error) if isinstance(error, DihyaError) else described(error, f"dihya_{progress.name}")
        progress = replace(progress, state="failed", said=str(said))
    try:
        if progress.state == "failed" and acts is not None:
            _note_failure(acts, progress)
    finally:
        work.write(data, progress, said)  # last, since whoever reads it goes on, and this process still holds the lock


def carry_out(
    progress: Progress,
    told: Mapping[str, Any],
    runtime: Runtime,
    acts: RuntimeActs,
    overrides: list[str],
    errand: Errand,
) -> None:
    """Do the change itself."""
    name = progress.name
    changes: dict[str, Callable[[], object]] = {
        "install": lambda: _install(Path(told["wheel"]), runtime, overrides, errand),
        "undo": lambda: installation.put_back(name, runtime, overrides=overrides, errand=errand),
        "uninstall": lambda: removal.uninstall(name, runtime, acts, errand),
        "purge": lambda: removal.purge(name, runtime, acts, errand),
    }
    changes[progress.change]()


def _install(wheel: Path, runtime: Runtime, overrides: list[str], errand: Errand) -> None:
    installation.install(wheel, runtime, overrides=overrides, errand=errand)
    arrivals.discard(runtime.data, errand.digest)


def _opened(told: Mapping[str, Any]) -> tuple[Runtime, list[str], Sentence | None]:
    """Return the application, once an earlier change that was interrupted is finished or undone, and what was said of that."""
    config = Path(told["config"]) if told["config"] else None
    overrides, said = [f"dihya.data={told['data']}"], None

    def early(runtime: Runtime) -> bool:
        nonlocal said
        said = installation.resumed(runtime, overrides, held=told["lock"])
        return bool(said)

    return build(config, overrides=overrides, early=early), overrides, said


def _note_failure(acts: RuntimeActs, progress: Progress) -> None:
    """Leave in the audit log that somebody tried."""
    facts = {"version": progress.version, "step": progress.step, "sha256": progress.digest}
    with acts.open(f"plugins.{progress.change}", actor=replace(OPERATOR, id=progress.by)) as act:
        act.record(f"plugins.{progress.change}", object=f"plugin:{progress.name}", outcome="failed", **facts)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
