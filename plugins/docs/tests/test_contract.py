"""The contract as authors rely on it."""

import json

from dihya_docs import contract


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
    """So that a change of one is one line; it reads back as it was."""
    found = contract.surface()
    text = contract.text(found)
    assert json.loads(text) == json.loads(json.dumps(found))
    assert sum(line.startswith('   "') for line in text.splitlines()) == sum(map(len, found["names"].values()))
