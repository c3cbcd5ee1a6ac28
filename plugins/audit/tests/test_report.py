"""What people and programs read of a verification."""

from __future__ import annotations

from dihya_audit.report import SHOWN, Report


def report(**values):
    return Report(**{"origin": "log", "size": 9, "checked": 9, "trusted": True, **values})


def test_neighbours_with_one_cause_are_one_line():
    """Findings of one kind about entries that follow each other are one, others stay apart."""
    found = report()
    for index in (3, 4, 5, 8):
        found.add("altered", "differs", index)
    found.add("altered", "is another", 6)
    found.add("missing", "removed", 10, 12)
    assert [finding.detail for finding in found.findings] == [
        "entries 3 to 5: differs", "entry 8: differs", "entry 6: is another", "entries 10 to 12: removed",
    ]  # fmt: skip
    assert found.data()["findings"][0] == {
        "kind": "altered",
        "detail": "entries 3 to 5: differs",
        "index": 3,
        "last": 5,
    }


def test_more_than_a_screen_is_counted():
    """Of very many findings the first are listed, and how many there are is said."""
    found = report()
    for index in range(0, 2 * SHOWN + 20, 2):
        found.add("altered", "differs", index)
    assert len(found.findings) == SHOWN and found.more == 10
    assert "and 10 findings more" in list(found.lines())


def test_verified_is_said_of_a_known_key_only():
    """With a known key a log is verified; with the bundle's own it is consistent."""
    assert list(report().lines()) == ["verified: 9 entries of log, checkpoint over 9 entries"]
    first, second = report(trusted=False, key="k").lines()
    assert first.startswith("consistent: ") and "signer not known" in second
