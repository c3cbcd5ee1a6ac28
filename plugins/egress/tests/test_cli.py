"""``dihya egress``."""

from __future__ import annotations

import json


def test_the_command_lists_hosts_by_plugin(start):
    """One line each, with plugin, country and purpose."""
    assert start(("api.example.org", False)).cli("egress").stdout == "api.example.org  (shop, FR): exchange rates\n"


def test_the_command_gives_json(start):
    """For registers that machines keep."""
    (line,) = json.loads(start(("api.example.org", False)).cli("egress", "--json").stdout)
    assert (line["plugin"], line["host"], line["purpose"]["fr"]) == ("shop", "api.example.org", "taux de change")


def test_without_a_declaration_it_says_so(start):
    """In words."""
    assert start().cli("egress").stdout == "no plugin calls another host\n"
