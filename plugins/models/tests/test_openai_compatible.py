"""The adapter against a real endpoint on the loopback."""

import json
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from dihya_hookspecs.ai import AIFailure, AIRequest, Label
from dihya_models.openai_compatible import OpenAICompatible
from dihya_models.settings import Endpoint

SCHEMA = {
    "type": "object",
    "properties": {"title": {"type": "string"}, "fields": {"type": "array", "items": {"type": "string"}}},
    "required": ["title"],
    "additionalProperties": False,
}


@pytest.fixture
def provider(endpoint):
    """The adapter for the fake endpoint."""
    made = OpenAICompatible(Endpoint(name="fake", url=endpoint.url, model="fake-large", api_key="s3cret", idle=5))
    yield made
    made.close()


def structure(**changes):
    return AIRequest("test", "structure", "a club", schema=SCHEMA, **changes)


def outcome(provider, request=None, seconds=5.0):
    with pytest.raises(AIFailure) as caught:
        provider.answer(request or structure(), seconds)
    return caught.value


def test_chat(endpoint, provider, behaviour):
    """A chat gives text, the model that really answered, and its tokens."""
    endpoint.script = [behaviour.answers("bonjour")]
    answer = provider.answer(AIRequest("test", "chat", "salut", instructions="be brief"), 5)
    assert (answer.text, answer.model, answer.tokens_in, answer.tokens_out) == ("bonjour", "fake-large-2", 11, 7)
    assert endpoint.requests[0]["messages"][0] == {"role": "system", "content": "be brief"}
    assert endpoint.headers[0]["Authorization"] == "Bearer s3cret"


def test_structure(endpoint, provider, behaviour):
    """A structured answer fits its schema, which is sent with strict."""
    endpoint.script = [behaviour.answers('{"title": "Club", "fields": ["email"]}')]
    assert provider.answer(structure(), 5).data == {"title": "Club", "fields": ["email"]}
    assert endpoint.requests[0]["response_format"]["json_schema"] == {
        "name": "answer",
        "strict": True,
        "schema": SCHEMA,
    }


def test_structure_in_talk(endpoint, provider, behaviour):
    """JSON in a fenced block after some talk is found."""
    endpoint.script = [behaviour.answers('Of course!\n```json\n{"title": "Club"}\n```\nAnything else?')]
    assert provider.answer(structure(), 5).data == {"title": "Club"}


def test_repair(endpoint, provider, behaviour):
    """What does not fit the schema is left out, and the answer says so."""
    endpoint.script = [behaviour.answers('{"title": "Club", "colour": "red", "fields": ["email", 7]}')]
    answer = provider.answer(structure(), 5)
    assert answer.data == {"title": "Club", "fields": ["email"]}
    assert "/colour" in answer.reason and "/fields/1" in answer.reason


def test_beyond_repair(endpoint, provider, behaviour):
    """An answer without a required part is malformed."""
    endpoint.script = [behaviour.answers('{"fields": []}')]
    assert outcome(provider).outcome == "malformed"


def test_classify(endpoint, provider, behaviour):
    """A classification gives one of the labels, with the certainty that the model claims."""
    endpoint.script = [behaviour.answers('{"label": "sante", "confidence": 0.8}')]
    request = AIRequest("test", "classify", "a clinic", labels=(Label("sante", ("a doctor",)), Label("shop", ())))
    answer = provider.answer(request, 5)
    assert (answer.label, answer.confidence) == ("sante", 0.8)
    assert "a doctor" in endpoint.requests[0]["messages"][0]["content"]


def test_classify_none(endpoint, provider, behaviour):
    """A model that says none gives no label."""
    endpoint.script = [behaviour.answers('{"label": "none", "confidence": 0.9}')]
    answer = provider.answer(AIRequest("test", "classify", "x", labels=(Label("sante", ()),)), 5)
    assert (answer.label, answer.confidence) == ("", 0.0)


def test_classify_unknown_label(endpoint, provider, behaviour):
    """A label that was not offered is malformed."""
    endpoint.script = [behaviour.answers('{"label": "farm", "confidence": 0.9}')]
    assert outcome(provider, AIRequest("test", "classify", "x", labels=(Label("sante", ()),))).outcome == "malformed"


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (401, "", "auth"), (403, "", "auth"), (402, "", "quota"), (429, "insufficient_quota", "quota"),
        (429, "", "rate_limited"), (400, "context_length_exceeded", "context_too_long"), (413, "", "context_too_long"),
        (400, "content_filter", "content_policy"), (400, "nonsense", "bad_request"), (404, "", "bad_request"),
        (408, "", "timeout"), (504, "", "timeout"), (500, "", "server_error"), (503, "", "server_error"),
        (302, "", "bad_request"),
    ],
)  # fmt: skip
def test_errors(endpoint, provider, behaviour, status, code, expected):
    """Each HTTP error becomes the outcome that the chain knows."""
    endpoint.script = [behaviour.fails(status, code)]
    assert outcome(provider).outcome == expected
    assert len(endpoint.requests) == 1


def test_retry_after(endpoint, provider, behaviour):
    """Retry-After is read in seconds and as a date."""
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    endpoint.script = [behaviour.fails(429, Retry_After="2"), behaviour.fails(503, Retry_After=later)]
    assert outcome(provider).retry_after == 2
    assert 50 < outcome(provider).retry_after <= 60


def test_response_format_unknown(endpoint, provider, behaviour):
    """An endpoint that does not know response_format may be asked at once without it."""
    endpoint.script = [behaviour.fails(400, "response_format is not supported"), behaviour.answers('{"title": "x"}')]
    assert outcome(provider).retry_after == 0
    assert provider.answer(structure(), 5).data == {"title": "x"}
    assert "response_format" not in endpoint.requests[1]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("resets", "unreachable"), ("truncates", "malformed"), ("silent", "timeout"), ("drips", "timeout")],
)
def test_broken_connections(endpoint, provider, behaviour, name, expected):
    """A cut, half, silent or dripping answer ends within the time given."""
    endpoint.script = [getattr(behaviour, name)]
    started = time.monotonic()
    assert outcome(provider, seconds=0.4).outcome == expected
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"{}", json.dumps({"choices": []}).encode()])
def test_nonsense(endpoint, provider, behaviour, body):
    """What is no chat completion is malformed."""
    endpoint.script = [lambda handler: behaviour.send(handler, 200, body)]
    assert outcome(provider).outcome == "malformed"


def test_unfinished(endpoint, provider, behaviour):
    """An answer without a clean end is never taken for a whole one."""
    endpoint.script = [behaviour.answers('{"title": "x"}', finish="length"), behaviour.answers("", refusal="no")]
    assert outcome(provider).outcome == "malformed"
    assert outcome(provider).outcome == "content_policy"


def test_nobody_there(endpoint):
    """A port where nobody listens is unreachable."""
    endpoint.close()
    gone = OpenAICompatible(Endpoint(name="gone", url=endpoint.url, model="m"))
    assert outcome(gone).outcome == "unreachable"
    gone.close()


def test_secret_stays(provider):
    """The key is in no representation of the provider."""
    assert "s3cret" not in repr(vars(provider)) + repr(provider.card)
