"""Two generated applications in one application: a role, a right, a word or a table of one means nothing in the other."""

from __future__ import annotations

import importlib
import sys

import pytest
from dihya_hookspecs.access import Access
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.data import Model
from dihya_hookspecs.generation import Needs, Templates
from markupsafe import escape

TRADES = {"club": "association", "cabinet": "sante"}


@pytest.fixture(scope="module")
def orchard(tmp_path_factory):
    """A folder for the generated plugins, gone from the path at the end."""
    folder = tmp_path_factory.mktemp("applications")
    sys.path.insert(0, str(folder / "src"))
    yield folder
    sys.path.remove(str(folder / "src"))
    for name in [name for name in sys.modules if name.split(".")[0] in ("dihya_club", "dihya_cabinet")]:
        del sys.modules[name]
    for table in [table for table in Model.metadata.tables.values() if table.info.get("plugin") in TRADES]:
        Model.metadata.remove(table)


@pytest.fixture
def app(make_app, whole, orchard):
    """The whole application with a club and a practice, their sample records, and a secretary of each."""
    if "dihya_club" not in sys.modules:
        with make_app("templates").act() as act:
            templates = act.get(Templates)
            for name, template in TRADES.items():
                for path, text in templates.render(templates.complete(Needs("", template, name))).items():
                    (orchard / path).parent.mkdir(parents=True, exist_ok=True)
                    (orchard / path).write_text(text, "utf-8")
        importlib.invalidate_caches()
    app = whole(plugins={name: importlib.import_module(f"dihya_{name}") for name in TRADES})
    for name in TRADES:
        assert app.cli(name, "sample").exit_code == 0
        app.add(f"{name}@example.org", f"{name}:secretaire")
    return app


def rules_of(app, plugin):
    """Yield the rules of the application that lead into one plugin, with the permission that each asks for."""
    for rule in app.flask.url_map.iter_rules():
        permission = getattr(app.flask.view_functions[rule.endpoint], "dihya_requires", None) or ""
        if permission.startswith(f"{plugin}:"):
            yield rule, permission


def test_both_run_and_own_what_is_theirs(app):
    """Each has a role of the same word, its own tables, and permissions that it gave to nobody of the other."""
    with app.act() as act:
        states = {info.name: info.state for info in act.get(Plugins).all()}
        access = act.get(Access)
        assert {states[name] for name in TRADES} == {"active"}
        assert {f"{name}:secretaire" for name in TRADES} <= set(access.roles())
        for one, other in (("club", "cabinet"), ("cabinet", "club")):
            mine = [item for item in access.permissions().values() if item.name.startswith(f"{one}:")]
            assert mine and not {role for item in mine for role in item.roles if role.startswith(f"{other}:")}
    owners = {
        table.info["plugin"] for table in Model.metadata.tables.values() if table.name.startswith(("club_", "cabinet_"))
    }
    assert owners == {"club", "cabinet"}


def test_a_secretary_of_the_club_is_nobody_at_the_practice(app):
    """403 on every route of the practice, by every method; the own routes open; the menu shows only the own pages."""
    headers = app.signed_in("club@example.org")
    client, tried = app.client(), 0
    unknown = "01a20935-580f-7f4a-931e-67b8172fa3ac"
    for rule, permission in rules_of(app, "cabinet"):
        address = rule.rule
        for argument in sorted(rule.arguments, key=address.index):
            converter = address[address.index("<") : address.index(">") + 1]
            assert argument in converter
            address = address.replace(converter, unknown, 1)
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            answer = client.open(address, method=method, headers=headers, json={} if method != "GET" else None)
            assert answer.status_code == 403, (method, address, permission, answer.status_code)
            tried += 1
    assert tried > 20
    assert client.get("/api/v1/club/members", headers=headers).status_code == 200
    assert client.get("/api/v1/cabinet/patients", headers=app.signed_in("cabinet@example.org")).status_code == 200
    page = app.client("club:secretaire").get("/", headers={"Accept": "text/html"}).text
    assert "/club/members/" in page and "/cabinet/" not in page


def test_no_text_crosses(app):
    """Roles are read with their plugin, and each plugin's words are its own catalogue's, whoever comes first."""
    people = app.client("admin", id=app.admin).get("/securite/people/new", headers={"Accept-Language": "fr"}).text
    assert "Club – Secrétaire<" in people and "Cabinet – Secrétaire médicale<" in people
    assert "<span>Secrétaire" not in people
    with app.act() as act:
        resources = [
            (plugin, item) for plugin, item in act.get(Plugins).collected("register_resources") if plugin in TRADES
        ]
    assert {plugin for plugin, _ in resources} == set(TRADES)
    for plugin, resource in resources:
        page = app.client("admin", id=app.admin).get(
            f"/{plugin}/{resource.name}/new", headers={"Accept": "text/html", "Accept-Language": "fr"}
        )
        labels = [resource.labels[name].fr for name in resource.form.model_fields]
        assert labels and [label for label in labels if escape(label) not in page.text] == []


def test_no_part_of_the_pages_of_an_application_fails(app):
    """Lists, records, papers, agendas and lines of time are whole: what plugins put on them is there."""
    client = app.client("admin", id=app.admin)
    for name in ("members", "memberships", "events", "registrations"):
        shown = client.get(f"/api/v1/club/{name}").json["items"][0]["id"]
        for path in ("", "print", "agenda", shown, f"{shown}/print", f"{shown}/card", f"{shown}/timeline"):
            answer = client.get(f"/club/{name}/{path}", headers={"Accept": "text/html"})
            known = {200, 404} if path == "agenda" else {200}  # members have no day of their own
            assert answer.status_code in known, (name, path)
            if path == shown:
                assert ('action="/rgpd/person"' in answer.text) == (name == "members")
    with app.act() as act:
        said = {info.name: [one for one in info.troubles if one.kind == "failing"] for info in act.get(Plugins).all()}
    assert {name: found for name, found in said.items() if found} == {}
