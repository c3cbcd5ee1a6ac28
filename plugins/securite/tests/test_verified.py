"""Tokens whose signature was checked a moment ago."""

from __future__ import annotations

import time_machine
from dihya_securite.verified import Verified


def test_verified_tokens_are_kept_for_a_minute_and_never_beyond_their_end():
    """The cache is bounded by 60 seconds, by the token's end and in size."""
    with time_machine.travel(1_000_000, tick=False) as clock:
        cache = Verified()
        cache.put("long", {"exp": 1_009_999})
        cache.put("short", {"exp": 1_000_010})
        assert cache.get("long") and cache.get("short") and cache.get("other") is None
        clock.shift(11)
        assert cache.get("long") and cache.get("short") is None
        clock.shift(50)
        assert cache.get("long") is None
        for number in range(Verified.MOST + 5):
            cache.put(str(number), {"exp": 2_000_000})
        assert len(cache._claims) <= Verified.MOST
