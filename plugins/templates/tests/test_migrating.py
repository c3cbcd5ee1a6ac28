"""Records follow their tables into a new version and back: what finds no place is in the file that the report names."""

from __future__ import annotations

import json
import random
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from dihya_hookspecs import Invalid, growing
from dihya_hookspecs._converting import converted, decoded, encoded
from dihya_templates.building import planned
from dihya_templates.growing import Growth
from dihya_templates.migrating import migration, reshaped
from dihya_templates.pairing import pairs
from dihya_templates.renderer import rendered

START = datetime(2025, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def database():
    """Return a connection to an empty database, without references enforced, as migrations run."""
    engine = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def run(connection, text, way, file=None):
    """Run one side of a migration."""
    module: dict[str, Any] = {}
    exec(compile(text, "migration", "exec"), module)  # noqa: S102 - what was generated just now
    original = module.get("reshape")
    if original:
        module["reshape"] = lambda *given, **named: original(*given, **named, file=file)
    with Operations.context(MigrationContext.configure(connection)):
        module[way]()


def first(document):
    path = f"src/dihya_{document['name']}/migrations/0001_initial.py"
    return rendered(document)[path]


def value(field, chance, number, ids, alone):
    """Return some value as it is stored; None now and then where the column may be empty."""
    if field.nullable and chance.random() < 0.3:
        return None
    moment = START + timedelta(minutes=chance.randint(0, 500_000))
    match field.kind:
        case "integer" | "decimal" | "money" | "percentage":
            return chance.randint(0, 10_000)
        case "boolean":
            return chance.random() < 0.5
        case "date":
            return moment.date()
        case "datetime":
            return moment.replace(tzinfo=None)
        case "enum":
            return chance.choice(field.values)[0]
        case "reference":
            return ids[field.target][number] if alone or field.unique else chance.choice(ids[field.target])
    words = ["12", "3,50", "2025-02-03", "oui", "Zoé", "é" * 30, f"a{number}@example.org", "+33612345678", "x"]
    unique = f"{number:x}" if field.unique or field.given or alone else ""
    return (unique + chance.choice(words))[: field.most or 34]


def filled(connection, plan, chance, count):
    """Give each table *count* records; return them by table and id."""
    ids: dict[str, list[uuid.UUID]] = {}
    for entity in plan.entities:
        names = [uuid.UUID(int=chance.getrandbits(128)) for _number in range(count)]
        rows = []
        together = {name for rule in entity.rules for name in rule.data.get("fields", ())}
        for number, key in enumerate(names):
            row = {field.name: value(field, chance, number, ids, field.name in together) for field in entity.fields}
            rows.append(
                row
                | {
                    "id": key,
                    "version": 1,
                    "created_at": START.replace(tzinfo=None),
                    "changed_at": START.replace(tzinfo=None),
                }
            )
        ids[entity.name] = names
        connection.execute(table(plan, entity).insert(), rows)


def table(plan, entity):
    return growing.Table(f"{plan.name}_{entity.plural}", tuple(columns(entity))).sql()


def columns(entity):
    return [growing.Column(field.name, field.kind, length=0) for field in entity.fields]


def everything(connection, plan):
    """Return table → id → record, as JSON has it."""
    return {
        entity.plural: {
            str(row["id"]): {name: encoded(one) for name, one in row.items()}
            for row in connection.execute(sa.select(table(plan, entity))).mappings()
        }
        for entity in plan.entities
    }


def schema(connection):
    """Return what the database says of its tables."""
    known = sa.inspect(connection)
    return {
        name: (
            sorted((each["name"], str(each["type"]), each["nullable"]) for each in known.get_columns(name)),
            sorted(each["name"] for each in known.get_unique_constraints(name)),
            sorted(each["name"] for each in known.get_foreign_keys(name)),
            sorted(each["name"] for each in known.get_indexes(name)),
        )
        for name in known.get_table_names()
    }


def grown(editor, document, random_edit, seed, steps):
    """Return the document after some edits that records can follow."""
    chance, found, made = random.Random(seed), document, 0
    while made < steps:
        try:
            edited = editor.edit(found, random_edit(chance, found)).structure
            Growth().grow(rendered(document), edited)
        except Invalid:
            continue
        found, made = edited, made + 1
    return found


def unaccounted(before, after, found, was, now, lines):
    """Return the values of the old records that are neither in the new ones nor in the file."""
    kept: dict[tuple[str, str], Any] = {}
    for line in lines:
        kept[line["table"], line["id"]] = line
    missing = []
    for pair in found:
        if pair.old is None:
            continue
        names = {old.name: new for new, old in pair.fields if old and new}
        for key, row in was[pair.old.plural].items():
            line = kept.get((f"{before.name}_{pair.old.plural}", key), {})
            if "row" in line:
                missing += [name for name, one in row.items() if line["row"].get(name) != one]
                continue
            fresh = now[pair.new.plural][key] if pair.new else {}
            for field in pair.old.fields:
                one, new = row[field.name], names.get(field.name)
                if one is None or line.get("values", {}).get(field.name, {}).get("was") == one:
                    continue
                if new is None or not reads_back(pair, field, new, one, fresh.get(new.name)):
                    missing.append((pair.old.plural, field.name, one, fresh.get(new.name) if new else None))
    return missing


def reads_back(pair, old, new, was, now):
    """True when the new value says what the old one said."""
    if was == now:
        return True
    ends = [
        growing.Column(each.name, each.kind, values=tuple(name for name, _title in each.values)) for each in (new, old)
    ]
    again = converted(decoded(now, ends[0]), *ends, {})[0]
    return encoded(again) == was or (pair.choices or {}).get(new.name, {}).get(was) == now


@pytest.mark.parametrize("seed", range(5))
def test_no_value_is_lost_that_the_file_does_not_hold(editor, club, database, tmp_path, random_edit, seed):
    """Ten random edits of a club with records in each table: all is there, the tables are those of a new plugin, and the way back gives the same."""
    journey(editor, club, database, tmp_path, random_edit, seed, edits=10, count=40)


@pytest.mark.exhaustive
@pytest.mark.parametrize("seed", range(100, 150))
def test_fifty_sequences_of_edits_with_a_thousand_records(editor, club, database, tmp_path, random_edit, seed):
    """The same, fifty times, with a thousand records."""
    journey(editor, club, database, tmp_path, random_edit, seed, edits=12, count=170)


def journey(editor, club, database, tmp_path, random_edit, seed, *, edits, count):
    file = tmp_path / "kept.jsonl"
    document = grown(editor, club, random_edit, seed, edits)
    before, after = planned(club), planned(document)
    found = pairs(before, after)
    text = migration(before, after, found, 2, "club_0001")
    run(database, first(club), "upgrade")
    filled(database, before, random.Random(seed), count)
    old_schema, was = schema(database), everything(database, before)
    try:
        run(database, text, "upgrade", file)
    except sa.exc.IntegrityError as error:  # said beforehand: two records with the same value stop the step
        assert "UNIQUE" in str(error) and any(
            "no two records" in line or "rules" in line for line in Growth().grow(rendered(club), document).differences
        )
        return
    now = everything(database, after)
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []
    assert unaccounted(before, after, found, was, now, lines) == []
    assert not lines or Growth().grow(rendered(club), document).losses
    new_schema = schema(database)
    run(database, text, "downgrade", tmp_path / "kept.down.jsonl")
    assert everything(database, before) == was
    assert schema(database) == old_schema
    run(database, first(club), "downgrade")
    run(database, first(document), "upgrade")
    assert schema(database) == new_schema


def test_a_version_without_other_tables_has_no_migration(editor, club, edit):
    """A title is no table."""
    after = planned(edit(club, "set_title", title="Autre").structure)
    assert reshaped(planned(club), after, pairs(planned(club), after)) == []
    assert not [path for path in Growth().grow(rendered(club), after.structure).files if "0002" in path]


def test_tables_without_rows_are_reshaped_outside_of_an_act(club, edit, database):
    """A plugin's own tests run its migrations where there is no data folder."""
    document = edit(club, "add_field", table="event", label="Couleur").structure
    before, after = planned(club), planned(document)
    text = migration(before, after, pairs(before, after), 2, "club_0001")
    run(database, first(club), "upgrade")
    old = schema(database)
    run(database, text, "upgrade")
    assert schema(database) != old
    run(database, text, "downgrade")
    assert schema(database) == old


def test_a_column_of_somebody_else_stops_the_step(club, edit, database, tmp_path):
    """Its table would be made anew without it."""
    document = edit(club, "add_field", table="event", label="Couleur").structure
    before, after = planned(club), planned(document)
    run(database, first(club), "upgrade")
    database.execute(sa.text("ALTER TABLE club_events ADD COLUMN mine TEXT"))
    with pytest.raises(ValueError, match="mine"):
        run(database, migration(before, after, pairs(before, after), 2, "club_0001"), "upgrade", tmp_path / "kept")


def test_text_becomes_numbers_as_far_as_it_can(club, edit, database, tmp_path):
    """What is no number stays in the file, as it was written."""
    document = edit(
        edit(club, "add_field", table="event", label="Jauge", type="text").structure, "set_title", title="x"
    ).structure
    number = edit(document, "change_field", table="event", field="jauge", type="integer").structure
    before, after = planned(document), planned(number)
    run(database, first(document), "upgrade")
    filled(database, before, random.Random(1), 30)
    was, file = everything(database, before)["events"], tmp_path / "kept.jsonl"
    run(database, migration(before, after, pairs(before, after), 2, "club_0001"), "upgrade", file)
    now = everything(database, after)["events"]
    kept = {
        line["id"]: line["values"]["jauge"]["was"] for line in map(json.loads, file.read_text("utf-8").splitlines())
    }
    assert {now[key]["jauge"] for key, row in was.items() if row["jauge"] == "12"} == {12}
    assert all(
        kept[key] == row["jauge"]
        for key, row in was.items()
        if row["jauge"] not in (None, "12", "x"[:0]) and now[key]["jauge"] is None
    )
