"""What the first Dihya promised and did not hold: memory, templates, languages, words."""

import io
import json
import re
import tomllib
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from dihya_core.app import create_app, stop
from dihya_hookspecs.access import Access
from dihya_hookspecs.acts import Acts
from dihya_hookspecs.data import Database
from dihya_hookspecs.generation import Needs, Templates
from dihya_hookspecs.ops import Tasks
from dihya_tests.kit import App
from dihya_tests.marks import index, page, standing
from dihya_tests.marks import record as records

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PASSWORD = "canari orange sous la pluie"
QUICK = {"argon2_time": 1, "argon2_memory": 64}
SECTORS = ("association", "ecommerce", "sante")


# Persistence


def test_nothing_is_forgotten_at_a_restart(whole):
    """People, roles, tokens, failed sign-ins, quotas, generations and tasks are there after a restart on the same folder."""
    from dihya_ai_fallback.quotas import Quotas
    from dihya_securite.models import Failure
    from sqlalchemy import update

    first = whole()
    with first.act() as act:
        url = act.get(Database).engine.url.render_as_string(hide_password=False)
    tin = first.add("tin@example.org", "dpo", "user")
    headers, wrong = first.signed_in("tin@example.org"), {"email": "tin@example.org", "password": "wrong"}
    for _ in range(5):
        first.client().post("/api/v1/securite/tokens", json=wrong)
    with first.engine.begin() as connection:  # the wait after five failures is a second, and a restart may take longer
        assert connection.execute(update(Failure).where(Failure.count == 5).values(count=12)).rowcount == 1
    begun = first.client().post(
        "/api/v1/generations", json={"idea": "un club", "template": "association"}, headers=headers
    )
    with first.act() as act:
        quotas = Quotas(act.get(Acts), 1000)
    quotas.settle(quotas.reserve(tin, 100, 60), 70)
    stop(first.flask)
    second = whole(data=first.data, config={"db": {"url": url}})
    me = second.client().get("/api/v1/securite/me", headers=headers).json
    assert (me["id"], me["roles"]) == (tin, ["dpo", "user"])
    assert second.client().post("/api/v1/securite/tokens", json=wrong).status_code == 429
    assert second.client().get(begun.headers["Location"], headers=headers).json["idea"] == "un club"
    with second.act() as act:
        assert [task.name for task in act.get(Tasks).recent()] == ["services.generate"]
        assert Quotas(act.get(Acts), 1000).usage(act, tin).used == 70


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_the_database_is_named_by_dihya_db_url(engine, request, tmp_path, monkeypatch, peopled):
    """The variable that was announced works, for both engines: migrations, an act, and the same person read again."""
    url = f"sqlite:///{tmp_path}/named.db" if engine == "sqlite" else request.getfixturevalue("postgresql")
    monkeypatch.setenv("DIHYA_DB_URL", url)
    before = None
    for _ in range(2):
        app = App(
            create_app(
                only=["db", "migrations", "keys", "securite", "audit"],
                given={"dihya": {"data": str(tmp_path)}, "securite": QUICK},
            ),
            [],
        )
        peopled(app)
        with app.act() as act:
            database = act.get(Database).engine
        assert database.dialect.name == engine
        assert app.cli("db", "upgrade").exit_code == 0
        known = app.add("tin@example.org", "user")
        assert before in (None, known)
        before = known
        stop(app.flask)
        database.dispose()
    assert engine != "sqlite" or (tmp_path / "named.db").stat().st_size > 50_000


# Templates


def templates_of(app):
    with app.act() as act:
        return act.get(Templates)


def test_every_business_template_loads_and_renders_code_that_compiles(whole):
    """All options on and as few as may be, in both languages: each file is what its name says, and no option is without effect."""
    app = whole()
    templates = templates_of(app)
    assert set(SECTORS) < {template.name for template in templates.all()}
    for template in templates.all():
        flags = [name for name, option in template.options["properties"].items() if option.get("type") == "boolean"]
        made = [
            templates.render(Needs("", template.name, "potager", options, language))
            for options in (dict.fromkeys(flags, True), fewest(template, flags))
            for language in ("fr", "en")
        ]
        for files in made:
            assert any(path.endswith("/models.py") for path in files)
            for path, content in files.items():
                readable(path, content)
        assert len({json.dumps(dict(files), sort_keys=True) for files in made}) == len(made)
        assert made[0] != templates.render(Needs("", template.name, "jardin", dict.fromkeys(flags, True), "fr"))
        assert any("auditeur" in content for path, content in made[0].items() if path.endswith(".py"))


