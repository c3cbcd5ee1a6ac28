"""The pipe on which a sandboxed process says what it saw, one JSON line each; the prover reads the other end."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from typing import Any

from dihya_hookspecs.generation import Check

WITNESS = "PROOF_PIPE"
"""Variable with the number of the pipe."""
END = "end"
"""Name of the last line of a run; without it the run was cut off, whatever its exit code says."""
REFUSED = "refused"
"""Name of a line that tells whom the code wanted to reach; ``offline.py`` writes it, which knows no package."""


class Pipe:
    """Writes lines. The pipe is taken out of the environment and is not passed on to programs that are started."""

    def __init__(self, number: int) -> None:
        self.number = number
        os.set_inheritable(number, False)

    @classmethod
    def of_environment(cls) -> Pipe:
        """Return the pipe that the sandbox gave. Raises KeyError outside of a proof."""
        return cls(int(os.environ.pop(WITNESS)))

    def __enter__(self) -> Pipe:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.number)

    def write(self, check: Check) -> None:
        """Add one line."""
        self.send(asdict(check))

    def send(self, line: dict[str, Any]) -> None:
        """Add one line of any shape."""
        data = json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
        while data:
            data = data[os.write(self.number, data) :]
