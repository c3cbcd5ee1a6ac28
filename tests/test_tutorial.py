"""docs/tutorial.md is run: its files, its tests, its claims."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"
TEXT = (DOCS / "tutorial.md").read_text("utf-8")
BLOCK = re.compile(r"^```\w+ file=(\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def written(text, folder):
    """Write the files of a part of the page, as a reader does."""
    for name, content in BLOCK.findall(text):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    return folder


@pytest.fixture
def folder(tmp_path):
    """The folder that a reader has at the end of the page."""
    return written(TEXT, tmp_path / "dihya-notes")


def run_tests(folder):
    """Run the plugin's own tests, and return what pytest says."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": "src"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_tutorials_own_tests_pass(folder):
    """As many pass as the page says."""
    done = run_tests(folder)
    assert done.returncode == 0, done.stdout[-3000:]
    assert re.search(r"^7 passed", TEXT, re.MULTILINE)
    assert "7 passed" in done.stdout


def test_one_class_is_a_plugin(tmp_path):
    """List, form, REST, rights, limits, audit, export and erasure of six fields come from thirty lines, in which no field
    is named twice."""
    folder = written(TEXT.partition("## 4. ")[0], tmp_path / "dihya-notes")
    python = [path for path in (folder / "src").rglob("*.py") if path.parent.name != "migrations"]
    text = "".join(path.read_text("utf-8") for path in python)
    fields = re.findall(r"^    (\w+): Mapped", text, re.MULTILINE)
    assert sum(bool(line.strip()) for line in text.splitlines()) <= 30
    assert len(fields) == 6
    for field in fields:
        assert len(re.findall(rf"^\s+{field}\b|[\"'{{]{field}\b", text, re.MULTILINE)) == 1, field
    done = run_tests(folder)
    assert "5 passed" in done.stdout, done.stdout[-3000:]


def test_both_languages_have_the_same_code():
    """A reader in French writes the same files and types the same lines."""
    french = (DOCS / "tutorial.fr.md").read_text("utf-8")
    assert BLOCK.findall(french) == BLOCK.findall(TEXT)
    said = re.findall(r"^```console\n(.*?)^```$", french, re.MULTILINE | re.DOTALL)
    assert said == re.findall(r"^```console\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    assert french.count("\n## ") == TEXT.count("\n## ")


def test_the_migration_makes_the_table_that_the_model_describes(folder):
    """The comparison runs in a process of its own; drift would be found at the first ``dihya db check``."""
    code = """
import sys; sys.path.insert(0, "src")
import importlib.util, sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.autogenerate import compare_metadata
from dihya_hookspecs.data import Model
import dihya_notes.models
spec = importlib.util.spec_from_file_location("m", "src/dihya_notes/migrations/0001_initial.py")
module = importlib.util.module_from_spec(spec); spec.loader.exec_module(module)
engine = sa.create_engine("sqlite://")
with engine.begin() as connection:
    context = MigrationContext.configure(connection)
    with Operations.context(context):
        module.upgrade()
    assert compare_metadata(context, Model.metadata) == [], compare_metadata(context, Model.metadata)
    with Operations.context(context):
        module.downgrade()
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def test_the_plugin_of_the_tutorial_is_proven(folder):
    """Whoever follows the page has a plugin of which every line of the proof passes."""
    from dihya_tests.prover import SandboxProver
    from dihya_tests.settings import Settings

    lines = SandboxProver(Settings()).prove(folder)
    assert [f"{line.name}: {line.detail}" for line in lines if not line.passed] == []
    assert "7 tests" in [line.detail for line in lines]
