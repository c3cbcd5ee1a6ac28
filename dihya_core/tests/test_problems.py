"""From an exception to a problem."""

import pytest
from dihya_core.request.problems import problem_of
from dihya_hookspecs import Flaw, Invalid
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import MethodNotAllowed, NotFound, TooManyRequests


class Body(BaseModel):
    """A request body."""

    name: str


def test_flaws_become_errors():
    """Each flaw becomes an error with its pointer."""
    problem = problem_of(Invalid("two mistakes", flaws=[Flaw("/a", "wrong")], params={"n": 2}))
    assert (problem.status, problem.detail, problem.params) == (422, "two mistakes", {"n": 2})
    assert problem.extensions == {"errors": [{"pointer": "/a", "detail": "wrong", "code": "invalid"}]}


def test_a_report_of_pydantic_is_a_failure_of_ours():
    """What people send is read with ``web.body``; a report that reaches the edge is a mistake of the code, and quotes nothing."""
    with pytest.raises(ValidationError) as caught:
        Body.model_validate({"name": ["secret"]})
    problem = problem_of(caught.value)
    assert (problem.status, problem.extensions) == (500, {})
    assert "secret" not in problem.detail


def test_headers_that_matter_are_kept():
    """Allow and Retry-After stand in the answer."""
    assert problem_of(MethodNotAllowed(["GET"])).headers == {"Allow": "GET"}
    assert problem_of(TooManyRequests(retry_after=3)).headers == {"Retry-After": "3"}


def test_the_words_of_werkzeug_reach_nobody():
    """They are for its developers; what a view says itself stays."""
    assert problem_of(NotFound()).detail == ""
    assert problem_of(NotFound("no such song")).detail == "no such song"


def test_the_unexpected_says_nothing_of_the_inside():
    """The inside is said only where somebody asked for it."""
    assert "secret" not in problem_of(KeyError("secret")).detail
    assert "secret" in problem_of(KeyError("secret"), debug=True).detail
