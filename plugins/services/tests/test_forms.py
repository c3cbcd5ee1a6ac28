"""What people send."""

from __future__ import annotations

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.resources.writing import validated
from dihya_services.forms import Wanted, option_values, set_values

SCHEMA = {
    "properties": {
        "on": {"type": "boolean"},
        "count": {"type": "integer"},
        "kind": {"type": "string", "enum": ["a", "b"]},
    },
}


def test_a_form_gives_typed_options() -> None:
    """Ticked or not, numbers as numbers, what is no number as it was written."""
    assert option_values(SCHEMA, {"option.on": "true", "option.count": "3", "option.kind": "b"}) == {
        "on": True,
        "count": 3,
        "kind": "b",
    }
    assert option_values(SCHEMA, {"option.count": "x", "other": "1"}) == {"on": False, "count": "x"}


@pytest.mark.parametrize(("text", "value"), [("yes", True), ("OUI", True), ("0", False), ("maybe", "maybe")])
def test_the_command_line_gives_typed_options(text: str, value: object) -> None:
    """Yes and no in both languages; what is neither stays text for the schema to refuse."""
    assert set_values(SCHEMA, (f"on={text}", "count=3", "kind=a=b")) == {"on": value, "count": 3, "kind": "a=b"}


@pytest.mark.parametrize("setting", ["nope=1", "on", ""])
def test_unknown_settings_are_refused(setting: str) -> None:
    """The refusal names the options that there are."""
    with pytest.raises(Invalid, match="on, count, kind"):
        set_values(SCHEMA, (setting,))


def test_a_wrong_body_is_refused_without_being_quoted() -> None:
    """Each mistake has its pointer, and no input stands in the message."""
    with pytest.raises(Invalid) as caught:
        validated(Wanted, {"idea": 12345678, "language": "secret"})
    assert {flaw.pointer for flaw in caught.value.flaws} == {"/idea", "/language"}
    assert "12345678" not in str(caught.value)
