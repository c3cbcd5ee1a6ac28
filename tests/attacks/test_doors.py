"""No door opens to who may not come in: nobody, a forged proof, another role, another site, another person."""

import time
from datetime import timedelta

import pytest
import time_machine
from dihya_hookspecs.access import Access

PROOFS = ("nobody", "garbage", "unknown key", "refresh token", "expired token", "other audience")
UNSAFE = ("DELETE", "PATCH", "POST", "PUT")


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def credentials(app, kind):
    """Return headers that prove nothing."""
    if kind == "expired token":
        with time_machine.travel(time.time() - timedelta(hours=2).total_seconds(), tick=True):
            return bearer(app.tokens("all")["access_token"])
    if kind == "other audience":
        return bearer(app.forged(app.tokens("all")["access_token"], aud="somebody-else"))
    if kind == "refresh token":
        return bearer(app.tokens("all")["refresh_token"])
    return {"nobody": {}, "garbage": bearer("garbage"), "unknown key": bearer(f"dhk_{'0' * 8}_{'A' * 43}")}[kind]


@pytest.mark.parametrize("kind", PROOFS)
def test_no_rule_opens_to_who_proves_nothing(app, kind, sent, told):
    """Every guarded rule answers 401, pages lead a browser without credentials to the sign-in, and no row changes."""
    client, headers, offenders = app.client(), credentials(app, kind), []
    before = app.rows()
    assert app.written, "whoever made the people of this application was heard"
    for method, path, rule, _ in app.operations():
        answer = sent(client, method, path, headers=headers)
        page = sent(client, method, path, headers={**headers, "Accept": "text/html"})
        led = kind == "nobody" and not path.startswith("/api/")
        way = page.headers.get("Location", "").startswith("/securite/sign-in?next=")
        good = way if led else page.status_code == 401
        if answer.status_code != 401 or not good:
            offenders.append((method, rule.rule, answer.status_code, page.status_code))
        if tables := app.changed(before):
            offenders.append((method, rule.rule, "changed", tables))
    told(offenders)
    assert app.rows() == before


def test_no_rule_opens_to_who_lacks_its_permission(app, sent, told):
    """Every guarded rule answers 403 to each role without it, and to a key of somebody who has it but not in its scope."""
    signed = {role: bearer(app.tokens(role)["access_token"]) for role in app.roles}
    with app.act() as act:
        permissions = act.get(Access).permissions()
    client, before, offenders, asked = app.client(), app.rows(), [], 0
    for method, path, rule, permission in app.operations():
        scope = "docs:read" if permission != "docs:read" else "securite:account"
        right = permissions[permission]
        lacking = {role: signed[role] for role in app.roles if not right.comes_with(frozenset({role}))}
        for name, headers in (lacking | {"key": bearer(app.keys[scope])}).items():
            asked += 1
            if (status := sent(client, method, path, headers=headers).status_code) != 403:
                offenders.append((method, rule.rule, name, status))
        if tables := app.changed(before):
            offenders.append((method, rule.rule, "changed", tables))
    told(offenders)
    assert app.rows() == before
    assert asked > 200


@pytest.mark.parametrize("proof", ["none", "of another session", "cross-site"])
def test_a_cookie_alone_changes_nothing(app, proof, sent, told):
    """Every unsafe rule refuses a browser that cannot show that the request comes from our page."""
    client, other, offenders = app.browser("all"), app.browser("admin"), []
    headers = {
        "none": {},
        "of another session": {"X-CSRF-Token": other.token},
        "cross-site": {"X-CSRF-Token": client.token, "Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    }[proof]
    before = app.rows()
    for method, path, rule, _ in app.operations(guarded=False, methods=UNSAFE):
        for body in ({"json": {}}, {"data": {}}):
            answer = sent(client, method, path, headers=headers, **body)
            if answer.status_code != 403 or answer.json["code"] != "csrf":
                offenders.append((method, rule.rule, answer.status_code))
    told(offenders)
    assert app.rows() == before


def test_other_peoples_things_are_not_there(app, sent, told):
    """Somebody else's generation, file, key and account are to a user what does not exist is; and nothing changes."""
    client, headers, offenders = app.client(), bearer(app.tokens("user")["access_token"]), []
    before, nowhere = app.rows(), {"/storage/": "0" * 64}
    for method, path, rule, _ in app.operations():
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
    assert app.rows() == before
