"""The whole application under attack: every rule, page and field, with real sign-ins and a generated plugin in it."""

import importlib
import inspect
import json
import re
import sys
import time
from datetime import timedelta
from urllib.parse import quote

import pytest
import time_machine
from dihya_core.loading.discovery import installed
from dihya_hookspecs.access import OPERATOR, Access, Actor
from dihya_hookspecs.data import Model
from dihya_hookspecs.generation import Needs, Templates
from dihya_hookspecs.storage import Blobs

PASSWORD, ROLES = "canari orange sous la pluie", ("admin", "auditeur", "dpo", "user")
EVERY_ROLE = (*ROLES, "console:installer")
SECURITE = {"argon2_time": 1, "argon2_memory": 64, "lockout": 100}
CONFIG = {"securite": SECURITE, "models": {"embedded": False}, "services": {"heartbeat": 0.05}}
ARGUMENT = re.compile(r"<(?:[^<>]*:)?(\w+)>")
UNSAFE = ("DELETE", "PATCH", "POST", "PUT")
NAMES = re.compile(r"(?:args|values|form)\.get(?:list)?\(\s*\"(\w+)\"|_number\(\"(\w+)\"")
RESOURCE = ("q", "order", "sort", "fields", "limit", "after", "joined_on", "member_id", "member_id__find", "amount")
PAGE, JSON, FORM = {"Accept": "text/html,*/*;q=0.1"}, "application/json", "application/x-www-form-urlencoded"
MARKUP = "<script>alert('dihya')</script>\"><img src=x onerror=alert(1)>{{7919*7919}}${7919*7919}<%= 7919*7919 %>%s%n"
TEXTS = {
    "NUL": "a\0b", "lone surrogate": "a\ud800b", "long": "x" * 60_000, "many words": "x " * 3_000, "markup": MARKUP,
    "ways out": "../../../../etc/passwd\r\nSet-Cookie: evil=1\r\n' OR 1=1 --\u202e", "number": "9" * 40, "digits": "²٣",
}  # fmt: skip
ENCODED = {label: quote(text, safe="", errors="surrogatepass") for label, text in TEXTS.items()}
VALUES = TEXTS | {
    "megabyte": "x" * 1_000_000, "huge": 10**400, "64 bits": 2**63, "minus": -1, "fraction": 1e308, "null": None,
    "true": True, "list": [], "lists": [["a"], {"b": MARKUP}], "object": {"$ne": 1, "__proto__": {}, "\ud800": "\ud800"},
}  # fmt: skip
RAW = {
    "nothing": (b"", JSON), "null": (b"null", JSON), "list": (b"[]", JSON), "half": (b'{"', JSON),
    "not UTF-8": (b'{"a": "\xff\xfe\xed\xa0\x80"}', JSON), "deep": (b"[" * 100_000, JSON),
    "deep objects": (b'{"a":' * 20_000 + b"1" + b"}" * 20_000, JSON), "NaN": (b'{"a": NaN, "b": Infinity}', JSON),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), "application/json; charset=utf-16"), "no type": (b"{}", ""),
    "XML": (b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>', "application/xml"),
    "no boundary": (b"--x\r\n\r\n", "multipart/form-data"), "form": (b"a=%ff%00&&&=", FORM),
}  # fmt: skip
BODIES = {
    "securite_api.issue_tokens": {"email": "user@example.org", "password": "x"},
    "securite_api.refresh_tokens": {"refresh_token": "x"},
    "securite_api.change_me": {"name": "Tin"},
    "securite_api.change_my_password": {"old_password": "x", "password": "y"},
    "securite_api.create_key": {"title": "a key", "scopes": ["docs:read"], "expires_at": None},
    "securite_api.add_person": {"email": "x@example.org", "name": "X", "roles": ["user"], "password": None},
    "securite_api.change_person": {"name": "X", "active": True},
    "securite_api.change_roles": {"roles": ["user"]},
    "services_api.propose": {"idea": "gérer un club", "language": "fr", "template": "association"},
    "services_api.begin": {
        "idea": "",
        "proposal": "",
        "template": "sante",
        "name": "a",
        "options": {},
        "entities": None,
    },
    "services_api.change": {"status": "archived"},
    "rgpd_api.exports": {"identifier": "nobody@example.org", "subjects": []},
    "rgpd_api.erasures": {"identifier": "nobody@example.org", "subjects": []},
}


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
    return furnished(make_app(*(item.name for item in installed()), config=CONFIG, plugins=plugins))


