"""The contract as authors rely on it."""

import json

import pytest
from dihya_docs import contract
from dihya_hookspecs import Deprecated, DihyaError


def test_every_hook_and_every_public_name_stands_in_the_snapshot():
    """With arguments and their types; what begins with an underscore is nobody's to rely on."""
    found = contract.surface()
    access, hook = found["names"]["access"], found["hooks"]["check_access"]
    assert hook["arguments"] == {"actor": "Actor | None", "permission": "str | None", "request": "Request"}
    assert (hook["kind"], hook["on_error"], hook["result"]) == ("veto", "deny", "Denial")
    assert access["Permission"]["order"] == ["name", "sentence", "roles"]
    assert access["Permission"]["fields"]["roles"] == {"type": "tuple[str, ...]", "optional": True}
    assert "register_permissions" not in access and not any(name.startswith("_") for name in access)
    assert not any(module.startswith("_") for module in found["names"])


def test_a_name_that_is_said_again_has_its_shape():
    """``dihya_hookspecs.data.personal`` is defined elsewhere, and authors import it from there."""
    names = contract.surface()["names"]
    personal = names["data"]["personal"]
    assert personal["is"] == "function" and personal["parameters"][0]["name"] == "category"
    assert personal["more"] == ["*column", "**options"]
    assert names["fields"]["ShortText"]["is"] == "class" and names[""]["Kind"]["type"].startswith("Literal[")


def test_the_snapshot_has_a_line_for_each_name():
    """Each name has a line of its own, so that its change is one line; the snapshot reads back as it was."""
    found = contract.surface()
    text = contract.text(found)
    assert json.loads(text) == json.loads(json.dumps(found))
    assert sum(line.startswith('   "') for line in text.splitlines()) == sum(map(len, found["names"].values()))


@pytest.mark.parametrize(
    "key",
    [
        "DihyaError",
        "web.Resource",
        "web.Resource.name",
        "web.requires.permission",
        "resources.Records.find",
        "fields.ShortText",
    ],
)
def test_a_name_that_goes_stands_with_day_and_replacement(key):
    """Also a field, a method or a parameter, and what a package of the contract says again."""
    said = contract.going(contract.surface()["names"], {key: Deprecated("2026-01-31", "'another'")})
    assert said == {key: {"since": "2026-01-31", "instead": "'another'"}}


@pytest.mark.parametrize("key", ["web.Resurce", "web.Resource.colour", "nowhere.Resource", "Resource", "web"])
def test_a_name_that_is_not_there_cannot_go(key):
    """Nobody would ever be told of it."""
    with pytest.raises(DihyaError, match="has no such name"):
        contract.going(contract.surface()["names"], {key: Deprecated("2026-01-31", "'another'")})
