"""The whole chain, with real endpoints that fail in the ways that gateways are crash-tested for."""

import time
from types import SimpleNamespace

import pytest
from dihya_ai_fallback.service import EMBEDDED_SHARE
from dihya_hookspecs import hookimpl
from dihya_hookspecs.ai import AIFailure, AIRequest, AIResponse, Assistant, ModelCard

GOOD = '{"title": "Club"}'


def outcomes(attempts):
    return [(attempt.provider, attempt.outcome) for attempt in attempts]


def test_first_answers(chain, endpoint, second, behaviour):
    """The first provider answers; the second hears nothing; nothing is degraded."""
    endpoint.script = [behaviour.answers(GOOD)]
    response, attempts = chain().ask()
    assert response.data == {"title": "Club"} and not response.degraded
    assert outcomes(attempts) == [("one", "answered")] and second.requests == []
    assert (attempts[0].model, attempts[0].tokens_in, attempts[0].tokens_out) == ("fake-large-2", 11, 7)


def test_429_with_retry_after(chain, endpoint, second, behaviour):
    """A 429 with Retry-After that fits is honoured, and the same provider answers."""
    endpoint.script = [behaviour.fails(429, Retry_After="0.3"), behaviour.answers(GOOD)]
    _, attempts = chain().ask()
    assert outcomes(attempts) == [("one", "rate_limited"), ("one", "answered")]
    assert endpoint.times[1] - endpoint.times[0] >= 0.3 and second.requests == []


def test_429_longer_than_the_deadline(chain, endpoint, second, behaviour):
    """A Retry-After beyond the deadline is not waited for."""
    endpoint.script, second.script = [behaviour.fails(429, Retry_After="60")], [behaviour.answers(GOOD)]
    started = time.monotonic()
    response, attempts = chain().ask()
    assert response.provider == "two" and time.monotonic() - started < 2
    assert outcomes(attempts) == [("one", "rate_limited"), ("two", "answered")]


def test_429_persistent(chain, endpoint, second, behaviour):
    """A provider that keeps refusing is asked twice, not more."""
    endpoint.script, second.script = [behaviour.fails(429)], [behaviour.answers(GOOD)]
    response, attempts = chain().ask()
    assert response.provider == "two" and len(endpoint.requests) == 2
    assert outcomes(attempts) == [("one", "rate_limited"), ("one", "rate_limited"), ("two", "answered")]


def test_500_once(chain, endpoint, second, behaviour):
    """One 500 is passed over by asking again."""
    endpoint.script = [behaviour.fails(500), behaviour.answers(GOOD)]
    assert outcomes(chain().ask()[1]) == [("one", "server_error"), ("one", "answered")]
    assert second.requests == []


def test_503_persistent(chain, endpoint, second, behaviour):
    """A provider that is down is replaced by the next."""
    endpoint.script, second.script = [behaviour.fails(503)], [behaviour.answers(GOOD)]
    assert chain().ask()[0].provider == "two"


@pytest.mark.parametrize(
    ("fault", "outcome", "tries"),
    [("resets", "unreachable", 2), ("truncates", "malformed", 1), ("silent", "timeout", 1)],
)
def test_broken_connection(chain, endpoint, second, behaviour, fault, outcome, tries):
    """A cut, half or silent answer goes on to the next provider within the one deadline."""
    endpoint.script, second.script = [getattr(behaviour, fault)], [behaviour.answers(GOOD)]
    started = time.monotonic()
    response, attempts = chain().ask(deadline=1.5)
    assert response.provider == "two" and time.monotonic() - started < 1.5
    assert outcomes(attempts) == [("one", outcome)] * tries + [("two", "answered")]


def test_malformed_json(chain, endpoint, second, behaviour):
    """An answer that is no JSON goes on to the next provider, without a second try."""
    endpoint.script, second.script = [behaviour.answers("sorry!")], [behaviour.answers(GOOD)]
    assert outcomes(chain().ask()[1]) == [("one", "malformed"), ("two", "answered")]


def test_schema_invalid(chain, endpoint, second, behaviour):
    """An answer that cannot be made to fit goes on to the next provider."""
    endpoint.script, second.script = [behaviour.answers('{"title": 3}')], [behaviour.answers(GOOD)]
    assert outcomes(chain().ask()[1]) == [("one", "malformed"), ("two", "answered")]


