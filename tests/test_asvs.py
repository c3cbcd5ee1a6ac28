"""The list of requirements of the ASVS: whole where it says so, and each proof is there."""

from collections import Counter
from pathlib import Path

from dihya_tests.marks import asvs

ROOT = Path(__file__).resolve().parents[1]
# How many requirements each chapter of ASVS 5.0.0 has, of level 1, and of level 2 where the list says that it is whole.
FIRST = {1: 8, 2: 4, 3: 8, 4: 2, 5: 4, 6: 13, 7: 6, 8: 4, 9: 4, 10: 5, 11: 3, 12: 3, 13: 1, 14: 2, 15: 3}
SECOND = {7: 12, 8: 3, 9: 3, 14: 7, 16: 16}


def test_the_list_is_whole_and_each_proof_is_there():
    """Every requirement of level 1, and of level 2 in five chapters, is met by something that exists, or says why it is not."""
    found = asvs.read(ROOT / "docs")
    numbers = [one.id for one in found.requirements]
    assert len(set(numbers)) == len(numbers)
    for level, known in ((1, FIRST), (2, SECOND)):
        chapters = Counter(int(one.id.partition(".")[0]) for one in found.requirements if one.level == level)
        assert dict(chapters) == known
    assert list(asvs.flaws(found, ROOT)) == []


def test_the_page_is_that_of_the_list():
    """'dihya marks page' writes it."""
    assert (ROOT / "docs" / asvs.PAGE).read_text("utf-8") == asvs.page(asvs.read(ROOT / "docs"))
