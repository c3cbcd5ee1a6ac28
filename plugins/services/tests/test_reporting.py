"""What the command line tells people."""

from __future__ import annotations

from dataclasses import replace

import pytest
from dihya_hookspecs.generation import Proposal
from dihya_services.reporting import show, tell

PROPOSAL = Proposal("sante", 0.9, "rules", "", "deterministic", "", {}, "cabinet", "Cabinet")
LINE = {"name": "one name", "passed": True, "seconds": 0.1, "detail": ""}


@pytest.mark.parametrize(
    ("proposer", "model", "tier", "said"),
    [
        ("person", "", "person", "you"),
        ("rules", "", "deterministic", "fixed rules, no model"),
        ("embedded", "small", "embedded", "the model small on this machine"),
        ("cloud", "big", "provider", "the model big of cloud"),
    ],
)
def test_who_proposed_is_said_in_words(app, capsys, proposer, model, tier, said) -> None:
    """A person reads the title of the template and who proposed it, and no name of a tier."""
    with app.act():
        tell(replace(PROPOSAL, proposer=proposer, model=model, tier=tier), "cabinet")
    assert capsys.readouterr().err == f"template “Sante”: certain, proposed by {said}\nplugin 'cabinet'\n"


def test_without_a_folder_the_reason_is_said(capsys) -> None:
    """The lines of the proof stand on standard output, what went wrong on standard error."""
    show({"proof": [LINE, {**LINE, "passed": False, "detail": "no"}], "directory": None, "error": "no"}, False)
    said = capsys.readouterr()
    assert said.out == "ok   one name\nFAIL one name  no\n" and said.err == "error: no\n"
