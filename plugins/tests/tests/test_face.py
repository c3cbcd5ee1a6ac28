"""The hooks of the plugin."""

from __future__ import annotations

import dihya_tests
from dihya_hookspecs.generation import Needs, Project, Prover


def project(files: dict[str, str]) -> Project:
    """A project with these files."""
    return Project("1", Needs("idea", "association", "petit"), files, "generating")


def test_refuses_projects_that_reach_too_far(petit) -> None:
    """A project with closed imports is refused with a finding; a good one is not."""
    assert dihya_tests.check_project(project(petit)) is None
    petit["src/dihya_petit/models.py"] += "\nimport subprocess\n"
    finding = dihya_tests.check_project(project(petit))
    assert finding is not None and "subprocess" in finding.detail


def test_provides_the_prover(make_app) -> None:
    """The Prover is found by its Protocol."""
    with make_app("tests").act() as act:
        assert type(act.get(Prover)).__name__ == "SandboxProver"


def test_offers_its_commands() -> None:
    """One proves a project, one checks any plugin, one keeps what a repository's plugins have earned."""
    from dihya_tests.cli import COMMANDS

    assert [command.name for command in COMMANDS] == ["prove", "check", "marks"]


def test_a_start_removes_what_killed_proofs_left(make_app, tmp_path) -> None:
    """What a proof wrote about somebody's idea does not stay in the data folder of a server that was killed."""
    left = tmp_path / "data" / "work" / "proof-left"
    left.mkdir(parents=True)
    (left / "README.md").write_text("somebody's idea")
    make_app("tests", data=tmp_path / "data")
    assert not left.exists()
