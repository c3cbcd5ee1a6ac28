"""The description of the resources, and the interface held against it."""

from __future__ import annotations

import json

import dihya_routes
import pytest
import schemathesis
from dihya_routes.openapi import with_article
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture
def document(library):
    """The part of the OpenAPI document that this plugin writes, and the application it describes."""
    app = library()
    frame = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {}}
    with app.act():
        return app, dihya_routes.docs_openapi(frame)


def test_every_operation_says_what_it_needs(document):
    """Each of the six operations, those of bin and selection, and each action for one or for some, has summary, permission, answers, problems; bodies have schema and example."""
    _, found = document
    operations = [operation for item in found["paths"].values() for operation in item.values()]
    assert len(operations) == 6 + 3 + 1 + 3
    for operation in operations:
        assert operation["summary"] and operation["x-permission"] in ("library:read", "library:write")
        assert {"401", "403", "404"} <= operation["responses"].keys()
    body = found["paths"]["/api/v1/library/books"]["post"]["requestBody"]["content"]["application/json"]
    assert body["example"]["title"] == "Odes"
    record = found["components"]["schemas"]["library.books.record"]["properties"]
    assert "pin" not in record and record["lender"]["x-personal-data"] == "name"
    assert record["title"]["title"] == "Title"


@pytest.mark.parametrize(
    ("noun", "said"),
    [
        ("event", "an event"), ("invoice", "an invoice"), ("order line", "an order line"), ("hour", "an hour"), ("urn", "an urn"),
        ("member", "a member"), ("unit", "a unit"), ("user", "a user"), ("european", "a european"), ("one-off", "a one-off"),
    ],
)  # fmt: skip
def test_a_summary_has_the_right_article(noun, said):
    """English says ``an`` before what sounds like a vowel."""
    assert with_article(noun) == said


def test_the_example_of_each_body_is_accepted(document):
    """Whoever copies the example gets a record."""
    app, found = document
    path = "/api/v1/library/books"
    example = found["paths"][path]["post"]["requestBody"]["content"]["application/json"]["example"]
    assert app.client("admin").post(path, json=example).status_code == 201


@pytest.mark.filterwarnings("ignore")
def test_nothing_that_is_thrown_at_it_breaks_it(document):
    """Generated requests, valid and not: no 5xx, and only statuses, types and shapes that the document names."""
    app, found = document
    client = app.client("admin")
    schema = schemathesis.openapi.from_dict(json.loads(json.dumps(found)))
    schema.app = _Signed(app.flask, client)
    seen = set()
    for result in schema.get_all_operations():
        _attack(result.ok(), seen)
    assert {200, 201, 404, 422} <= seen


def _attack(operation, seen):
    @settings(max_examples=30, deadline=None, database=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @schemathesis_given(operation)
    def attack(case):
        answer = case.call()
        seen.add(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    attack()


def schemathesis_given(operation):
    """Return the Hypothesis decorator that draws cases of one operation."""
    from hypothesis import given

    return given(case=operation.as_strategy())


class _Signed:
    """The application, asked by somebody who is signed in."""

    def __init__(self, flask, client):
        self.flask, self.environment = flask, client.environ_base

    def __call__(self, environ, start_response):
        """Answer one request."""
        return self.flask(
            {**environ, **{key: value for key, value in self.environment.items() if "dihya" in key}}, start_response
        )
