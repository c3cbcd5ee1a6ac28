"""What went wrong in the first Dihya, each mistake as a test against the whole application."""

import base64
import hashlib
import importlib
import io
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest
from dihya_core.loading.discovery import installed
from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import OPERATOR, SHARED_ROLES, SIGNED_IN, Permission, Role
from dihya_hookspecs.app import Plugins
from dihya_hookspecs.data import Database
from dihya_hookspecs.ops import Tasks
from dihya_hookspecs.web import public
from flask import Blueprint
from sqlalchemy import inspect as inspected
from sqlalchemy import text as sql

ROOT = Path(__file__).resolve().parents[1]
NAMES = [item.name for item in installed() if item.name in {path.name for path in (ROOT / "plugins").iterdir()}]
PASSWORD = "canari orange sous la pluie"
QUICK = {"argon2_time": 1, "argon2_memory": 64}


def sources():
    """Yield every source file that is shipped."""
    for folder in (ROOT / "hookspecs", ROOT / "dihya_core", *sorted((ROOT / "plugins").iterdir())):
        yield from sorted((folder / "src").rglob("*.py"))


# Who may what


def test_nobody_gives_themselves_a_role(whole):
    """No registration is open; a role sent along with a name, by PUT on oneself or with a new person changes nothing."""
    app = whole()
    id = app.add("tin@example.org", "user")
    headers, admin = app.signed_in("tin@example.org"), app.signed_in("admin@example.org")
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


def test_nobody_is_an_administrator_by_name(make_app, peopled):
    """Neither the id, the name nor the address ``admin`` gives a right; only a role that was given does."""
    app = peopled(make_app("securite", "audit", config={"securite": QUICK}))
    assert app.client("user", id="admin", name="admin").get("/api/v1/audit/entries").status_code == 403
    app.add("admin@example.org", "user")
    assert app.client().get("/api/v1/audit/entries", headers=app.signed_in("admin@example.org")).status_code == 403


def test_the_auditor_can_read_the_audit_log(whole):
    """Auditor, administrator and data protection officer find real entries in the audit log; a user is refused."""
    app = whole()
    for role, status in {"admin": 200, "auditeur": 200, "dpo": 200, "user": 403}.items():
        app.add(f"{role}@example.org", role)
        answer = app.client().get("/api/v1/audit/entries", headers=app.signed_in(f"{role}@example.org"))
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
        for info in (info for info in app.flask.runtime.active() if info.name in NAMES):
            registry = SimpleNamespace(
                register_factory=lambda kind, *_, **__: services.append(kind),
                register_value=lambda kind, *_: services.append(kind),
            )
            getattr(importlib.import_module(info.package), "register_services", lambda registry: None)(registry)
    names = Counter(item.name for _, item in found)
    assert [name for name, count in names.items() if count > 1] == []
    assert [kind.__name__ for kind, count in Counter(services).items() if count > 1] == []
    roles = {item.name for _, item in found if isinstance(item, Role)}
    assert [
        item.name for plugin, item in found if isinstance(item, Role) and not item.name.startswith(f"{plugin}:")
    ] == []
    permissions = [(plugin, item) for plugin, item in found if isinstance(item, Permission)]
    assert {role for _, item in permissions for role in item.roles} <= {
        SIGNED_IN,
        *(role.name for role in SHARED_ROLES),
    } | roles
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
    client, token = app.client(), app.signed_in("admin@example.org")["Authorization"].removeprefix("Bearer ")
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
    """Two fresh applications share no key, nobody but their owner can read the files, and no source holds a stand-in."""
    keys = []
    for app in (whole(), whole()):
        app.client().get("/securite/sign-in")
        app.cli("audit", "verify")
        app.signed_in("admin@example.org")
        files = [path for path in (app.data / "keys").rglob("*") if path.is_file()]
        assert [path.name for path in files if path.stat().st_mode & 0o077] == []
        keys.append({content for path in files if (content := path.read_bytes())})  # locks are empty
    assert min(map(len, keys)) >= 3
    assert not keys[0] & keys[1]
    stand_in = re.compile(
        r"fake.signature|change_?me_in|stub\.jwt|(?:secret|password|api_key)\s*=\s*[\"'][^\"'{]{3,}", re.I
    )
    found = [(path.name, hit[0]) for path in sources() for hit in [stand_in.search(path.read_text("utf-8"))] if hit]
    assert [one for one in found if "Field(" not in one[1]] == []


# Privacy


def everywhere(app):
    """Return everything that the application has written, by place: files but the database's, and each table."""
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
    said = {"models": {"embedded": False, "providers": [provider]}, "services": {"further_checks": False}}
    app = whole(config=said)
    client = app.client("user", id=app.add("tin@example.org", "user"))
    words = ("kanarivogel", "zwitschernd")
    idea = f"{words[0]} : gérer les adhérents et les cotisations d'une association {words[1]}"
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


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("analytics", "metrics"), "GET /numbers, which is plugin 'analytics''s"),
        (("analytics", "analytics"), "'analytics'"),
    ],
)
def test_a_second_blueprint_of_one_name_or_rule_takes_its_plugin_out(make_app, names, words):
    """What was registered twice in silence is refused, and the reason says whose it is; the first one answers."""

    def plugin(blueprint, answer):
        pages = Blueprint(blueprint, blueprint, url_prefix="")
        pages.add_url_rule("/numbers", "page", public("a test")(lambda: answer))
        return SimpleNamespace(register_routes=hookimpl(lambda: pages), __name__=blueprint)

    app = make_app("securite", plugins={"analytics": plugin(names[0], "one"), "metrics": plugin(names[1], "two")})
    states = {info.name: info for info in app.flask.runtime.all()}
    assert states["metrics"].state == "quarantined" and words in states["metrics"].reason
    assert states["analytics"].state == "active" and app.client().get("/numbers").text == "one"


def test_answers_of_another_origin_are_not_allowed_and_nothing_shows_the_inside(whole):
    """No CORS header for anybody on any rule, no debug mode, and a failure tells nothing but its request id."""

    def fail():
        raise RuntimeError("the inside")

    pages = Blueprint("broken", "broken")
    pages.add_url_rule("/", "page", public("a test")(fail))
    app = whole(plugins={"broken": SimpleNamespace(register_routes=hookimpl(lambda: pages), __name__="broken")})
    assert not (app.flask.debug or app.flask.runtime.core.debug)
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


def test_over_https_each_answer_tells_browsers_to_keep_to_it_for_a_year(whole):
    """Every rule is asked as the settings are at first: pages, REST, files, refusals, and an address that is none."""
    client, said = whole().client(), set()
    rules = ["/no/such/address", *(rule.rule for rule in client.application.url_map.iter_rules())]
    for rule in rules:
        answer = client.get(re.sub(r"<[^>]+>", "x", rule), base_url="https://localhost")
        said.add(answer.headers.get("Strict-Transport-Security"))
        answer.close()
    assert said == {f"max-age={365 * 86400}"}
