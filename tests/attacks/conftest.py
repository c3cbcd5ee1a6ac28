"""The whole application with every plugin, a generated one, real sign-ins, and what an attacker does with it."""

import importlib
import re
import sys
from functools import partial

import pytest
from dihya_core.loading.discovery import installed
from dihya_hookspecs.access import OPERATOR, Actor
from dihya_hookspecs.data import Database, Model
from dihya_hookspecs.generation import Needs, Templates
from dihya_hookspecs.storage import Blobs
from sqlalchemy import event

PASSWORD, ROLES = "canari orange sous la pluie", ("admin", "auditeur", "dpo", "user")
EVERY_ROLE = (*ROLES, "console:installer")
SECURITE = {"argon2_time": 1, "argon2_memory": 64, "lockout": 100}
CONFIG = {"securite": SECURITE, "models": {"embedded": False}, "services": {"heartbeat": 0.05}}
ARGUMENT = re.compile(r"<(?:[^<>]*:)?(\w+)>")
WRITES = re.compile(r'\b(?:INSERT INTO|(?<!FOR )(?<!DO )UPDATE|DELETE FROM)\s+"?(\w+)')
UNSAFE = ("DELETE", "PATCH", "POST", "PUT")


@pytest.fixture(scope="session")
def orchard(tmp_path_factory):
    """A folder for the generated plugin ``verger``, whose REST routes and pages are attacked too."""
    return tmp_path_factory.mktemp("verger")


@pytest.fixture
def app(make_app, orchard):
    """The whole application with every plugin, a generated one, and a person for each role, who own something."""
    if "dihya_verger" not in sys.modules:
        with make_app("templates").act() as act:
            templates = act.get(Templates)
            files = templates.render(templates.complete(Needs("", "association", "verger")))
        for path, text in files.items():
            (orchard / path).parent.mkdir(parents=True, exist_ok=True)
            (orchard / path).write_text(text, "utf-8")
        sys.path.insert(0, str(orchard / "src"))
    plugins = {"verger": importlib.import_module("dihya_verger")}
    return equipped(furnished(make_app(*(item.name for item in installed()), config=CONFIG, plugins=plugins)))


def furnished(app):
    """Give the application people and things: ``app.people`` role → id, ``app.things`` argument → value."""
    from dihya_securite.keys import Keys
    from dihya_securite.service import Directory

    app.people, app.keys, app.written = {}, {}, written(app)
    with app.act("furnish", actor=OPERATOR) as act:
        for name, roles in {**{role: (role,) for role in ROLES}, "all": EVERY_ROLE, "victim": ("user",)}.items():
            person, _ = act.get(Directory).create(OPERATOR, f"{name}@example.org", name, roles, PASSWORD)
            app.people[name] = str(person.id)
        for scope in ("docs:read", "securite:account"):
            owner = Actor(app.people["all"], "all", frozenset(EVERY_ROLE))
            key, app.keys[scope] = act.get(Keys).create(owner, scope, [scope])
        kind = {"media_type": "text/plain", "filename": "a.txt", "purpose": "test"}
        blob = act.get(Blobs).put(b"hers", owner=app.people["victim"], **kind)
    assert app.cli("verger", "sample").exit_code == 0
    victim = app.client("user", id=app.people["victim"])
    draft = victim.post("/api/v1/generations/proposals", json={"idea": "gérer un club", "template": "association"})
    app.things = {
        "/keys/": str(key.id), "/people/": app.people["victim"], "generations/": draft.json["id"],
        "/services/": draft.json["id"], "/storage/": blob.digest, "": "01a20935-580f-7f4a-931e-67b8172fa3ac",
    }  # fmt: skip
    for name in ("members", "memberships", "events", "registrations"):
        app.things[f"/verger/{name}/"] = app.client("admin").get(f"/api/v1/verger/{name}").json["items"][0]["id"]
    return app


def equipped(app):
    """Give the application what an attacker does, as its methods."""
    for function in (operations, address, rows, changed, tokens, browser, forged):
        setattr(app, function.__name__, partial(function, app))
    app.password, app.roles, app.every_role = PASSWORD, ROLES, EVERY_ROLE
    return app


