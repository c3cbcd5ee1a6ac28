"""A fresh interpreter of the environment that a check runs in, for what an earlier import would spoil."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping


def python(
    code: str, *arguments: str, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run code, with what it says as text. Raises subprocess.TimeoutExpired after 25 seconds.

    Args:
        environment: all its variables; those of this process by default.
    """
    command = [sys.executable, "-P", "-c", code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=25, env=environment)


def last(text: str) -> str:
    """Return the last line of what was said, at most 300 characters."""
    return (text.strip().splitlines() or ["nothing was said"])[-1][:300]
