"""What the repository itself keeps: its folders, pins, licences, addresses, marks, how long its files are, and what its tests say."""

import ast
import json
import re
import subprocess
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROJECTS = sorted(path.parent for path in [ROOT / "pyproject.toml", *ROOT.glob("*/pyproject.toml"), *ROOT.glob("plugins/*/pyproject.toml")])  # fmt: skip
PACKAGES = [folder for folder in PROJECTS if folder != ROOT]
SOURCE = (".py", ".js", ".css", ".html", ".j2", ".sh")
LONG = 300
# Folders in which the home of a person or a checkout of a developer lies; on no reader's machine are they the same.
HOMES = re.compile(r"(?<!\?:)(?<![\w.~>})/-])/(?:home|root|Users|work|workspace)/\w[^\s\"'`)]*")
INDEX = re.compile(r"https?://[^\s\"'<>]+/simple\b[^\s\"'<>]*")
# How a file says to pip, uv or tox where packages come from.
ASKS_AN_INDEX = re.compile(r"--(?:extra-)?index-url|\b(?:extra-)?index-url\s*=|tool\.uv\.index|--find-links\s+http")

each_project = pytest.mark.parametrize("folder", PROJECTS, ids=lambda path: path.name if path != ROOT else "dihya")


def tracked():
    """Return every file that belongs to the repository, relative to its root."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [Path(name) for name in listed.split("\0") if name and (ROOT / name).is_file()]


def texts():
    """Yield (file, text) for every file of the repository that people can read."""
    for path in tracked():
        content = (ROOT / path).read_bytes()
        if b"\0" not in content:
            yield path, content.decode("utf-8")


def declared(folder):
    return tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))


def bare(requirement):
    """Return the name that a line asks for, as package indexes write it."""
    return re.match(r"[\w.-]+", requirement)[0].lower().replace("_", "-")


def test_the_top_level_is_the_owners():
    """Nothing more stands there without a reason."""
    assert {path.parts[0] for path in tracked()} <= {
        "dihya_core",
        "hookspecs",
        "plugins",
        "tests",
        "docs",
        "pyproject.toml",
        "tox.ini",
        "Makefile",
        "README.md",
        "README.fr.md",
        "LICENSE",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        ".ci",
        "constraints.txt",
        ".gitignore",
    }


def test_versions_are_pinned_without_addresses():
    """A constraint is a name and a version."""
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert pins
    assert [line for line in pins if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line)] == []


def test_everything_that_is_asked_for_is_pinned():
    """What extras and tests need is pinned too."""
    pinned = {bare(line) for line in (ROOT / "constraints.txt").read_text().splitlines() if line[:1].isalnum()}
    asked = set()
    for found in map(declared, PROJECTS):
        extras = found["project"].get("optional-dependencies", {}).values()
        for lines in (found["project"]["dependencies"], *extras, *found.get("dependency-groups", {}).values()):
            asked |= {bare(line) for line in lines}
    assert sorted(name for name in asked - pinned if not re.match(r"dihya\b", name)) == []


def test_no_file_names_a_folder_of_the_machine_on_which_it_was_written():
    """Neither this checkout nor anybody's home: the same line has to hold wherever the repository lies."""
    found = [(str(path), line) for path, text in texts() for line in (*HOMES.findall(text), *([str(ROOT)] if str(ROOT) in text else []))]  # fmt: skip
    assert found == []


def test_no_file_says_where_packages_come_from():
    """Whoever installs says it to their own tools; an index of ours would be asked from every machine."""
    tests_of_it = {Path("dihya_core/tests/test_bootstrap.py"), Path("tests/test_repository.py")}
    readers = {path: text for path, text in texts() if path not in tests_of_it}
    assert [(str(path), found) for path, text in readers.items() for found in INDEX.findall(text)] == []
    settings = {path: text for path, text in readers.items() if path.suffix in (".toml", ".ini", ".cfg", ".txt") or path.name in ("Makefile", "run")}  # fmt: skip
    assert Path("tox.ini") in settings and Path(".ci/run") in settings
    assert [str(path) for path, text in settings.items() if ASKS_AN_INDEX.search(text)] == []


