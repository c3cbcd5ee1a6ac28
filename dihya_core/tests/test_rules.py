"""Rules whose addresses are built by functions that are compiled at first use."""

import pytest
from dihya_core.request.rules import LateRule
from werkzeug.routing import Map, Rule
from werkzeug.routing.exceptions import BuildError

RULES = [
    ("/", {}),
    ("/people/<uuid:id>", {"id": "01a20935-580f-7f4a-931e-67b8172fa3ac"}),
    ("/<rule>/<self>/<path:rest>", {"rule": "é b", "self": "a/b", "rest": "x/y z", "q": ["1", "2"]}),
    ("/page/<int:number>", {"number": 3, "again": None}),
]


@pytest.mark.parametrize(("address", "values"), RULES)
def test_addresses_are_those_of_werkzeug(address, values):
    """Arguments, whatever their names, and further values come out as werkzeug's own rule has them."""
    built = [
        Map([kind(address, endpoint="there")]).bind("example.org").build("there", dict(values))
        for kind in (LateRule, Rule)
    ]
    assert built[0] == built[1]


def test_a_missing_value_is_told_as_werkzeug_tells_it():
    """Who forgets an argument gets a BuildError."""
    with pytest.raises(BuildError):
        Map([LateRule("/people/<uuid:id>", endpoint="there")]).bind("example.org").build("there", {})


def test_nothing_is_compiled_until_an_address_is_asked_for(monkeypatch):
    """A rule that is only matched costs no compiled function, and one that is built from twice costs one."""
    compiled = []
    original = Rule._compile_builder
    monkeypatch.setattr(Rule, "_compile_builder", lambda *given: compiled.append(1) or original(*given))
    there = Map([LateRule("/a", endpoint="there")]).bind("example.org")
    assert there.match("/a") == ("there", {}) and not compiled
    assert there.build("there") == there.build("there") == "/a"
    assert len(compiled) == 1
