"""What the command line prints for an error that Dihya can explain."""

from __future__ import annotations

from dihya_hookspecs import DihyaError, Invalid


def explain_error(error: DihyaError) -> str:
    """Return what the command line prints for one of the four errors."""
    lines = [error.message]
    if isinstance(error, Invalid) and error.code != "configuration":
        lines += [f"  {flaw.pointer or '/'}: {flaw.detail}" for flaw in error.flaws if flaw.detail != error.message]
    return "\n".join(lines)
