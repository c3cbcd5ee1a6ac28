"""Signed exports."""

import csv
import io
import json
import zipfile

import pytest
from dihya_generation_logs.export import check, pack
from dihya_generation_logs.service import GenerationLogs
from dihya_hookspecs import Invalid


@pytest.fixture
def packed(make_app, make):
    """Return a function that gives the export of two generations."""
    app = make_app("generation_logs")
    for number in (1, 2):
        with app.act():
            app.hooks.call("after_generation", project=make(f"pr{number}"))

    def export(form="jsonl"):
        with app.act() as act:
            logs = act.get(GenerationLogs)
            return pack(logs.between(), form, logs.marks.signer(), ("", ""))

    return export


def rewritten(data, name, change):
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
        for item in old.namelist():
            new.writestr(item, change(old.read(item)) if item == name else old.read(item))
    return target.getvalue()


def test_jsonl(packed):
    """One JSON line a generation, with its attempts."""
    with zipfile.ZipFile(io.BytesIO(packed())) as archive:
        rows = [json.loads(line) for line in archive.read("generations.jsonl").splitlines()]
    assert [row["project"] for row in rows] == ["pr1", "pr2"] and len(rows[0]["attempts"]) == 2


def test_csv(packed):
    """Two tables, joined by the generation's id."""
    with zipfile.ZipFile(io.BytesIO(packed("csv"))) as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("generations.csv").decode())))
        attempts = list(csv.DictReader(io.StringIO(archive.read("attempts.csv").decode())))
    assert len(rows) == 2 and len(attempts) == 4 and attempts[0]["generation_id"] == rows[0]["id"]


def test_checked(packed):
    """An export is right as it was made, also against the key that is trusted."""
    data = packed()
    assert check(data)["generations"] == 2
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert check(data, archive.read("public_key.pem"))


@pytest.mark.parametrize("name", ["generations.jsonl", "manifest.json", "manifest.sig"])
def test_changed(packed, name):
    """A changed file, manifest or signature is noticed."""
    with pytest.raises(Invalid):
        check(rewritten(packed(), name, lambda content: content.replace(content[5:6], b"#")))


def test_another_key(packed):
    """An export signed by somebody else is refused when the key is known."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    other = Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(Invalid, match="another key"):
        check(packed(), other)


def test_no_export():
    """Any other file is refused."""
    with pytest.raises(Invalid, match="no export"):
        check(b"hello")


def test_no_formulas():
    """A cell that a spreadsheet would run is defused."""
    from dihya_generation_logs.export import _cell

    assert _cell("=1+1") == "'=1+1" and _cell("plain") == "plain" and _cell(3) == 3
    assert _cell("  =1+1") == "'  =1+1" and _cell("\n=1") == "'\n=1" and _cell(" plain") == " plain"
