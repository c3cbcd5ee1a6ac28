"""What holds for the plugins together: alone, all at once, and in any company."""

import random
from pathlib import Path

import pytest

PLUGINS = sorted(path.parent.name for path in (Path(__file__).parents[1] / "plugins").glob("*/pyproject.toml"))


@pytest.mark.parametrize("name", PLUGINS)
def test_every_plugin_starts_alone(house, name):
    """With nothing but the core and a database."""
    app = house(name, tables=False)
    assert {info.name: info.state for info in app.hooks.all() if info.name == name} == {name: "active"}


def test_all_start_together(house):
    """And none is quarantined."""
    app = house(*PLUGINS)
    assert [info for info in app.hooks.all() if info.state != "active"] == []


@pytest.mark.parametrize("seed", range(10))
def test_any_company_starts(house, seed):
    """Ten seeded random subsets."""
    chosen = [name for name in PLUGINS if random.Random(f"{seed}{name}").random() < 0.5]
    app = house(*chosen, tables=False)
    assert [info for info in app.hooks.all() if info.state != "active"] == []


def test_a_disabled_plugin_leaves_no_trace(house):
    """No route, no page, no command; the others work."""
    app = house(*(name for name in PLUGINS if name != "rgpd"))
    assert not [rule.rule for rule in app.flask.url_map.iter_rules() if "rgpd" in rule.rule]
    assert "rgpd" not in app.cli("--help").stdout
    assert [page for _, page in app.hooks.collected("register_console_pages") if "rgpd" in page.path] == []
