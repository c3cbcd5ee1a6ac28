"""What is wrong with a form, as its page says it: a sentence at each field."""

from __future__ import annotations

from dihya_hookspecs import DihyaError, Flaw


def sentence(said: str) -> str:
    """Return an error as a sentence: with a capital letter and a full stop; empty stays empty."""
    return f"{said[:1].upper()}{said[1:]}{'' if said.endswith(('.', '!', '?')) else '.'}" if said else ""


def faults_of(error: DihyaError) -> dict[str, str]:
    """Return what is wrong, field → sentence; under the empty name what concerns no field."""
    flaws: list[Flaw] = list(getattr(error, "flaws", ()))
    return {flaw.pointer.strip("/"): sentence(flaw.detail) for flaw in flaws} or {"": sentence(error.message)}
