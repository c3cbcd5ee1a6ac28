"""What the sources of a plugin say, without running them."""

from __future__ import annotations

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


def test_two_threads_read_at_once() -> None:
    """Two proofs read their files at the same time, many times, and neither finds a flaw in the interpreter."""
    deep = (
        "x = "
        + "(" * 80
        + "1"
        + ")" * 80
        + "\n"
        + "\n".join(f"def f{n}(a, b):\n    return [a, {{b: a}}]" for n in range(400))
    )
    files = {f"src/dihya_a/m{n}.py": deep for n in range(4)}
    flaws: list[object] = []

    def read() -> None:
        try:
            for _ in range(15):
                flaws.extend(sources.compiles(files))
        except SystemError as error:
            flaws.append(error)

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert flaws == []


def test_sources_that_overwhelm_the_parser_do_not_compile() -> None:
    """Text that is nested without end is a flaw of the file, not of the proof."""
    assert "does not compile" in said(sources.compiles, src__dihya_a__deep="(" * 5000)[0]
