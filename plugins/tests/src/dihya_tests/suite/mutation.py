"""Changes lines of a plugin's rules and services, one at a time, and sees whether its own tests notice."""

from __future__ import annotations

import ast
import copy
import json
import random
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from ..sources import trees
from .model import NotChecked

if TYPE_CHECKING:
    from .bench import Bench

MOST, FEWEST = 12, 4
SECONDS, FLOOR = 50, 20
WORKERS = 2
LEFT_OUT = (
    "__init__",
    "settings",
    "pages",
    "permissions",
    "slots",
    "cli",
    "events",
    "hookspecs",
    "private_keys",
    "egress",
)
COMPARED = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
REPORT = """
import json, os, sys
from pathlib import Path
import pytest
sys.path.insert(0, os.getcwd() + "/changed")
options = ["--color=no", "--import-mode=importlib", "-p", "no:cacheprovider", "-o", "tmp_path_retention_policy=failed"]
code = pytest.main([sys.argv[1], "-x", "-q", *options, "-p", "dihya_tests.kit"])
os.write(int(os.environ["PROOF_PIPE"]), json.dumps({"code": int(code)}).encode())
"""


@dataclass(frozen=True, slots=True)
class Change:
    """One changed line, and whether a test noticed it.

    Attributes:
        what: the line before and after.
    """

    path: str
    line: int
    what: str
    source: str
    killed: bool = False


def sample(bench: Bench) -> list[Change]:
    """Return a sample of changes that were judged in time, always drawn alike for the same wheel.

    Raises:
        NotChecked: the tests fail on an unchanged copy too, so that nothing could be told from a failure; or too few
            changes were judged in time.
    """
    source = bench.target.source
    assert source is not None
    package = f"dihya_{bench.target.name}"
    places = (source / "src" / package).rglob("*.py")
    files = {path.relative_to(source / "src").as_posix(): path.read_text("utf-8") for path in places}
    candidates = sorted(changes(files, package), key=lambda one: (one.path, one.line, one.what))
    chance = random.Random(bench.target.parcel.sha256)
    chance.shuffle(candidates)
    harness, start = Harness(bench), time.monotonic()
    budget = max(SECONDS * bench.patience, bench.own_seconds / 2)

    def judged(numbered: tuple[int, Change]) -> Change | None:
        return harness.judged(numbered[1]) if time.monotonic() - start < budget else None

    with ThreadPoolExecutor(WORKERS) as pool:
        found = [one for one in pool.map(judged, enumerate(candidates[:MOST])) if one is not None]
    if len(found) < min(len(candidates), FEWEST):
        raise NotChecked(
            f"only {len(found)} changes were judged in {budget:.0f} seconds",
            f"seulement {len(found)} changements jugés en {budget:.0f} secondes",
        )
    return found


def changes(files: Mapping[str, str], package: str) -> Iterator[Change]:
    """Yield every change of every line that holds a rule: comparisons, conditions, limits, what is returned or raised.

    Args:
        files: path below ``src`` → text.
    """
    rules = {path: text for path, text in files.items() if _counts(path, package)}
    for path, tree in trees(rules):
        for node in ast.walk(tree):
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("__"):
                continue
            for inner in ast.walk(node):
                if new := _changed(inner):
                    yield _written(path, rules[path], inner, new)


def _counts(path: str, package: str) -> bool:
    parts = PurePosixPath(path)
    return "migrations" not in parts.parts and parts.stem not in LEFT_OUT


def _changed(node: ast.AST) -> ast.AST | None:
    """Return a node that says the opposite, or nothing for one that holds no rule."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in COMPARED:
        new = copy.deepcopy(node)
        new.ops = [COMPARED[type(node.ops[0])]()]
        return new
    if isinstance(node, ast.BoolOp):
        new = copy.deepcopy(node)
        new.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        return new
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return node.operand
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub) and not _text(node):
        new = copy.deepcopy(node)
        new.op = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
        return new
    return None


def _text(node: ast.BinOp) -> bool:
    """Tell whether an addition joins texts or lists, where its opposite is no rule but a crash."""
    return any(
        isinstance(side, ast.JoinedStr | ast.List | ast.Tuple)
        or (isinstance(side, ast.Constant) and isinstance(side.value, str))
        for side in (node.left, node.right)
    )


def _written(path: str, text: str, node: ast.AST, new: ast.AST) -> Change:
    """Put the new text into the place of the old one; the rest of the file stays as it is, byte for byte."""
    old = ast.get_source_segment(text, node) or ""  # type: ignore[arg-type]
    lines = text.encode().splitlines(keepends=True)
    start = sum(map(len, lines[: node.lineno - 1])) + node.col_offset  # type: ignore[attr-defined]
    end = sum(map(len, lines[: node.end_lineno - 1])) + node.end_col_offset  # type: ignore[attr-defined]
    data = text.encode()
    changed = data[:start] + b"(" + ast.unparse(new).encode() + b")" + data[end:]
    what = f"{' '.join(old.split())[:80]} → {ast.unparse(new)[:80]}"
    return Change(path, node.lineno, what, changed.decode())  # type: ignore[attr-defined]


class Harness:
    """Runs a plugin's tests on a package of which one line was changed."""

    def __init__(self, bench: Bench) -> None:
        assert bench.target.source is not None
        self.bench, self.source = bench, bench.target.source
        self._lock, self._number, self._good = threading.Lock(), 0, dict[str, float]()

    def judged(self, one: Change) -> Change:
        """Run the tests of the changed file, then all of them, until one fails."""
        own = f"tests/test_{PurePosixPath(one.path).stem}.py"
        alone = (self.source / own).is_file() and own not in self.bench.target.said.apart
        for tests in [own, "tests"] if alone else ["tests"]:
            usual = self.usual(tests)
            code = self._run(one, tests, max(FLOOR * self.bench.patience, usual * 4))
            if code != 0:  # also what hangs or crashes the run, which whoever runs it notices
                return replace(one, killed=True)
        return one

    def usual(self, tests: str) -> float:
        """Return how long these tests take on an unchanged copy. Raises NotChecked where they fail there."""
        with self._lock:
            if tests not in self._good:
                start = time.monotonic()
                if (code := self._run(None, tests, self.bench.own_seconds)) != 0:
                    raise NotChecked(
                        f"{tests} fails on an unchanged copy too (exit code {code}), so a failure tells nothing",
                        f"{tests} échoue aussi sur une copie inchangée (code {code}) ; un échec n’apprend donc rien",
                    )
                self._good[tests] = time.monotonic() - start
            return self._good[tests]

    def _run(self, one: Change | None, tests: str, seconds: float) -> int | None:
        """Return pytest's exit code, None where there was none."""
        desk = Path(tempfile.mkdtemp(prefix="change", dir=self.bench.root)) / "project"
        shutil.copytree(self.source, desk, ignore=shutil.ignore_patterns("src", "__pycache__"))
        shutil.copytree(self.source / "src", desk / "changed")
        self.bench.set_apart(desk)
        if one is not None:
            (desk / "changed" / one.path).write_text(one.source, encoding="utf-8")
        (desk / "run_changed.py").write_text(REPORT, encoding="utf-8")
        command = ["run_changed.py", tests]
        ending = self.bench.run_tests(command, seconds=seconds, cwd=desk, log=desk.parent / "log.txt")
        shutil.rmtree(desk.parent, ignore_errors=True)
        try:
            return int(json.loads(ending.witness)["code"])
        except (ValueError, KeyError, TypeError):
            return None
