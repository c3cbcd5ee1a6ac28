"""Envelopes: canonical, strict, and without a line of their own for anybody's input."""

from __future__ import annotations

import json

import pytest
from dihya_audit.envelope import _is_plain, seal, unseal
from dihya_hookspecs import Invalid
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
scalars = st.one_of(texts, st.integers(-(2**53), 2**53), st.booleans(), st.none())


def test_an_envelope_is_canonical_json(make_event):
    """Keys are sorted, nothing is spaced, and what is not ASCII stands as it is."""
    event = make_event(facts={"b": [1, True, None], "a": "é"}, actor=None)
    assert seal(event, "7") == (
        '{"act":"act-0","action":"insert","actor":null,"at":"2026-11-23T10:00:00.000000Z","facts":{"a":"é",'
        '"b":[1,true,null]},"n":"7","object":"toys_things:0","outcome":"done","plugin":"toys","v":1}'
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # it keeps nothing
@given(facts=st.dictionaries(st.from_regex(r"[a-z0-9_.]{1,12}", fullmatch=True), scalars, max_size=6), text=texts)
def test_what_is_sealed_comes_out_again(make_event, facts, text):
    """Every allowed event survives the envelope, and is sealed to the same bytes again."""
    event = make_event(object=text, facts=facts)
    envelope = seal(event, "7")
    assert unseal(envelope) == event
    assert seal(unseal(envelope), "7") == envelope
    assert seal(event) != seal(event), "no two envelopes are the same"


@pytest.mark.parametrize(
    "facts",
    [
        {"price": 1.5}, {"count": 2**53 + 1}, {"Name": "x"}, {"a b": 1}, {"": 1}, {"nested": {"a": 1}},
        {"list": [[1]]}, {"bytes": b"x"}, {"half": "\ud800"}, {1: 1}, [],
    ],
)  # fmt: skip
def test_facts_without_a_canonical_form_are_refused(make_event, facts):
    """Floats, large integers, other keys, nested objects, bytes and half surrogates raise Invalid."""
    assert not _is_plain(make_event(facts=facts)), "the quick look takes none of them"
    with pytest.raises(Invalid) as caught:
        seal(make_event(facts=facts))
    assert caught.value.flaws


@pytest.mark.parametrize(
    "values",
    [{"at": "2026-11-23 10:00"}, {"act": None}, {"action": 3}, {"object": "x" * 501}, {"actor": "\udfff"}],
)
def test_members_of_the_wrong_form_are_refused(make_event, values):
    """A local time, a missing act, a number for a text, a text without end: all raise Invalid."""
    assert not _is_plain(make_event(**values))
    with pytest.raises(Invalid):
        seal(make_event(**values))


def test_no_input_begins_a_line(make_event):
    """Line breaks and terminal escapes in an object stay inside their string."""
    envelope = seal(make_event(object='x"}\r\n{"act":"forged"}\x1b[2K'))
    assert "\n" not in envelope and "\r" not in envelope and "\x1b" not in envelope
    assert json.loads(envelope)["act"] == "act-0"


@pytest.mark.parametrize("text", ["[]", "{}", '{"v":2}', '{"v":1}', "no"])
def test_something_else_is_no_envelope(text):
    """Other JSON, another version and no JSON raise ValueError."""
    with pytest.raises(ValueError):
        unseal(text)
