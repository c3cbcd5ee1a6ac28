"""What is known against installed plugins, found out before any of them is imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

import importlib_metadata
from dihya_hookspecs.inspecting import Advisory, Judgement
from packaging.utils import canonicalize_name

from .integrity import Integrity, Verifier

if TYPE_CHECKING:
    from dihya_core.runtime import Runtime


def judge(runtime: Runtime) -> dict[str, Judgement]:
    """Return, for each plugin that is installed, whether its files are what they were, and what is known against its version."""
    verifier, found = Verifier(runtime.data), dict[str, Judgement]()
    advised = _advisories(runtime)
    for name, loaded in runtime.plugins.items():
        item = loaded.candidate
        if item.module is None and item.distribution:
            integrity = verifier.verify(importlib_metadata.distribution(item.distribution), item.package)
            known = tuple(advised.get(name, ()))
            against = _against(runtime, name, item.distribution, integrity, known)
            found[name] = Judgement(integrity.record, integrity.changed, known, against)
    verifier.remember()
    return found


def _advisories(runtime: Runtime) -> dict[str, list[Advisory]]:
    """Return plugin → what is known against its version and those of its libraries; nothing where no file says anything."""
    if not runtime.switches.advisories:
        return {}
    from .advised import advised

    return advised(runtime)


def _against(runtime: Runtime, name: str, distribution: str, integrity: Integrity, known: tuple[Advisory, ...]) -> str:
    """Return why a plugin must not run; a library's flaw is only warned of, since others stand on it as well."""
    if integrity.changed and runtime.switches.strict:
        return (
            f"its files are not what was installed: {', '.join(integrity.changed[:3])}; look who changed them, then install it again: "
            f"'pip install --force-reinstall --no-deps {distribution}' ([plugins] strict)"
        )
    own = [one for one in known if one.package == canonicalize_name(distribution)]
    if own and runtime.switches.advised == "off":
        return f"{own[0]} ([plugins] advised = 'off'; accept_advisories = [{own[0].id!r}] lets it run)"
    return ""