def fewest(template, flags):
    """Return the options that leave least: of what is composed, all but the last of the usual tables, since something must be built."""
    if not template.data.get("composed"):
        return dict.fromkeys(flags, False)
    usual = [name for name in flags if template.options["properties"][name]["default"]]
    return {usual[-1]: False} if len(usual) > 1 else {flags[-1]: True}


def readable(path, content):
    """Read a generated file as what it claims to be."""
    match path.rpartition(".")[2]:
        case "py":
            compile(content, path, "exec")
        case "toml":
            tomllib.loads(content)
        case "json":
            json.loads(content)
        case "po":
            assert len(read_po(io.BytesIO(content.encode()), abort_invalid=True))


# Words


def test_no_list_is_empty_when_there_is_something(whole):
    """Every list of the API shows what was made through the API."""
    app = whole()
    client = app.client("admin", "dpo", "user", id=app.admin)
    headers = app.signed_in("admin@example.org")
    assert client.post("/api/v1/generations", json={"idea": "un club", "template": "association"}).status_code == 202
    assert client.post("/api/v1/securite/keys", json={"title": "k", "scopes": ["docs:read"]}).status_code == 201
    assert client.post("/api/v1/rgpd/exports", json={"identifier": "admin@example.org"}).status_code == 200
    request = {"who": "Admin", "email": "admin@example.org", "asks": "access"}
    assert client.post("/api/v1/rgpd/requests", json=request).status_code == 201
    assert client.post("/api/v1/rgpd/mine/requests", json={"asks": "access"}).status_code == 201
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/securite/sign-in").text)[1]
    form = {"csrf_token": token, "email": "admin@example.org", "password": PASSWORD}
    assert client.post("/securite/sign-in", data=form).status_code == 303
    lists = []
    for rule in app.flask.url_map.iter_rules():
        if rule.rule.startswith("/api/v1/") and not rule.arguments and "GET" in rule.methods:
            asked = {"identifier": "admin@example.org"} if rule.endpoint.startswith("rgpd_") else {}
            answer = client.get(rule.rule, query_string=asked, headers=headers)
            assert answer.status_code == 200, rule
            lists += [(rule.rule, name, len(v)) for name, v in (answer.json or {}).items() if isinstance(v, list)]
    empty = {(path, name) for path, name, count in lists if not count}
    assert len(lists) >= 8 and empty <= {
        ("/api/v1/rgpd/coverage", name) for name in ("residual", "out_of_reach", "flaws")
    } | {
        ("/api/v1/rgpd/expiring", "items"),
        ("/api/v1/generations/applications", "items"),  # no plugin that was generated is installed
        ("/api/v1/rgpd/consents", "items"),
        ("/api/v1/rgpd/objections", "items"),
        ("/api/v1/rgpd/purposes", "items"),  # no plugin of ours declares one
        ("/api/v1/rgpd/holds", "items"),
        ("/api/v1/rgpd/legal_holds", "items"),
        ("/api/v1/rgpd/restrictions", "items"),
        ("/api/v1/rgpd/requests/bin", "items"),
        ("/api/v1/rgpd/assessments", "items"),
        ("/api/v1/rgpd/assessments/bin", "items"),
        ("/api/v1/rgpd/breaches", "items"),
        ("/api/v1/rgpd/breaches/bin", "items"),
        ("/api/v1/generation_logs/generations", "items"),  # filled by the task, when the project is ready
        ("/api/v1/securite/me/second-factor", "items"),
    }


