"""JSON out of what a model wrote."""

import pytest
from dihya_hookspecs.ai import AIFailure
from dihya_models.structured import extract, fit

SCHEMA = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "maxLength": 10},
        "size": {"type": "integer"},
        "parts": {
            "type": "array",
            "items": {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"], "additionalProperties": False},
        },
    },
    "required": ["name"],
    "additionalProperties": False,
}  # fmt: skip


@pytest.mark.parametrize("text", ['{"a": 1}', 'Here: {"a": 1} done', '```json\n{"a": 1}\n```', ' \n{"a": 1}'])
def test_extract(text):
    """JSON is found alone, in talk and in a fence."""
    assert extract(text) == {"a": 1}


@pytest.mark.parametrize("text", ["no", "{broken", ""])
def test_extract_nothing(text):
    """Where there is none, the answer is malformed."""
    with pytest.raises(AIFailure):
        extract(text)


def test_fit_drops():
    """Unknown, optional and listed parts that are wrong go, and are named by pointer."""
    data = {"name": "x", "size": "big", "extra": 1, "parts": [{"id": "a"}, {"no": 1}, {"id": "b", "c/d": 2}]}
    fitted, dropped = fit(data, SCHEMA)
    assert fitted == {"name": "x", "parts": [{"id": "a"}, {"id": "b"}]}
    assert {"/size", "/extra", "/parts/1"} < set(dropped) and len(dropped) == 4
    assert data["size"] == "big"


@pytest.mark.parametrize("data", [{}, {"name": 5}, {"name": "far too long a name"}, [], "x"])
def test_fit_gives_up(data):
    """What is required and wrong cannot be repaired."""
    with pytest.raises(AIFailure) as caught:
        fit(data, SCHEMA)
    assert caught.value.outcome == "malformed"


def test_bad_schema():
    """A schema that is none is the caller's fault."""
    with pytest.raises(AIFailure) as caught:
        fit({}, {"type": "nonsense"})
    assert caught.value.outcome == "bad_request"
