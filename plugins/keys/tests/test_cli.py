"""``dihya keys``."""

from __future__ import annotations

import json

import pyrage
import pytest
from dihya_hookspecs.data import Database
from dihya_hookspecs.keys import Keys

WORDS = "quatre mots sans rapport"


@pytest.fixture
def app(make_app):
    """An application that is set up, with keys of two plugins."""
    app = make_app("keys", "audit", "securite")
    with app.act("setup") as act:
        act.get(Keys).agree()
    return app


@pytest.fixture
def second(app, make_app, tmp_path):
    """Another data folder on the same database."""
    with app.act("look") as act:
        url = act.get(Database).engine.url.render_as_string(hide_password=False)
    return make_app("keys", "audit", "securite", config={"db": {"url": url}}, data=tmp_path / "second", tables=False)


def test_the_list_shows_no_secret(app):
    """Name, id, day and purpose of each key; nothing of a private half."""
    done = app.cli("keys", "list", "--json")
    rows = {row["name"]: row for row in json.loads(done.stdout)}
    assert {"audit", "securite", "securite.tokens"} <= rows.keys() and all(row["purpose"] for row in rows.values())
    text = app.cli("keys", "list").stdout
    assert rows["audit"]["id"] in text and "PRIVATE" not in text + done.stdout


def test_a_key_that_is_not_made_yet_is_listed(make_app):
    """Before the set-up the list says what will be made."""
    assert "not made yet" in make_app("keys", "audit").cli("keys", "list").stdout


def test_keys_go_to_another_machine(app, second, tmp_path):
    """Before the import the second one refuses; after it, it has the keys and writes into the same log."""
    file, secret = tmp_path / "out", tmp_path / "secret"
    secret.write_text(str(pyrage.x25519.Identity.generate()))
    assert "dihya keys import" in second.cli("setup").output
    done = app.cli("keys", "export", str(file), "--key-file", str(secret))
    assert done.exit_code == 0 and "PRIVATE" not in done.output
    done = second.cli("keys", "import", str(file), "--key-file", str(secret))
    assert done.exit_code == 0, done.output
    assert "PRIVATE" not in done.output and "3 keys are in" in done.output
    with second.act("work") as act:
        act.record("keys.worked")
    assert {"keys.exported", "keys.imported", "keys.worked"} <= {event.action for event in app.trail + second.trail}


def test_a_passphrase_is_asked_for_or_read(app, second, tmp_path):
    """Asked for twice at the export, and shown neither time; a wrong one is an error, and the right one may lie in a file."""
    done = app.cli("keys", "export", str(tmp_path / "out"), input=f"{WORDS}\n{WORDS}\n")
    assert done.exit_code == 0 and WORDS not in done.output
    done = second.cli("keys", "import", str(tmp_path / "out"), input="four other words here\n")
    assert done.exit_code == 1 and "does not open with this secret" in done.stderr
    assert not list((second.data / "keys").glob("*.key"))
    (tmp_path / "words").write_text(f"{WORDS}\n")
    done = second.cli("keys", "import", str(tmp_path / "out"), "--passphrase-file", str(tmp_path / "words"))
    assert done.exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--passphrase-file", "w", "--key-file", "k"), "not both"),
        (("--passphrase-file", "nowhere"), "cannot be read: No such file"),
        (("--key-file", "nowhere"), "cannot be read: No such file"),
    ],
)
def test_secrets_that_cannot_be_used(app, tmp_path, arguments, said):
    """Each is said in one sentence, and no file is written."""
    done = app.cli("keys", "export", str(tmp_path / "out"), *arguments)
    assert done.exit_code == 1 and said in done.stderr and not (tmp_path / "out").exists()


def test_a_file_that_is_there_is_kept(app, tmp_path):
    """Before any passphrase is asked for."""
    (tmp_path / "out").write_text("mine")
    assert "exists already" in app.cli("keys", "export", str(tmp_path / "out")).stderr
    assert (tmp_path / "out").read_text() == "mine"


def test_a_key_is_replaced_by_hand(app):
    """The new id is said and audited; keys that are for good, and unknown ones, are refused."""
    done = app.cli("keys", "rotate", "securite.tokens")
    with app.act("look") as act:
        id = act.get(Keys).signer("securite.tokens").id
    assert done.exit_code == 0 and id in done.stdout
    assert [event.facts["id"] for event in app.trail if event.action == "keys.rotated"] == [id]
    assert "is for good" in app.cli("keys", "rotate", "audit").stderr
    assert "known: audit, securite, securite.tokens" in app.cli("keys", "rotate", "nothing").stderr
