"""What a process of its own does with a plugin's new code, before and after that is in its place."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from dihya_core.access import AccessRules
from dihya_core.app import create_app, mounted, stop
from dihya_core.data.acts import RuntimeActs
from dihya_core.hooks.containment import described
from dihya_core.lifecycle import gather
from dihya_core.loading.loader import build
from dihya_core.runtime import Runtime
from dihya_hookspecs import DihyaError
from dihya_hookspecs.access import OPERATOR
from dihya_hookspecs.data import Schema
from dihya_hookspecs.i18n import mark

from dihya_core import garbage

from .sentences import Sentence, packed, refused, told


def look(task: Mapping[str, Any]) -> dict[str, Any]:
    """Do what a start does, short of starting; return the state of every plugin, and where the tables of this one are."""
    runtime, acts = _opened(task)
    runtime.collected("register_commands")
    gather(runtime)
    folder = runtime.plugins[task["name"]].candidate.folder() if task["name"] in runtime.plugins else None
    states = {info.name: [info.state, info.reason, info.version] for info in runtime.all()}
    return {"states": states, "folder": str(folder), "revision": _revision(runtime, acts, task["name"])}


def prepare(task: Mapping[str, Any]) -> dict[str, Any]:
    """Bring the tables to the new code, do the plugin's steps of the set-up, and start."""
    runtime, acts = _opened(task)
    name = task["name"]
    if Schema in runtime.providers:
        with acts.open(f"{name}.install", actor=OPERATOR) as act:
            act.get(Schema).upgrade(name)
    for plugin, step in runtime.collected("register_setup"):
        if plugin == name:
            with acts.open(f"{plugin}.setup", actor=OPERATOR):
                step.run()
    stop(create_app(runtime=runtime, acts=acts))
    if runtime.plugins[name].state != "active":
        raise refused(
            mark("%(state)s: %(why)s"), DihyaError,
            state=Sentence(runtime.plugins[name].state), why=runtime.plugins[name].reason,
        )  # fmt: skip
    return {}


def undo(task: Mapping[str, Any]) -> dict[str, Any]:
    """Take the tables back to where they were."""
    runtime, acts = _opened(task)
    name, before = task["name"], task["revision"]
    if _revision(runtime, acts, name) != before:
        with acts.open(f"{name}.undo", actor=OPERATOR) as act:
            act.get(Schema).downgrade(name, before)
    return {}


def settle(task: Mapping[str, Any]) -> dict[str, Any]:
    """Look at the new files in their place, and note in the audit log that they are there."""
    answer = look(task)
    runtime, acts = _opened(task)
    with acts.open("plugins.install", actor=replace(OPERATOR, id=task["by"])) as act:
        version = answer["states"][task["name"]][2]
        act.record("plugins.install", object=f"plugin:{task['name']}", version=version, sha256=task["digest"])
    return answer


_seen: list[tuple[Runtime, RuntimeActs]] = []


def _opened(task: Mapping[str, Any]) -> tuple[Runtime, RuntimeActs]:
    """Return the application of this process; it is built once."""
    if not _seen:
        config = Path(task["config"]) if task["config"] else None
        runtime = build(config, overrides=task["overrides"])
        acts = RuntimeActs(runtime, AccessRules(runtime))
        mounted(runtime, acts)
        _seen.append((runtime, acts))
    return _seen[0]


def _revision(runtime: Runtime, acts: RuntimeActs, name: str) -> str:
    if Schema not in runtime.providers:
        return ""
    with acts.open("plugins.revision", actor=OPERATOR) as act:
        return act.get(Schema).revision(name)


TASKS: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "look": look,
    "prepare": prepare,
    "undo": undo,
    "settle": settle,
}


def main(task: Mapping[str, Any], answer: Path) -> None:
    """Do a task and write the answer, which is no part of what the code that is tried may print."""
    try:
        said = TASKS[task["do"]](task)
    except DihyaError as error:
        said = {"error": packed(told(error))}
    except Exception as error:
        said = {"error": described(error, f"dihya_{task['name']}")}
    answer.write_text(json.dumps(said), "utf-8")


if __name__ == "__main__":
    garbage.seldom()
    garbage.leave_at_exit()
    main(json.loads(sys.argv[1]), Path(sys.argv[2]))
