"""``dihya generate``: one command from an idea to a folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


def generate(
    app,
    tmp_path: Path,
    *arguments: str,
    idea: str = "gérer les adhérents et les cotisations",
    input: str | bytes | None = None,
):
    """Run the command into a folder below *tmp_path*."""
    return app.cli("generate", "--idea", idea, "--out", str(tmp_path / "out"), *arguments, input=input)


def test_json_is_one_object_and_the_folder_is_there(app, tmp_path: Path) -> None:
    """The object says everything; messages go to standard error; the folder holds the files."""
    result = generate(app, tmp_path, "--json")
    assert result.exit_code == 0, result.stderr
    report = json.loads(result.stdout)
    assert set(report) >= {
        "id",
        "template",
        "proposer",
        "confidence",
        "tier",
        "entities",
        "files",
        "proof",
        "durations",
        "directory",
    }
    assert (report["template"], report["tier"], report["entities"]) == (
        "association",
        "deterministic",
        ["association_members"],
    )
    folder = Path(report["directory"])
    assert folder == tmp_path / "out" / "dihya-association"
    assert (
        sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()) == report["files"]
    )
    assert all(line["passed"] for line in report["proof"])
    assert "template “Association”: rather certain, proposed by fixed rules, no model\n" in result.stderr


def test_lines_for_people(app, tmp_path: Path) -> None:
    """Without --json the proof stands on standard output line by line, and how to install it on standard error."""
    result = generate(app, tmp_path)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[:2] == ["ok   one name", "ok   its tests pass"]
    assert "dihya plugins install" in result.stderr


def test_options_template_name_and_language_are_taken(app, tmp_path: Path) -> None:
    """What is said on the command line is what is built."""
    result = generate(
        app,
        tmp_path,
        "--json",
        "--template",
        "sante",
        "--name",
        "cabinet",
        "--set",
        "seats=9",
        "--set",
        "donations=yes",
        "--lang",
        "en",
    )
    report = json.loads(result.stdout)
    assert (report["template"], report["name"], report["proposer"], report["tier"]) == (
        "sante",
        "cabinet",
        "person",
        "person",
    )
    with app.act() as act:
        from dihya_services.models import Generation

        needs = act.session.query(Generation).one().needs
    assert (needs["options"], needs["language"]) == ({"seats": 9, "donations": True}, "en")


def test_a_failed_proof_exits_with_one_and_writes_nothing(app, tmp_path: Path, fakes) -> None:
    """What is not proven is not written."""
    fakes.judge.passes = False
    result = generate(app, tmp_path, "--json")
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert report["status"] == "failed" and report["directory"] is None
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_there_is_kept(app, tmp_path: Path) -> None:
    """A target that is not empty is refused before anything is generated."""
    target = tmp_path / "out" / "dihya-association"
    target.mkdir(parents=True)
    (target / "mine.txt").write_text("x")
    result = generate(app, tmp_path)
    assert result.exit_code == 1 and "is not empty" in result.stderr
    assert [path.name for path in target.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("idea", "said"),
    [
        ("", "is empty"),
        ("x" * 10_000, "at most 4000"),
        ("?!", "fewer than 3 letters"),
        ("tout autre chose", "choose one of association, sante"),
    ],
)
def test_ideas_that_cannot_be_built_are_refused(app, tmp_path: Path, idea: str, said: str) -> None:
    """One clear sentence, exit code 1, no folder."""
    result = generate(app, tmp_path, idea=idea)
    assert result.exit_code == 1
    assert result.stderr.count("error: ") == 1 and said in result.stderr
    assert not (tmp_path / "out").exists()


def test_the_idea_comes_from_standard_input(app, tmp_path: Path) -> None:
    """A dash reads the idea; bytes that are not UTF-8 are a clear error."""
    assert generate(app, tmp_path, idea="-", input="gérer les adhérents et les cotisations\n").exit_code == 0
    result = generate(app, tmp_path / "two", idea="-", input="g\xe9rer les adh\xe9rents".encode("latin-1"))
    assert result.exit_code == 1 and "not UTF-8 (byte 1)" in result.stderr


@pytest.mark.parametrize("setting", ["nope=1", "seats", "seats=many"])
def test_wrong_settings_are_refused(app, tmp_path: Path, setting: str) -> None:
    """An unknown option, one without value and one of another type are errors."""
    result = generate(app, tmp_path, "--set", setting)
    assert result.exit_code == 1 and "error: " in result.stderr


def test_an_unknown_template_is_refused(app, tmp_path: Path) -> None:
    """A template that does not exist is an error."""
    result = generate(app, tmp_path, "--template", "nope")
    assert result.exit_code == 1 and "no template 'nope'" in result.stderr
