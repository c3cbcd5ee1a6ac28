"""What takes ages."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from dihya_tests.exploits.outcome import Tally

overload = import_module("dihya_tests.exploits.overload")


def test_a_repetition_within_a_repetition_is_found(found):
    """The pattern whose time doubles with each character is told; the search and the forms of the resources are not."""
    assert found("overload") == {"GET /holes/tags": "the time grows by more than the text"}


@pytest.fixture
def measure(monkeypatch):
    """Measures a route whose answers take these seconds of processor time, by the length of the text; returns the successes."""

    def measured(seconds):
        def timed(site, route, address, given):
            return seconds(len(given["query_string"]["tags"])), None

        monkeypatch.setattr(overload, "_timed", timed)
        site = SimpleNamespace(filled=lambda route, values, otherwise: {"query_string": values})
        tally = Tally("overload", "mend it", "nothing")
        overload._measure(site, tally, SimpleNamespace(table="", method="GET", path="/tags"), "/tags", "tags", "a")
        return list(tally.found)

    return measured


def test_what_is_loaded_by_the_first_request_is_no_success(measure):
    """A view imports what it needs when it is called first, and that takes long once, whatever the text."""
    calls = []

    def seconds(length):
        calls.append(length)
        return 0.5 if len(calls) == 1 else 0.06

    assert measure(seconds) == []


def test_time_that_grows_by_more_than_the_text_is_one(measure):
    """Twice for each character more, each time that it is asked."""
    assert measure(lambda length: 2.0 ** (length - 25)) == [("GET", "/tags", "the time grows by more than the text")]
