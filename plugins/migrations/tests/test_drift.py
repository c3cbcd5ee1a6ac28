"""What the database has and the code does not say, and the reverse."""

from __future__ import annotations

import pytest
from dihya_hookspecs.data import Model
from dihya_migrations import drift
from dihya_migrations.drift import check, differences, owner
from dihya_migrations.service import Migrations
from sqlalchemy import inspect, text


@pytest.fixture(params=["sqlite", "postgres"])
def url(request, tmp_path):
    if request.param == "postgres":
        return request.getfixturevalue("postgres").render_as_string(False)
    return f"sqlite:///{tmp_path}/test.db"


def with_migrations() -> list[str]:
    """The plugins of this repository that have migrations."""
    from importlib.metadata import entry_points
    from importlib.util import find_spec
    from pathlib import Path

    found = []
    for point in entry_points(group="dihya.plugins"):
        spec = find_spec(point.value)
        if spec and spec.origin and (Path(spec.origin).parent / "migrations").is_dir():
            found.append(point.name)
    return sorted(found)


def describe(engine) -> dict:
    """Everything that the database knows of its tables, in a form that can be compared."""
    seen = inspect(engine)
    tables = {}
    for name in seen.get_table_names():
        if name.endswith("_alembic_version"):
            continue
        tables[name] = {
            "columns": {c["name"]: (str(c["type"]), c["nullable"]) for c in seen.get_columns(name)},
            "primary": sorted(seen.get_pk_constraint(name)["constrained_columns"]),
            "indexes": sorted((i["name"], tuple(i["column_names"]), bool(i["unique"])) for i in seen.get_indexes(name)),
            "unique": sorted((u["name"] or "", tuple(u["column_names"])) for u in seen.get_unique_constraints(name)),
            "references": sorted(
                (r["name"] or "", tuple(r["constrained_columns"]), r["referred_table"], str(r["options"]))
                for r in seen.get_foreign_keys(name)
            ),
        }
    if engine.dialect.name == "sqlite":
        triggers = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"
    else:
        triggers = "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal"
    with engine.connect() as connection:
        tables["triggers"] = sorted(map(tuple, connection.execute(text(triggers))))
    return tables


def engine(app):
    return app.engine


def test_every_plugin_of_the_repository_says_the_same_in_models_and_migrations(make_app, url):
    """Upgrading all plugins gives what the metadata would create; down to nothing, and up again."""
    names = with_migrations()
    assert {"storage", "tasks"} <= set(names)
    app = make_app("migrations", *names, config={"db": {"url": url}}, tables=False)
    database = engine(app)

    def migrations():
        with app.act() as act:
            return Migrations.of(act)

    done = migrations().upgrade()
    assert done.failures == {} and {step.plugin for step in done.steps} == set(names)
    assert check(migrations()) == ([], [])
    migrated = describe(database)
    for name in reversed(migrations().plugins):
        if name in names:
            migrations().downgrade(name, "base", destructive=True)
    assert set(describe(database)) == {"triggers"} and describe(database)["triggers"] == []
    tables = [table for table in Model.metadata.sorted_tables if owner(table.name, names)]
    Model.metadata.create_all(database, tables=tables)
    assert describe(database) == migrated
    Model.metadata.drop_all(database, tables=tables)
    assert migrations().upgrade().failures == {}
    for name in names:
        with database.begin() as connection:
            connection.execute(text(f"UPDATE {name}_alembic_version SET version_num = version_num"))
    assert check(migrations()) == ([], [])


def test_drift_is_named(make_app, url):
    """A column that somebody added, one that is missing, and a missing table are each named."""
    app = make_app("migrations", "storage", "tasks", config={"db": {"url": url}}, tables=False)
    assert "waits for storage_0001, storage_0002" in app.cli("db", "check").stdout
    assert app.cli("db", "upgrade").exit_code == 0
    assert app.cli("db", "check").exit_code == 0
    with engine(app).begin() as connection:
        connection.execute(text("ALTER TABLE storage_blobs ADD COLUMN colour VARCHAR(9)"))
        connection.execute(text("DROP INDEX ix_storage_blobs_owner"))
        connection.execute(text("DROP TABLE tasks_steps"))
    result = app.cli("db", "check")
    assert result.exit_code == 1
    assert "remove column storage_blobs.colour" in result.stdout
    assert "add index ix_storage_blobs_owner" in result.stdout
    assert "add table tasks_steps" in result.stdout


def test_doctor_and_readiness_know_of_a_column_that_no_migration_made(make_app, url, monkeypatch):
    """Models and tables are compared when the tables changed, and not at every question."""
    monkeypatch.setattr("dihya_core.health.FRESH", 0.0)
    app = make_app("migrations", "storage", "tasks", "wsgi", config={"db": {"url": url}}, tables=False)
    assert app.cli("db", "upgrade").exit_code == 0
    compared = []
    monkeypatch.setattr(drift, "differences", lambda *args, real=differences: compared.append(1) or real(*args))
    assert [app.client().get("/health/ready").status_code for _ in range(3)] == [200] * 3
    assert len(compared) == 3  # once for each plugin that has tables
    with engine(app).begin() as connection:
        connection.execute(text("ALTER TABLE storage_blobs DROP COLUMN media_type"))
    answer = app.client().get("/health/ready")
    assert (answer.status_code, answer.json["checks"]["migrations.schema"]["status"]) == (503, "failed")
    result = app.cli("doctor")
    assert (
        "✘ migrations: schema: plugin 'storage': the code has more: add column storage_blobs.media_type"
        in result.stdout
    )
    assert result.exit_code == 1


def test_a_removed_plugin_is_reported_and_breaks_nothing(make_app, url):
    """Tables of a plugin that is away are told, and everything else goes on."""
    config = {"db": {"url": url}}
    first = make_app("migrations", "storage", "tasks", config=config, tables=False)
    assert first.cli("db", "upgrade").exit_code == 0
    with engine(first).begin() as connection:
        connection.execute(text("CREATE TABLE strangers (x INTEGER)"))
    app = make_app("migrations", "storage", config=config, tables=False)
    assert app.cli("db", "upgrade").exit_code == 0
    result = app.cli("db", "check")
    assert result.exit_code == 0
    assert (
        "plugin 'tasks' is not active, but its tables are there: tasks_leaders, tasks_left_out, tasks_steps, tasks_tasks"
        in result.stderr
    )
    assert "no active plugin owns these tables: strangers" in result.stderr


@pytest.mark.parametrize(
    ("table", "plugin"),
    [
        ("ai_fallback_quotas", "ai_fallback"),
        ("ai_keys", "ai"),
        ("generation_logs_runs", "generation_logs"),
        ("other", None),
    ],
)
def test_a_table_belongs_to_the_longest_name(table, plugin):
    """Where one plugin's name begins with another's, the longer one owns the table."""
    assert owner(table, ["ai", "ai_fallback", "generation_logs"]) == plugin
