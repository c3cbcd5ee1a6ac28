"""A bundle that was touched names the entry."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile

import pytest
from dihya_audit import keys
from dihya_audit.note import Signer
from dihya_audit.verify import verify_bundle
from dihya_keys.service import FileKeys
from dihya_keys.signing import LocalSigner


def unpack(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def repack(files):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def lines_of(files):
    return files["entries.jsonl"].decode().split("\n")[:-1]


def with_lines(files, lines):
    return repack({**files, "entries.jsonl": "".join(f"{line}\n" for line in lines).encode()})


@pytest.fixture(params=["log", "act"])
def files(world, request):
    """The files of a bundle: of a log of eleven entries, or of an act with three (6, 7 and 8) in it."""
    world.write(11)
    return unpack(world.log.bundle("act-2" if request.param == "act" else None))


def named(report):
    return {finding.index for finding in report.findings if finding.index is not None}


def first(files):
    return json.loads(lines_of(files)[0])["index"]


def test_an_untouched_bundle_verifies(files):
    """What was exported verifies, and says that the key came with it."""
    report = verify_bundle(repack(files))
    assert report.ok and report.checked in (3, 11) and report.size == 11
    assert not report.trusted and "signer not known" in "".join(report.lines())
    assert not "".join(report.lines()).startswith("verified")


def test_an_altered_event_is_named(files):
    """One other character in an event names that entry, and no other."""
    lines = lines_of(files)
    lines[1] = lines[1].replace("toys_things", "toys_thinks")
    assert named(verify_bundle(with_lines(files, lines))) == {first(files) + 1}


def test_an_altered_event_with_a_new_hash_is_named(files):
    """Whoever computes the leaf hash again is still found out."""
    from dihya_audit.merkle import leaf_hash

    lines = lines_of(files)
    entry = json.loads(lines[1])
    entry["event"] = entry["event"].replace('"p1"', '"p2"')
    entry["leaf"] = leaf_hash(entry["event"].encode()).hex()
    lines[1] = json.dumps(entry)
    assert named(verify_bundle(with_lines(files, lines))) == {first(files) + 1}


@pytest.mark.parametrize("number", [0, 1, -1])
def test_a_removed_entry_is_named(files, number):
    """An entry that is missing at the beginning, in the middle or at the end is named."""
    lines = lines_of(files)
    gone = json.loads(lines.pop(number))["index"]
    report = verify_bundle(with_lines(files, lines))
    assert named(report) == {gone}
    assert "missing" in {finding.kind for finding in report.findings}


def test_swapped_entries_are_named(files):
    """Two events that changed places are both named."""
    lines = [json.loads(line) for line in lines_of(files)]
    for key in ("event", "leaf"):
        lines[0][key], lines[2][key] = lines[2][key], lines[0][key]
    report = verify_bundle(with_lines(files, [json.dumps(line) for line in lines]))
    assert named(report) == {first(files), first(files) + 2}


def test_an_invented_entry_is_named(files):
    """An entry beyond the log is named."""
    lines = lines_of(files)
    entry = {**json.loads(lines[0]), "index": 11}
    assert 11 in named(verify_bundle(with_lines(files, [*lines, json.dumps(entry)])))


def test_a_cut_file_is_noticed(files):
    """A truncated line is reported, and so is the entry that it was."""
    broken = {**files, "entries.jsonl": files["entries.jsonl"][:-40]}
    report = verify_bundle(repack(broken))
    assert "unreadable" in {finding.kind for finding in report.findings}
    assert max(json.loads(line)["index"] for line in lines_of(files)) in named(report)


def test_every_flipped_byte_is_noticed(files):
    """Whatever byte of whatever file is changed, the bundle does not verify."""
    for name, content in files.items():
        for place in range(0, len(content), max(1, len(content) // 40)):
            changed = bytearray(content)
            changed[place] ^= 1
            report = verify_bundle(repack({**files, name: bytes(changed)}))
            assert not report.ok, f"{name}, byte {place}"


def test_a_removed_file_is_noticed(files):
    """Whatever file is left out, the bundle does not verify."""
    for name in files:
        assert not verify_bundle(repack({other: files[other] for other in files if other != name})).ok, name


def test_two_files_of_one_name_are_refused(files):
    """What one reader sees and another does not is not verified."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive, pytest.warns(UserWarning, match="Duplicate"):
        for name, content in [("entries.jsonl", b"{}"), *files.items()]:
            archive.writestr(name, content)
    assert not verify_bundle(target.getvalue()).ok


def test_a_bundle_of_another_key_does_not_verify(world, files):
    """With the key that one trusts, a log that somebody else signed is refused, whatever key lies in it."""
    trusted = str(keys.signer(FileKeys(world.data / "keys")).verifier)
    report = verify_bundle(repack(files), trusted)
    assert report.ok and report.trusted
    stranger = str(Signer(LocalSigner.create("test-log")).verifier)
    assert not verify_bundle(repack(files), stranger).ok
    assert not verify_bundle(repack(files), "nonsense").ok


def test_what_is_no_bundle_is_unreadable(files):
    """Noise, a damaged ZIP and an empty one give one finding, not a traceback."""
    whole = repack(files)
    for data in (b"", b"noise", whole[:200], whole[: len(whole) // 2], repack({})):
        assert [finding.kind for finding in verify_bundle(data).findings] == ["unreadable"]


def test_it_verifies_without_the_rest_of_the_house(world, tmp_path):
    """The verifier runs as a module of its own and loads neither SQLAlchemy nor Flask."""
    world.write(4)
    file = tmp_path / "bundle.zip"
    file.write_bytes(world.log.bundle())
    code = (
        "import sys; from dihya_audit.verify import verify_bundle;"
        f"ok = verify_bundle(open({str(file)!r}, 'rb').read()).ok;"
        "sys.exit(bool({'sqlalchemy', 'flask', 'pydantic'} & set(sys.modules)) + 2 * (not ok))"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
    done = subprocess.run([sys.executable, "-m", "dihya_audit.verify", str(file)], capture_output=True, text=True)
    assert done.returncode == 2 and done.stdout.startswith("consistent: 4 entries of test-log")
    command = [sys.executable, "-m", "dihya_audit.verify", str(file), "--vkey", str(world.log.signer.verifier)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout.startswith("verified: 4 entries of test-log")
