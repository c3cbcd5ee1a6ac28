"""The keys on their way to another machine."""

from __future__ import annotations

import stat

import pyrage
import pytest
from dihya_hookspecs import DihyaError, Invalid
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.keys import KeyUse
from dihya_keys.agreement import agree
from dihya_keys.handover import Handover, KeyFile, Passphrase, hand_along
from dihya_keys.signing import LocalSigner

WORDS = "quatre mots sans rapport"


@pytest.fixture
def lock(tmp_path):
    """A key file: passphrases take a second each, on purpose."""
    (tmp_path / "lock").write_text(f"# public\n{pyrage.x25519.Identity.generate()}\n")
    return KeyFile(tmp_path / "lock")


@pytest.fixture
def file(machine, tmp_path, lock):
    """The exported keys of machine a."""
    keys = machine("a")
    agree(keys)
    Handover.of(keys).write(tmp_path / "out", lock)
    return tmp_path / "out"


def test_the_second_machine_has_the_same_keys(machine, file, lock):
    """After the import both agree with the database, and a second import changes nothing."""
    here = machine("b")
    assert sorted(Handover.read(file, lock).put(here.folder, here.ledger)) == ["door", "log"]
    assert {name: here.signer(name).id for name in here.names()} == {
        name: machine("a").signer(name).id for name in ("door", "log")
    }
    agree(here)
    assert Handover.read(file, lock).put(here.folder, here.ledger) == []


def test_the_file_is_closed_and_holds_nothing_in_clear(machine, file):
    """Mode 0600, the age format, and no part of a key."""
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and file.read_bytes().startswith(b"age-encryption.org")
    assert b"PRIVATE" not in file.read_bytes() and machine("a").folder.installation.encode() not in file.read_bytes()


def test_only_the_same_secret_opens(machine, file, tmp_path):
    """A passphrase opens what it sealed; another one, and a key file for another, get a sentence that says what would do."""
    found = Handover.of(machine("a"))
    found.write(tmp_path / "words", Passphrase(WORDS))
    assert Handover.read(tmp_path / "words", Passphrase(WORDS)) == found
    (tmp_path / "other").write_text(str(pyrage.x25519.Identity.generate()))
    for path, wrong in (("words", Passphrase(WORDS.upper())), ("out", KeyFile(tmp_path / "other"))):
        with pytest.raises(Invalid, match="does not open with this secret; give the passphrase or key file"):
            Handover.read(tmp_path / path, wrong)


def test_a_changed_file_opens_nothing(file, lock):
    """One other byte at the end, and it is refused."""
    raw = bytearray(file.read_bytes())
    raw[-1] ^= 1
    file.write_bytes(raw)
    with pytest.raises(Invalid, match="does not open"):
        Handover.read(file, lock)


def test_what_holds_no_keys_is_named(tmp_path, lock):
    """Something else that opens with the secret."""
    (tmp_path / "other").write_bytes(
        pyrage.encrypt(
            b"[]", [pyrage.x25519.Identity.from_str((tmp_path / "lock").read_text().split()[-1]).to_public()]
        )
    )
    with pytest.raises(Invalid, match="holds no keys of Dihya"):
        Handover.read(tmp_path / "other", lock)


@pytest.mark.parametrize(("path", "said"), [("out", "exists already"), ("no/where", "cannot be written: No such file")])
def test_where_nothing_can_be_written(machine, file, lock, tmp_path, path, said):
    """What is there stays; the sentence names the file."""
    before = file.read_bytes()
    with pytest.raises(Invalid, match=said):
        Handover.of(machine("a")).write(tmp_path / path, lock)
    assert file.read_bytes() == before


def test_another_key_of_the_same_name_stops_everything(machine, file, lock):
    """Nothing is overwritten, and nothing else is written; the sentence names the key, both ids and the file."""
    here = machine("b", ledger=None)
    here.folder.write("log", LocalSigner.create("log"))
    with pytest.raises(Invalid, match=r"key 'log' is in '.*' already and is another one .*move log\.key away"):
        Handover.read(file, lock).put(here.folder, here.ledger)
    assert here.names() == ["log"]


def test_another_installation_is_refused(machine, file, lock):
    """Of the folder, and of the database."""
    found = Handover.read(file, lock)
    other = Handover("0" * 16, found.keys)
    with pytest.raises(Invalid, match="and this database is of installation"):
        other.put(machine("b").folder, machine("b").ledger)
    machine("c").folder.belong("f" * 16)
    with pytest.raises(Invalid, match="and the keys in '.*/c/keys' are of installation ffff"):
        found.put(machine("c").folder, None)
    assert machine("b").names() == machine("c").names() == []


def test_there_is_nothing_to_export_before_the_set_up(machine):
    """The sentence says what to do first."""
    with pytest.raises(Invalid, match="run 'dihya setup' first"):
        Handover.of(machine("a"))


def test_what_plugins_give_along_arrives(machine, lock, tmp_path):
    """Each takes what its own key brought; what cannot be read is said."""
    arrived = []
    uses = (KeyUse("log", Text("signs", "signe"), give=lambda: "last words", take=arrived.append),)
    keys = machine("a", uses=uses)
    agree(keys)
    Handover.of(keys).write(tmp_path / "out", lock)
    hand_along(Handover.read(tmp_path / "out", lock), machine("b", uses=uses))
    assert arrived == ["last words"]
    broken = (KeyUse("log", Text("signs", "signe"), take=lambda text: int(text)),)
    with pytest.raises(DihyaError, match="came along with key 'log' cannot be read"):
        hand_along(Handover("x", {}, {"log": "words"}), machine("b", uses=broken))


def test_short_words_are_refused():
    """Twelve characters at least."""
    with pytest.raises(Invalid, match="12 characters at least, got 5"):
        Passphrase("short")


@pytest.mark.parametrize(("content", "said"), [(None, "cannot be read: No such file"), ("x", "is no key file")])
def test_what_is_no_key_file_is_named(tmp_path, content, said):
    """Missing, or something else."""
    if content:
        (tmp_path / "key").write_text(content)
    with pytest.raises(Invalid, match=said):
        KeyFile(tmp_path / "key")
