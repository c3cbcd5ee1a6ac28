"""Nobody who was erased comes back with an old copy of the database."""

from __future__ import annotations

import shutil
from types import SimpleNamespace

import pytest
from dihya_hookspecs import DihyaError, hookimpl
from dihya_hookspecs.data import Database
from dihya_hookspecs.rgpd import Erasure, People, Subject
from dihya_keys.service import FileKeys
from dihya_rgpd.models import DemandRow
from dihya_rgpd.replaying import after_restore, after_setup, probe, replay, take_over
from dihya_rgpd.settling import committed
from dihya_rgpd.signing import Seal
from dihya_rgpd.tombstones import Tombstones
from sqlalchemy import delete, text


def subjects_of(who):
    return [Subject("canary_people", who[0], "canary")]


def erase(world, who):
    with world.app.act("erase") as act:
        outcome = act.get(People).fulfil(subjects_of(who))
    with world.app.act("settle"):
        committed(outcome.demand)
    return outcome


def stones_of(app):
    return Tombstones(app.data, Seal(FileKeys(app.data / "keys")))


def find(app, who):
    with app.act("find") as act:
        return act.get(People).find(who[1]["email"])


def bring_back(world, who):
    """Make the database what it was before everybody was erased, as a restored copy is."""
    with world.app.act("restore") as act:
        act.session.execute(delete(DemandRow))
        act.session.execute(text("DELETE FROM rgpd_retained"))
        act.session.execute(
            text("UPDATE canary_people SET email = :email, name = 'Tin' WHERE email LIKE 'erased-%'"),
            {"email": who[1]["email"]},
        )


@pytest.fixture
def old(world):
    """An application whose database was put back to before an erasure."""
    erase(world, world.tin)
    bring_back(world, world.tin)
    return world


def test_an_erasure_leaves_a_committed_tombstone_that_names_nobody(world):
    """The tombstone holds table and opaque key, and no personal value, and it is committed."""
    outcome = erase(world, world.tin)
    (stone,) = stones_of(world.app).committed()
    assert (stone.demand, stone.subjects) == (outcome.demand, tuple(subjects_of(world.tin)))
    assert "Canary" not in stones_of(world.app).path.read_text()


def test_an_erasure_that_failed_leaves_none(world):
    """An act that fails after erasing leaves a tombstone that never counts, and nobody is erased by it later."""
    with pytest.raises(RuntimeError), world.app.act("erase") as act:
        act.get(People).erase(subjects_of(world.tin))
        raise RuntimeError("no")
    assert stones_of(world.app).committed() == []
    with world.app.act("start"):
        assert replay() == 0
    assert find(world.app, world.tin) == subjects_of(world.tin)


def test_what_an_old_copy_brings_back_is_erased_again(old):
    """The erasure is repeated with an event, and its receipt stands again under its number."""
    assert find(old.app, old.tin) == subjects_of(old.tin)
    with old.app.act("start"):
        assert replay() == 1
    (stone,) = stones_of(old.app).committed()
    with old.app.act("look") as act:
        (row,) = act.get(People).receipts.recent()
        assert (row.id, row.kind, row.state, row.result["replayed"]) == (stone.demand, "erase", "done", True)
        assert act.session.scalar(text("SELECT count(*) FROM canary_people WHERE email LIKE 'Canary-tin%'")) == 0
    assert [event.facts.get("replayed") for event in old.app.trail if event.action == "rgpd.erase"] == [None, True]
    with old.app.act("start"):
        assert replay() == 0


def test_nothing_is_served_before_it_is_erased_again(old, make_app):
    """Starting a server on a database that was simply copied back erases first."""
    again = make_app("rgpd", plugins={"canary": old.plugin}, data=old.app.data, serving=True, config=_database_of(old))
    with again.act("look") as act:
        assert act.session.scalar(text("SELECT count(*) FROM canary_people WHERE email LIKE 'Canary-tin%'")) == 0