def test_context_length(chain, endpoint, second, behaviour):
    """A text too long for one model goes to the next without a second try."""
    endpoint.script, second.script = [behaviour.fails(400, "context_length_exceeded")], [behaviour.answers(GOOD)]
    assert outcomes(chain().ask()[1]) == [("one", "context_too_long"), ("two", "answered")]


def test_known_context(chain, endpoint, second, behaviour):
    """A model whose context is known to be too small is not even asked."""
    second.script = [behaviour.answers(GOOD)]
    response, attempts = chain(one={"context": 100}).ask("x" * 4000)
    assert outcomes(attempts) == [("one", "context_too_long"), ("two", "answered")] and endpoint.requests == []


def test_content_filter(chain, endpoint, second, behaviour):
    """A refusal for content is never routed around: nobody else is asked, and the answer says so."""
    endpoint.script, second.script = [behaviour.fails(400, "content_filter")], [behaviour.answers(GOOD)]
    response, attempts = chain().ask()
    assert second.requests == [] and response.tier == "deterministic" and response.data is None
    assert "no other model is asked" in response.reason
    assert outcomes(attempts) == [("one", "content_policy"), ("rules", "abstained")]


def test_content_filter_in_a_classification(chain, endpoint, behaviour, labels):
    """After a refusal for content not even the rules name a label."""
    endpoint.script = [behaviour.answers("", finish="content_filter")]
    assert chain().ask("un médecin", capability="classify", labels=labels)[0].label == ""


def test_wrong_key(chain, endpoint, second, behaviour):
    """A wrong key goes on to the next provider without a second try."""
    endpoint.script, second.script = [behaviour.fails(401)], [behaviour.answers(GOOD)]
    assert outcomes(chain().ask()[1]) == [("one", "auth"), ("two", "answered")]


def test_all_down_embedded_answers(chain, endpoint, second, behaviour, labels, cache):
    """With every provider down the embedded model answers, degraded."""
    endpoint.script, second.script = [behaviour.resets], [behaviour.fails(503)]
    start = chain(models={"embedded": True, "threads": 1, "cache": cache})
    text = "rendez-vous et dossiers des patients d'un médecin"
    response, attempts = start.ask(text, capability="classify", labels=labels, deadline=60.0)
    assert (response.tier, response.label, response.degraded) == ("embedded", "sante", True)
    assert [attempt.tier for attempt in attempts] == ["provider"] * 4 + ["embedded"]


def test_no_model_file_rules_answer(chain, endpoint, second, behaviour, labels):
    """With every provider down and no model file the rules answer, and say which words they saw."""
    endpoint.script = second.script = [behaviour.fails(503)]
    response, attempts = chain(models={"embedded": True}).ask(
        "dossiers des patients", capability="classify", labels=labels
    )
    assert (response.tier, response.label, response.degraded) == ("deterministic", "sante", True)
    assert "patients" in response.reason and outcomes(attempts)[-2:] == [
        ("embedded", "unreachable"),
        ("rules", "answered"),
    ]


def test_embedded_in_doubt(chain, labels, cache):
    """A doubtful embedded classification is an abstention; the rules answer, degraded, with both attempts listed."""
    start = chain(models={"providers": [], "embedded": True, "threads": 1, "cache": cache})
    response, attempts = start.ask(
        "un médecin", capability="classify", labels=labels, threshold=0.999999, deadline=60.0
    )
    assert outcomes(attempts) == [("embedded", "abstained"), ("rules", "abstained")]
    response, attempts = start.ask("jouer aux échecs", capability="classify", labels=labels, deadline=60.0)
    assert (response.tier, response.label, response.degraded) == ("deterministic", "", True)


def test_structure_without_models(chain):
    """Nobody left for a structured answer: no data, no exception, said plainly."""
    response, attempts = chain(models={"providers": []}).ask()
    assert (response.tier, response.data, response.degraded) == ("deterministic", None, False)
    assert "cannot" in response.reason and outcomes(attempts) == [("rules", "abstained")]


def test_provider_with_a_bug(chain, endpoint, behaviour, labels):
    """A provider that raises anything else does not end the chain."""

    class Buggy:
        card = ModelCard("bug", "bug", "embedded", ("classify",), residency="local")

        def answer(self, request: AIRequest, seconds: float) -> AIResponse:
            raise ZeroDivisionError

    @hookimpl
    def register_ai_providers():
        """Offer the buggy one."""
        return Buggy()

    plugins = {"bug": SimpleNamespace(register_ai_providers=register_ai_providers, __doc__="x", __name__="bug")}
    response, attempts = chain(models={"providers": []}, plugins=plugins).ask(
        "un médecin", capability="classify", labels=labels
    )
    assert response.label == "sante" and outcomes(attempts)[0] == ("bug", "server_error")


