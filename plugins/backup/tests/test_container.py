"""The archive in the sealed file: what was put in comes out, and what was changed is found."""

from __future__ import annotations

import io
import json
import tarfile

import pytest
from dihya_backup.container import HEAD, MANIFEST, MARK, Manifest, Writer, unpack
from dihya_backup.seal import Key, Sealing, recipients
from dihya_hookspecs import DihyaError, Invalid


def write(path, key, files, *, sign=True):
    manifest = Manifest("2026-01-01T00:00:00Z", "here", {"notes": "1.0"})
    with path.open("wb") as file, Sealing(file, recipients([key.public])) as sealing:
        writer = Writer(sealing, manifest, key if sign else None)
        for name, data in files.items():
            source = path.with_name("source")
            source.write_bytes(data)
            writer.add(name, source)
        writer.close()
    return manifest


def forge(path, key, change):
    """Write the archive again, its members changed by somebody who has the key to open it."""
    from dihya_backup.seal import Opening

    opening = Opening(path, key)
    with tarfile.open(mode="r|gz", fileobj=opening.stream) as archive:
        members = {member.name: archive.extractfile(member).read() for member in archive}
    opening.end()
    change(members)
    forgeable(path, key, members)


@pytest.fixture
def file(tmp_path, key):
    write(tmp_path / "b", key, {"files/keys/a": b"A" * 10, "parts/db/x": b"X" * 100_000, "parts/storage/y": b""})
    return tmp_path / "b"


def test_what_was_put_in_comes_out(tmp_path, key):
    """Files with their bytes, and the manifest with its facts."""
    said = write(tmp_path / "b", key, {"files/é/ö": b"1", "parts/db/x": b"2" * 70_000})
    found = unpack(tmp_path / "b", key, tmp_path / "out")
    assert found == said and found.digest == said.digest and found.size == 70_001
    assert (tmp_path / "out/files/é/ö").read_bytes() == b"1"
    assert (tmp_path / "out/parts/db/x").read_bytes() == b"2" * 70_000


def test_every_changed_byte_is_found(file, key, tmp_path):
    """A bit flipped at any of forty places of the file."""
    whole = file.read_bytes()
    for number in range(40):
        content = bytearray(whole)
        content[25 + number * (len(whole) - 26) // 40] ^= 0x10
        file.write_bytes(content)
        with pytest.raises(DihyaError):
            unpack(file, key, tmp_path / f"out{number}")


def test_every_cut_is_found(file, key, tmp_path):
    """A file that ends early, at any of twenty places."""
    whole = file.read_bytes()
    for number in range(20):
        file.write_bytes(whole[: 25 + number * (len(whole) - 26) // 20])
        with pytest.raises(DihyaError):
            unpack(file, key, tmp_path / f"out{number}")


def test_a_missing_part_is_found(file, key, tmp_path):
    """Even when whoever took it away could open the file."""
    forge(file, key, lambda members: members.pop("parts/db/x"))
    with pytest.raises(DihyaError, match="'parts/db/x' is missing"):
        unpack(file, key, tmp_path / "out")


def test_a_swapped_part_is_found(file, key, tmp_path):
    """A file of another backup in the place of its own."""
    forge(file, key, lambda members: members.update({"files/keys/a": b"B" * 10}))
    with pytest.raises(DihyaError, match="'files/keys/a' is not what the manifest says"):
        unpack(file, key, tmp_path / "out")


def test_an_added_file_is_found(file, key, tmp_path):
    """A file that the manifest does not name."""

    def add(members):
        last = {name: members.pop(name) for name in (MANIFEST, MARK)}
        members.update({"files/evil": b"x", **last})

    forge(file, key, add)
    with pytest.raises(DihyaError, match="'files/evil'"):
        unpack(file, key, tmp_path / "out")


def test_a_manifest_made_by_somebody_else_is_found(file, key, tmp_path):
    """Whoever knows only the public key cannot sign."""

    def change(members):
        said = json.loads(members[MANIFEST]) | {"made_on": "elsewhere"}
        members[MANIFEST] = json.dumps(said, sort_keys=True).encode()
        members[MARK] = Key.make(tmp_path / "theirs").sign(members[MANIFEST]).encode()

    forge(file, key, change)
    with pytest.raises(Invalid, match="made with another key"):
        unpack(file, key, tmp_path / "out")


def test_a_backup_for_public_keys_needs_a_word(tmp_path, key):
    """Nobody can tell who made it, so it is opened only when that is said."""
    write(tmp_path / "b", key, {"files/a": b"1"}, sign=False)
    with pytest.raises(Invalid, match="--unsigned"):
        unpack(tmp_path / "b", key, tmp_path / "out")
    assert unpack(tmp_path / "b", key, tmp_path / "out2", unsigned=True).files


@pytest.mark.parametrize("name", ["../evil", "/evil", "a/../../evil", "a//b", "."])
def test_nothing_is_written_outside(file, key, tmp_path, name):
    """A path that leads out of the folder is refused."""

    def change(members):
        kept = dict(members)
        members.clear()
        members.update({HEAD: kept.pop(HEAD), name: b"x", **kept})

    forge(file, key, change)
    with pytest.raises(DihyaError):
        unpack(file, key, tmp_path / "deep" / "out")
    assert not list(tmp_path.rglob("evil"))


def test_another_products_archive_is_refused(tmp_path, key):
    """Sealed for the same key, and yet no backup of ours."""
    for members, words in (({"notes.txt": b"x"}, "no backup"), ({HEAD: b'{"product": "x"}'}, "no backup")):
        forgeable(tmp_path / "b", key, members)
        with pytest.raises(Invalid, match=words):
            unpack(tmp_path / "b", key, tmp_path / "out")


def test_a_newer_format_is_named(tmp_path, key):
    """A backup of a later version is not guessed at."""
    forgeable(tmp_path / "b", key, {HEAD: b'{"product": "dihya", "format": 99}'})
    with pytest.raises(Invalid, match="format 99"):
        unpack(tmp_path / "b", key, tmp_path / "out")


def forgeable(path, key, members):
    with (
        path.open("wb") as file,
        Sealing(file, recipients([key.public])) as sealing,
        tarfile.open(mode="w|gz", fileobj=sealing.stream) as archive,
    ):
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
