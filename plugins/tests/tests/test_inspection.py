"""Looking at a plugin from inside."""

from __future__ import annotations

import types
from types import SimpleNamespace

from dihya_hookspecs.access import Permission
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.web import public, requires
from dihya_tests import inspection
from flask import Blueprint


def face(**hooks) -> types.ModuleType:
    """A plugin's face with these hooks."""
    module = types.ModuleType("dihya_petit")
    vars(module).update(hooks)
    return module


def test_says_when_the_entry_point_is_missing() -> None:
    """A plugin that is not installed gets one failed line."""
    [line] = inspection.inspect("does_not_exist")
    assert not line.passed and "found 0 times" in line.detail


def test_finds_views_without_permission() -> None:
    """A view must require a permission or say why it is public."""
    blueprint = Blueprint("petit", "petit")
    blueprint.add_url_rule("/a", "open", public("it is a test")(lambda: ""))
    blueprint.add_url_rule("/b", "bare", lambda: "")
    blueprint.add_url_rule("/c", "unknown", requires("petit:write")(lambda: ""))
    flaws = list(inspection._permissions("petit", face(register_routes=lambda: blueprint)))
    assert len(flaws) == 2
    assert "'petit.bare' has neither" in flaws[0] and "'petit:write'" in flaws[1]


def test_finds_resources_with_unknown_permissions() -> None:
    """A resource's permissions are registered by its plugin."""
    known = Permission("petit:read", Text("see", "voir"))
    resource = SimpleNamespace(name="things", read="petit:read", write="petit:write")
    flaws = list(
        inspection._permissions(
            "petit", face(register_permissions=lambda: [known], register_resources=lambda: resource)
        )
    )
    assert flaws == ["resource 'things' asks for 'petit:write', which the plugin does not register"]


def test_a_plugin_that_raises_fails_the_question() -> None:
    """An error while looking is a failed line with its reason."""

    def broken() -> None:
        raise RuntimeError("no")

    check = inspection._ask("q", inspection._permissions, "petit", face(register_permissions=broken))
    assert (check.passed, check.detail) == (False, "RuntimeError: no")
