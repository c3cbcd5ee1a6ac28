"""Whether the keys in the folder are those of the database, and what is said where they are not."""

from __future__ import annotations

import shutil

import pytest
from dihya_hookspecs import DihyaError, Invalid, hookimpl
from dihya_hookspecs.data import Database
from dihya_hookspecs.keys import Keys
from dihya_keys.agreement import Disagreement, agree, compare, elsewhere, ensure, probe
from dihya_keys.ledger import Ledger
from sqlalchemy import create_engine, text

EXPORT = "run 'dihya keys export FILE' on the machine that has them, and 'dihya keys import FILE' here"


def test_a_new_installation_makes_every_key(machine):
    """All that is declared is made, known to the database, and found again; a second time changes nothing."""
    keys = machine("a")
    assert (
        agree(keys) == agree(keys) == probe(keys).replace(", those that the database knows", f" in {keys.folder.path}")
    )
    assert keys.names() == ["door", "log"]
    assert {row.name: row.id for row in keys.ledger.known()} == {name: keys.signer(name).id for name in ("door", "log")}
    assert keys.folder.installation == keys.ledger.installation() != ""


def test_a_second_folder_without_keys_is_told_what_to_copy(machine):
    """An old database with no keys: the sentence names the keys and both commands, and nothing is made."""
    agree(machine("a"))
    with pytest.raises(Disagreement, match=r"keys \(door, log\) are not in '.*/b/keys'; ") as caught:
        agree(machine("b"))
    assert caught.value.message.endswith(EXPORT) and machine("b").names() == []


def test_old_keys_on_a_new_database_are_told_to_go_home(machine, tmp_path):
    """A fresh database with old keys: put the database back, or begin anew."""
    keys = machine("a")
    agree(keys)
    with keys.ledger._told().begin() as connection:
        for table in ("keys_known", "keys_installation"):
            connection.execute(text(f"DELETE FROM {table}"))
    with pytest.raises(Disagreement, match=r"this one is new; set \[db\] url .*'dihya restore FILE'.*move .* away"):
        agree(keys)


def test_the_keys_of_another_installation_are_named(machine, tmp_path):
    """Both names stand in the sentence."""
    other = create_engine(f"sqlite:///{tmp_path / 'other.db'}")
    Installation, KnownKey = machine_tables()
    KnownKey.metadata.create_all(other, tables=[Installation.__table__, KnownKey.__table__])
    agree(machine("a"))
    keys = machine("b", ledger=Ledger(lambda: other))
    agree(keys)
    moved = machine("b")
    with pytest.raises(
        Disagreement, match=f"of installation {moved.folder.installation}, and .* {moved.ledger.installation()}"
    ):
        agree(moved)
    other.dispose()


def machine_tables():
    from dihya_keys.models import Installation, KnownKey

    return Installation, KnownKey


def test_one_other_key_is_named(machine):
    """A key that was made anew is no key of this database; the sentence names both."""
    keys = machine("a")
    agree(keys)
    old = keys.signer("log").id
    (keys.folder.path / "log.key").unlink()
    with pytest.raises(Disagreement, match=r"keys \(log\)"):
        compare(keys, keys.ledger)
    from dihya_keys.signing import LocalSigner

    keys.folder.write("log", LocalSigner.create("log"))
    with pytest.raises(Disagreement, match=f"is {keys.signer('log').id}, and the one of this database is {old}"):
        probe(keys)


def test_files_that_were_copied_by_hand_are_accepted(machine):
    """All keys of the database are here: that is what matters."""
    first = machine("a")
    agree(first)
    shutil.copytree(first.folder.path, machine("b").folder.path)
    (machine("b").folder.path / "installation").unlink()
    agree(machine("b"))
    assert machine("b").folder.installation == first.folder.installation


def test_what_a_plugin_makes_itself_is_not_made_here(machine):
    """A key that only its plugin can make is made by it."""
    from dihya_hookspecs.i18n import Text
    from dihya_hookspecs.keys import KeyUse

    keys = machine(
        "a", uses=(KeyUse("log", Text("signs", "signe"), make=lambda: keys.create("log", label="own-name")),)
    )
    agree(keys)
    assert keys.signer("log").label == "own-name"


def test_a_database_that_does_not_answer_is_no_reason(machine, caplog):
    """The server starts, and the log says that nothing was compared; what else is wrong is not swallowed."""

    def broken(code):
        def begin():
            raise DihyaError("the database does not answer", code=code, status=503)

        return machine(code, ledger=Ledger(begin))

    ensure(broken("database-unreachable"))
    assert "could not be compared with the database: the database does not answer" in caplog.text
    with pytest.raises(DihyaError):
        ensure(broken("other"))


def test_the_sentence_sorts_the_names(tmp_path):
    """The sentence sorts the names, so that two machines say the same."""
    assert "(a, b)" in elsewhere(["b", "a"], tmp_path).message


def test_nothing_is_served_with_other_keys(make_app, tmp_path):
    """A server in a second data folder does not start; with the keys it does, and setting up says the same sentence."""
    from types import SimpleNamespace

    @hookimpl
    def register_keys():
        from dihya_hookspecs.i18n import Text
        from dihya_hookspecs.keys import KeyUse

        return KeyUse("signs", Text("signs", "signe"))

    plugins = {"signs": SimpleNamespace(register_keys=register_keys, __name__="dihya_signs")}
    first = make_app("keys", plugins=plugins)
    with first.act("setup") as act:
        act.get(Keys).agree()
        url = act.get(Database).engine.url.render_as_string(hide_password=False)
    given = {"config": {"db": {"url": url}}, "plugins": plugins, "tables": False}
    with pytest.raises(
        Invalid, match="plugin 'keys' lets nothing be served: this database belongs to .*dihya keys import"
    ):
        make_app("keys", data=tmp_path / "b", serving=True, **given)
    assert "dihya keys import" in make_app("keys", data=tmp_path / "b", **given).cli("setup").output
    shutil.copytree(first.data / "keys", tmp_path / "b" / "keys")
    make_app("keys", data=tmp_path / "b", serving=True, **given)
