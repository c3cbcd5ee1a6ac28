"""What can be said about a plugin by reading it: pure functions from files (path → text) to flaws."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import sys
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from pathlib import Path, PurePosixPath

from dihya_hookspecs import Invalid
from dihya_hookspecs.generation import Check, Finding

Files = Mapping[str, str]
Flaws = Iterator[tuple[str, str]]  # path, what is wrong

LARGEST = 1 << 20
SECTIONS = 3
TEST_PACKAGES = {"pytest", "dihya_tests", "hypothesis"}
CLOSED_MODULES = {
    "asyncio", "builtins", "code", "codeop", "ctypes", "ftplib", "http", "imaplib", "importlib", "inspect", "marshal", "mmap",
    "multiprocessing", "nntplib", "os", "pickle", "poplib", "pty", "runpy", "shelve", "shutil", "signal", "smtplib", "socket",
    "socketserver", "ssl", "subprocess", "telnetlib", "urllib", "webbrowser", "xmlrpc",
}  # fmt: skip
OPEN_PARTS = {"importlib.resources", "importlib.metadata", "urllib.parse", "http.HTTPStatus"}
TESTS_MAY = {"importlib", "inspect", "os", "shutil"}
CLOSED_CALLS = {"eval", "exec", "compile", "__import__", "breakpoint", "globals", "vars", "open"}
CLOSED_ATTRIBUTES = {
    "__builtins__", "__subclasses__", "__globals__", "__code__", "__bases__", "__mro__", "__loader__",
    "system", "popen", "execv", "execve", "execvp", "spawnl", "spawnv", "fork", "forkpty", "posix_spawn",
}  # fmt: skip


def read(folder: Path) -> dict[str, str]:
    """Return the text files of a project, path → text. Raises Invalid for what is no project, or too large to be one."""
    if not (folder / "pyproject.toml").is_file():
        raise Invalid(f"no plugin in {str(folder)!r}: it has no pyproject.toml")
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


def static_checks(files: Files) -> list[Check]:
    """Return one line for each thing that can be read off the files."""
    return [_timed(title, check, files) for title, check in CHECKS]


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


def compiles(files: Files) -> Flaws:
    """Every Python file can be parsed."""
    for path, text in _python(files):
        try:
            ast.parse(text, path)
        except (SyntaxError, ValueError, RecursionError) as error:
            yield path, f"does not compile: {error}"


def imports(files: Files) -> Flaws:
    """Only the contract, declared libraries, the harmless standard library and the plugin itself are imported."""
    declared = _declared(files)
    own = {PurePosixPath(path).parts[1] for path in files if path.startswith("src/") and path.count("/") > 1}
    for path, tree in _trees(files):
        in_tests = path.startswith("tests/")
        allowed = declared | own | (TEST_PACKAGES if in_tests else set())
        if "/migrations/" in path:
            allowed = allowed | {"alembic", "sqlalchemy"}
        for module in _imported(tree):
            top = module.split(".")[0]
            if top in CLOSED_MODULES and not (in_tests and top in TESTS_MAY):
                if not any(module == part or module.startswith(f"{part}.") for part in OPEN_PARTS):
                    yield path, f"imports {module!r}, which is closed to a plugin that is proven"
            elif top == "dihya_core" or top not in allowed and top not in sys.stdlib_module_names:
                yield path, f"imports {module!r}, which is neither the contract nor a declared dependency"


def calls(files: Files) -> Flaws:
    """Nothing builds code from text, starts a process, or reaches around the language."""
    for path, tree in _trees(files):
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id in CLOSED_CALLS | {"__builtins__", "__loader__"}:
                if not (node.id == "open" and path.startswith("tests/")):
                    yield path, f"line {node.lineno} uses {node.id!r}"
            elif isinstance(node, ast.Attribute) and node.attr in CLOSED_ATTRIBUTES:
                yield path, f"line {node.lineno} uses '.{node.attr}'"


def migration(files: Files) -> Flaws:
    """A plugin with tables has a migration for them."""
    name = plugin_name(files)
    tables = {table for text in files.values() for table in re.findall(rf'__tablename__ = "({name}_\w+)"', text)}
    created = " ".join(text for path, text in files.items() if "/migrations/" in path)
    for table in sorted(tables):
        if f'"{table}"' not in created:
            yield f"src/dihya_{name}/migrations", f"no migration creates table {table!r}"


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
    path = ".dihya/provenance.json"
    if path not in files:
        yield path, "is missing"
        return
    digests = json.loads(files[path])["files"]
    for name in sorted(set(digests) - set(files)):
        yield name, "is in the provenance, and missing"
    for name, text in files.items():
        if name != path and digests.get(name) != hashlib.sha256(text.encode()).hexdigest():
            yield name, "differs from its digest in the provenance" if name in digests else "is not in the provenance"


def readme(files: Files) -> Flaws:
    """The README says what the plugin is, in sections."""
    text = files.get("README.md", "")
    if not text.startswith("# "):
        yield "README.md", "must begin with a title"
    if len(re.findall(r"(?m)^## ", text)) < SECTIONS:
        yield "README.md", f"must have at least {SECTIONS} sections"


def tested(files: Files) -> Flaws:
    """There are tests."""
    if not any(re.fullmatch(r"tests/(.*/)?test_\w+\.py", path) for path in files):
        yield "tests", "there is no test file"


def _python(files: Files) -> Iterator[tuple[str, str]]:
    yield from ((path, text) for path, text in sorted(files.items()) if path.endswith((".py", ".pyi")))


def _trees(files: Files) -> Iterator[tuple[str, ast.Module]]:
    for path, text in _python(files):
        try:
            yield path, ast.parse(text, path)
        except (SyntaxError, ValueError, RecursionError):
            continue  # said by compiles()


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _declared(files: Files) -> set[str]:
    """Import names of the declared dependencies, as far as they are known here, else by their distribution name."""
    from importlib.metadata import packages_distributions

    project = tomllib.loads(files["pyproject.toml"]).get("project", {})
    wanted = {
        re.split(r"[^\w.-]", line.strip(), maxsplit=1)[0].lower().replace("_", "-")
        for line in project.get("dependencies", ())
    }
    known = {
        package
        for package, distributions in packages_distributions().items()
        if wanted & {one.lower().replace("_", "-") for one in distributions}
    }
    return known | {name.replace("-", "_") for name in wanted}


def _messages(files: Files) -> Iterator[tuple[str, str]]:
    """Every sentence in ``_()``, ``gettext`` and ``ngettext`` of the sources and page templates."""
    from babel.messages.extract import extract

    keywords = {"_": None, "gettext": None, "ngettext": (1, 2)}
    readable = {path for path, _ in _trees(files)}
    for path, text in files.items():
        if path.startswith("src/") and (path in readable or path.endswith(".html")):
            method = "python" if path.endswith(".py") else "jinja2"
            for _, message, _, _ in extract(method, BytesIO(text.encode()), keywords=keywords):
                yield path, message[0] if isinstance(message, tuple) else message


CHECKS: tuple[tuple[str, Callable[[Files], Flaws]], ...] = (
    ("one name", names),
    ("built without code of its own", build),
    ("every file compiles", compiles),
    ("imports only what it declares", imports),
    ("starts no process and builds no code", calls),
    ("every table has its migration", migration),
    ("the French catalogue is complete", catalogue),
    ("the provenance is true", provenance),
    ("the README has its sections", readme),
    ("it has tests", tested),
)
GUARDING = (
    "built without code of its own",
    "every file compiles",
    "imports only what it declares",
    "starts no process and builds no code",
)
"""Checks without which no code of the project is run."""
