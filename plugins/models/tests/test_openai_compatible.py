"""The adapter against a real endpoint on the loopback."""

import json
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx2
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


class Direct:
    """Connections that nobody guards; the guard is dihya-egress, and has tests of its own."""

    def client(self, plugin, **options):
        return httpx2.Client(trust_env=False, **options)


@pytest.fixture
def provider(endpoint):
    """The adapter for the fake endpoint."""
    made = OpenAICompatible(
        Endpoint(name="fake", url=endpoint.url, model="fake-large", api_key="s3cret", idle=5), Direct()
    )
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


def test_a_certainty_that_is_no_number_is_malformed(endpoint, provider, behaviour):
    """NaN is neither less than 0 nor more than 1, so that no schema finds it."""
    endpoint.script = [behaviour.answers('{"label": "sante", "confidence": NaN}')]
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


@pytest.mark.parametrize(
    ("said", "gone", "instead"),
    [
        ("response_format is not supported", "response_format", None),
        ("'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", "max_tokens", "max_completion_tokens"),
        ("'temperature' does not support 0 with this model. Only the default (1) value is supported.", "temperature", None),
    ],
)  # fmt: skip
def test_a_refused_option_is_left_out_from_then_on(endpoint, provider, behaviour, said, gone, instead):
    """An endpoint that says which option it does not take is asked again without, at once and the next time."""
    endpoint.script = [behaviour.fails(400, said), *[behaviour.answers('{"title": "a"}')] * 2]
    assert provider.answer(structure(), 5).data == provider.answer(structure(), 5).data == {"title": "a"}
    first, *others = endpoint.requests
    assert gone in first and len(others) == 2
    assert all(gone not in request and (instead is None or instead in request) for request in others)


def test_an_option_refused_twice_is_a_failure(endpoint, provider, behaviour):
    """An endpoint that goes on refusing is not asked for ever."""
    endpoint.script = [behaviour.fails(400, "temperature is not supported")] * 3
    assert outcome(provider).outcome == "bad_request" and len(endpoint.requests) == 2


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


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"{}", json.dumps({"choices": []}).encode(), b"[" * 100_000])
def test_nonsense(endpoint, provider, behaviour, body):
    """What is no chat completion is malformed, endless nesting included."""
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
    gone = OpenAICompatible(Endpoint(name="gone", url=endpoint.url, model="m"), Direct())
    assert outcome(gone).outcome == "unreachable"
    gone.close()


def test_secret_stays(provider):
    """The key is in no representation of the provider."""
    assert "s3cret" not in repr(vars(provider)) + repr(provider.card)


@pytest.mark.parametrize(
    "text",
    [
        '<think>The shape is {"title": string}.</think>{"title": "a"}',
        '<think>e.g. {"title": "x"}</think>\n{"title": "a"}',
        'I think {"title": "x"}</think>{"title": "a"}',
        'A brace { and then\n```JSON\n{"title": "a"}\n```',
        'For example {"name": "x"}. So: {"title": "a"}. That is all {really}.',
    ],
)
def test_json_is_found_amid_thoughts_and_talk(endpoint, provider, behaviour, text):
    """Reasoning models think aloud before they answer; the answer is what counts."""
    endpoint.script = [behaviour.answers(text)]
    assert provider.answer(structure(), 5).data == {"title": "a"}


def test_content_as_a_list_of_parts(endpoint, provider, behaviour):
    """The texts of the parts are joined, and thoughts are left out."""
    parts = [
        {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]},
        {"type": "text", "text": '{"title": '},
        {"type": "text", "text": '"a"}'},
    ]
    endpoint.script = [behaviour.answers(parts)]
    assert provider.answer(structure(), 5).data == {"title": "a"}


@pytest.mark.parametrize("end", ["stop", "eos", "eos_token", "end_turn", "STOP", None, "", "stop_sequence"])
def test_endings_of_a_whole_answer(endpoint, provider, behaviour, end):
    """Endpoints have many words for a whole answer, and some have none."""
    endpoint.script = [behaviour.answers("bonjour", end)]
    assert provider.answer(AIRequest("test", "chat", "salut"), 5).text == "bonjour"


@pytest.mark.parametrize(
    ("end", "outcome_"),
    [("length", "malformed"), ("tool_calls", "malformed"), ("max_tokens", "malformed"), ("SAFETY", "content_policy"),
     ("content_filter", "content_policy"), ("whatever", "malformed")],
)  # fmt: skip
def test_endings_of_half_an_answer(endpoint, provider, behaviour, end, outcome_):
    """Half an answer, and one that was withheld, is refused with its reason."""
    endpoint.script = [behaviour.answers('{"title": "a"}', end)]
    assert outcome(provider).outcome == outcome_


@pytest.mark.parametrize("model", ["\ud800", "x" * 101, "a\r\nb", "a\0b", 7, None, ["x"]])
def test_a_model_name_that_cannot_be_kept_is_not(endpoint, provider, model):
    """The configured name stands in its place: nothing a database or a page would choke on."""
    body = {"model": model, "choices": [{"message": {"content": "hi"}, "finish_reason": "stop"}]}
    endpoint.script = [lambda handler: _raw(handler, json.dumps(body))]
    assert provider.answer(AIRequest("test", "chat", "salut"), 5).model == "fake-large"


def test_texts_are_what_a_database_takes(endpoint, provider, behaviour):
    """NUL and halves of a character are taken out, also where JSON within the text spells them."""
    endpoint.script = [behaviour.answers('{"title": "a\\u0000b\\ud800c"}')]
    assert provider.answer(structure(), 5).data == {"title": "abc"}


@pytest.mark.parametrize(
    "text",
    ['{"title": ' * 5000, "{" * 100_000, '{"title": NaN}', '{"title": "a", "fields": ' + "[" * 3000 + "]" * 3000 + "}"],
)
def test_hostile_json_is_malformed(endpoint, provider, behaviour, text):
    """Endless nesting and numbers that are none end in one outcome, not in a traceback."""
    endpoint.script = [behaviour.answers(text)]
    assert outcome(provider).outcome == "malformed"


def test_token_counts_beyond_reason_are_not_believed(endpoint, provider):
    """A quota is not settled with a number that no text has."""
    usage = {"prompt_tokens": 10**30, "completion_tokens": -5}
    body = {"usage": usage, "choices": [{"message": {"content": "hi"}, "finish_reason": "stop"}]}
    endpoint.script = [lambda handler: _raw(handler, json.dumps(body))]
    answer = provider.answer(AIRequest("test", "chat", "salut"), 5)
    assert (answer.tokens_in, answer.tokens_out) == (0, 0)


def _raw(handler, body: str) -> None:
    raw = body.encode()
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(raw)))
    handler.end_headers()
    handler.wfile.write(raw)
