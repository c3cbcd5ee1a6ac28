"""What takes ages."""


def test_a_repetition_within_a_repetition_is_found(found):
    """The pattern whose time doubles with each character is told; the search and the forms of the resources are not."""
    assert found("overload") == {"GET /holes/tags": "the time grows by more than the text"}
