"""The table of mutants is kept as it was found."""

from datetime import UTC, datetime

import pytest
from dihya_hookspecs import Invalid
from dihya_tests.marks import trials
from dihya_tests.suite.trial import Trial

FOUND = [
    Trial("no-licence", "cicd.licence", 3.0, ""),
    Trial("commits", "audit.one-transaction", 4.0, "also told by docs.readme: a | b\nc"),
    Trial("shelf", "", 9.0, ""),
]
DAY = datetime(2026, 5, 1, tzinfo=UTC)


def test_what_is_kept_is_read_again(tmp_path):
    """With the suite that was tried, and the day."""
    table = trials.tabled(FOUND, DAY)
    (tmp_path / trials.FILE).write_text(table.model_dump_json())
    assert trials.read(tmp_path) == table


def test_the_page_counts_what_was_told_rightly_and_the_alarms():
    """Mutants and good plugins apart, and a line for each."""
    text = trials.page(trials.tabled(FOUND, DAY))
    assert "1 of 2 plugins with one defect" in text and "(50.0%)" in text
    assert "1 good plugins raised 0 alarms" in text
    assert "| commits | `audit.one-transaction` | also told by docs.readme: a / b c |" in text
    assert "| shelf | none: it is good |  |" in text


def test_what_is_no_table_is_refused(tmp_path):
    """A folder without one has none."""
    assert trials.read(tmp_path) is None
    (tmp_path / trials.FILE).write_text('{"rows": []}')
    with pytest.raises(Invalid, match=r"mutants\.json' cannot be read"):
        trials.read(tmp_path)
