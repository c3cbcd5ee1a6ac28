"""Where settings are said: distribution ‹ ``dihya.toml`` ‹ environment ‹ command line, each value with its place."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from dihya_hookspecs import Invalid
from dihya_hookspecs.settings import structured

from dihya_core.settings import distributed
from dihya_core.settings.configuration import CORE, FILE, PREFIX, Configuration, Fault, Value, suggest

# Variables that are not settings: where the configuration is, and what test runs are told.
OURS = ("DIHYA_CONFIG", "DIHYA_SAFE_MODE", "DIHYA_DEBUG")
OURS_PREFIXES = ("DIHYA_TEST_",)


def locate(given: str | os.PathLike[str] | None = None) -> Path | None:
    """Return the configuration file: *given*, ``DIHYA_CONFIG``, or ``dihya.toml`` here. Raises Invalid when a named one is absent."""
    named = given or os.environ.get("DIHYA_CONFIG")
    path = Path(named) if named else Path(FILE)
    if path.is_file():
        return path.resolve()
    if named:
        raise Invalid(
            f"no configuration file at {str(path)!r}; give the path of an existing one, or none at all",
            code="configuration",
        )
    return None


def read(
    path: Path | None,
    installed: Iterable[str],
    *,
    environ: Mapping[str, str] | None = None,
    overrides: Sequence[str] = (),
    given: Mapping[str, Mapping[str, Any]] | None = None,
    distribution: distributed.Distribution | None = None,
) -> Configuration:
    """Gather the configuration from all its places. Mistakes are collected in ``faults``, not raised.

    Args:
        installed: names of installed plugins; these, ``dihya`` and ``plugins`` are the known sections.
        overrides: ``section.key=value`` from the command line.
        given: sections handed over in memory, by tests and embedding programs.
        distribution: what the distribution says that is installed; the others' values stand above it.
    """
    found = Configuration(path, path.parent if path else Path.cwd())
    known = {*CORE, *installed}
    if distribution:
        distributed.lay(found, distribution, known)
    if path:
        _read_file(found, path, known)
    for section, values in (given or {}).items():
        for key, value in values.items():
            found.sections.setdefault(section, {})[key] = Value(value, "given in memory")
    _read_environment(found, os.environ if environ is None else environ, known)
    for override in overrides:
        _read_override(found, override, known)
    if distribution:
        distributed.hold(found, distribution)
    return found


def _read_file(found: Configuration, path: Path, known: set[str]) -> None:
    try:
        text = path.read_text("utf-8-sig")  # Windows' editors put a byte order mark in front
        content = tomllib.loads(text)
    except UnicodeDecodeError as error:
        got = f"byte 0x{error.object[error.start]:02x} at {error.start}"
        found.faults.append(Fault(path.name, "(file)", "UTF-8 text", got, "save the file as UTF-8"))
        return
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        source = f"{path.name}:{line[1]}" if line else path.name
        found.faults.append(Fault(source, "(file)", "TOML", str(error), "correct the line"))
        return
    for section, values in content.items():
        source = _source(path, line_of(text, section))
        if section not in known:
            found.absent(source, f"[{section}]", section, known)
        elif not isinstance(values, dict):
            found.faults.append(Fault(source, section, f"a section [{section}]", repr(values)))
        else:
            for key, value in values.items():
                found.sections.setdefault(section, {})[key] = Value(value, _source(path, line_of(text, section, key)))


def _source(path: Path, line: int) -> str:
    return f"{path.name}:{line}" if line else path.name


def _read_environment(found: Configuration, environ: Mapping[str, str], known: set[str]) -> None:
    names = sorted(known, key=len, reverse=True)
    for variable, text in sorted(environ.items()):
        if not variable.startswith(PREFIX) or variable in OURS or variable.startswith(OURS_PREFIXES):
            continue
        rest = variable.removeprefix(PREFIX).lower()
        section = next((name for name in names if rest.startswith(f"{name}_")), None)
        if section is None:
            near = suggest(rest.partition("_")[0], known)
            found.warnings.append(f"{variable} is no setting of an installed plugin (DIHYA_<PLUGIN>_<KEY>); {near}")
            continue
        key = rest.removeprefix(f"{section}_")
        found.sections.setdefault(section, {})[key] = Value(structured(text), variable)


def _read_override(found: Configuration, override: str, known: set[str]) -> None:
    name, equals, text = override.partition("=")
    section, dot, key = name.strip().partition(".")
    if not equals or not dot or not key:
        found.faults.append(Fault("--set", override, "SECTION.KEY=VALUE", repr(override)))
    elif section not in known:
        found.faults.append(
            Fault("--set", name, "the name of an installed plugin", repr(section), suggest(section, known))
        )
    else:
        found.sections.setdefault(section, {})[key] = Value(structured(text), "--set")


def line_of(text: str, section: str, key: str | None = None) -> int:
    """Return the line of a section, or of a key in it; 0 when it cannot be told."""
    inside, start = False, 0
    header = re.compile(rf"""^\s*\[+\s*["']?{re.escape(section)}["']?\s*(\.|\])""")
    assignment = re.compile(rf"""^\s*["']?{re.escape(key or "")}["']?\s*[=.]""")
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("["):
            inside = bool(header.match(line))
            if inside and not start:
                start = number
            if inside and key and re.search(rf"""\.\s*["']?{re.escape(key)}["']?\s*[.\]]""", line):
                return number
        elif inside and key and assignment.match(line):
            return number
    return start