def furnished(app):
    """Give the application people and things: ``app.people`` role → id, ``app.things`` argument → value."""
    from dihya_securite.keys import Keys
    from dihya_securite.service import Directory

    app.people, app.keys = {}, {}
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
    known = {"id": thing, "digest": thing, "plugin": "static", "file": "dihya.css", "path": "README.md"}
    return ARGUMENT.sub(lambda found: value or known.get(found[1], "db"), rule.rule)


def rows(app):
    """Return every row of every table but the audit's, which is to grow when somebody is refused."""
    active = tuple(f"{info.name}_" for info in app.flask.runtime.active() if info.name != "audit")
    tables = [table.name for table in Model.metadata.sorted_tables if table.name.startswith(active)]
    with app.engine.connect() as connection:  # by the driver alone: this is read after every request of a sweep
        cursor = connection.connection.cursor()
        return {name: sorted(map(repr, cursor.execute(f'SELECT * FROM "{name}"').fetchall())) for name in tables}


def changed(app, before):
    """Return the tables that are no longer as they were."""
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


def sent(client, method, path, **given):
    """Send a request and read the answer; a stream is closed instead of read to its end."""
    answer = client.open(path, method=method, **given)
    if answer.mimetype == "text/event-stream":
        answer.set_data(b"")
    assert answer.data is not None
    answer.close()
    return answer


def offence(answer):
    """Say what is wrong with an answer to hostile input: a failure of ours, or the input given back as markup."""
    if answer.status_code >= 500 and (answer.status_code != 503 or b'"status"' not in answer.data):
        return f"{answer.status_code} {answer.data[-200:]!r}"
    if "evil=1" in re.sub("[?].*", "", str(answer.headers)):
        return "the input became a header"
    text = answer.data.decode("utf-8", "replace") if "html" in answer.mimetype else ""
    marks = ("<script>alert", "<img src=x", "62710561")
    return next((f"{mark!r} stands in the page" for mark in marks if mark in text), "")


def told(offenders):
    """Fail with every offender."""
    assert not offenders, f"{len(offenders)} offenders:\n" + "\n".join(map(str, offenders[:40]))


def credentials(app, kind):
    """Return headers that prove nothing."""
    if kind == "expired token":
        with time_machine.travel(time.time() - timedelta(hours=2).total_seconds(), tick=True):
            return bearer(tokens(app, "all")["access_token"])
    if kind == "other audience":
        return bearer(forged(app, tokens(app, "all")["access_token"], aud="somebody-else"))
    if kind == "refresh token":
        return bearer(tokens(app, "all")["refresh_token"])
    return {"nobody": {}, "garbage": bearer("garbage"), "unknown key": bearer(f"dhk_{'0' * 8}_{'A' * 43}")}[kind]


PROOFS = ("nobody", "garbage", "unknown key", "refresh token", "expired token", "other audience")


@pytest.mark.parametrize("kind", PROOFS)
def test_no_rule_opens_to_who_proves_nothing(app, kind):
    """Every guarded rule answers 401, pages lead a browser without credentials to the sign-in, and no row changes."""
    client, headers, offenders = app.client(), credentials(app, kind), []
    before = rows(app)
    for method, path, rule, _ in operations(app):
        answer = sent(client, method, path, headers=headers)
        page = sent(client, method, path, headers={**headers, "Accept": "text/html"})
        led = kind == "nobody" and not path.startswith("/api/")
        way = page.headers.get("Location", "").startswith("/securite/sign-in?next=")
        good = way if led else page.status_code == 401
        if answer.status_code != 401 or not good:
            offenders.append((method, rule.rule, answer.status_code, page.status_code))
        if tables := changed(app, before):
            offenders.append((method, rule.rule, "changed", tables))
    told(offenders)


def test_no_rule_opens_to_who_lacks_its_permission(app):
    """Every guarded rule answers 403 to each role without it, and to a key of somebody who has it but not in its scope."""
    signed = {role: bearer(tokens(app, role)["access_token"]) for role in ROLES}
    with app.act() as act:
        permissions = act.get(Access).permissions()
    client, before, offenders, asked = app.client(), rows(app), [], 0
    for method, path, rule, permission in operations(app):
        scope = "docs:read" if permission != "docs:read" else "securite:account"
        lacking = {role: signed[role] for role in ROLES if role not in permissions[permission].roles}
        for name, headers in (lacking | {"key": bearer(app.keys[scope])}).items():
            asked += 1
            if (status := sent(client, method, path, headers=headers).status_code) != 403:
                offenders.append((method, rule.rule, name, status))
        if tables := changed(app, before):
            offenders.append((method, rule.rule, "changed", tables))
    told(offenders)
    assert asked > 200