@each_project
def test_every_project_carries_its_licence(folder):
    """The text lies in the folder that is packed, it is the one of the repository, and the metadata names it."""
    assert (folder / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
    said = declared(folder)["project"]
    assert (said["license"], said["license-files"]) == ("Apache-2.0", ["LICENSE"])


@each_project
def test_no_project_says_another_address_than_the_roof(folder):
    """One address of the repository, said by all packages or by none; none that is kept for examples leads anywhere."""
    addresses = declared(ROOT)["project"].get("urls", {})
    assert declared(folder)["project"].get("urls", {}) == addresses
    hosts = {urlsplit(address).hostname for address in addresses.values()}
    assert [
        host for host in hosts if re.search(r"(?:^|\.)(?:example(?:\.\w+)?|invalid|test|localhost)$", host or "test")
    ] == []


@pytest.mark.parametrize("font", sorted(ROOT.glob("plugins/*/src/**/*.woff2")), ids=lambda path: path.name)
def test_every_font_of_others_carries_its_licence(font):
    """Beside it, under the same name."""
    assert font.with_name(f"{font.stem}.LICENSE.txt").read_text("utf-8").strip()


def test_no_document_ticks_a_cell_but_the_pages_of_marks():
    """A mark that nobody's run has earned would be a claim; the pages that are made of records are compared elsewhere."""
    documents = {path: text for path, text in texts() if path.suffix == ".md" and "tests" not in path.parts[:-2]}
    made = [path for path in documents if path == Path("docs/modules.md") or path.parent == Path("docs/modules")]
    ticked = [
        (str(path), line)
        for path, text in documents.items()
        if path not in made
        for line in text.splitlines()
        if re.search("[✔✓✅☑🟢]|\\[x\\]|100 ?%", line, re.I) and line.lstrip().startswith(("|", "-", "*"))
    ]
    assert made and len(documents) > len(made)
    assert ticked == []


def test_the_list_of_long_files_is_true():
    """CONTRIBUTING names each source file of more than 300 lines and says why it is whole; none of the contract or the core is among them."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("\n## Long files\n")[2].partition("\n## ")[0]
    listed = dict(re.findall(r"^\| `([^`]+)` \| (.+) \|$", text, re.MULTILINE))
    source = [path for path in tracked() if path.suffix in SOURCE or (path.suffix == ".json" and "src" in path.parts)]
    long = {str(path) for path in source if len((ROOT / path).read_bytes().splitlines()) > LONG}
    assert listed.keys() == long
    assert [path for path, why in listed.items() if len(why.split()) < 5] == []
    assert [path for path in long if path.startswith(("hookspecs/src/", "dihya_core/src/"))] == []


@pytest.mark.parametrize("marks", ["browser|journey", "exhaustive"])
def test_what_is_run_apart_stands_where_it_is_looked_for(marks):
    """tox names the folders with journeys and with long sweeps, so that their runs do not read all tests: none stands elsewhere."""
    (line,) = re.findall(rf"-m \"?\(?{marks.replace('|', ' or ')}\b.*", (ROOT / "tox.ini").read_text())
    places = [ROOT / place for place in re.search(r"{posargs:(.*)}", line)[1].split()]
    files = [file for folder in (*PACKAGES, ROOT) for file in (folder / "tests").rglob("test_*.py")]
    marked = [file for file in files if re.search(rf"pytest\.mark\.(?:{marks})\b", file.read_text())]
    assert marked
    assert [str(file) for file in marked if not any(file.is_relative_to(place) for place in places)] == []


@each_project
def test_the_sentence_of_a_test_stands_alone(folder):
    """The docstring of a test is understood in a report without its name: none goes on with And, Nor, Or, But, So or Then."""
    said = {
        f"{path.relative_to(ROOT)}::{node.name}": ast.get_docstring(node) or ""
        for path in [*folder.glob("tests/test_*.py"), *folder.glob("tests/attacks/test_*.py")]
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }
    assert said
    assert {
        name: text for name, text in said.items() if re.match(r"(And|Nor|Or|But|So|Then|Otherwise)\b|$", text)
    } == {}


def test_no_two_tests_define_one_table():
    """Tests are collected into one process, where a table has one definition: each name stands in one test file."""
    places = {}
    for path, text in texts():
        if "tests" in path.parts and path.name.startswith("test_"):
            for name in set(re.findall(r'^    __tablename__ = "(\w+)"$', text, re.MULTILINE)):
                places.setdefault(name, []).append(str(path))
    assert places and {name: found for name, found in places.items() if len(found) > 1} == {}


def test_the_published_schema_of_a_report_is_that_of_the_suite():
    """docs/check.schema.json is what programs read."""
    from dihya_tests.suite.report import Report

    assert json.loads((ROOT / "docs" / "check.schema.json").read_text("utf-8")) == Report.model_json_schema()
