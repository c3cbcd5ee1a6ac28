"""One's own account says how much of the models one has used today."""

from dihya_ai_fallback.slots import quota
from dihya_hookspecs.access import Actor
from dihya_hookspecs.slots import SlotContext


def test_the_account_shows_the_quota_of_whoever_reads_it(make_app):
    """Nobody has none."""
    app = make_app("models", "egress", "ai_fallback", config={"ai_fallback": {"daily_tokens": 500}})
    reader = Actor("11111111-1111-7111-8111-111111111111", "Tin", frozenset({"user"}))
    with app.act(actor=reader):
        fragment = quota(SlotContext(reader))
        assert (fragment.values["usage"].used, fragment.values["usage"].limit) == (0, 500)
        assert quota(SlotContext(None)) is None
