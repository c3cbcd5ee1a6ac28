"""SQL injection is seen in the statement itself."""


def test_a_value_that_is_written_into_a_statement_is_found(found):
    """Of all filters, searches and fields, only the one whose value stands in the text of a statement is told."""
    assert found("sql_injection") == {"GET /holes/found": "the value became part of a statement"}


def test_bound_values_are_tried_and_raise_nothing(assault):
    """The lists of the resources are attacked by every filter, and none of them is in the findings."""
    result = assault("sql_injection")
    assert result.tries > 50 and not [each for each in result.findings if "notes" in each.address]
