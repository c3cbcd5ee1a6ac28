"""The checks that there are."""

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.i18n import Text
from dihya_tests.suite import registry
from dihya_tests.suite.model import COLUMNS


def test_every_check_says_in_both_languages_what_holds_and_what_to_do():
    """Each check says in both languages what holds and what to do, and belongs to one of the nine columns."""
    found = registry.checks()
    assert found
    for name, one in found.items():
        assert one.column in COLUMNS
        for text in (one.sentence, one.advice):
            assert text.en and text.fr and text.en != text.fr, name


def test_a_name_without_a_column_is_no_check():
    """The author of a check is told at import."""
    with pytest.raises(ValueError, match="names no check"):
        registry.check("beauty.colour", Text("a", "a"), advice=Text("b", "b"))
    with pytest.raises(ValueError, match="names no check"):
        registry.check("docs", Text("a", "a"), advice=Text("b", "b"))


def test_two_modules_do_not_share_a_name():
    """The second one would replace the first without a word."""
    taken = next(iter(registry.checks()))
    with pytest.raises(ValueError, match="is there already"):
        registry.check(taken, Text("a", "a"), advice=Text("b", "b"))(lambda plugin: None)


def test_a_column_brings_the_checks_that_its_own_need():
    """Asked alone, it has what it looks at."""
    found = registry.chosen("extensible")
    for one in found.values():
        assert set(one.needs) <= found.keys()
    with pytest.raises(Invalid, match="'beauty' is no column"):
        registry.chosen("beauty")


def test_the_version_of_the_suite_holds_its_code():
    """A changed line makes another suite, so that no old result stands for it."""
    assert registry.suite().startswith(f"{registry.VERSION}+")
    assert len(registry.suite().partition("+")[2]) == 16
