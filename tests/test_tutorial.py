"""docs/tutorial.md is run: its files, its tests, its claims."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

TEXT = (Path(__file__).parents[1] / "docs" / "tutorial.md").read_text("utf-8")
BLOCK = re.compile(r"^```\w+ file=(\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def folder(tmp_path):
    """The folder that a reader has at the end of the page."""
    for name, content in BLOCK.findall(TEXT):
        path = tmp_path / "dihya-notes" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    return tmp_path / "dihya-notes"


def test_the_tutorials_own_tests_pass(folder):
    """As many as the page says."""
    environment = {**os.environ, "PYTHONPATH": "src"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert re.search(r"^5 passed", TEXT, re.MULTILINE)
    assert "5 passed" in done.stdout


def test_the_migration_makes_the_table_that_the_model_describes(folder):
    """In a process of its own; drift would be found at the first ``dihya db check``."""
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
    assert "5 tests" in [line.detail for line in lines]