@pytest.mark.parametrize("proof", ["none", "of another session", "cross-site"])
def test_a_cookie_alone_changes_nothing(app, proof):
    """Every unsafe rule refuses a browser that cannot show that the request comes from our page."""
    client, other, offenders = browser(app, "all"), browser(app, "admin"), []
    headers = {
        "none": {},
        "of another session": {"X-CSRF-Token": other.token},
        "cross-site": {"X-CSRF-Token": client.token, "Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    }[proof]
    before = rows(app)
    for method, path, rule, _ in operations(app, guarded=False, methods=UNSAFE):
        for body in ({"json": {}}, {"data": {}}):
            answer = sent(client, method, path, headers=headers, **body)
            if answer.status_code != 403 or answer.json["code"] != "csrf":
                offenders.append((method, rule.rule, answer.status_code))
    told(offenders)
    assert not changed(app, before)


def test_every_page_is_sealed(app):
    """No unsafe policy, a fresh nonce, no script or style in the markup, nothing to store; error pages too."""
    client, offenders, nonces, pages = browser(app, "all"), [], [], 0
    strange = [("GET", path) for path in ("/nowhere", "/console/nowhere", f"/services/{app.things['']}", "/storage/x")]
    for method, path in [*((m, p) for m, p, _, _ in operations(app, guarded=False, methods=("GET",))), *strange]:
        answer = sent(client, method, path, headers={"Accept": "text/html"})
        policy = answer.headers.get("Content-Security-Policy", "")
        wrong = ["unsafe policy"] if "default-src 'none'" not in policy or "unsafe-" in policy or "*" in policy else []
        wrong += ["may be sniffed"] if answer.headers.get("X-Content-Type-Options") != "nosniff" else []
        wrong += ["may be framed"] if "frame-ancestors 'none'" not in policy else []
        wrong += ["tells who serves"] if "Werkzeug" in answer.headers.get("Server", "") else []
        if answer.mimetype == "text/html":
            pages += 1
            nonces += re.findall(r"'nonce-([^']+)'", policy)
            markup = re.sub(r"<pre\b.*?</pre>", "", answer.data.decode(), flags=re.S)
            wrong += re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>", markup)
            wrong += re.findall(r"<style\b|<[^>]*\s(?:style|on[a-z]+)=[\"'][^>]*>|javascript:", markup)
            wrong += ["may be stored"] if "no-store" not in answer.headers.get("Cache-Control", "") else []
        offenders += [(path, answer.status_code, one) for one in wrong]
    told(offenders)
    assert pages > 25 and len(set(nonces)) == len(nonces) == pages


def asked_for(view, rule):
    """Return the names of parameters and fields that a view reads, itself or through functions beside it."""
    if "/verger/" in rule.rule:
        return RESOURCE
    module, source = sys.modules[view.__module__], inspect.getsource(view)
    called = [getattr(module, name, None) for name in re.findall(r"\b(\w+)\(", source)]
    beside = [one for one in called if inspect.isfunction(one) and one.__module__ == module.__name__]
    found = NAMES.findall("".join([source, *map(inspect.getsource, beside)]))
    return sorted({one or two for one, two in found})


def targets(app, *methods):
    """Yield (method, address, rule, names) of what is attacked; of the four tables of the generated plugin, two."""
    for method, path, rule, _ in operations(app, guarded=False, methods=methods):
        if not re.search("/verger/(events|registrations)", rule.rule):
            yield method, path, rule, asked_for(app.flask.view_functions[rule.endpoint], rule)


def attack(app, calls):
    """Send each (rule, label, method, path, arguments) as somebody who holds everything, so that no door stops it."""
    client = app.client(*EVERY_ROLE, id=app.people["all"])
    answers = ((call, sent(client, call[2], call[3], **call[4])) for call in calls)
    told([(call[2], call[0], call[1], wrong) for call, answer in answers if (wrong := offence(answer))])


def test_hostile_queries_are_answered_calmly(app):
    """No parameter makes a page or an operation fail, or comes back as markup or as a header."""
    attack(app, (
        (rule.rule, (name, label), method, f"{path}?{name}={value}", {"headers": PAGE})
        for method, path, rule, names in targets(app, "GET")
        for label, value in ENCODED.items()
        for name in (*names, *(("lang",) if rule.rule == "/" else ()))
    ))  # fmt: skip


def test_hostile_addresses_are_answered_calmly(app):
    """No part of an address makes a rule fail, climbs out of a folder, or comes back as markup."""
    attack(app, (
        (rule.rule, label, method, address(app, rule, value), {"headers": PAGE, "json": {}})
        for method, _, rule, _ in targets(app, "GET", *UNSAFE)
        if rule.arguments
        for label, value in ENCODED.items()
    ))  # fmt: skip


def test_hostile_forms_are_answered_calmly(app):
    """No field of a form makes a page fail, or comes back as markup."""
    attack(app, (
        (rule.rule, (fields, label), method, path, {"headers": PAGE, "content_type": FORM,
                                                    "data": "&".join(f"{name}={value}" for name in fields)})
        for method, path, rule, names in targets(app, "POST")
        if not path.startswith("/api/")
        for label, value in ENCODED.items()
        for fields in (names, *((name,) for name in names if rule.arguments or "/verger/" not in rule.rule))
    ))  # fmt: skip


def test_hostile_bodies_are_answered_calmly(app):
    """No field, no body and no content type makes an operation of the API fail."""
    own, valid = {"id", "version", "created_at", "changed_at"}, dict(BODIES)
    for name in ("members", "memberships"):
        record = app.client("admin").get(f"/api/v1/verger/{name}").json["items"][0]
        for act in ("add", "change"):
            valid[f"routes_verger.{name}_{act}"] = {key: record[key] for key in record if key not in own}
    calls = []
    for method, path, rule, _ in targets(app, *UNSAFE):
        body = valid.pop(rule.endpoint, {"nothing": 1})
        cases = {(name, label): (json.dumps(body | {name: value}).encode(), JSON)
                 for name in body for label, value in VALUES.items()}  # fmt: skip
        calls += [
            (rule.rule, label, method, path, {"data": data, "content_type": kind})
            for label, (data, kind) in (cases | RAW).items()
            if path.startswith("/api/")
        ]
    attack(app, calls)
    assert not valid, f"operations that are gone: {', '.join(valid)}"


def test_other_peoples_things_are_not_there(app):
    """Somebody else's generation, file, key and account are to a user what does not exist is; and nothing changes."""
    client, headers, offenders = app.client(), bearer(tokens(app, "user")["access_token"]), []
    before, nowhere = rows(app), {"/storage/": "0" * 64}
    for method, path, rule, _ in operations(app):
        part = next(part for part in app.things if part in rule.rule)
        if part in ("/keys/", "/people/", "generations/", "/services/", "/storage/"):
            other = path.replace(app.things[part], nowhere.get(part, app.things[""]))
            answers = [sent(client, method, where, headers=headers, json={"name": "mine"}) for where in (path, other)]
            status, missing = (answer.status_code for answer in answers)
            if rule.arguments and (status != missing or status < 400):
                offenders.append((method, rule.rule, status, missing))
    for path in ("/api/v1/generations", "/api/v1/securite/keys"):
        if (found := client.get(path, headers=headers).json["items"]) != []:
            offenders.append((path, found))
    taken = {"proposal": app.things["generations/"]}
    assert client.post("/api/v1/generations", json=taken, headers=headers).status_code == 404
    told(offenders)
    assert not changed(app, before)


def test_secrets_are_written_nowhere(app, caplog, capfd):
    """Passwords, tokens, cookies and keys stand in no file, table, log line, audit event or other answer."""
    caplog.set_level("DEBUG")
    admin = browser(app, "admin")
    pair, cookie = tokens(app, "user"), admin.get_cookie("dihya").value
    token = {"X-CSRF-Token": admin.token}
    given = admin.post("/api/v1/securite/people", json={"email": "new@example.org"}, headers=token).json
    key = admin.post("/api/v1/securite/keys", json={"title": "k", "scopes": ["docs:read"]}, headers=token).json["key"]
    secrets = [PASSWORD, *(pair[name] for name in ("access_token", "refresh_token")), cookie, key, *app.keys.values()]
    secrets += [given["one_time_password"], "wrong password of mine"]
    answers = [
        app.client().post("/api/v1/securite/tokens", json={"email": "user@example.org", "password": secrets[-1]}),
        app.client().post("/api/v1/securite/tokens", json={"email": 1, "password": {"x": PASSWORD}}),
        app.client().get("/api/v1/securite/me", headers=bearer(pair["access_token"] + "x")),
        app.client().post("/api/v1/securite/tokens/refresh", json={"refresh_token": pair["refresh_token"] + "x"}),
        *(sent(admin, "GET", path) for _, path, _, _ in operations(app, guarded=False, methods=("GET",))),
    ]
    said = {f"answer of {answer.request.path}": answer.data for answer in answers if hasattr(answer, "request")}
    said |= {str(path): path.read_bytes() for path in app.data.rglob("*") if path.is_file()}
    said |= {name: "".join(found).encode() for name, found in rows(app).items()}
    said |= {"log": caplog.text.encode(), "output": "".join(capfd.readouterr()).encode()}
    said |= {"audit": repr(app.trail).encode(), "config": app.cli("config", "show").output.encode()}
    told([(place, secret[:6]) for secret in secrets for place, text in said.items() if secret.encode() in text])
    assert len(said) > 60 and b"securite.signed_in" in said["audit"]


def test_words_that_are_searched_stand_in_no_log(app, caplog, capfd):
    """A search is a GET, so that it can be linked and gone back to; our own lines, files and audit never hold its words."""
    caplog.set_level("DEBUG")
    admin = browser(app, "admin")
    for path in ("/securite/people/?q=", "/audit/?q=", "/services/?idea=", "/api/v1/securite/people?q="):
        answer = admin.get(f"{path}zerzouma")
        assert (answer.status_code, answer.headers["Referrer-Policy"]) == (200, "same-origin")
        assert app.client().get(f"{path}zerzouma").status_code in (303, 401)
    said = {str(path): path.read_bytes() for path in app.data.rglob("*") if path.is_file()}
    said |= {name: "".join(found).encode() for name, found in rows(app).items()}
    said |= {
        "log": caplog.text.encode(),
        "output": "".join(capfd.readouterr()).encode(),
        "audit": repr(app.trail).encode(),
    }
    told([place for place, text in said.items() if b"zerzouma" in text])


def test_configured_secrets_are_masked(make_app):
    """Neither ``config show`` nor ``config explain`` prints an API key of a provider."""
    endpoint = {"name": "cloud", "url": "https://ai.example/v1", "model": "m", "api_key": "sk-canari-tres-secret"}
    app = make_app("models", "egress", config={"models": {"providers": [endpoint], "embedded": False}})
    for command in (("config", "show"), ("config", "explain", "models.providers"), ("doctor",)):
        assert "canari" not in app.cli(*command).output


def test_headers_about_the_way_are_not_believed(app):
    """Host, X-Forwarded-* and their kin change no link, no scheme and no address while no proxy is trusted."""
    lies = {
        "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "127.0.0.1", "X-Forwarded-Prefix": "/evil.example", "Forwarded": "host=evil.example",
        "X-Original-URL": "/audit/",
        "X-Rewrite-URL": "/audit/", "X-HTTP-Method-Override": "DELETE", "Referer": "https://evil.example/",
    }  # fmt: skip
    client, offenders = app.client(*EVERY_ROLE, id=app.people["all"]), []
    for _, path, rule, _ in operations(app, guarded=False, methods=("GET",)):
        answer = sent(client, "GET", path, headers={**lies, "Accept": "text/html,*/*"})
        if b"evil.example" in answer.data or "evil.example" in str(answer.headers):
            offenders.append((rule.rule, "repeats the host"))
        if "Strict-Transport-Security" in answer.headers or "Secure" in str(answer.headers.getlist("Set-Cookie")):
            offenders.append((rule.rule, "believes that it is https"))
    told(offenders)
    assert app.client().get("/", headers=lies).status_code == 200
    foreign = app.client().get("/", headers={"Host": "evil.example"})
    assert foreign.status_code == 421 and b"evil.example" not in foreign.data


def test_nobody_passes_the_lockout_by_inventing_addresses(make_app):
    """Failed sign-ins count for the network that they come from, not for the one that they claim."""
    app = make_app("securite", "middleware", config={"securite": SECURITE | {"lockout": 2}})
    wrong = {"email": "admin@example.org", "password": "wrong"}
    found = [
        app.client().post("/api/v1/securite/tokens", json=wrong, headers={"X-Forwarded-For": f"203.0.113.{number}"})
        for number in range(5)
    ]
    assert [answer.status_code for answer in found].count(429) >= 2


def test_a_strange_request_id_is_replaced(app):
    """A request's number is ours, whatever a stranger sends: it stands in the signed log."""
    client = app.client()
    for id in (
        "short",
        "x" * 65,
        "a b c d e f",
        "<script>alert(1)",
        "é" * 10,
        "12345678\n",
        "../../../../x",
        "ours-0123456789",
    ):
        environ = {"HTTP_X_REQUEST_ID": id.encode().decode("latin-1")}
        answer = client.get("/api/v1/audit/entries", environ_overrides=environ)
        given = answer.headers.get("X-Request-ID", "")
        assert given != id and re.fullmatch(r"[A-Za-z0-9._-]{8,64}", given) and answer.json["request_id"] == given, id
