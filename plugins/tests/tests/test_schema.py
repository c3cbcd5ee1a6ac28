"""The tables of applications under test come from the migrations of the plugins."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from dihya_hookspecs.data import Database
from dihya_tests import schema
from sqlalchemy import create_engine, inspect, text

COLOUR = '    colour: Mapped[str] = impersonal("its colour", String(20), default="blue")\n'
TEST = '''"""An author's test."""


def test_an_application_starts(make_app):
    """With the author's plugin."""
    make_app("petit")
'''


def tables(app) -> set[str]:
    """The tables of an application."""
    with app.act() as act:
        return set(inspect(act.get(Database).engine).get_table_names())


def test_an_application_stands_at_the_newest_revision(make_app, tmp_path: Path) -> None:
    """The SQLite database of an application is the one that an upgrade makes, with the revisions in it."""
    app = make_app("migrations", "audit", config={"db": {"url": f"sqlite:///{tmp_path / 'own.db'}"}})
    assert {"audit_entries", "audit_alembic_version"} <= tables(app)
    assert app.cli("db", "check").exit_code == 0


def test_migrates_once_and_copies(make_app, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second application of a process runs no migration."""
    make_app("audit")
    monkeypatch.setattr(
        "alembic.runtime.migration.MigrationContext.run_migrations", lambda *_: pytest.fail("migrated again")
    )
    assert "audit_entries" in tables(make_app("audit"))


def test_what_one_application_writes_no_other_has(make_app) -> None:
    """Each gets a copy of the tables of its own, also of those that a process made once for all."""
    url = {"db": {"url": ""}}
    first, second = make_app("settings", config=url), make_app("settings", config=url)
    with first.engine.begin() as connection:
        connection.execute(text("DROP TABLE settings_values"))
    assert "settings_values" in tables(second) & tables(make_app("settings", config=url)) - tables(first)


def test_an_application_that_is_started_again_keeps_its_rows(make_app, tmp_path: Path) -> None:
    """Tables that are there are left alone."""
    config = {"db": {"url": f"sqlite:///{tmp_path / 'own.db'}"}}
    first = make_app("audit", data=tmp_path / "same", config=config)
    with first.act() as act:
        act.session.execute(text("create table extra_note (said text)"))
    second = make_app("audit", data=tmp_path / "same", config=config)
    assert {"extra_note", "audit_entries"} <= tables(second)


@pytest.mark.parametrize(
    ("path", "old", "new", "said"),
    [
        ("models.py", "String(80))\n", f"String(80))\n{COLOUR}", "column petit_things.colour is missing"),
        ("migrations/0001_initial.py", '        sa.Column("name", sa.String(80), nullable=False),\n', "", "column petit_things.name is missing"),
        ("migrations/0001_initial.py", "nullable=False),\n        sa.Primary", 'nullable=False),\n        sa.Column("old", sa.Text()),\n        sa.Primary', "column petit_things.old is in no model"),
    ],
)  # fmt: skip
def test_a_column_that_the_migrations_forget_fails_the_authors_tests(
    petit, folder, path: str, old: str, new: str, said: str
) -> None:
    """The kit names table and column, before the author's test begins."""
    path = f"src/dihya_petit/{path}"
    root = folder(petit | {path: petit[path].replace(old, new), "tests/test_models.py": TEST})
    code = f"import sys; sys.path.insert(0, {str(root / 'src')!r}); import pytest; sys.exit(pytest.main(['-q', '-p', 'no:cacheprovider', 'tests']))"
    metadata = root / "src" / "dihya_petit-0.1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: dihya-petit\nVersion: 0.1.0\nRequires-Dist: dihya-hookspecs>=2,<3\n"
    )
    (metadata / "entry_points.txt").write_text("[dihya.plugins]\npetit = dihya_petit\n")
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and said in done.stdout, done.stdout + done.stderr


def test_a_plugin_without_migrations_has_none(tmp_path: Path) -> None:
    """A folder with nothing but a package file in it holds no migration."""
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "__init__.py").touch()
    assert not schema.has_migrations(tmp_path)
    (tmp_path / "migrations" / "0001_initial.py").touch()
    assert schema.has_migrations(tmp_path)


def test_the_script_for_postgresql_is_written_once_and_makes_what_sqlalchemy_makes(postgresql: str) -> None:
    """Tables, columns, indexes and triggers are those of ``create_all``."""
    import dihya_audit.models  # noqa: F401  (partial indexes, triggers and a big key: the most that any plugin asks for)
    from dihya_hookspecs.data import Model

    ours = tuple(table for table in Model.metadata.sorted_tables if table.name.startswith("audit_"))
    found = []
    for name in ("one", "other"):
        engine = create_engine(postgresql, connect_args={"options": f"-csearch_path={name}"})
        with engine.begin() as connection:
            connection.execute(text(f"create schema {name}"))
        if name == "one":
            schema._run(engine, list(ours))
            schema._run(engine, list(ours))
        else:
            Model.metadata.create_all(engine, tables=ours)
        found.append(_described(engine, name))
        engine.dispose()
    assert found[0] == found[1] and found[0]
    assert schema.written(ours) is schema.written(ours)


def _described(engine, name: str) -> list[str]:
    """Columns, indexes and triggers of a schema, without its name."""
    asked = (
        "select table_name, column_name, data_type, is_nullable, column_default from information_schema.columns where table_schema = :s",
        "select indexname, indexdef from pg_indexes where schemaname = :s",
        "select trigger_name, event_manipulation, action_statement from information_schema.triggers where trigger_schema = :s",
    )
    with engine.connect() as connection:
        rows = [row for question in asked for row in connection.execute(text(question), {"s": name})]
    return sorted(str(tuple(row)).replace(f"{name}.", "") for row in rows)
