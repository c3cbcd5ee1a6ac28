"""What somebody enters, and corrects."""

from dihya_tests.workflows.filling import Filling, persuaded


def filling(walked, table="walked_loans"):
    return Filling(walked.resources[table], walked.rows_around(table, walked.everyone))


def test_every_field_gets_a_value_that_fits(walked):
    """A link leads to a row that is there, a number lies within its limits, a text holds the word."""
    values = filling(walked).values
    assert set(values) == {"member_id", "title", "days", "since", "until"}
    assert 1 <= values["days"] <= 60 and values["member_id"] in walked.stored()["walked_members"]


def test_what_is_refused_is_entered_otherwise(walked):
    """Only the refused field changes, until it is taken; an optional one is left empty at last."""
    mine, tried = filling(walked), []

    def enter(values):
        tried.append(dict(values))
        return None if values["until"] is None else {"until": "must not be before"}

    assert persuaded(mine, enter) is None
    assert {values["title"] for values in tried} == {mine.values["title"]} and len(tried) > 2


def test_a_field_that_takes_nothing_ends_it(walked):
    """Who is refused whatever they enter gives up, and the last refusal is told."""
    assert persuaded(filling(walked), lambda values: {"title": "no"}) == {"title": "no"}


def test_a_wrong_value_is_one_that_cannot_be(walked):
    """The first field with limits is broken: a name that is too long."""
    assert filling(walked, "walked_members").wrong() == ("name", "x" * 81)
