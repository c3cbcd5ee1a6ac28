"""What went wrong in the first Dihya, each mistake as a test against the whole house."""

import base64
import hashlib
import importlib
import io
import json
import re
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest
from babel.messages.pofile import read_po
from dihya_core.app import create_app, stop
from dihya_core.discovery import installed
from dihya_hookspecs import Invalid, hookimpl
from dihya_hookspecs.access import OPERATOR, Access, Permission, Role
from dihya_hookspecs.acts import Acts
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.data import Database
from dihya_hookspecs.generation import Needs, Templates
from dihya_hookspecs.ops import Tasks
from dihya_hookspecs.web import public
from dihya_tests.kit import App
from flask import Blueprint
from sqlalchemy import inspect as inspected
from sqlalchemy import text as sql

ROOT = Path(__file__).resolve().parents[1]
NAMES = [item.name for item in installed() if item.name in {path.name for path in (ROOT / "plugins").iterdir()}]
PASSWORD = "canari orange sous la pluie"
QUICK = {"argon2_time": 1, "argon2_memory": 64}
CONFIG = {"securite": QUICK, "models": {"embedded": False}}
SECTORS = ("association", "ecommerce", "sante")


@pytest.fixture
def whole(house):
    """Return a function that starts every plugin of the repository together, with an administrator in it."""

    def start(**given):
        config = CONFIG | given.pop("config", {})
        app = house(*NAMES, config=config, **given)
        app.admin = add(app, "admin@example.org", "admin")
        return app

    return start


def add(app, email, *roles):
    """Add a person and return the id; the one who is there already otherwise."""
    from dihya_securite.service import Directory

    with app.act("add", actor=OPERATOR) as act:
        people = act.get(Directory)
        known = people.by_email(email)
        return str(known.id if known else people.create(OPERATOR, email, email.split("@")[0], roles, PASSWORD)[0].id)


def signed_in(app, email):
    """Return the headers of who has signed in over the API."""
    answer = app.client().post("/api/v1/securite/tokens", json={"email": email, "password": PASSWORD})
    assert answer.status_code == 201, answer.json
    return {"Authorization": f"Bearer {answer.json['access_token']}"}


def sources():
    """Yield every source file that is shipped."""
    for folder in (ROOT / "hookspecs", ROOT / "dihya_core", *sorted((ROOT / "plugins").iterdir())):
        yield from sorted((folder / "src").rglob("*.py"))


# Who may what


def test_nobody_gives_themselves_a_role(whole):
    """No registration is open; a role sent along with a name, by PUT on oneself or with a new person changes nothing."""
    app = whole()
    id = add(app, "tin@example.org", "user")
    headers, admin = signed_in(app, "tin@example.org"), signed_in(app, "admin@example.org")
    client = app.client()
    for path in ("/api/v1/securite/people", "/api/auth/register", "/api/v1/securite/register", "/securite/people/"):
        assert client.post(path, json={"email": "x@example.org", "roles": ["admin"]}).status_code in (401, 404)
    assert (
        client.patch("/api/v1/securite/me", json={"name": "x", "roles": ["admin"]}, headers=headers).status_code == 422
    )
    assert (
        client.put(f"/api/v1/securite/people/{id}/roles", json={"roles": ["admin"]}, headers=headers).status_code == 403
    )
    own = client.put(f"/api/v1/securite/people/{app.admin}/roles", json={"roles": ["admin", "dpo"]}, headers=admin)
    assert (own.status_code, own.json["code"]) == (403, "own-roles")
    assert client.get("/api/v1/securite/me", headers=headers).json["roles"] == ["user"]


def test_nobody_is_an_administrator_by_name(house):
    """Neither the id, the name nor the address ``admin`` gives a right; only a role that was given does."""
    app = house("securite", "audit", config={"securite": QUICK})
    assert app.client("user", id="admin", name="admin").get("/api/v1/audit/entries").status_code == 403
    add(app, "admin@example.org", "user")
    assert app.client().get("/api/v1/audit/entries", headers=signed_in(app, "admin@example.org")).status_code == 403


