"""Headers: what every page says, and what is not believed of what comes in."""

import re

SECURITE = {"argon2_time": 1, "argon2_memory": 64, "lockout": 100}


def test_every_page_is_sealed(app, sent, told):
    """No unsafe policy, a fresh nonce, no script or style in the markup, nothing to store; error pages too."""
    client, offenders, nonces, pages = app.browser("all"), [], [], 0
    strange = [("GET", path) for path in ("/nowhere", "/console/nowhere", f"/services/{app.things['']}", "/storage/x")]
    for method, path in [*((m, p) for m, p, _, _ in app.operations(guarded=False, methods=("GET",))), *strange]:
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


def test_headers_about_the_way_are_not_believed(app, sent, told):
    """Host, X-Forwarded-* and their kin change no link, no scheme and no address while no proxy is trusted."""
    lies = {
        "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "127.0.0.1", "X-Forwarded-Prefix": "/evil.example", "Forwarded": "host=evil.example",
        "X-Original-URL": "/audit/",
        "X-Rewrite-URL": "/audit/", "X-HTTP-Method-Override": "DELETE", "Referer": "https://evil.example/",
    }  # fmt: skip
    client, offenders = app.client(*app.every_role, id=app.people["all"]), []
    for _, path, rule, _ in app.operations(guarded=False, methods=("GET",)):
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
