"""The restored application, run in a process of its own before it takes the place of anything."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from dihya_hookspecs import DihyaError
from dihya_hookspecs.backup import Staging

_CODE = "from dihya_core.cli.main import main; main()"


def arrive(staging: Staging, facts: Mapping[str, object], options: Sequence[str]) -> list[str]:
    """Let the restored application bring itself up to date and check itself; return what its parts said.

    Raises:
        DihyaError: something of it is not right.
    """
    words = json.dumps({**facts, "previous": str(staging.previous or ""), "rehearsal": staging.rehearsal})
    done = subprocess.run(
        [sys.executable, "-c", _CODE, *options, "backup", "arrive"],
        input=words, env=environment(staging), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        said = [line for line in done.stderr.strip().splitlines() if line] or [f"exit code {done.returncode}"]
        raise DihyaError(said[-1].removeprefix("error: "), code="restore")
    return done.stdout.splitlines()


def environment(staging: Staging) -> dict[str, str]:
    """Return the variables that point the application at the staging; a password in a URL is seen by nobody there."""
    settings = _told(staging)
    told = {f"DIHYA_{name.replace('.', '_').upper()}": value for name, value in settings.items()}
    return {**{key: value for key, value in os.environ.items() if f"{key}".removesuffix("_FILE") not in told}, **told}


def _told(staging: Staging) -> dict[str, str]:
    """Return the settings that point at the staging; an option of the command would win over them."""
    return {**staging.settings, "dihya.data": str(staging.data)}


def options_of(params: Mapping[str, object], staging: Staging) -> list[str]:
    """Return the options of the running ``dihya`` command that the restored application needs too."""
    config, overrides = params.get("config"), params.get("overrides") or ()
    given = ["--config", os.path.abspath(str(config))] if config else []
    kept = [line for line in overrides if str(line).partition("=")[0].strip() not in _told(staging)]  # type: ignore[attr-defined]
    return [*given, *(f"--set={line}" for line in kept)]


def configuration(params: Mapping[str, object]) -> Path | None:
    """Return the configuration file of the running command, by the rule that ``dihya`` itself follows."""
    path = Path(str(params.get("config") or os.environ.get("DIHYA_CONFIG") or "dihya.toml"))
    return path.resolve() if path.is_file() else None
