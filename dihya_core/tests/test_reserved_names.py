"""Names that a new plugin cannot have."""

from __future__ import annotations

import click
import pytest
from dihya_core.loading.ownership import spelled
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.web import public
from flask import Blueprint


@pytest.fixture
def app(make_app, plugin):
    """An application with a plugin that has a command, a second blueprint, and an address elsewhere."""

    def register_commands():
        return click.Command("sing-along")

    def register_routes():
        made = Blueprint("choir_stage", "choir_stage", url_prefix="/concert/tonight")
        made.add_url_rule("/<name>", "x", public("x")(lambda name: name))
        return made

    return make_app("generation_logs", plugins={"choir": plugin(register_commands, register_routes)})


@pytest.mark.parametrize(
    "name",
    [
        "choir",
        "Choir",
        "sing_along",
        "Sing--Along",
        "choir_stage",
        "concert",
        "generation",
        "db",
        "DB",
        "guest",
        "hookspecs",
    ],
)
def test_every_spelling_of_a_name_that_something_bears_is_taken(app, name):
    """Plugins, commands, blueprints, addresses, beginnings of tables, shared roles and packages."""
    with app.act():
        assert spelled(name) in app.hooks.taken()


@pytest.mark.parametrize("name", ["tonight", "name", "songs", "generation_logs_extra", "concerts"])
def test_other_names_are_free(app, name):
    """Later words of an address, variables in it, and names that only begin like another one."""
    with app.act():
        assert spelled(name) not in app.hooks.taken()


def test_plugins_ask_the_same(app):
    """Through the contract: the generator refuses what the installation would."""
    with app.act() as act:
        taken = act.get(Plugins).taken()
    assert taken["sing_along"] == "a command of plugin 'choir'"
    assert taken["concert"] == "an address of plugin 'choir' (/concert/tonight/<name>)"
