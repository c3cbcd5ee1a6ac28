"""The desk: demands stay open while a part is missing, and receipts name nobody."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from dataclasses import asdict

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.data import Model
from dihya_hookspecs.rgpd import People, Subject
from dihya_rgpd.settling import committed
from sqlalchemy import select, text


def subjects_of(world, who):
    return [Subject("canary_people", who[0], "canary")]


def everything(world):
    """Return each row of each toy table as text, by table."""
    found = {}
    with world.app.act("look") as act:
        for table in Model.metadata.sorted_tables:
            if table.name.startswith("canary_"):
                found[table.name] = [
                    {column.key: repr(row[column]) for column in table.columns}
                    for row in act.session.execute(select(table)).mappings()
                ]
    return found


def unpack(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def erase(world, who):
    with world.app.act("erase") as act:
        outcome = act.get(People).fulfil(subjects_of(world, who))
    with world.app.act("settle"):
        committed(outcome.demand)
    return outcome


def test_a_failing_plugin_keeps_the_demand_open(world):
    """What a plugin cannot erase keeps the demand open and the person findable; repeating it finishes both."""
    world.plugin.files = {world.tin[0]: {"a": b"1"}}
    world.plugin.broken = {"erase"}
    outcome = erase(world, world.tin)
    assert [part.plugin for part in outcome.failed] == ["canary"] and not outcome.complete
    with world.app.act("look") as act:
        desk = act.get(People)
        assert [row.state for row in desk.receipts.recent()] == ["incomplete"]
        assert desk.find(world.tin[1]["email"]) == subjects_of(world, world.tin)
    assert world.tin[1]["wish"] not in repr(everything(world))
    world.plugin.broken = set()
    outcome = erase(world, world.tin)
    assert outcome.complete and not world.plugin.files
    with world.app.act("look") as act:
        assert [row.state for row in act.get(People).receipts.recent()] == ["done", "done"]
        assert act.get(People).find(world.tin[1]["email"]) == subjects_of(world, world.tin)  # an invoice is kept


def test_a_plugin_that_breaks_the_transaction_breaks_only_its_part(world):
    """An error of the database inside a plugin's hook leaves the demand open, and the rest is erased."""
    world.plugin.broken = {"database"}
    outcome = erase(world, world.tin)
    assert [part.plugin for part in outcome.failed] == ["canary"]
    assert world.tin[1]["wish"] not in repr(everything(world))
    with world.app.act("look") as act:
        assert [row.state for row in act.get(People).receipts.recent()] == ["incomplete"]


def test_tables_of_absent_plugins_are_reported(world):
    """A table that no active plugin describes makes export and erasure incomplete, and the check fails."""
    with world.app.act("look") as act:
        assert "columns about people are covered" in act.get(People).probe()
    with world.app.engine.begin() as connection:
        connection.execute(text("CREATE TABLE gone_members (id INTEGER PRIMARY KEY, email TEXT)"))
        connection.execute(
            text("INSERT INTO gone_members VALUES (1, :email)"), {"email": world.tin[1]["email"].upper()}
        )
    with world.app.act("look") as act:
        desk = act.get(People)
        assert [one.table for one in desk.reach.residual()] == ["gone_members"]
        outcome = desk.disclose(subjects_of(world, world.tin), target := io.BytesIO())
        data = target.getvalue()
        assert outcome.residual == ("gone_members",) and not outcome.complete
        assert json.loads(unpack(data)["manifest.json"])["coverage"]["residual"] == ["gone_members"]
    with pytest.raises(Exception, match="gone_members"), world.app.act("look") as act:
        act.get(People).probe()


def test_a_desk_in_a_fresh_process_knows_every_table(tmp_path):
    """Whatever asks first, the desk covers the columns of all plugins: doctor does not say that it covers none."""
    code = (
        "import sys; from dihya_core.loading import loader; from dihya_core.data.acts import RuntimeActs\n"
        "from dihya_core.access import AccessRules; from dihya_hookspecs.rgpd import People\n"
        f"runtime = loader.build(given={{'dihya': {{'data': {str(tmp_path)!r}}}}}, only=['db', 'rgpd', 'securite'], environ={{}})\n"
        "with RuntimeActs(runtime, AccessRules(runtime)).open('x') as act:\n"
        "    print(len(list(act.get(People).annotations.places())))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert int(done.stdout or 0) > 10, done.stderr


def test_a_missing_table_is_reported(world):
    """A table that was never created is named, and does not keep the rest from being exported."""
    with world.app.engine.begin() as connection:
        connection.execute(text("DROP TABLE canary_traces"))
    with world.app.act("look") as act:
        outcome = act.get(People).disclose(subjects_of(world, world.tin), io.BytesIO())
    assert [part.reason for part in outcome.failed] == [
        "table canary_traces is not in the database; run the migrations"
    ]


def test_a_failure_undoes_everything(world):
    """An act that fails after the erasure leaves every row, and no receipt."""
    before = everything(world)
    with pytest.raises(RuntimeError), world.app.act("erase") as act:
        act.get(People).erase(subjects_of(world, world.tin))
        raise RuntimeError("no")
    assert everything(world) == before
    with world.app.act("look") as act:
        assert act.get(People).receipts.recent() == []


def test_nobody_is_not_a_subject(world):
    """An empty demand is refused; somebody unknown has nothing to erase."""
    with world.app.act("erase") as act:
        desk = act.get(People)
        with pytest.raises(Invalid):
            desk.erase([])
        with pytest.raises(Invalid):
            desk.subject("elsewhere_people", "1")
        outcome = desk.fulfil([Subject("canary_people", "not-a-key", "canary")])
        assert [asdict(e) for e in outcome.erasures if e.source != "archive"] == []
