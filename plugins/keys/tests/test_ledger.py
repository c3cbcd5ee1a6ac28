"""What the database knows of the keys."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from dihya_hookspecs import DihyaError
from dihya_keys.signing import LocalSigner
from sqlalchemy import text

MONTH = timedelta(days=30)


def test_a_database_gets_one_name(ledger):
    """The first name stands, whoever comes later."""
    assert ledger.ready and ledger.installation() == ""
    assert ledger.begin() == ledger.begin() == ledger.installation() != ""


def test_a_place_is_taken_once(ledger):
    """The second key of one name and number is refused, and the first stays."""
    first, second = LocalSigner.create("log"), LocalSigner.create("log")
    assert ledger.add("log", first) and not ledger.add("log", second)
    assert [row.id for row in ledger.known()] == [first.id]


def test_a_new_key_is_sealed(ledger):
    """The row of a key that replaced the first holds no private half in clear, and opens with the first only."""
    first, other = LocalSigner.create("log"), LocalSigner.create("log")
    ledger.add("log", first)
    new = ledger.rotate("log", first, MONTH)
    (_, row) = ledger.known()
    assert row.sealed and new.text() not in row.sealed
    assert [key.id for key in ledger.later("log", first, ledger.known())] == [new.id]
    with pytest.raises(DihyaError, match="was not sealed by the first one"):
        ledger.later("log", other, ledger.known())


def test_a_row_that_was_moved_does_not_open(ledger):
    """What was sealed for one name is no key of another."""
    first = LocalSigner.create("log")
    ledger.add("log", first)
    ledger.rotate("log", first, MONTH)
    with ledger._told().begin() as connection:
        connection.execute(text("UPDATE keys_known SET name = 'door'"))
    with pytest.raises(DihyaError, match="was not sealed"):
        ledger.later("door", first, ledger.known())


def test_what_was_replaced_long_ago_goes(ledger):
    """Keys replaced longer ago than is asked for are forgotten; the first, which seals the others, stays."""
    with time_machine.travel("2026-01-01T00:00:00Z") as clock:
        first = LocalSigner.create("log")
        ledger.add("log", first)
        second = ledger.rotate("log", first, MONTH)
        third = ledger.rotate("log", first, MONTH)
        clock.shift(timedelta(days=40))
        fourth = ledger.rotate("log", first, MONTH)
        assert [row.id for row in ledger.known()] == [first.id, third.id, fourth.id]
        assert second.made_at < third.made_at < fourth.made_at


def test_a_key_that_nobody_knows_is_not_replaced(ledger):
    """Before the set-up there is nothing to replace; the sentence says so."""
    with pytest.raises(DihyaError, match="run 'dihya setup'"):
        ledger.rotate("log", LocalSigner.create("log"), MONTH)
