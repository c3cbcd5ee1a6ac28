"""A plugin's new code is tried in processes of its own, and judged by what it does to itself and to the others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from dihya_core.runtime import Runtime
from dihya_hookspecs import DihyaError, Invalid

from .building import tail
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