@pytest.fixture
def sent():
    """Return the function that sends a request."""
    return send


@pytest.fixture
def told():
    """Return the function that fails with every offender."""
    return tell


def operations(app, *, guarded=True, methods=("GET", *UNSAFE)):
    """Yield (method, address with real things in it, rule, permission or None) for every rule of the application."""
    for rule in sorted(app.flask.url_map.iter_rules(), key=lambda rule: rule.rule):
        permission = getattr(app.flask.view_functions[rule.endpoint], "dihya_requires", None)
        if guarded and permission is None:
            continue
        for method in sorted(rule.methods & set(methods)):
            yield method, address(app, rule), rule, permission


def address(app, rule, value=None):
    """Return the address of a rule with an existing thing, or the encoded *value*, in its place."""
    thing = next(thing for part, thing in app.things.items() if part in rule.rule)
    known = {
        "id": thing,
        "change": thing,
        "digest": thing,
        "plugin": "static",
        "file": "dihya.css",
        "path": "README.md",
    }
    return ARGUMENT.sub(lambda found: value or known.get(found[1], "db"), rule.rule)


def rows(app):
    """Return every row of every table but the audit's, which is to grow when somebody is refused."""
    active = tuple(f"{info.name}_" for info in app.flask.runtime.active() if info.name != "audit")
    tables = [table.name for table in Model.metadata.sorted_tables if table.name.startswith(active)]
    with app.engine.connect() as connection:  # by the driver alone: a sweep reads this often
        cursor = connection.connection.cursor()
        return {name: sorted(map(repr, cursor.execute(f'SELECT * FROM "{name}"').fetchall())) for name in tables}


def written(app):
    """Return a set that gathers the tables that are written to from now on, but the audit's."""
    found = set()
    with app.act("watch") as act:
        engine = act.get(Database).engine

    @event.listens_for(engine, "before_cursor_execute")
    def look(connection, cursor, statement, *_):
        found.update(name for name in WRITES.findall(statement) if not name.startswith("audit_"))

    return found


def changed(app, before):
    """Return the tables that are no longer as they were; they are read when something was written since the last time."""
    if not app.written:
        return []
    app.written.clear()
    return [name for name, found in rows(app).items() if found != before[name]]


def tokens(app, who):
    """Sign in over the API."""
    sent = {"email": f"{who}@example.org", "password": PASSWORD}
    answer = app.client().post("/api/v1/securite/tokens", json=sent)
    assert answer.status_code == 201, answer.json
    return answer.json


def browser(app, who):
    """Sign in as a browser does, with a cookie; ``client.token`` is the CSRF token of a page that it has seen."""
    client = app.client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/securite/sign-in").text)[1]
    form = {"csrf_token": token, "email": f"{who}@example.org", "password": PASSWORD}
    assert client.post("/securite/sign-in", data=form).status_code == 303
    client.token = re.search(r'<meta name="csrf-token" content="([^"]+)"', client.get("/").text)[1]
    return client


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def forged(app, token, **claims):
    """Return *token* with other claims, signed with the real key: as another service might have."""
    from dihya_securite.keyring import KeyRing
    from dihya_securite.tokens import signed
    from joserfc import jwt

    with app.act() as act:
        ring = act.get(KeyRing)
        key = ring.signing()
        old = jwt.decode(token, ring.verifying(key.id), algorithms=["Ed25519"])
    return signed(old.header, old.claims | claims, key)


def send(client, method, path, **given):
    """Send a request and read the answer; a stream is closed instead of read to its end."""
    answer = client.open(path, method=method, **given)
    if answer.mimetype == "text/event-stream":
        answer.set_data(b"")
    assert answer.data is not None
    answer.close()
    return answer


def tell(offenders):
    """Fail with every offender."""
    assert not offenders, f"{len(offenders)} offenders:\n" + "\n".join(map(str, offenders[:40]))
