"""The folder holds everything that a clean machine needs, and what its owner wants to know."""

import csv
import json
import re
import subprocess

import pytest
from dihya_distributions import metapackage
from dihya_distributions.assembly import assemble
from dihya_distributions.packages import Package


@pytest.fixture
def folder(shelf, tmp_path):
    """An assembled distribution with two statements beside its manifest, one about a wheel of another byte."""
    club = Package(shelf.add("dihya-club", "1.0"))
    (tmp_path / "statements").mkdir()
    for name, digest in (("club", club.sha256), ("old", "0" * 64)):
        (tmp_path / "statements" / f"{name}.json").write_text(json.dumps({"subject": {"sha256": digest}}))
    manifest = shelf.manifest('[plugins]\nclub = "*"\n', 'statements = "statements"\n')
    assemble(manifest, [club, metapackage.write(manifest, [club], tmp_path)], tmp_path / "suite-1.2")
    return tmp_path / "suite-1.2"


def test_every_wheel_goes_in_with_the_digest_that_it_must_have(folder):
    """pip installs nothing else, and no other bytes."""
    lines = (folder / "requirements.txt").read_text().splitlines()
    assert [re.sub(r"[0-9a-f]{64}$", "…", line) for line in lines] == [
        "dihya-club==1.0 --hash=sha256:…",
        "suite==1.2 --hash=sha256:…",
    ]
    assert len(list((folder / "wheels").glob("*.whl"))) == 2


def test_licences_are_there_as_texts_and_as_a_table(folder):
    """What a package does not say is told as not said."""
    assert (folder / "licences" / "dihya-club-1.0" / "LICENSE").is_file()
    rows = list(csv.reader((folder / "licences" / "licences.csv").read_text().splitlines()))
    assert rows[1:] == [["dihya-club", "1.0", "MIT", "LICENSE"], ["suite", "1.2", "not said", "none in the wheel"]]


def test_only_statements_about_these_bytes_go_along(folder):
    """One about another wheel would say what nobody tried."""
    assert [path.name for path in (folder / "statements").iterdir()] == ["club.json"]


def test_no_word_is_left_open_and_the_launcher_is_a_script(folder):
    """Name, version and Python stand in every file, and a shell reads the launcher."""
    for name in ("suite", "dihya.toml", "Containerfile", "README.md", "README.fr.md"):
        text = (folder / name).read_text()
        assert "suite" in text and not re.search(r"@(name|version|title|summary|python|machine)@", text), name
    assert subprocess.run(["sh", "-n", folder / "suite"]).returncode == 0
    assert (folder / "suite").stat().st_mode & 0o111 == 0o111


def test_the_container_file_copies_what_is_there_and_needs_no_network(folder):
    """Its steps name the launcher of the folder; it fetches nothing, and serves as nobody in particular."""
    lines = (folder / "Containerfile").read_text()
    assert "COPY . /opt/suite" in lines and "/opt/suite/suite install" in lines and "USER dihya" in lines
    assert not re.search(r"pip |apt|curl|http://", lines)
    assert {"environment", "data"} <= set((folder / ".containerignore").read_text().splitlines())


@pytest.mark.parametrize(
    ("python", "said"),
    [
        ("python-that-is-not", "no 'python-that-is-not' here; install Python"),
        ("./old", "was built for Python .* and './old' is 2.7"),
    ],
)
def test_the_launcher_says_which_python_it_needs(folder, python, said):
    """One that is absent or of another version ends in one sentence, and makes no environment."""
    (folder / "old").write_text("#!/bin/sh\necho 2.7\n")
    (folder / "old").chmod(0o755)
    done = subprocess.run(
        ["./suite", "install"],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "PYTHON": python},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1 and re.match(f"error: .*{said}", done.stderr) and not (folder / "environment").exists()


def test_wheels_of_other_bytes_are_not_installed(folder, monkeypatch):
    """What is not as its digest says ends the installation, with how to find which."""
    import sys

    monkeypatch.setenv("PYTHON", sys.executable)
    with (folder / "wheels" / "dihya_club-1.0-py3-none-any.whl").open("ab") as wheel:
        wheel.write(b"more")
    done = subprocess.run(["./suite", "install"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 1 and "sha256sum --check SHA256SUMS" in done.stderr
    assert not list((folder / "environment").glob("suite-*"))
