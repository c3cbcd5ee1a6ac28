"""What happens to every line before it is written."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from dihya_logs import processors
from dihya_logs.processors import anonymous, cleaner, correlate, escaped, secretless
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mail from tin.hinan+x@example.org came", "mail from [email] came"),
        ("zoé@exämple.fr", "[email]"),
        ("call +33 6 12 34 56 78 or 06.12.34.56.78 or 0612345678", "call [phone] or [phone] or [phone]"),
        ("+213-551-234-567", "[phone]"),
        ("from 203.0.113.77 and 203.0.113.77:443", "from 203.0.113.0 and 203.0.113.0:443"),
        ("from 2001:db8:1:2:3::4!", "from 2001:db8:1::!"),
        ("::ffff:203.0.113.77", "203.0.113.0"),
        ("Authorization: Bearer eyJhbGciOi.eyJzdWIi.c2ln", "Authorization: Bearer [secret]"),
        ("token eyJhbGciOi.eyJzdWIi.c2ln leaked", "token [secret] leaked"),
        ("key dhk_0a1b2c3d_SECRETSECRET", "key [secret]"),
        ("key sk-proj-abcdefghijkl", "key [secret]"),
        ("postgresql://dihya:hunter2@db/x", "postgresql://[secret]@db/x"),
        ("password=hunter2&x=1", "password=[secret]&x=1"),
        ("{'password': 'hunter2', 'x': 1}", "{'password': '[secret]', 'x': 1}"),
        ("[parameters: ('tin', 'Hinan [x]')] x", "[parameters: removed] x"),
        ("Key (name)=(Tin Hinan) already exists.", "Key (name)=(removed) already exists."),
    ],
)  # fmt: skip
def test_what_tells_about_people_and_secrets_is_removed(text, expected):
    """Each kind of value is replaced, and the sentence around it stays."""
    assert anonymous(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "listening on 127.0.0.1:8000 and [::1]:8000 and 0.0.0.0",
        "took 1234.5678 ms at 2026-11-23T15:41:22.123456Z, 15:41:22",
        "act 01a2090447189e322125d172ae9671f3 of 018f0000-0000-7000-8000-000000000000",
        "version 1.2.3, 10485760 bytes, plugin 'securite' l'école",
        "securite_people:018f0000-0000-7000-8000-000000000000",
        "https://example.org/a/b?c=d",
    ],
)
def test_what_operators_need_stays(text):
    """Addresses of this machine, times, numbers, identifiers and versions are not mistaken for people."""
    assert anonymous(text) == text


def test_secrets_go_even_when_people_may_be_named():
    """Without anonymisation an address stays, a token does not."""
    assert secretless("tin@example.org password=x") == "tin@example.org password=[secret]"
    line = cleaner(False)(None, "info", {"event": "tin@example.org", "email": "tin@example.org", "api_key": "x"})
    assert line == {"event": "tin@example.org", "email": "tin@example.org", "api_key": "[removed]"}


def test_values_below_and_under_telling_names_are_cleaned():
    """Mappings and lists are followed; values under names like ``password`` or ``email`` go as a whole."""
    line = cleaner(True)(
        None,
        "info",
        {
            "event": "x",
            "n": 3,
            "ok": True,
            "Set-Cookie": "a=b",
            "user": {"email": "a", "seen": ["b@c.de", 1]},
            "raw": b"abc",
            "prompt": "?",
        },
    )
    assert line == {
        "event": "x", "n": 3, "ok": True, "Set-Cookie": "[removed]", "user": {"email": "[removed]", "seen": ["[email]", 1]},
        "raw": "[3 bytes]", "prompt": "[removed]",
    }  # fmt: skip


@pytest.mark.parametrize("nest", [lambda inner: {"a": inner}, lambda inner: [inner]], ids=["mapping", "list"])
def test_values_are_followed_four_levels_deep(nest):
    """What lies deeper is one text, so that no line grows without end."""
    value = "x"
    for _ in range(6):
        value = nest(value)
    found, depth = cleaner(False)(None, "info", {"event": value})["event"], 0
    while not isinstance(found, str):
        found, depth = (found["a"] if isinstance(found, dict) else found[0]), depth + 1
    assert depth == 4


def test_a_line_says_whose_the_act_is(monkeypatch):
    """The plugin that the act names, and where it names none, the first word of the act."""
    for plugin, said in (("club", "club"), ("", "shop")):
        act = SimpleNamespace(id="1", name="shop.order", plugin=plugin, actor=None)
        monkeypatch.setattr(processors, "current", lambda act=act: act)
        assert correlate(None, "info", {})["plugin"] == said


def test_a_value_that_cannot_be_shown_does_not_take_the_line_with_it():
    """The line says so instead."""

    class Broken:
        def __str__(self):
            raise ValueError("no")

    assert cleaner(True)(None, "info", {"event": Broken()})["event"] == "[Broken that cannot be shown: ValueError]"


@given(st.text())
def test_no_value_makes_a_line_of_its_own(text):
    """Whatever a value holds, no line break, no terminal command and no reversal of direction is left."""
    shown = escaped(text)
    assert len(shown.splitlines()) <= 1 and "\x1b" not in shown and "\u202e" not in shown
    shown.encode("utf-8")


@given(
    st.recursive(
        st.text() | st.integers() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_every_line_becomes_json(value):
    """Cleaning never fails, and what it gives can be written."""
    json.dumps(cleaner(True)(None, "info", {"event": "x", "value": value}))


def test_long_values_are_cut():
    """A megabyte does not become a line of a megabyte."""
    assert len(cleaner(True)(None, "info", {"event": "x" * 1_000_000})["event"]) < 20_000


def test_a_line_outside_of_an_act_stays_as_it_is():
    """There is nothing to correlate with."""
    assert correlate(None, "info", {"event": "x"}) == {"event": "x"}