def test_the_auditor_can_read_the_audit_log(whole):
    """And so can administrator and data protection officer, who all find real entries; a user cannot."""
    app = whole()
    for role, status in {"admin": 200, "auditeur": 200, "dpo": 200, "user": 403}.items():
        add(app, f"{role}@example.org", role)
        answer = app.client().get("/api/v1/audit/entries", headers=signed_in(app, f"{role}@example.org"))
        assert answer.status_code == status, role
        assert status == 403 or any(
            item["event"]["action"] == "securite.tokens_issued" for item in answer.json["items"]
        )


def test_one_owner_for_each_concept(whole):
    """Each role, permission and service has one plugin; each role that a permission names exists; rights name their plugin."""
    app = whole()
    with app.act() as act:
        found = act.get(Plugins).collected("register_permissions")
        services = []
        for info in (info for info in app.flask.house.active() if info.name in NAMES):
            registry = SimpleNamespace(
                register_factory=lambda kind, *_, **__: services.append(kind),
                register_value=lambda kind, *_: services.append(kind),
            )
            getattr(importlib.import_module(info.package), "register_services", lambda registry: None)(registry)
    names = Counter(item.name for _, item in found)
    assert [name for name, count in names.items() if count > 1] == []
    assert [kind.__name__ for kind, count in Counter(services).items() if count > 1] == []
    roles = {item.name for _, item in found if isinstance(item, Role)}
    permissions = [(plugin, item) for plugin, item in found if isinstance(item, Permission)]
    assert roles == {"admin", "dpo", "auditeur", "user", "guest"}
    assert {role for _, item in permissions for role in item.roles} <= roles
    assert [item.name for plugin, item in permissions if not item.name.startswith(f"{plugin}:")] == []


# Forgeries and secrets


def encoded(part):
    return (
        base64.urlsafe_b64encode(part if isinstance(part, bytes) else json.dumps(part).encode()).rstrip(b"=").decode()
    )


def test_no_literal_signature_opens_anything(whole):
    """``fake-signature``, ``none`` and HS256 with the public key as its secret are refused, for tokens, cookies and forms."""
    import hmac

    app = whole()
    client, token = app.client(), signed_in(app, "admin@example.org")["Authorization"].removeprefix("Bearer ")
    head, claims, _ = token.split(".")
    header = json.loads(base64.urlsafe_b64decode(head + "=="))
    key = client.get("/securite/jwks.json").json["keys"][0]
    tokens = [f"{head}.{claims}.fake-signature", f"{head}.{claims}.", f"{encoded(header | {'alg': 'none'})}.{claims}."]
    for secret in (
        key["x"].encode(),
        base64.urlsafe_b64decode(key["x"] + "=="),
        json.dumps(key).encode(),
        b"",
        b"secret",
    ):
        signed = f"{encoded(header | {'alg': 'HS256'})}.{claims}"
        tokens.append(f"{signed}.{encoded(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}")
    for forged in tokens:
        answer = client.get("/api/v1/securite/me", headers={"Authorization": f"Bearer {forged}"})
        assert answer.status_code == 401, forged
    client.set_cookie("dihya", "fake-signature")
    assert client.get("/api/v1/securite/me").status_code == 401
    form = {"email": "admin@example.org", "password": PASSWORD, "csrf_token": "fake-signature"}
    assert client.post("/securite/sign-in", data=form).status_code == 403


def test_no_secret_has_a_default(whole):
    """Two fresh houses share no key, nobody but their owner can read the files, and no source holds a stand-in."""
    keys = []
    for app in (whole(), whole()):
        app.client().get("/securite/sign-in")
        app.cli("audit", "verify")
        signed_in(app, "admin@example.org")
        files = [path for path in (app.data / "keys").rglob("*") if path.is_file()]
        assert [path.name for path in files if path.stat().st_mode & 0o077] == []
        keys.append({path.read_bytes() for path in files})
    assert min(map(len, keys)) >= 3
    assert not keys[0] & keys[1]
    stand_in = re.compile(
        r"fake.signature|change_?me_in|stub\.jwt|(?:secret|password|api_key)\s*=\s*[\"'][^\"'{]{3,}", re.I
    )
    found = [(path.name, hit[0]) for path in sources() for hit in [stand_in.search(path.read_text("utf-8"))] if hit]
    assert [one for one in found if "Field(" not in one[1]] == []


