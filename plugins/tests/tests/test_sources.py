"""What the sources of a plugin say, without running them."""

from __future__ import annotations

import ast
import threading

import pytest
from dihya_tests import sources

PROJECT = """
[project]
dependencies = ["flask>=3"]
[project.optional-dependencies]
test = ["aiosmtpd>=1.4"]
mail = ["jinja2"]
[dependency-groups]
dev = ["faker", {include-group = "other"}]
"""


def said(check, **files: str) -> list[str]:
    """What a check says of these files; double underscores in a name stand for slashes, a single file is source."""
    named = {name.replace("__", "/") + ".py": text for name, text in files.items()}
    return [detail for _, detail in check({"pyproject.toml": PROJECT, "src/dihya_a/__init__.py": ""} | named)]


@pytest.mark.parametrize(
    "module", ["smtplib", "shutil", "socket", "os", "flask", "jinja2", "dihya_a", "dihya_a.models"]
)
def test_the_standard_library_and_what_is_declared_may_be_imported(module: str) -> None:
    """A plugin that somebody wrote imports any module of the standard library, and what it declares."""
    assert said(sources.undeclared, src__dihya_a__mail=f"import {module}") == []


@pytest.mark.parametrize("module", ["aiosmtpd", "faker", "pytest"])
def test_what_tests_need_counts_for_tests_only(module: str) -> None:
    """Extras for tests and dependency groups are declared for the tests, not for the plugin."""
    assert said(sources.undeclared, tests__test_a=f"import {module}") == []
    assert len(said(sources.undeclared, src__dihya_a__mail=f"import {module}")) == 1


@pytest.mark.parametrize("module", ["requests", "dihya_core", "dihya_core.app"])
def test_what_is_not_declared_is_named(module: str) -> None:
    """A library that is not declared and the core are refused."""
    assert repr(module)[1:-1] in said(sources.undeclared, src__dihya_a__mail=f"import {module}")[0]


def test_who_can_talk_says_to_whom() -> None:
    """A plugin that imports a way to other machines has the hook that names them."""
    assert "smtplib" in said(sources.egress, src__dihya_a__mail="import smtplib")[0]
    face = "def register_egress(): ..."
    assert said(sources.egress, src__dihya_a__mail="import smtplib", src__dihya_a__face=face) == []
    assert said(sources.egress, tests__test_a="import socket", src__dihya_a__b="from urllib.parse import quote") == []


@pytest.mark.parametrize("hook", ["pytest_runtest_makereport", "pytest_pyfunc_call", "pytest_sessionfinish"])
def test_tests_do_not_touch_the_reports(hook: str) -> None:
    """A hook that could turn a failure into a pass is found; a fixture or an option is not one."""
    assert hook in said(sources.undisturbed, tests__conftest=f"def {hook}(item): ...")[0]
    assert said(sources.undisturbed, tests__conftest="def pytest_addoption(parser): ...") == []


def test_tests_are_counted_without_running() -> None:
    """Functions and methods of test classes count, others do not."""
    text = "def test_a(): ...\nasync def test_b(): ...\nclass TestC:\n  def test_d(self): ...\n  def help(self): ...\ndef x(): ..."
    files = {"tests/test_x.py": text, "tests/conftest.py": "def test_no(): ...", "src/test_y.py": text}
    assert sources.counted(files) == [f"tests/test_x.py::{name}" for name in ("test_a", "test_b", "TestC::test_d")]


def test_two_threads_never_parse_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """While one proof parses a file, another one waits: the interpreter counts the depth of all threads together."""
    parse, within, most = ast.parse, threading.Semaphore(0), []

    def watched(*given: object, **named: object) -> ast.AST:
        within.release()
        other = threading.Thread(target=lambda: list(sources.compiles({"src/dihya_a/b.py": "b = 1\n"})), daemon=True)
        if not most:
            most.append("first")
            other.start()
            within.acquire()  # its own
            assert not within.acquire(timeout=0.3)  # nobody else came in meanwhile
        return parse(*given, **named)

    monkeypatch.setattr("ast.parse", watched)
    assert list(sources.compiles({"src/dihya_a/a.py": "a = 1\n"})) == [] and most == ["first"]
    assert within.acquire(timeout=30)  # then it was the other one's turn


@pytest.mark.parametrize(
    "error", [RecursionError("during ast construction"), SystemError("depth mismatch"), MemoryError()]
)
def test_a_mistake_of_the_interpreter_is_no_flaw(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """What another thread's parsing did to this one is tried again, and the file is not called broken."""
    parse, failed = ast.parse, []

    def unlucky(*given: object, **named: object) -> ast.AST:
        if not failed:
            failed.append(error)
            raise error
        return parse(*given, **named)

    monkeypatch.setattr("ast.parse", unlucky)
    assert list(sources.compiles({"src/dihya_a/a.py": "a = 1\n"})) == [] and failed


def test_sources_that_overwhelm_the_parser_do_not_compile() -> None:
    """Text that is nested without end is a flaw of the file, not of the proof."""
    assert "does not compile" in said(sources.compiles, src__dihya_a__deep="(" * 5000)[0]
