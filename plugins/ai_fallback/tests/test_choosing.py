"""Who may be asked at all: sovereignty, training, quotas, breakers and vetoes decide before anything is sent."""

import json
from types import SimpleNamespace

import pytest
from dihya_hookspecs import Refused, hookimpl
from dihya_hookspecs.access import Actor, Denial
from dihya_hookspecs.ai import AIRequest, Assistant, Next

GOOD = '{"title": "Club"}'


def outcomes(attempts):
    return [(attempt.provider, attempt.outcome) for attempt in attempts]


@pytest.mark.parametrize("wanted", ["eu", "local"])
def test_sovereignty(chain, endpoint, second, behaviour, wanted):
    """A text that may not leave never reaches a provider further away, not even when all others fail."""
    endpoint.script, second.script = [behaviour.fails(503)], [behaviour.answers(GOOD)]
    response, attempts = chain(one={"residency": wanted}, two={"residency": "any"}).ask(residency=wanted)
    assert second.requests == [] and response.data is None
    assert ("two", "policy") in outcomes(attempts)


def test_sovereignty_of_the_house(chain, endpoint, second):
    """The operator's ceiling holds whatever a request allows."""
    chain(residency="eu").ask(residency="any")
    assert endpoint.requests == second.requests == []


def test_sovereignty_against_plugins(chain, endpoint, second, behaviour):
    """A plugin that changes the request or chooses the next model cannot widen where the text goes."""

    @hookimpl
    def on_ai_fallback(attempt, remaining):
        """Insist on two."""
        return Next("two", "I like it") if attempt.provider == "one" else None

    endpoint.script = [behaviour.fails(401)]
    plugins = {"pushy": SimpleNamespace(on_ai_fallback=on_ai_fallback, __doc__="x", __name__="pushy")}
    chain(one={"residency": "eu"}, two={"residency": "any"}, plugins=plugins).ask(residency="eu")
    assert second.requests == []


def test_no_training(chain, endpoint, second, behaviour):
    """A provider that may train on its input is not asked."""
    second.script = [behaviour.answers(GOOD)]
    response, attempts = chain(one={"trains_on_input": True}).ask()
    assert response.provider == "two" and endpoint.requests == [] and outcomes(attempts)[0] == ("one", "policy")


def test_quota_nothing_left(chain, endpoint, second):
    """With a quota of nothing no provider is asked, and the rules answer."""
    response, attempts = chain(daily_tokens=0).ask()
    assert endpoint.requests == second.requests == [] and response.tier == "deterministic"
    assert outcomes(attempts) == [("one", "quota"), ("two", "quota"), ("rules", "abstained")]


def test_quota_rejected(chain):
    """With the policy to reject, a used-up quota is a 429 that says when to come back."""
    with pytest.raises(Refused) as caught:
        chain(daily_tokens=0, on_quota="reject").ask()
    assert caught.value.status == 429 and 0 < int(caught.value.headers["Retry-After"]) <= 86400


def test_quota_settled(chain, endpoint, second, behaviour):
    """What was really used is counted, not what was reserved; a failure costs nothing."""
    from dihya_ai_fallback.models import Quota, Reservation

    endpoint.script, second.script = [behaviour.fails(400), behaviour.answers(GOOD)], [behaviour.fails(400)]
    start = chain()
    start.ask(max_tokens=500)
    start.ask(max_tokens=500)
    with start.app.act() as act:
        (row,) = act.session.query(Quota).all()
        assert (row.used, row.reserved, act.session.query(Reservation).count()) == (18, 0, 0)


def test_breaker(chain, endpoint, second, behaviour):
    """A provider that keeps failing is left alone: its requests stop, the others go on."""
    endpoint.script, second.script = [behaviour.fails(503)], [behaviour.answers(GOOD)]
    start = chain(breaker_requests=2)
    start.ask()
    asked = len(endpoint.requests)
    response, attempts = start.ask()
    assert response.provider == "two" and len(endpoint.requests) == asked == 2
    assert "left alone" in attempts[0].detail


def test_masking(chain, endpoint, behaviour):
    """Identifiers leave as placeholders and come back as themselves."""
    endpoint.script = [behaviour.answers('{"title": "Club of [EMAIL_1]"}')]
    response, _ = chain().ask("write to anna@example.org, 06 12 34 56 78")
    sent = json.dumps(endpoint.requests)
    assert "anna@example.org" not in sent and "06 12 34" not in sent and "[EMAIL_1]" in sent
    assert response.data == {"title": "Club of anna@example.org"}


def test_no_masking_at_home(chain, endpoint, behaviour):
    """A model on this machine reads the text as it is."""
    endpoint.script = [behaviour.answers(GOOD)]
    chain(one={"residency": "local"}).ask("write to anna@example.org")
    assert "anna@example.org" in json.dumps(endpoint.requests)


def test_request_denied_by_a_plugin(chain, endpoint, second, behaviour):
    """A Denial from a plugin skips that model; a plugin that fails skips it too."""

    @hookimpl
    def on_ai_request(request, card):
        """Deny one."""
        return Denial("not with this model") if card.provider == "one" else None

    @hookimpl
    def on_ai_response(response, request):
        """Fail for two."""
        raise ValueError("oops")

    second.script = [behaviour.answers(GOOD)]
    guard = SimpleNamespace(on_ai_request=on_ai_request, on_ai_response=on_ai_response, __doc__="x", __name__="guard")
    response, attempts = chain(plugins={"guard": guard}).ask()
    assert endpoint.requests == [] and response.data is None
    assert outcomes(attempts) == [("one", "policy"), ("two", "policy"), ("rules", "abstained")]


def test_permission(chain):
    """Somebody without the right to use models is refused."""
    start = chain()
    with pytest.raises(Refused), start.app.act("x", actor=Actor("g", "Guest", frozenset({"guest"}))) as act:
        act.get(Assistant).ask(AIRequest("test", "chat", "hello"))
