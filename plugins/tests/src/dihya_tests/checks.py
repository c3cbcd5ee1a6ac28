"""What can be said about a plugin by reading it: pure functions from files (path → text) to flaws."""

from __future__ import annotations

import hashlib
import json
import re
import time
import tomllib
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from pathlib import Path

from dihya_hookspecs import Invalid
from dihya_hookspecs.generation import Check, Finding

from . import titles
from .sources import Files, Flaws, calls, compiles, egress, imports, trees, undeclared, undisturbed

PROVENANCE = ".dihya/provenance.json"
REPORT, STATEMENT = ".dihya/report.json", ".dihya/statement.json"
KEPT = (REPORT, STATEMENT)
"""What a proof leaves in a plugin. It is about the other files, so their origin and their digest leave it out."""
LARGEST = 1 << 20
SECTIONS = 3


def demand_project(folder: Path) -> None:
    """Raise Invalid for a folder that is no project."""
    if not (folder / "pyproject.toml").is_file():
        raise Invalid(f"no plugin in {str(folder)!r}: it has no pyproject.toml")


def read(folder: Path) -> dict[str, str]:
    """Return the text files of a project, path → text. Raises Invalid for what is no project, or too large to be one."""
    demand_project(folder)
    files: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            raise Invalid(f"{name!r} is a link; a plugin holds plain files only")
        if not path.is_file() or {"__pycache__", ".git", ".venv"} & set(path.parts):
            continue
        if path.stat().st_size > LARGEST:
            continue
        try:
            files[name] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            if name.endswith((".py", ".toml", ".md", ".po", ".json")):
                raise Invalid(f"{name!r} is not UTF-8") from None
    return files


def plugin_name(files: Files) -> str:
    """Return the one name: the only entry point. Raises Invalid when there is none, or more than one."""
    try:
        points = tomllib.loads(files.get("pyproject.toml", "")).get("project", {}).get("entry-points", {})
    except tomllib.TOMLDecodeError as error:
        raise Invalid(f"pyproject.toml cannot be read: {error}") from error
    names = list(points.get("dihya.plugins", {}))
    if len(names) != 1:
        raise Invalid(f"pyproject.toml must declare one entry point of 'dihya.plugins', not {len(names)}")
    return str(names[0])


def is_generated(files: Files) -> bool:
    """Return True for a plugin that says that a generation wrote it."""
    return PROVENANCE in files


def static_checks(files: Files, *, generated: bool) -> list[Check]:
    """Return one line for each thing that can be read off the files.

    Args:
        generated: hold the plugin to what is promised of generated code; its author cannot be asked.
    """
    return [_timed(title, check, files) for title, check in (GENERATED if generated else WRITTEN)]


def guarding(lines: Iterable[Check]) -> list[str]:
    """Return the failed lines because of which no code of the project is run."""
    return [line.name for line in lines if not line.passed and line.name in GUARDING]


def findings(files: Files) -> list[Finding]:
    """Return what keeps a project from being run at all: what it imports and what it calls."""
    checks = (("compiles", compiles), ("imports", imports), ("calls", calls))
    return [Finding(path, detail, name) for name, check in checks for path, detail in check(files)]


def _timed(title: str, check: Callable[[Files], Flaws], files: Files) -> Check:
    start = time.perf_counter()
    try:
        flaws = [f"{path}: {detail}" for path, detail in check(files)]
    except Exception as error:  # the files are a stranger's: whatever cannot be read is a flaw
        flaws = [str(error) or type(error).__name__]
    return Check(title, not flaws, time.perf_counter() - start, "; ".join(flaws[:20]))


def names(files: Files) -> Flaws:
    """One word: distribution, entry point and package say the same name."""
    name = plugin_name(files)
    project = tomllib.loads(files["pyproject.toml"])["project"]
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,30}", name):
        yield "pyproject.toml", f"the name {name!r} is not lower-case letters, digits and underscores"
    if project.get("name") != f"dihya-{name.replace('_', '-')}":
        yield (
            "pyproject.toml",
            f"the distribution is named {project.get('name')!r}, not 'dihya-{name.replace('_', '-')}'",
        )
    if project["entry-points"]["dihya.plugins"][name] != f"dihya_{name}":
        yield "pyproject.toml", f"the entry point does not lead to package 'dihya_{name}'"
    if f"src/dihya_{name}/__init__.py" not in files:
        yield f"src/dihya_{name}/__init__.py", "is missing"


