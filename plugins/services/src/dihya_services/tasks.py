"""The durable workflow behind a generation: six steps, each done once however often the process dies.

A step's effects and its ``done`` line are committed together. When the process died after that commit and before the
queue heard of it, the step is run again, sees its line, and does nothing.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from typing import Any

from dihya_hookspecs import DihyaError, Invalid, folders
from dihya_hookspecs.access import SYSTEM
from dihya_hookspecs.acts import Act, Acts, current
from dihya_hookspecs.app import Hooks
from dihya_hookspecs.generation import Check, Prover, Templates
from dihya_hookspecs.ops import Steps, Task
from dihya_hookspecs.storage import Blobs
from sqlalchemy.orm import Session

from . import archive, ending, finishing
from .applications import Applications
from .finishing import folder_of, put, room, root_name
from .models import CANCELLED, Generation
from .needs import needs_of, project_of, put_needs
from .progress import STEPS, Journal
from .settings import Settings

Detail = dict[str, Any]


def generate(steps: Steps, payload: Mapping[str, Any]) -> None:
    """Carry out one generation. What goes wrong is told in its row and its progress; an unforeseen error also ends the task."""
    id = str(payload["id"])
    try:
        for name in STEPS[:-1]:
            if not steps.run(name, partial(_step, name, id, steps))["go"]:
                break
        steps.run("announce", partial(_announce, id))
    except Exception as error:
        steps.run(
            "fail", partial(_fail, id, f"{type(error).__name__} in the workflow")
        )  # first of all: somebody waits for it
        steps.run("announce", partial(_announce, id))
        raise


class Workshop:
    """The steps of one generation, each inside an act of its own."""

    def __init__(self, act: Act, generation: Generation, steps: Steps) -> None:
        self.act, self.generation, self.steps = act, generation, steps

    def plan(self) -> Detail:
        """Let plugins change or refuse the needs, then check the whole."""
        needs = self.act.get(Hooks).call("before_generation", needs=needs_of(self.generation))
        needs = self.act.get(Templates).complete(needs)
        put_needs(self.generation, needs)
        self.generation.status = "generating"
        return {"template": needs.template}

    def render(self) -> Detail:
        """Collect the files from the plugins that give some, and keep them; of a next version, with what its author wrote."""
        if (needs := needs_of(self.generation)).changes:
            return self._grown()
        files: dict[str, str] = {}
        owners: dict[str, str] = {}
        for plugin, given in self.act.get(Hooks).call("generate_files", needs=needs):
            for path, text in given.items():
                if path in owners:
                    raise Invalid(
                        f"plugins {owners[path]!r} and {plugin!r} both give {path!r}; one of them must not",
                        code="clash",
                    )
                if flaw := folders.unsafe_path(path):
                    raise Invalid(f"plugin {plugin!r}: {flaw}", code="path")
                files[path], owners[path] = text, plugin
        if not files:
            raise Invalid("no plugin gave any file; install dihya-templates", code="no-files")
        return self._written(files)

    def _grown(self) -> Detail:
        """Make the next version of an active plugin, with what its author wrote."""
        return self._written(self.act.get(Applications).settled(self.generation).files)

    def check(self) -> Detail:
        """Ask every plugin whether the project may be offered; one finding refuses it."""
        found = self.act.get(Hooks).call("check_project", project=project_of(self.generation, self._files()))
        if found:
            plugin, finding = found[0]
            raise Invalid(
                f"plugin {plugin!r} objects: {finding.path}: {finding.detail} ({finding.check})", code="objection"
            )
        return {}

    def prove(self) -> Detail:
        """Prove the plugin; a failed line fails the generation, and the log is kept either way."""
        settings, files = self.act.get(Settings), self._files()
        # the folder is this attempt's alone: another one may still be running
        with room(self.steps.folder / "proof", root_name(self.generation.name)) as (target, kept):
            folders.fill(files, target)
            log = target.parent / "proof.log"
            seconds, memory = settings.proof_seconds, settings.proof_memory_mb
            self.act.keep()  # ends what was only read: no transaction stays open while the plugin is proven
            heard = partial(_heard, self.act.get(Acts), self.generation.id)
            checks = self.act.get(Prover).prove(
                target, seconds=seconds, memory_mb=memory, log=log, generated=True, heard=heard, kept=kept
            )
            said, proof = log.read_bytes() if log.is_file() else b"", folder_of(kept)
        self.generation.checks = [asdict(check) for check in checks]
        if said:
            self.generation.log = self._keep(said, "text/plain; charset=utf-8", "proof.log")
        self._put_files(files | proof, self.generation.files)
        failed = [check.name for check in checks if check.state == "failed"]
        if failed or not checks:
            raise Unproven(
                f"{len(failed)} of {len(checks)} lines of the proof failed, first {failed[0]!r}"
                if failed
                else "nothing was proven"
            )
        return {
            "passed": sum(check.passed for check in checks),
            "later": sum(check.state == "later" for check in checks),
        }

    def store(self) -> Detail:
        """Pack the ZIP: from now on the plugin is offered."""
        name = root_name(self.generation.name)
        data = archive.pack(self._files(), name)
        self.generation.archive = self._keep(data, "application/zip", f"{name}.zip")
        self.generation.archive_size = len(data)
        self.generation.status = "ready"
        return {"bytes": len(data)}

    def _written(self, files: Mapping[str, str]) -> Detail:
        self._put_files(files)
        return {"files": len(files), "bytes": sum(len(text.encode()) for text in files.values())}

    def _files(self) -> dict[str, str]:
        return json.loads(self.act.get(Blobs).read(self.generation.files or ""))

    def _put_files(self, files: Mapping[str, str], before: str | None = None) -> None:
        data = json.dumps(files, ensure_ascii=False, sort_keys=True).encode()
        self.generation.files = self._keep(data, "application/json", "files.json", before)

    def _keep(self, data: bytes, media_type: str, filename: str, before: str | None = None) -> str:
        return put(self.act, self.generation, data, media_type, filename, before)


class Unproven(Invalid):
    """The proof failed: what was found is kept, and the plugin is not offered."""


def _heard(acts: Acts, id: uuid.UUID, check: Check) -> None:
    """Say a line of the proof as soon as it is there; its own tests come in one line, and by name in the proof."""
    with acts.open("services.progress", actor=SYSTEM) as act:
        Journal(act.session).check(id, check)


def _step(name: str, id: str, steps: Steps) -> dict[str, bool]:
    """Do one step unless it was done before, and say so; ``go`` tells whether the next one follows."""
    act = current()
    generation = _find(act, id)
    if generation is None or generation.finished_at is not None:
        return {"go": False}
    journal = Journal(act.session)
    if journal.is_done(generation.id, name):
        return {"go": True}
    if steps.cancelled():
        ending.fail(act, generation, name, "stopped", CANCELLED)
        return {"go": False}
    start = time.perf_counter()
    try:
        work: Callable[[], Detail] = getattr(Workshop(act, generation, steps), name)
        detail = work()
    except DihyaError as error:
        steps.check()  # a proof whose process was told to stop has lost its sandbox, and proves nothing
        _spent(generation, name, start)
        ending.fail(act, generation, name, "failed", error.message)
        return {"go": False}
    _spent(generation, name, start)
    journal.say(generation.id, name, "done", **detail)
    journal.say(generation.id, STEPS[STEPS.index(name) + 1], "running")
    return {"go": True}


def _announce(id: str) -> dict[str, bool]:
    """Tell everybody how it ended."""
    act = current()
    if (generation := _find(act, id)) is not None:
        ending.announce(act, generation)
        finishing.begin(act, generation)
    return {"go": False}


def _fail(id: str, reason: str) -> dict[str, bool]:
    """End a generation after an unforeseen error."""
    act = current()
    generation = _find(act, id)
    if generation is not None and generation.finished_at is None:
        ending.fail(act, generation, "announce", "failed", reason)
    return {"go": False}


def _find(act: Act, id: str) -> Generation | None:
    return act.get(Session).get(Generation, uuid.UUID(id))


def _spent(generation: Generation, step: str, start: float) -> None:
    generation.durations = {**(generation.durations or {}), step: round(time.perf_counter() - start, 3)}


TASKS = (Task("services.generate", generate), Task(finishing.TASK, finishing.finish))
