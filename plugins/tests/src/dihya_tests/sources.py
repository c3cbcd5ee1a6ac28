"""What the Python sources of a plugin say: what they import, what they call, which tests there are. Nothing is run."""

from __future__ import annotations

import ast
import re
import sys
import threading
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath

Files = Mapping[str, str]
Flaws = Iterator[tuple[str, str]]  # path, what is wrong

PARSING = threading.Lock()
TRIES = 5
UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)
TEST_PACKAGES = {"pytest", "dihya_tests", "hypothesis"}
TEST_EXTRAS = {"test", "tests", "testing", "dev"}
RUN_HOOKS = (
    "pytest_runtestloop", "pytest_runtest_protocol", "pytest_runtest_call", "pytest_runtest_makereport",
    "pytest_runtest_logreport", "pytest_pyfunc_call", "pytest_report_", "pytest_sessionfinish", "pytest_cmdline_",
)  # fmt: skip
TALKING = {
    "socket", "ssl", "asyncio", "smtplib", "ftplib", "imaplib", "poplib", "http.client", "urllib.request", "xmlrpc.client",
    "socketserver", "requests", "httpx", "httpx2", "aiohttp", "urllib3", "paramiko", "websockets",
}  # fmt: skip
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


def compiles(files: Files) -> Flaws:
    """Every Python file can be parsed."""
    for path, text in _python(files):
        try:
            _parse(text, path)
        except UNREADABLE as error:
            yield path, f"does not compile: {error}"


def imports(files: Files) -> Flaws:
    """Only the contract, declared libraries, the harmless standard library and the plugin itself are imported."""
    for path, module, known in _foreign(files):
        top = module.split(".")[0]
        if top in CLOSED_MODULES and not (path.startswith("tests/") and top in TESTS_MAY):
            if not any(module == part or module.startswith(f"{part}.") for part in OPEN_PARTS):
                yield path, f"imports {module!r}, which is closed to a generated plugin"
        elif not known:
            yield path, f"imports {module!r}, which is neither the contract nor a declared dependency"


def undeclared(files: Files) -> Flaws:
    """What is imported is the standard library, the contract, a declared library or the plugin itself."""
    for path, module, known in _foreign(files):
        if not known:
            yield path, f"imports {module!r}, which is neither the contract nor a declared dependency"


def egress(files: Files) -> Flaws:
    """A plugin whose sources can talk to other machines says to which: it has the hook ``register_egress``."""
    sources = [(path, tree) for path, tree in trees(files) if path.startswith("src/")]
    said = any(
        isinstance(node, ast.FunctionDef) and node.name == "register_egress"
        for _, tree in sources
        for node in tree.body
    )
    for path, tree in sources:
        talking = sorted({module for module in imported(tree) if _talks(module)})
        if talking and not said:
            yield path, f"imports {', '.join(talking)}, and no register_egress says whom it talks to"


def _talks(module: str) -> bool:
    return any(module == one or module.startswith(f"{one}.") for one in TALKING)


def undisturbed(files: Files) -> Flaws:
    """The tests do not change how pytest runs and reports: a hook of the run could turn a failure into a pass."""
    for path, tree in trees(files):
        if path.startswith("tests/"):
            for node in ast.walk(tree):
                if isinstance(node, ast.FunctionDef) and node.name.startswith(RUN_HOOKS):
                    yield path, f"line {node.lineno} has the hook {node.name!r}"


def counted(files: Files) -> list[str]:
    """Return the node ids of the tests that stand in the files, counted without running anything."""
    found = []
    for path, tree in trees(files):
        if re.fullmatch(r"tests/(.*/)?test_\w+\.py", path):
            found += [f"{path}::{name}" for name in _test_names(tree.body)]
    return found


def _test_names(body: Sequence[ast.stmt]) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test"):
            yield node.name
        elif isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield from (f"{node.name}::{name}" for name in _test_names(node.body))


def _foreign(files: Files) -> Iterator[tuple[str, str, bool]]:
    """Every import of every file: path, module, and whether it is known: declared, its own, or the standard library."""
    declared, for_tests = _declared(files)
    own = {PurePosixPath(path).parts[1] for path in files if path.startswith("src/") and path.count("/") > 1}
    beside = {PurePosixPath(path).stem for path in files if path.startswith("tests/")} | {"tests"}
    for path, tree in trees(files):
        known = declared | own | sys.stdlib_module_names
        if path.startswith("tests/"):
            known = known | for_tests | TEST_PACKAGES | beside
        if "/migrations/" in path:
            known = known | {"alembic", "sqlalchemy"}
        for module in imported(tree):
            top = module.split(".")[0]
            yield path, module, top in known and top != "dihya_core"


def calls(files: Files) -> Flaws:
    """Nothing builds code from text, starts a process, or reaches around the language."""
    for path, tree in trees(files):
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id in CLOSED_CALLS | {"__builtins__", "__loader__"}:
                if not (node.id == "open" and path.startswith("tests/")):
                    yield path, f"line {node.lineno} uses {node.id!r}"
            elif isinstance(node, ast.Attribute) and node.attr in CLOSED_ATTRIBUTES:
                yield path, f"line {node.lineno} uses '.{node.attr}'"


def _python(files: Files) -> Iterator[tuple[str, str]]:
    yield from ((path, text) for path, text in sorted(files.items()) if path.endswith((".py", ".pyi")))


def trees(files: Files) -> Iterator[tuple[str, ast.Module]]:
    """Yield path and tree of each file of Python that can be read."""
    for path, text in _python(files):
        try:
            yield path, _parse(text, path)
        except UNREADABLE:
            continue  # said by compiles()


def _parse(text: str, path: str) -> ast.Module:
    """Parse, one thread at a time: in CPython 3.11 the depth of the nodes is counted for all threads together.

    A traceback that is written meanwhile parses too, without our lock; so what may be the interpreter's mistake is tried again.
    """
    for number in range(TRIES):
        try:
            with PARSING:
                return ast.parse(text, path)
        except (RecursionError, MemoryError, SystemError):
            if number == TRIES - 1:
                raise
    raise AssertionError("the last try returns or raises")


def imported(tree: ast.Module) -> Iterator[str]:
    """Yield what a file imports, by its whole name, also inside of functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _declared(files: Files) -> tuple[set[str], set[str]]:
    """Import names of the declared dependencies, and of those that only tests need (extras, dependency groups)."""
    document = tomllib.loads(files["pyproject.toml"])
    project = document.get("project", {})
    extras, groups = project.get("optional-dependencies", {}), document.get("dependency-groups", {})
    more = [line for lines in [*extras.values(), *groups.values()] for line in lines if isinstance(line, str)]
    optional = [line for name, lines in extras.items() if name not in TEST_EXTRAS for line in lines]
    return import_names([*project.get("dependencies", ()), *optional]), import_names(more)


def import_names(requirements: Iterable[str]) -> set[str]:
    """Import names of distributions, as far as they are known here, else their distribution names."""
    from importlib.metadata import packages_distributions

    wanted = {re.split(r"[^\w.-]", line.strip(), maxsplit=1)[0].lower().replace("_", "-") for line in requirements}
    known = {
        package
        for package, distributions in packages_distributions().items()
        if wanted & {one.lower().replace("_", "-") for one in distributions}
    }
    return known | {name.replace("-", "_") for name in wanted}
