"""What an error stands for."""

from __future__ import annotations

import click
import pytest
from dihya_core.data.outcomes import explained, lacks_table, status_of
from dihya_hookspecs import DihyaError, Invalid, NotFound, Refused
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import NotFound as PageNotFound


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Invalid("x"), 422),
        (NotFound("x"), 404),
        (Refused("x"), 403),
        (DihyaError("x", status=503), 503),
        (PageNotFound(), 404),
        (click.UsageError("x"), 400),
        (KeyboardInterrupt(), 400),
        (RuntimeError("x"), 500),
        (OSError(2, "x"), 500),
    ],
)
def test_an_error_has_one_status(error, status):
    """Ours have their own, those of Flask and Click theirs, and whatever else is a failure of ours."""
    assert status_of(error) == status


def test_a_row_that_changed_meanwhile_is_a_conflict():
    """It is a conflict whichever plugin wrote the row."""
    told = explained(StaleDataError("x"))
    assert isinstance(told, Invalid) and told.status == 409 and told.code == "stale"


@pytest.mark.parametrize("words", ["UNIQUE constraint failed: a.b", "FOREIGN KEY constraint failed"])
def test_a_row_whose_place_is_taken_is_a_conflict(words):
    """A row whose place is taken is a conflict, and so is one whose reference is gone."""
    told = explained(IntegrityError("x", {}, Exception(words)))
    assert isinstance(told, Invalid) and told.status == 409 and words not in told.message


def test_a_mistake_of_ours_stays_what_it_is():
    """A column that may not be empty is no conflict."""
    error = IntegrityError("x", {}, Exception("NOT NULL constraint failed: a.b"))
    assert explained(error) is error


def caused(error, cause):
    error.__cause__ = cause
    return error


class Undefined(Exception):
    """What psycopg raises for a table that is not there."""

    sqlstate = "42P01"


MISSING = OperationalError("SELECT 1", {}, Exception("no such table: a_b"))


@pytest.mark.parametrize("error", [MISSING, OperationalError("x", {}, Undefined()), caused(RuntimeError("x"), MISSING)])
def test_a_table_that_is_not_there_is_told_from_everything_else(error):
    """Both engines are understood, and so is a plugin that says it in words of its own."""
    assert lacks_table(error)


@pytest.mark.parametrize(
    "error",
    [
        UnicodeEncodeError("ascii", "é", 0, 1, "x"),
        OperationalError("x", {}, Exception("no such column: a")),
        RuntimeError("no such table: a_b"),
    ],
)
def test_no_other_failure_is_taken_for_a_missing_table(error):
    """Neither one of another kind, nor one whose words only sound like it."""
    assert not lacks_table(error)