# Privacy


def everywhere(app):
    """Return everything that the house has written, by place: files but the database's, and each table."""
    said = {str(path.relative_to(app.data)): path.read_bytes() for path in app.data.rglob("*") if path.is_file()}
    said = {name: content for name, content in said.items() if not name.startswith("dihya.db")}
    with app.act("look") as act, act.get(Database).engine.connect() as connection:
        looked = inspected(connection)
        for schema in looked.get_schema_names():
            for table in looked.get_table_names(schema) if not schema.startswith(("pg_", "information")) else ():
                rows = connection.execute(sql(f'SELECT * FROM "{schema}"."{table}"')).all()
                said[f"{schema}.{table}"] = repr(rows).encode()
    return said


def test_no_part_of_an_idea_is_written_anywhere_but_in_its_generation(whole, caplog, capfd):
    """After a refused provider, a proposal, a generation and a failed one, the words stand in the generation and nowhere else."""
    caplog.set_level("DEBUG")
    provider = {"name": "nearby", "url": "http://127.0.0.1:9/v1", "model": "m"}
    app = whole(config={"models": {"embedded": False, "providers": [provider]}})
    client = app.client("user", id=add(app, "tin@example.org", "user"))
    words = ("kanarivogel", "zwitschernd")
    idea = f"gérer les adhérents et les cotisations, {words[0]}, d'une association {words[1]}"
    assert client.post("/api/v1/generations/proposals", json={"idea": idea}).status_code == 200
    answers = [client.post("/api/v1/generations", json=body) for body in (
        {"idea": idea}, {"idea": idea, "template": "nowhere"}, {"idea": idea * 200}, {"idea": idea, "options": {"x": idea}},
    )]  # fmt: skip
    assert answers[0].status_code == 202
    with app.act("work", actor=OPERATOR) as act:
        act.get(Tasks).work()
    assert client.get(answers[0].headers["Location"]).json["status"] == "ready"
    said = everywhere(app) | {"log": caplog.text.encode(), "output": "".join(capfd.readouterr()).encode()}
    said |= {"trail": repr(app.trail).encode()} | {f"refusal {n}": answer.data for n, answer in enumerate(answers[1:])}
    found = {place for place, content in said.items() for word in words if word.encode() in content}
    assert {place.rpartition(".")[2] for place in found} == {"services_generations"}
    assert len([place for place in said if "generation_logs" in place and said[place] != b"[]"]) >= 2


def test_french_and_uploads_pass(whole):
    """Apostrophes, "update my project", SQL words and multipart boundaries are ordinary text, in address, form and body."""
    app = whole()
    client = app.client("admin", "user", id=app.admin)
    said = "L'école d'été, c'est l'idée : update my project -- select * from clients; 1=1"
    assert client.get("/api/v1/securite/people", query_string={"q": said[:60]}).status_code == 200
    assert client.get("/services/", query_string={"idea": said}).status_code == 200
    assert client.patch("/api/v1/securite/me", json={"name": said}).json["name"] == said
    answer = client.post("/api/v1/generations/proposals", json={"idea": said, "template": "association"})
    assert (answer.status_code, answer.json.get("template")) == (200, "association")
    upload = {"idea": said, "template": "association", "file": (io.BytesIO(b"--x\r\n' OR 1=1"), "l'été.txt")}
    answer = client.post("/services/proposals", data=upload, content_type="multipart/form-data; boundary=----l'x--")
    assert answer.status_code in (303, 422) and answer.status_code != 403


# Wiring


def test_every_rule_is_declared_once(whole):
    """Each view says who may reach it, no two rules answer the same method and shape, and no prefix is doubled."""
    app = whole()
    seen = {}
    for rule in app.flask.url_map.iter_rules():
        view = app.flask.view_functions[rule.endpoint]
        assert bool(getattr(view, "dihya_requires", "")) != bool(getattr(view, "dihya_public", "")), rule
        assert not re.search(r"/([a-z_]+)/(?:.*/)?\1/api/|/api/.*/api/|^/([a-z_]+)/\2(?:/|$)", rule.rule), rule
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            other = seen.setdefault((method, re.sub(r"<[^>]+>", "<>", rule.rule)), rule.endpoint)
            assert other == rule.endpoint, f"{method} {rule.rule} is answered by {other} and {rule.endpoint}"