def test_no_answer_points_to_a_foreign_host(whole):
    """No page and no answer names a ``preview_url`` or any address outside of this application."""
    app = whole()
    client = app.client("admin", "dpo", "auditeur", "user", id=app.admin)
    draft = client.post("/api/v1/generations/proposals", json={"idea": "un club", "template": "association"}).json["id"]
    found = set()
    for rule in app.flask.url_map.iter_rules():
        if "GET" in rule.methods and not rule.rule.endswith("/events"):
            answer = client.get(re.sub(r"<[^>]+>", draft, rule.rule), headers={"Accept": "text/html,*/*;q=0.5"})
            text = answer.data.decode("utf-8", "replace") if "zip" not in answer.mimetype else ""
            found |= {(rule.rule, host) for host in re.findall(r"https?://([\w.-]+)", text)}
            assert "preview_url" not in text, rule
    named = {"www.w3.org", "json-schema.org", "dihya.invalid"}  # namespaces of SVG and of schemas, which nobody opens
    assert {host for _, host in found} <= {"localhost", "127.0.0.1", *named}, found


def test_the_languages_that_are_offered_are_the_languages_that_there_are(whole):
    """The switch offers exactly what every plugin has a complete catalogue for, and any other wish gets the default."""
    from dihya_i18n.extraction import compare

    app = whole()
    folders = app.flask.runtime.app_info().folders
    codes = {path.stem for folder in folders.values() for path in folder.glob("translations/*.po")}
    complete = {
        code for code in codes if not any(compare(name, folder, code).missing for name, folder in folders.items())
    }
    page = app.client().get("/").text
    assert set(re.findall(r'hreflang="(\w+)"', page)) == complete | {"en"} == {"fr", "en"}
    for code in ("tzm", "ber", "ar", "de", "he"):
        assert '<html lang="fr"' in app.client().get(f"/?lang={code}", headers={"Accept-Language": code}).text


def test_the_words_are_kept(whole):
    """States, base roles, the sectors so far and the slogan are those of the first Dihya; the auditor is in each template."""
    from dihya_services.views import STATES

    app = whole()
    assert list(STATES) == ["draft", "generating", "ready", "failed", "archived"]
    written = {
        word
        for path in (ROOT / "plugins/services/src").rglob("*.py")
        for word in re.findall(r"\.status = \"(\w+)\"", path.read_text())
    }
    assert written <= set(STATES)
    with app.act() as act:
        base = {role for role in act.get(Access).roles() if ":" not in role}  # a plugin's own bears its name
    assert base == {"admin", "dpo", "auditeur", "user", "guest"}
    for path in ("/", "/securite/sign-in", "/nowhere"):
        page = app.client().get(path, headers={"Accept": "text/html"}).text
        assert "De l’idée au code, en toute souveraineté" in page
    assert "De l'idée au code, en toute souveraineté" in (ROOT / "README.fr.md").read_text("utf-8").replace("’", "'")


def test_each_mark_is_what_a_record_says():
    """In the table a tick stands where a record has earned it, and the pages of evidence are exactly those of the records."""
    kept = {path.stem: records.read(path) for path in (DOCS / "statements").glob("*.json")}
    stand = [standing.Standing(name, ROOT / "plugins" / name, record, "") for name, record in kept.items()]
    said = page.pages(index.read(DOCS), stand)
    shown = {f"modules/{path.name}": path.read_text("utf-8") for path in (DOCS / "modules").glob("*.md")}
    assert shown == {name: text for name, text in said.items() if name != page.PAGE}
    earned = set(re.findall(r"\[[✔✘]\*?\]\([^)]*\)", said[page.PAGE]))
    ticked = re.findall(r"(\S*[✔✓✅☑🟢✘]\S*) \|", (DOCS / page.PAGE).read_text("utf-8"))
    assert [mark for mark in ticked if mark not in earned] == []


def test_the_page_of_marks_has_the_forty_rows_and_each_plugin_once():
    """No row of the index is left out, and no plugin stands nowhere."""
    rows = index.read(DOCS)
    plugins = {path.parent.name for path in ROOT.glob("plugins/*/pyproject.toml")}
    assert len(rows.row) == 40
    assert {row.answered_by for row in rows.row} | {row.answered_by for row in rows.more} >= plugins
    assert {row.answered_by for row in rows.more} <= plugins


def test_the_server_listens_to_this_machine_only():
    """Who wants more says so; the old one listened on every address."""
    from dihya_wsgi.settings import Settings

    assert Settings().host == "127.0.0.1"