def build(files: Files) -> Flaws:
    """The project is built by ``uv_build``, which runs no code of the project."""
    system = tomllib.loads(files["pyproject.toml"]).get("build-system", {})
    if system.get("build-backend") != "uv_build" or "backend-path" in system:
        yield "pyproject.toml", "the build backend must be 'uv_build'"


def catalogue(files: Files) -> Flaws:
    """Every sentence that people read is in the French catalogue."""
    wanted = {message: path for path, message in _messages(files)}
    if not wanted:
        return
    path = f"src/dihya_{plugin_name(files)}/translations/fr.po"
    if path not in files:
        yield path, f"is missing, and {len(wanted)} sentences need it"
        return
    from babel.messages.pofile import read_po

    known = {
        (message.id[0] if isinstance(message.id, tuple) else message.id)
        for message in read_po(BytesIO(files[path].encode()))
        if message.string and not message.fuzzy
    }
    for message in sorted(set(wanted) - known):
        yield path, f"does not translate {message!r} of {wanted[message]}"


def provenance(files: Files) -> Flaws:
    """What is written about the origin of the files is true of every file."""
    path = PROVENANCE
    if path not in files:
        yield path, "is missing"
        return
    digests = json.loads(files[path])["files"]
    for name in sorted(set(digests) - set(files)):
        yield name, "is in the provenance, and missing"
    for name, text in files.items():
        if name not in (path, *KEPT) and digests.get(name) != hashlib.sha256(text.encode()).hexdigest():
            yield name, "differs from its digest in the provenance" if name in digests else "is not in the provenance"


def titled(files: Files) -> Flaws:
    """There is a README that begins with a title."""
    if not files.get("README.md", "").startswith("# "):
        yield "README.md", "must begin with a title"


def readme(files: Files) -> Flaws:
    """The README says what the plugin is, in sections."""
    yield from titled(files)
    if len(re.findall(r"(?m)^## ", files.get("README.md", ""))) < SECTIONS:
        yield "README.md", f"must have at least {SECTIONS} sections"


def tested(files: Files) -> Flaws:
    """There are tests."""
    if not any(re.fullmatch(r"tests/(.*/)?test_\w+\.py", path) for path in files):
        yield "tests", "there is no test file"


def _messages(files: Files) -> Iterator[tuple[str, str]]:
    """Every sentence in ``_()``, ``gettext`` and ``ngettext`` of the sources and page templates."""
    from babel.messages.extract import extract

    keywords = {"_": None, "gettext": None, "ngettext": (1, 2)}
    readable = {path for path, _ in trees(files)}
    for path, text in files.items():
        if path.startswith("src/") and (path in readable or path.endswith(".html")):
            method = "python" if path.endswith(".py") else "jinja2"
            for _, message, _, _ in extract(method, BytesIO(text.encode()), keywords=keywords):
                yield path, message[0] if isinstance(message, tuple) else message


Table = tuple[tuple[str, Callable[[Files], Flaws]], ...]
COMMON: Table = (
    (titles.ONE_NAME, names),
    (titles.BUILT, build),
    (titles.COMPILES, compiles),
)
GENERATED: Table = (
    *COMMON,
    (titles.IMPORTS, imports),
    (titles.CALLS, calls),
    (titles.CATALOGUE, catalogue),
    (titles.PROVENANCE, provenance),
    (titles.SECTIONS, readme),
    (titles.UNDISTURBED, undisturbed),
    (titles.HAS_TESTS, tested),
)
"""What is asked of a generated plugin. Of one that somebody wrote, what its author is free in is not asked:"""
WRITTEN: Table = (
    *COMMON,
    (titles.IMPORTS, undeclared),
    (titles.EGRESS, egress),
    (titles.CATALOGUE, catalogue),
    (titles.README, titled),
    (titles.UNDISTURBED, undisturbed),
    (titles.HAS_TESTS, tested),
)
GUARDING = (titles.ISOLATED, titles.BUILT, titles.COMPILES, titles.IMPORTS, titles.CALLS)
"""Checks without which no code of the project is run."""
