"""Structures from files, from the command line and over REST."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

BASE = "/api/v1/generations"
DOCUMENT = {"format": "test", "name": "jardin", "title": "Le jardin", "language": "fr", "tables": ["plot"]}


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A document in a file."""
    path = tmp_path / "jardin.json"
    path.write_text(json.dumps(DOCUMENT), encoding="utf-8")
    return path


def test_an_idea_is_printed_as_a_document(app) -> None:
    """With the options that are set, and nothing is kept: no draft is left."""
    result = app.cli(
        "structure", "--idea", "gérer les adhérents et les cotisations", "--set", "donations=yes", "--name", "chez_nous"
    )
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["name"] == "chez_nous"
    assert app.client("admin").get(BASE).json["items"] == []


def test_a_document_is_edited_and_written(app, written: Path, tmp_path: Path) -> None:
    """Edits are made one after the other; what else they changed is said on standard error."""
    target = tmp_path / "other.json"
    edits = ["--edit", '{"title": "Un"}', "--edit", '{"title": "Deux"}']
    result = app.cli("structure", "--structure", str(written), *edits, "--out", str(target))
    assert result.exit_code == 0 and result.stdout == "" and result.stderr.count("the title was changed") == 2
    assert json.loads(target.read_text("utf-8")) == {**DOCUMENT, "title": "Deux"}


def test_the_schemas_are_printed_and_served(app) -> None:
    """Of the document and of an edit; both by the command and over REST."""
    for option, path in (("--schema", "structure-schema"), ("--edits", "edit-schema")):
        printed = json.loads(app.cli("structure", option).stdout)
        assert printed["type"] == "object" and app.client("user").get(f"{BASE}/{path}").json == printed


@pytest.mark.parametrize("piped", [False, True])
def test_a_document_becomes_a_plugin(app, written: Path, tmp_path: Path, piped: bool) -> None:
    """From a file and from standard input; the folder holds the plugin that it names."""
    out, given = tmp_path / "out", written.read_text("utf-8") if piped else None
    result = app.cli(
        "generate", "--structure", "-" if piped else str(written), "--out", str(out), "--json", input=given
    )
    assert result.exit_code == 0, result.stderr
    assert (out / "dihya-jardin" / "README.md").exists()
    assert json.loads(result.stdout)["proposer"] == "person"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xff\xfe{}", "is not UTF-8"),
        (b"{", "is no JSON: line 1"),
        (b"[]", "is no JSON object"),
        (b'{"a": 1, "a": 2}', "'a' is given twice"),
        (b'{"a": NaN}', "NaN is no number"),
        (b"[" * 100_000, "nested too deeply"),
        (b" " * 2_000_001, "more than 2000000 bytes"),
        (b"", "is no JSON"),
        (b"{}", "no tables"),
    ],
)  # fmt: skip
def test_what_is_no_document_is_refused_in_one_sentence(app, tmp_path: Path, data: bytes, said: str) -> None:
    """Exit code 1, no folder, no traceback."""
    path = tmp_path / "bad.json"
    path.write_bytes(data)
    result = app.cli("generate", "--structure", str(path), "--out", str(tmp_path / "out"))
    assert result.exit_code == 1 and said in result.stderr and result.stderr.count("error: ") == 1
    assert not (tmp_path / "out").exists()


def test_a_missing_file_and_a_byte_order_mark(app, tmp_path: Path) -> None:
    """The one is named with the reason; the other is no part of the document."""
    assert "cannot be read" in app.cli("structure", "--structure", str(tmp_path / "none.json")).stderr
    path = tmp_path / "bom.json"
    path.write_text(json.dumps(DOCUMENT), encoding="utf-8-sig")
    assert app.cli("structure", "--structure", str(path)).exit_code == 0


def test_an_idea_and_a_document_exclude_each_other(app, written: Path) -> None:
    """Neither, both, and options for a document are refused."""
    for arguments in ([], ["--idea", "x", "--structure", str(written)]):
        assert "either --idea or --structure" in app.cli("generate", *arguments).stderr
    assert "no options" in app.cli("generate", "--structure", str(written), "--set", "seats=3").stderr


def test_a_proposal_carries_its_structure_and_takes_it_back(app, work) -> None:
    """Proposed, changed, begun, and given back as it was built."""
    client = app.client("user")
    proposed = client.post(f"{BASE}/proposals", json={"idea": "gérer les adhérents et les cotisations"}).json
    assert proposed["structure"]["tables"] == ["member", "cotisation"]
    assert client.get(f"{BASE}/{proposed['id']}/structure").json == proposed["structure"]
    changed = {**proposed["structure"], "tables": ["member", "dog"]}
    answer = client.post(BASE, json={"proposal": proposed["id"], "structure": changed})
    assert answer.status_code == 202, answer.json
    work()
    found = client.get(answer.headers["Location"]).json
    assert found["status"] == "ready", found["error"]
    assert client.get(found["links"]["structure"]).json["tables"] == ["member", "dog"]
    assert app.client("user").get(found["links"]["structure"]).status_code == 404


def test_a_document_alone_is_begun(app, work) -> None:
    """Without an idea; name and title beside it win."""
    client = app.client("user")
    answer = client.post(BASE, json={"structure": DOCUMENT, "name": "potager"})
    assert (answer.status_code, answer.json["name"], answer.json["title"]) == (202, "potager", "Le jardin")
    work()
    assert client.get(answer.headers["Location"]).json["status"] == "ready"


def test_mistakes_of_a_document_have_their_place_in_the_body(app) -> None:
    """Pointers start at the body of the request."""
    answer = app.client("user").post(BASE, json={"structure": {"name": "x"}})
    assert answer.status_code == 422 and answer.json["errors"][0]["pointer"] == "/structure/tables"


def test_without_a_template_there_is_no_structure_yet(app) -> None:
    """What Dihya asks back has an empty one, and 404 at its address."""
    client = app.client("user")
    proposed = client.post(f"{BASE}/proposals", json={"idea": "locataire et loyer du bail"}).json
    assert (proposed["template"], proposed["structure"]) == ("", {})
    assert client.get(f"{BASE}/{proposed['id']}/structure").status_code == 404
