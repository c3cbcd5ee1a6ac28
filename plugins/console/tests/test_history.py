"""What became of a record."""

from __future__ import annotations

from typing import Any

from dihya_console.history import History
from dihya_hookspecs.access import OPERATOR
from dihya_hookspecs.app import Plugins
from dihya_securite.service import Directory


def test_the_newest_lines_come_first_and_name_the_fields(make_app: Any, demo: Any) -> None:
    """Only as many as are asked for; without a log there are none."""
    for names, what in ((("audit",), ["Retire", "was changed"]), ((), [])):
        app = make_app("console", *names, plugins={"demo": demo})
        client = app.client("admin")
        made = client.post("/demo/members/new", data={"name": "Tin", "plan": "full", "active": "on"})
        id = made.headers["Location"].rsplit("/", 1)[-1]
        client.post("/demo/members/actions/retire", data={"ids": id, "confirmed": "1"})
        with app.act() as act:
            resource = next(r for _, r in act.get(Plugins).collected("register_resources") if r.name == "members")
            lines = History("demo", resource).lines(id, 2)
        assert sorted(line.what for line in lines) == what
        assert not lines or "Active" in {line.fields for line in lines}


def test_people_are_called_by_their_names_for_those_who_may_see_them(make_app: Any, demo: Any) -> None:
    """Others read an identifier; oneself is "you"."""
    quick = {"argon2_time": 1, "argon2_memory": 64}
    app = make_app("console", "audit", "securite", plugins={"demo": demo}, config={"securite": quick})
    with app.act(actor=OPERATOR) as act:
        person, _given = act.get(Directory).create(OPERATOR, "ann@example.org", "Ann", ["admin"], "quatre mots ici")
        id = str(person.id)
    made = app.client("admin", id=id).post("/demo/members/new", data={"name": "Tin", "plan": "full", "active": "on"})
    page = made.headers["Location"] + "/history"
    assert "Ann" in app.client("admin").get(page).text and "you" in app.client("admin", id=id).get(page).text