def offered(tier: str, answer: AIResponse | Exception, name: str = "cloud") -> tuple[SimpleNamespace, list[float]]:
    """A plugin that offers a model of this tier, and the seconds that it is given each time."""
    given: list[float] = []

    class Model:
        card = ModelCard(name, name, tier, ("structure",), residency="local")

        def answer(self, request: AIRequest, seconds: float) -> AIResponse:
            given.append(seconds)
            if isinstance(answer, Exception):
                raise answer
            return answer

    @hookimpl
    def register_ai_providers():
        """Offer it."""
        return Model()

    return SimpleNamespace(register_ai_providers=register_ai_providers, __doc__="x", __name__=name), given


@pytest.mark.parametrize(("behind", "share"), [("embedded", 1 - EMBEDDED_SHARE), ("provider", 1 / 2), ("", 1.0)])
def test_a_silent_provider_leaves_time_for_whoever_comes_after_it(chain, behind, share):
    """The model of this machine keeps its part of the deadline, and providers share what is left."""
    first, given = offered("provider", AIFailure("auth", "no"))
    plugins = {"cloud": first}
    if behind:
        plugins["later"] = offered(behind, AIFailure("auth", "no"), "later")[0]
    chain(models={"providers": []}, plugins=plugins).ask(deadline=100.0)
    assert given[0] == pytest.approx(100.0 * share, rel=0.05)


@pytest.mark.parametrize(("data", "outcome"), [(None, "abstained"), ({"title": "Club"}, "answered")])
def test_words_without_data_are_no_structure(chain, data, outcome):
    """Whoever asks for a structure gets one, or the next model is asked."""
    plugin, _given = offered("provider", AIResponse("provider", "cloud", "big", text="a club", data=data))
    response, attempts = chain(models={"providers": []}, plugins={"cloud": plugin}).ask()
    assert outcomes(attempts)[0] == ("cloud", outcome) and response.data == data


def test_words_of_a_provider_do_not_spare_it(chain):
    """A provider whose account is used up is left alone after a while, also when its sentence is the one about a person's quota."""

    asked = []

    class Spent:
        card = ModelCard("spent", "spent", "provider", ("structure",), residency="local")

        def answer(self, request: AIRequest, seconds: float) -> AIResponse:
            asked.append(request)
            raise AIFailure("quota", "the person's tokens of today are used up")

    @hookimpl
    def register_ai_providers():
        """Offer the one that is used up."""
        return Spent()

    plugins = {"spent": SimpleNamespace(register_ai_providers=register_ai_providers, __doc__="x", __name__="spent")}
    ask = chain(models={"providers": []}, plugins=plugins, breaker_requests=2).ask
    assert [outcomes(ask()[1])[0] for _ in range(3)] == [
        ("spent", "quota"),
        ("spent", "quota"),
        ("spent", "unreachable"),
    ]
    assert len(asked) == 2


def test_a_person_without_tokens_spares_the_provider(chain, endpoint):
    """The provider was not asked: others still reach it."""
    started = chain(daily_tokens=0, breaker_requests=1)
    assert outcomes(started.ask()[1])[0] == ("one", "quota") and endpoint.requests == []
    started.ask(person=None)
    assert len(endpoint.requests) == 1


def test_log_without_the_text(chain, endpoint, behaviour, caplog):
    """Each attempt is a log line; the text is in none."""
    caplog.set_level("INFO", "dihya.ai_fallback")
    endpoint.script = [behaviour.answers(GOOD)]
    chain().ask("the secret idea")
    assert "attempt 1 for test: one" in caplog.text and "secret idea" not in caplog.text


def test_cards(chain):
    """The cards stand in the order of asking, the rules last."""
    with chain().app.act() as act:
        assert [card.provider for card in act.get(Assistant).cards()] == ["one", "two", "rules"]


def test_failure_says_its_outcome():
    """A failure reads as its outcome and detail."""
    assert str(AIFailure("auth", "HTTP 401")) == "auth: HTTP 401"