def test_a_server_does_not_start_while_it_cannot_be_erased_again(old, make_app):
    """When a plugin cannot repeat its part, nothing is served, and the error names the plugin."""
    old.plugin.broken = {"erase"}
    with pytest.raises(DihyaError, match="'canary' failed"):
        make_app("rgpd", plugins={"canary": old.plugin}, data=old.app.data, serving=True, config=_database_of(old))
    assert find(old.app, old.tin) == subjects_of(old.tin)


def test_a_running_server_says_that_its_database_was_replaced(old):
    """The critical health check fails while erasures are missing, and passes once they are repeated."""
    with pytest.raises(DihyaError, match="1 erasures are missing"), old.app.act("health"):
        probe()
    with old.app.act("start"):
        replay()
        assert probe() == "all 1 erasures are in the database"


def test_a_command_erases_again_before_it_answers(old):
    """The desk on the command line does not find whom an old copy has brought back."""
    found = old.app.cli("rgpd", "find", old.tin[1]["email"], "--json").stdout
    assert "canary_lines" not in found and '"canary_invoices"' in found


def test_setting_up_erases_again(old):
    """The step of ``dihya setup`` repeats erasures, and says how many."""
    with old.app.act("setup"):
        assert after_setup() == "1 repeated after a restore"
        assert after_setup() == "nothing to repeat"


def test_a_restore_erases_again_what_the_replaced_folder_knew(old, tmp_path):
    """on_restored takes over the tombstones of the folder that is replaced, sealed by another key, and repeats them."""
    previous = tmp_path / "previous"
    shutil.copytree(old.app.data / "rgpd", previous / "rgpd")
    shutil.copytree(old.app.data / "keys", previous / "keys")
    stones_of(old.app).path.unlink()
    (old.app.data / "keys" / "rgpd.key").unlink()
    with old.app.act("restore"):
        after_restore(previous)
    assert len(stones_of(old.app).committed()) == 1
    with old.app.act("look") as act:
        assert act.session.scalar(text("SELECT count(*) FROM canary_people WHERE email LIKE 'Canary-tin%'")) == 0


def test_a_restore_keeps_the_tombstones_of_both(world, tmp_path):
    """An older file of tombstones that a backup brings is merged with the newer ones, and replaces none."""
    erase(world, world.tin)
    older = tmp_path / "previous"
    shutil.copytree(world.app.data / "rgpd", older / "rgpd")
    shutil.copytree(world.app.data / "keys", older / "keys")
    erase(world, world.ada)
    with world.app.act("restore"):
        assert take_over(older) == 0
    assert len(stones_of(world.app).committed()) == 2


def test_a_process_that_died_after_its_commit_has_committed(world):
    """A tombstone without confirmation is confirmed when the database has the receipt."""
    erase(world, world.tin)
    stones = stones_of(world.app)
    lines = stones.path.read_text().splitlines(keepends=True)
    stones.path.write_text(lines[0])
    assert stones.committed() == []
    with world.app.act("start"):
        assert replay() == 0
    assert len(stones.committed()) == 1


def test_a_database_without_tables_is_not_served_with_tombstones(old):
    """Where there are tombstones and no table of receipts, the error says which command repeats them."""
    with old.app.engine.begin() as connection:
        connection.execute(text("DROP TABLE rgpd_demands"))
    with pytest.raises(DihyaError, match="dihya setup"), old.app.act("start"):
        replay()


def test_whom_a_plugin_refuses_to_erase_does_not_keep_a_server_from_starting(old):
    """A refusal is a decision and no failure: it is written into the receipt, and the server starts."""

    @hookimpl
    def on_rgpd_erase(subject, demand):
        return Erasure("canary_people", retained=1, reason="the last one", refused=True)

    old.app.hooks.hook_caller.register("keeper", SimpleNamespace(on_rgpd_erase=on_rgpd_erase, __doc__="x"))
    old.app.hooks.hook_caller.freeze()
    with old.app.act("start"):
        assert replay() == 1
    with old.app.act("look") as act:
        (row,) = act.get(People).receipts.recent()
        assert row.state == "incomplete" and row.result["erasures"][0]["reason"] == "the last one"


def _database_of(world):
    with world.app.act("look") as act:
        url = act.get(Database).engine.url.render_as_string(hide_password=False)
    return {"db": {"url": url}}
