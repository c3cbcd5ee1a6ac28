"""The keys of an installation."""

from __future__ import annotations

from datetime import timedelta

import pytest
from dihya_hookspecs import DihyaError, NotFound
from dihya_hookspecs.keys import Keys
from dihya_keys.service import FileKeys, folder_of
from dihya_keys.settings import Settings

MONTH = timedelta(days=30)


def test_asking_makes_nothing(machine, tmp_path):
    """A key that is not here is an error that names folder and key."""
    keys = machine("a")
    with pytest.raises(NotFound, match="no key 'log' in"):
        keys.signer("log")
    assert keys.names() == [] and not (tmp_path / "a").exists()


def test_a_key_is_made_once_with_its_label(machine):
    """A second asking returns the key that stands; without a label it bears its name."""
    keys = machine("a")
    assert keys.create("log", label="my-log").id == keys.create("log", label="other").id
    assert (keys.signer("log").label, keys.create("door").label) == ("my-log", "dihya-door")
    assert keys.names() == ["door", "log"]


def test_no_second_key_is_made_where_the_database_knows_one(machine):
    """Another data folder on the same database gets the sentence that says what to copy, and makes nothing."""
    machine("a").agree()
    with pytest.raises(DihyaError, match="dihya keys export FILE.*dihya keys import FILE"):
        machine("b").create("log")
    assert machine("b").names() == []


def test_another_process_changes_the_file(machine):
    """A key that was put in place of another is noticed."""
    keys = machine("a")
    first = keys.create("log").id
    (keys.folder.path / "log.key").unlink()
    assert machine("a").create("log").id == keys.signer("log").id != first


def test_a_new_key_signs_on_every_machine(machine):
    """Whoever looks anew sees it; who has just looked goes on with the old one for a minute at most."""
    now = [0.0]
    here, there = machine("a"), machine("a", lambda: now[0])
    here.agree()
    old = there.signer("door").id
    new = here.rotate("door", keep=MONTH).id
    assert here.signer("door").id == new and there.signer("door").id == old
    now[0] += 2
    assert [key.id for key in there.public("door", fresh=True)] == [old, new] and there.signer("door").id == new
    here.rotate("door", keep=MONTH)
    now[0] += 2
    assert there.signer("door").id == new
    now[0] += 60
    assert there.signer("door").id == here.signer("door").id != new


def test_keys_are_not_replaced_without_a_database(tmp_path):
    """Another machine could not know of it; the sentence says what is missing."""
    keys = FileKeys(tmp_path)
    keys.create("door")
    with pytest.raises(DihyaError, match="dihya-db"):
        keys.rotate("door", keep=MONTH)


def test_the_keys_of_another_data_folder(machine, tmp_path):
    """They are read where they lie, and compared with no database."""
    keys = machine("a")
    keys.create("log")
    assert machine("b").beside(tmp_path / "a").signer("log").id == keys.signer("log").id


def test_the_folder_is_configured(make_app, tmp_path):
    """Without a setting keys lie in the data folder; an absolute path is taken as it is."""
    assert folder_of(Settings(), tmp_path) == tmp_path / "keys"
    app = make_app("keys", config={"keys": {"folder": str(tmp_path / "secret")}})
    with app.act("make") as act:
        act.get(Keys).create("keys")
    assert (tmp_path / "secret" / "keys.key").exists() and not (app.data / "keys").exists()


def test_an_application_has_one(make_app):
    """Every act gets the same object, which remembers what it read."""
    app = make_app("keys")
    with app.act("one") as act:
        first = act.get(Keys)
    with app.act("two") as act:
        assert act.get(Keys) is first
