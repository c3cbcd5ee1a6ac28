"""Requirements of a standard: what is met is shown by something that is there."""

import json

import pytest
from dihya_hookspecs import Invalid
from dihya_tests.marks import asvs


@pytest.fixture
def read(tmp_path):
    """Reads requirements from a folder with a test and a page."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_door.py").write_text('"""Door."""\n\n\ndef test_it_is_closed(): ...\n')
    (tmp_path / "README.md").write_text("# Door\n\n## The rules\n")

    def reading(*requirements):
        said = {"standard": "ASVS", "whole": {"1": "every chapter"}, "requirements": requirements}
        (tmp_path / "asvs.json").write_text(json.dumps(said))
        return asvs.read(tmp_path)

    return reading


def one(*proof, state="met", reason=""):
    return {"id": "1.2.3", "level": 1, "about": "a door", "state": state, "proof": list(proof), "reason": reason}


THERE = ("tests::test_it_is_closed", "README.md#the-rules", "README.md", "suite:docs.readme")


def test_what_is_there_proves(read, tmp_path):
    """A test, a heading, a page, a check of the suite."""
    assert list(asvs.flaws(read(one(*THERE)), tmp_path)) == []


@pytest.mark.parametrize(
    ("proof", "sentence"),
    [
        ("tests::test_it_is", "1.2.3: there is no test 'test_it_is' in 'tests'"),
        ("gate::test_it_is_closed", "1.2.3: there is no test 'test_it_is_closed' in 'gate'"),
        ("RULES.md", "1.2.3: there is no file 'RULES.md'"),
        ("README.md#rules", "1.2.3: there is no heading 'rules' in 'README.md'"),
        ("suite:docs.beauty", "1.2.3: no check is called 'docs.beauty'"),
    ],
)
def test_what_is_not_there_proves_nothing(proof, sentence, read, tmp_path):
    """It is named with its requirement."""
    assert list(asvs.flaws(read(one(proof)), tmp_path)) == [sentence]


@pytest.mark.parametrize(
    "said",
    [one(), one("README.md", state="unmet", reason="why"), one(state="unmet"), one(state="does not apply"), one(state="ok")],
)  # fmt: skip
def test_what_says_too_little_is_refused(said, read):
    """Met without a proof, not met without a reason."""
    with pytest.raises(Invalid, match="cannot be read"):
        read(said)


def test_a_folder_without_the_file_has_no_page(tmp_path):
    """It is nobody's duty."""
    assert asvs.read(tmp_path) is None


def test_the_page_leads_to_each_proof(read):
    """With a count for each level, and reasons in words."""
    text = asvs.page(read(one(*THERE), {**one(state="unmet", reason="nobody did it"), "id": "1.2.4"}))
    assert "Every chapter: 1 met, 1 unmet." in text
    assert "[it is closed](../tests); [README.md#the-rules](../README.md#the-rules)" in text
    assert "| 1.2.4 | a door | unmet | nobody did it |" in text
