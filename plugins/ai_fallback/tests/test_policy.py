"""What may be asked of whom."""

import pytest
from dihya_ai_fallback.policy import after, estimate, objection
from dihya_ai_fallback.settings import Settings
from dihya_hookspecs.ai import AIRequest, Attempt, ModelCard


def card(**changes):
    return ModelCard("m", "p", "provider", ("chat",), **changes)


@pytest.mark.parametrize("wanted", ["local", "eu", "any"])
@pytest.mark.parametrize("ceiling", ["local", "eu", "any"])
@pytest.mark.parametrize("place", ["local", "eu", "any"])
def test_residency(wanted, ceiling, place):
    """A model is allowed when it is no further away than both the request and the application allow."""
    order = ["local", "eu", "any"]
    allowed = order.index(place) <= min(order.index(wanted), order.index(ceiling))
    found = objection(AIRequest("t", "chat", "x", residency=wanted), card(residency=place), Settings(residency=ceiling))
    assert (found is None) == allowed and (allowed or found[0] == "policy")


def test_training():
    """A provider that trains on its input is asked only where the operator allows it."""
    request = AIRequest("t", "chat", "x")
    assert objection(request, card(trains_on_input=True), Settings())[0] == "policy"
    assert objection(request, card(trains_on_input=True), Settings(no_training=False)) is None


def test_capability_and_context():
    """A model that cannot, or into which the text does not fit, is not asked."""
    assert objection(AIRequest("t", "classify", "x"), card(), Settings())[0] == "not_capable"
    assert objection(AIRequest("t", "chat", "x" * 9000), card(context=2000), Settings())[0] == "context_too_long"
    assert estimate(AIRequest("t", "chat", "x" * 300, max_tokens=50)) == 150


def test_after():
    """Only a refusal for content stops the chain."""
    assert after(Attempt(1, "provider", "p", "m", "content_policy", 1)).provider is None
    assert after(Attempt(1, "provider", "p", "m", "auth", 1)) is None