def test_a_second_blueprint_of_one_name_or_rule_stops_the_start(house):
    """What was registered twice in silence is refused, and the message says what was there already."""

    def plugin(blueprint):
        pages = Blueprint(blueprint, blueprint, url_prefix="")
        pages.add_url_rule("/numbers", "page", public("a test")(lambda: "page"))
        return SimpleNamespace(register_routes=hookimpl(lambda: pages), __name__=blueprint)

    with pytest.raises(Invalid, match="is already 'analytics's|is already 'metrics's"):
        house("securite", plugins={"analytics": plugin("analytics"), "metrics": plugin("metrics")})
    with pytest.raises(Invalid, match="is not named 'metrics'"):
        house("securite", plugins={"analytics": plugin("analytics"), "metrics": plugin("analytics")})


def test_answers_of_another_origin_are_not_allowed_and_nothing_shows_the_inside(whole):
    """No CORS header for anybody on any rule, no debug mode, and a failure tells nothing but its request id."""

    def fail():
        raise RuntimeError("the inside")

    pages = Blueprint("broken", "broken")
    pages.add_url_rule("/", "page", public("a test")(fail))
    app = whole(plugins={"broken": SimpleNamespace(register_routes=hookimpl(lambda: pages), __name__="broken")})
    assert not (app.flask.debug or app.flask.house.core.debug)
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    for rule in app.flask.url_map.iter_rules():
        for method in ("OPTIONS", "GET"):
            answer = app.client().open(re.sub(r"<[^>]+>", "x", rule.rule), method=method, headers=headers)
            assert not [name for name, _ in answer.headers if name.lower().startswith("access-control")], rule
    for accept in ("text/html", "application/json"):
        answer = app.client().get("/broken/", headers={"Accept": accept})
        assert answer.status_code == 500
        assert b"Traceback" not in answer.data and b"the inside" not in answer.data


def test_importing_every_plugin_starts_nothing(tmp_path):
    """No thread, no file, no change of the import path; the old scheduler ran as soon as it was imported."""
    code = "import sys, threading, importlib; before = list(sys.path)\n"
    code += "".join(f"import dihya_{name}\n" for name in NAMES)
    code += "print(threading.active_count(), sys.path == before)"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "True"]
    assert list(tmp_path.iterdir()) == []


# Persistence


def test_nothing_is_forgotten_at_a_restart(whole):
    """People, roles, tokens, failed sign-ins, quotas, generations and tasks are there after a restart on the same folder."""
    from dihya_ai_fallback.quotas import Quotas

    first = whole()
    with first.act() as act:
        url = act.get(Database).engine.url.render_as_string(hide_password=False)
    tin = add(first, "tin@example.org", "dpo", "user")
    headers, wrong = signed_in(first, "tin@example.org"), {"email": "tin@example.org", "password": "wrong"}
    for _ in range(5):
        first.client().post("/api/v1/securite/tokens", json=wrong)
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
        assert [task.id for task in act.get(Tasks).recent()] == [begun.json["id"]]
        assert Quotas(act.get(Acts), 1000).usage(act, tin).used == 70


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_the_database_is_named_by_dihya_db_url(engine, request, tmp_path, monkeypatch):
    """The variable that was announced works, for both engines: migrations, an act, and the same person read again."""
    url = f"sqlite:///{tmp_path}/named.db" if engine == "sqlite" else request.getfixturevalue("postgresql")
    monkeypatch.setenv("DIHYA_DB_URL", url)
    before = None
    for _ in range(2):
        app = App(
            create_app(
                only=["db", "migrations", "securite", "audit"],
                given={"dihya": {"data": str(tmp_path)}, "securite": QUICK},
            ),
            [],
        )
        with app.act() as act:
            database = act.get(Database).engine
        assert database.dialect.name == engine
        assert app.cli("db", "upgrade").exit_code == 0
        known = add(app, "tin@example.org", "user")
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
    """All options on and all off, in both languages: each file is what its name says, and no option is without effect."""
    app = whole()
    templates = templates_of(app)
    assert tuple(template.name for template in templates.all()) == SECTORS
    for template in templates.all():
        flags = [name for name, option in template.options["properties"].items() if option.get("type") == "boolean"]
        made = [
            templates.render(Needs("", template.name, "verger", dict.fromkeys(flags, value), language))
            for value in (True, False)
            for language in ("fr", "en")
        ]
        for files in made:
            assert any(path.endswith("/models.py") for path in files)
            for path, content in files.items():
                readable(path, content)
        assert len({json.dumps(dict(files), sort_keys=True) for files in made}) == len(made)
        assert made[0] != templates.render(Needs("", template.name, "jardin", dict.fromkeys(flags, True), "fr"))
        assert any("auditeur" in content for path, content in made[0].items() if path.endswith(".py"))


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
            assert len(read_po(io.BytesIO(content.encode()), abort_invalid=True)) > 5


