"""The durable workflow behind a generation: six steps, each done once however often the process dies.

A step's effects and its ``done`` line are committed together. When the process died after that commit and before the
queue heard of it, the step is run again, sees its line, and does nothing.
"""

from __future__ import annotations

import json
import shutil
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from typing import Any

from dihya_hookspecs import DihyaError, Invalid, folders
from dihya_hookspecs.acts import Act, current
from dihya_hookspecs.app import Hooks
from dihya_hookspecs.generation import Prover, Templates
from dihya_hookspecs.ops import Steps, Task
from dihya_hookspecs.storage import Blobs
from sqlalchemy.orm import Session

from . import archive, ending
from .models import Generation
from .needs import needs_of, project_of, put_needs
from .progress import CANCELLED, STEPS, Journal
from .service import blob_purpose
from .settings import Settings

Detail = dict[str, Any]


def generate(steps: Steps, payload: Mapping[str, Any]) -> None:
    """Carry out one generation. What goes wrong is told in its row and its progress; an unforeseen error also ends the task."""
    id = str(payload["id"])
    try:
        for name in STEPS[:-1]:
            if not steps.run(name, partial(_step, name, id, steps))["go"]:
                break
    except Exception as error:
        steps.run("fail", partial(_fail, id, f"{type(error).__name__} in the workflow"))
        raise
    steps.run("announce", partial(_announce, id))


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
        """Collect the files from the plugins that give some, and keep them."""
        files: dict[str, str] = {}
        owners: dict[str, str] = {}
        for plugin, given in self.act.get(Hooks).call("generate_files", needs=needs_of(self.generation)):
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
        self.generation.files = self._keep(
            json.dumps(files, ensure_ascii=False, sort_keys=True).encode(), "application/json", "files.json"
        )
        return {"files": len(files), "bytes": sum(len(text.encode()) for text in files.values())}

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
        settings = self.act.get(Settings)
        room = self.steps.folder / "proof"  # of this attempt alone: another one may still be running
        shutil.rmtree(room, ignore_errors=True)
        target, log = room / self._root_name(), room / "proof.log"
        target.mkdir(parents=True)
        try:
            folders.fill(self._files(), target)
            seconds, memory = settings.proof_seconds, settings.proof_memory_mb
            self.act.keep()  # ends what was only read: no transaction stays open while the plugin is proven
            checks = self.act.get(Prover).prove(target, seconds=seconds, memory_mb=memory, log=log, generated=True)
            said = log.read_bytes() if log.is_file() else b""
        finally:
            shutil.rmtree(room, ignore_errors=True)
        self.generation.checks = [asdict(check) for check in checks]
        if said:
            self.generation.log = self._keep(said, "text/plain; charset=utf-8", "proof.log")
        journal = Journal(self.act.session)
        for check in checks:
            state = "passed" if check.passed else "failed"
            journal.say(
                self.generation.id,
                "prove",
                state,
                check.name,
                seconds=round(check.seconds, 3),
                detail=check.detail[:500],
            )
        failed = [check.name for check in checks if not check.passed]
        if failed or not checks:
            raise Unproven(
                f"{len(failed)} of {len(checks)} lines of the proof failed, first {failed[0]!r}"
                if failed
                else "nothing was proven"
            )
        return {"passed": len(checks)}

    def store(self) -> Detail:
        """Pack the ZIP: from now on the plugin is offered."""
        data = archive.pack(self._files(), self._root_name())
        self.generation.archive = self._keep(data, "application/zip", f"{self._root_name()}.zip")
        self.generation.archive_size = len(data)
        self.generation.status = "ready"
        return {"bytes": len(data)}

    def _files(self) -> dict[str, str]:
        return json.loads(self.act.get(Blobs).read(self.generation.files or ""))

    def _root_name(self) -> str:
        return root_name(self.generation.name)

    def _keep(self, data: bytes, media_type: str, filename: str) -> str:
        purpose, owner = blob_purpose(self.generation), self.generation.person_id
        return (
            self.act.get(Blobs).put(data, media_type=media_type, filename=filename, purpose=purpose, owner=owner).digest
        )


class Unproven(Invalid):
    """The proof failed: what was found is kept, and the plugin is not offered."""


def root_name(name: str) -> str:
    """The folder in which a plugin comes, on disk and in its ZIP."""
    return f"dihya-{name.replace('_', '-')}"


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
    return {"go": False}


def _fail(id: str, reason: str) -> dict[str, bool]:
    """End a generation after an unforeseen error."""
    act = current()
    generation = _find(act, id)
    if generation is not None and generation.finished_at is None:
        ending.fail(act, generation, "announce", "failed", reason)
        ending.announce(act, generation)
    return {"go": False}


def _find(act: Act, id: str) -> Generation | None:
    return act.get(Session).get(Generation, uuid.UUID(id))


def _spent(generation: Generation, step: str, start: float) -> None:
    generation.durations = {**(generation.durations or {}), step: round(time.perf_counter() - start, 3)}


TASKS = (Task("services.generate", generate),)
