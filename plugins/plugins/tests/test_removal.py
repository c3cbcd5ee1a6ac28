"""What may be taken out, and what not; tests/test_installing.py takes plugins out in earnest."""

from types import SimpleNamespace

import pytest
from dihya_core.access import AccessRules
from dihya_core.data.acts import RuntimeActs
from dihya_hookspecs import DihyaError, hookimpl
from dihya_hookspecs.data import Schema
from dihya_plugins import removal
from dihya_plugins.removal import purge, uninstall
from dihya_plugins.swap import Move


@pytest.mark.parametrize("take_out", [uninstall, purge])
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nothing", "no plugin 'nothing' is installed"),
        ("db", "cannot be switched off here: without it there is no database"),
    ],
)
def test_what_everything_stands_on_is_not_taken_out(make_app, take_out, name, words):
    """What everything stands on, or is not there, cannot be removed."""
    with pytest.raises(DihyaError, match=words):
        app = make_app("migrations", "audit")
        take_out(name, app.hooks, app.flask.acts)


def test_a_purge_takes_the_tables_back_first_and_tells_the_others(make_app, monkeypatch):
    """They remove what they keep under its name (``on_purge``). Also where nobody has asked for a service before, as in a process that does nothing else."""
    taken_back = []

    @hookimpl
    def register_services(registry):
        registry.register_value(Schema, SimpleNamespace(downgrade=lambda name, to: taken_back.append((name, to))))

    @hookimpl
    def on_purge(plugin):
        taken_back.append(f"told of {plugin}")

    tables = SimpleNamespace(register_services=register_services, on_purge=on_purge)
    app = make_app("audit", "i18n", plugins={"tables": tables})
    app.hooks.providers.clear()
    move = Move("i18n", "/nowhere", "1")
    monkeypatch.setattr(removal, "planned", lambda name, runtime, errand: move)
    monkeypatch.setattr(removal, "_take_out", lambda move, runtime: taken_back.append("out"))
    removal.purge("i18n", app.hooks, RuntimeActs(app.hooks, AccessRules(app.hooks)))
    assert taken_back == [("i18n", ""), "told of i18n", "out"]