# Words


def test_no_list_is_empty_when_there_is_something(whole):
    """Every list of the API shows what was made through the API."""
    app = whole()
    client = app.client("admin", "dpo", "user", id=app.admin)
    headers = signed_in(app, "admin@example.org")
    assert client.post("/api/v1/generations", json={"idea": "un club", "template": "association"}).status_code == 202
    assert client.post("/api/v1/securite/keys", json={"title": "k", "scopes": ["docs:read"]}).status_code == 201
    assert client.post("/api/v1/rgpd/exports", json={"identifier": "admin@example.org"}).status_code == 200
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/securite/sign-in").text)[1]
    form = {"csrf_token": token, "email": "admin@example.org", "password": PASSWORD}
    assert client.post("/securite/sign-in", data=form).status_code == 303
    lists = []
    for rule in app.flask.url_map.iter_rules():
        if rule.rule.startswith("/api/v1/") and not rule.arguments and "GET" in rule.methods:
            answer = client.get(rule.rule, query_string={"identifier": "admin@example.org"}, headers=headers)
            assert answer.status_code == 200, rule
            lists += [(rule.rule, name, len(v)) for name, v in (answer.json or {}).items() if isinstance(v, list)]
    empty = {(path, name) for path, name, count in lists if not count}
    assert len(lists) >= 8 and empty <= {("/api/v1/rgpd/coverage", name) for name in ("residual", "flaws")} | {
        ("/api/v1/rgpd/subjects", "missing")
    }


def test_no_answer_points_to_a_foreign_host(whole):
    """No page and no answer names a ``preview_url`` or any address outside of this house."""
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
    assert {host for _, host in found} <= {"localhost", "127.0.0.1", "www.w3.org"}, found


def test_the_languages_that_are_offered_are_the_languages_that_there_are(whole):
    """The switch offers exactly what every plugin has a complete catalogue for, and any other wish gets the default."""
    from dihya_i18n.extraction import compare

    app = whole()
    folders = app.flask.house.app_info().folders
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
        assert set(act.get(Access).roles()) == {"admin", "dpo", "auditeur", "user", "guest"}
    for path in ("/", "/securite/sign-in", "/nowhere"):
        page = app.client().get(path, headers={"Accept": "text/html"}).text
        assert "De l’idée au code, en toute souveraineté" in page
    assert "De l'idée au code, en toute souveraineté" in (ROOT / "README.fr.md").read_text("utf-8").replace("’", "'")


def test_no_document_ticks_a_cell():
    """A mark in a table of ours would be a claim that no run has earned."""
    documents = [path for path in ROOT.rglob("*.md") if ".venv" not in path.parts and "tests" not in path.parts]
    ticked = [
        (path.name, line)
        for path in documents
        for line in path.read_text("utf-8").splitlines()
        if re.search("[✔✓✅☑🟢]|\\[x\\]|100 ?%", line, re.I) and line.lstrip().startswith(("|", "-", "*"))
    ]
    assert documents and ticked == []


def test_the_server_listens_to_this_machine_only():
    """Who wants more says so; the old one listened on every address."""
    from dihya_wsgi.settings import Settings

    assert Settings().host == "127.0.0.1"
