"""``dihya stats``."""

from __future__ import annotations

import json

IDEA = "Gérer les membres d'un club, et les dons"


def test_it_prints_counts_for_people_and_one_object_for_programs(app, work):
    """A line for each count and for each kind of model; ``--json`` gives the same as the API."""
    client = app.client("user")
    client.post("/api/v1/generations", json={"idea": IDEA})
    work()
    lines = app.cli("stats").stdout.splitlines()
    assert "     1  Proven, and offered" in lines
    assert lines[-1].startswith("Together: 1, median ")
    said = json.loads(app.cli("stats", "--json").stdout)
    assert said == app.client("admin").get("/api/v1/generations/stats").json
    assert (said["ideas"], said["proven"]) == (1, 1)
