"""The tables of all active plugins."""

from __future__ import annotations

import importlib
import sys

import pytest
from dihya_hookspecs.data import Model

from dihya_core import create_app


@pytest.fixture
def start(tmp_path, monkeypatch):
    """Return a function that starts an application with plugins whose models are these texts."""
    before, names = set(Model.metadata.tables), []

    def begin(**models):
        monkeypatch.syspath_prepend(str(tmp_path))
        plugins = {}
        for name, text in models.items():
            folder = tmp_path / f"dihya_{name}"
            folder.mkdir()
            (folder / "__init__.py").write_text('"""A plugin."""\n')
            (folder / "models.py").write_text(text)
            importlib.invalidate_caches()
            plugins[name] = importlib.import_module(f"dihya_{name}")
            names.append(f"dihya_{name}")
        data = {"dihya": {"data": str(tmp_path / "data")}}
        return create_app(only=[], plugins=plugins, given=data, environ={}).runtime

    yield begin
    for name in set(Model.metadata.tables) - before:
        Model.metadata.remove(Model.metadata.tables[name])
    for name in [name for name in sys.modules if name.partition(".")[0] in names]:
        del sys.modules[name]


TABLE = """import sqlalchemy as sa
from dihya_hookspecs.data import Impersonal, Model
sa.Table("{name}", Model.metadata, sa.Column("id", sa.Integer, primary_key=True, info={{"rgpd": Impersonal("x")}}))
"""


def test_tables_are_imported_and_owned(start):
    """Each table says whose it is before anybody asks the database."""
    runtime = start(blue=TABLE.format(name="blue_things"))
    assert runtime.plugins["blue"].state == "active"
    assert Model.metadata.tables["blue_things"].info["plugin"] == "blue"


def test_models_that_cannot_be_imported_quarantine_their_plugin(start):
    """The reason says that it is the tables, and where."""
    runtime = start(red="1 / 0\n", blue=TABLE.format(name="blue_boxes"))
    assert "its tables cannot be read: ZeroDivisionError" in runtime.plugins["red"].reason
    assert runtime.plugins["blue"].state == "active"


def test_a_table_under_anothers_name_is_taken_away_with_its_plugin(start):
    """The table is not made, and the reason names it."""
    runtime = start(green=TABLE.format(name="audit_forged"))
    assert "it has table 'audit_forged'" in runtime.plugins["green"].reason
    assert "audit_forged" not in Model.metadata.tables
