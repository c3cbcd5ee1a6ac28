"""Secrets, and words that people search for, stand where they belong and nowhere else."""


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def test_secrets_are_written_nowhere(app, caplog, capfd, sent, told):
    """Passwords, tokens, cookies and keys stand in no file, table, log line, audit event or other answer."""
    caplog.set_level("DEBUG")
    admin = app.browser("admin")
    pair, cookie = app.tokens("user"), admin.get_cookie("dihya").value
    token = {"X-CSRF-Token": admin.token}
    given = admin.post("/api/v1/securite/people", json={"email": "new@example.org"}, headers=token).json
    key = admin.post("/api/v1/securite/keys", json={"title": "k", "scopes": ["docs:read"]}, headers=token).json["key"]
    secrets = [
        app.password,
        *(pair[name] for name in ("access_token", "refresh_token")),
        cookie,
        key,
        *app.keys.values(),
    ]
    secrets += [given["one_time_password"], "wrong password of mine"]
    answers = [
        app.client().post("/api/v1/securite/tokens", json={"email": "user@example.org", "password": secrets[-1]}),
        app.client().post("/api/v1/securite/tokens", json={"email": 1, "password": {"x": app.password}}),
        app.client().get("/api/v1/securite/me", headers=bearer(pair["access_token"] + "x")),
        app.client().post("/api/v1/securite/tokens/refresh", json={"refresh_token": pair["refresh_token"] + "x"}),
        *(sent(admin, "GET", path) for _, path, _, _ in app.operations(guarded=False, methods=("GET",))),
    ]
    said = {f"answer of {answer.request.path}": answer.data for answer in answers if hasattr(answer, "request")}
    said |= {str(path): path.read_bytes() for path in app.data.rglob("*") if path.is_file()}
    said |= {name: "".join(found).encode() for name, found in app.rows().items()}
    said |= {"log": caplog.text.encode(), "output": "".join(capfd.readouterr()).encode()}
    said |= {"audit": repr(app.trail).encode(), "config": app.cli("config", "show").output.encode()}
    told([(place, secret[:6]) for secret in secrets for place, text in said.items() if secret.encode() in text])
    assert len(said) > 60 and b"securite.signed_in" in said["audit"]


def test_words_that_are_searched_stand_in_no_log(app, caplog, capfd, told):
    """A search is a GET, so that it can be linked and gone back to; our own lines, files and audit never hold its words."""
    caplog.set_level("DEBUG")
    admin = app.browser("admin")
    for path in ("/securite/people/?q=", "/audit/?q=", "/services/?idea=", "/api/v1/securite/people?q="):
        answer = admin.get(f"{path}zerzouma")
        assert (answer.status_code, answer.headers["Referrer-Policy"]) == (200, "same-origin")
        assert app.client().get(f"{path}zerzouma").status_code in (303, 401)
    said = {str(path): path.read_bytes() for path in app.data.rglob("*") if path.is_file()}
    said |= {name: "".join(found).encode() for name, found in app.rows().items()}
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
