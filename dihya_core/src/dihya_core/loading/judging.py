"""What is known against plugins is found out before any of them is imported, by one that knows how."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pkgutil import resolve_name
from typing import TYPE_CHECKING

from dihya_hookspecs import DihyaError, Invalid

from dihya_core.hooks.containment import described

if TYPE_CHECKING:
    from dihya_core.loading.discovery import Candidate
    from dihya_core.runtime import Runtime

log = logging.getLogger("dihya.core")


def judge(runtime: Runtime, may_run: Callable[[Candidate], bool]) -> None:
    """Let plugins judge what is installed: whether files were changed, and what is known against a version.

    They name the function in their metadata (``dihya.judge``); it takes the application, of which nothing is loaded, and returns
    plugin → ``Judgement``. One with something ``against`` a plugin quarantines that.

    Raises:
        Invalid: the settings ask for a judgement, and nobody is there who judges.
    """
    wanted = [key for key in ("strict", "advisories") if getattr(runtime.switches, key)]
    judges = [one.candidate for one in runtime.plugins.values() if one.candidate.judge and may_run(one.candidate)]
    if wanted and not judges and not runtime.safe_mode:
        raise Invalid(
            f"[plugins] {wanted[0]} asks for dihya-plugins, which is not installed or switched off; "
            f"install it, or take {wanted[0]} out",
            code="judge",
        )
    for item in judges:
        try:
            found = resolve_name(item.judge)(runtime)
        except DihyaError:
            raise
        except Exception as error:
            said = f"plugin {item.name!r} cannot judge the others: {described(error, item.package)}"
            if wanted:
                raise DihyaError(said, code="judge") from error
            log.error("%s", said)
            continue
        for name, judgement in found.items():
            runtime.plugins[name].judgement = judgement
            for line in judgement.said if runtime.serving and not judgement.against else ():
                log.warning("plugin %r: %s", name, line)
