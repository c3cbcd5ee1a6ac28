"""A plugin's new code is tried in processes of its own, and judged by what it does to itself and to the others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from dihya_core.runtime import Runtime
from dihya_hookspecs import DihyaError
from dihya_hookspecs.i18n import mark

from .building import tail
from .sentences import Sentence, refused, unpacked
from .swap import Move

SECONDS = 600
OUT = ("active", "disabled", "tripped")


class Trials:
    """Runs ``trial`` in processes of their own; they hold the lock too, in case this process is killed."""

    def __init__(self, runtime: Runtime, overrides: Sequence[str], lock: int) -> None:
        self.runtime, self.overrides, self.lock = runtime, list(overrides), lock

    def run(self, move: Move, task: str, *, staged: bool, revision: str | None = None) -> dict[str, Any]:
        """Return the answer.

        Args:
            staged: with the new files, from where they wait; otherwise with what is in its place.
            revision: to which tables are taken back, where that is not the one before the change.

        Raises:
            DihyaError: there is no answer, or it is an error; with the reason.
        """
        path = [*(move.path if staged else ()), *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path)}
        told = {
            "do": task, "name": move.name, "revision": move.revision if revision is None else revision,
            "config": str(self.runtime.configuration.path or ""), "overrides": self.overrides,
            "by": move.by, "digest": move.digest,
        }  # fmt: skip
        file = move.stage / "answer.json"
        file.unlink(missing_ok=True)
        try:
            done = subprocess.run(
                [sys.executable, "-P", "-m", "dihya_plugins.trial", json.dumps(told), str(file)],
                env=environment,
                pass_fds=[self.lock],
                capture_output=True,
                text=True,
                errors="replace",
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise refused(
                mark("%(name)s did not come back within %(seconds)s s"), DihyaError, name=move.name, seconds=SECONDS
            ) from error
        try:
            answer: dict[str, Any] = json.loads(file.read_text("utf-8"))
        except (OSError, ValueError) as error:
            if said := tail(done.stderr or done.stdout).strip():
                sentence = mark("%(name)s ended the process that tried it (%(number)s):\n%(output)s")
            else:
                sentence = mark("%(name)s ended the process that tried it (%(number)s), without a word")
            raise refused(sentence, DihyaError, name=move.name, output=said, number=done.returncode) from error
        if "error" in answer:
            raise refused(
                mark("%(name)s %(version)s was not installed: %(why)s"), DihyaError,
                name=move.name, version=move.version, why=unpacked(answer["error"]),
            )  # fmt: skip
        return answer

    def judged(self, move: Move, task: str, *, staged: bool) -> dict[str, Any]:
        """Return the answer when the plugin runs as it should and nobody else stopped running for it."""
        answer = self.run(move, task, staged=staged)
        states = answer["states"]
        state, reason, version = states.get(move.name, ("absent", Sentence(mark("it is not found")), move.version))
        if state not in ("active", "disabled") or version != move.version:
            first = {"version": version, "folder": answer["folder"]}
            raise refused(
                mark("%(name)s %(version)s was not installed: it would be %(state)s, %(why)s"), status=409,
                name=move.name, version=move.version, state=Sentence(state),
                why=reason or Sentence(mark("version %(version)s is found first, in %(folder)r"), first),
            )  # fmt: skip
        if stopped := {name: said for name, said in states.items() if name != move.name and said[0] not in OUT}:
            before = self.run(move, "look", staged=False)["states"] if staged else states
            for name, (state, reason, _) in stopped.items():
                if before.get(name, [""])[0] != state:
                    raise refused(
                        mark("%(name)s %(version)s was not installed: with it, %(other)r would be %(state)s, %(why)s"),
                        status=409, name=move.name, version=move.version, other=name, state=Sentence(state), why=reason,
                    )  # fmt: skip
        return answer
