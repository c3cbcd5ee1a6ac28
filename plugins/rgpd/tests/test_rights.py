"""Rights and legal bases: the published table, cell by cell, and what is said of it."""

from __future__ import annotations

import pytest
from dihya_hookspecs._annotations import BASES
from dihya_hookspecs.i18n import Text
from dihya_rgpd import rights
from dihya_rgpd.models import RIGHTS

PUBLISHED = """
basis                access rectification erasure restriction portability objection withdrawal
consent              yes    yes           yes     yes         yes         withdraw  yes
contract             yes    yes           yes     yes         yes         no        no
legitimate_interest  yes    yes           yes     yes         no          yes       no
legal_obligation     yes    yes           until   yes         no          no        no
public_interest      yes    yes           no      yes         no          yes       no
vital_interests      yes    yes           yes     yes         no          no        no
"""
HEAD, *LINES = (line.split() for line in PUBLISHED.strip().splitlines())
CELLS = [(line[0], name, answer) for line in LINES for name, answer in zip(HEAD[1:], line[1:], strict=True)]


@pytest.mark.parametrize(("basis", "right", "answer"), CELLS)
def test_the_table_says_what_the_authority_published(basis, right, answer):
    """Each cell of it."""
    assert rights.TABLE[basis][right] == answer


def test_every_basis_and_every_right_has_its_cell():
    """No column can be declared, and no request noted, on which the table is silent."""
    assert set(rights.TABLE) == set(BASES)
    assert all(list(line) == list(RIGHTS) for line in rights.TABLE.values())


def test_what_is_taken_along_rests_on_consent_or_contract():
    """Article 20 knows these two bases."""
    assert rights.PORTABLE == ("consent", "contract")


def test_a_person_reads_a_line_for_each_basis_on_which_something_is_held():
    """In the order of the table, once each; a basis that is none has no line."""
    lines = rights.of(["legal_obligation", "contract", "contract", "legal_hold"])
    assert [line.basis for line in lines] == ["contract", "legal_obligation"]
    assert lines[1].called == Text("legal obligation", "obligation légale")
    assert lines[1].words[2] == Text(
        "once the duty to keep it has ended", "une fois l’obligation de conservation terminée"
    )


def test_the_rights_of_a_basis_are_said_with_their_condition():
    """Those that do not hold are left out."""
    said = [text.en for text in rights.rights_on("legal_obligation")]
    assert said[2] == "Erasure (article 17): once the duty to keep it has ended"
    assert [text.partition(" (")[0] for text in said] == ["Access", "Rectification", "Erasure", "Restriction"]
    assert rights.rights_on("legal_hold") == []


def test_a_right_that_holds_nowhere_is_known():
    """One basis on which it holds is enough, a condition too; where nothing is held nothing holds."""
    assert rights.nowhere(["legal_obligation"]) == ["portability", "objection", "withdrawal"]
    assert rights.nowhere(["legal_obligation", "contract"]) == ["objection", "withdrawal"]
    assert rights.holds("objection", ["consent"])
    assert not rights.holds("access", [])
