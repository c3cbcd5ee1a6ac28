"""Security headers."""

from __future__ import annotations

import re

from dihya_hookspecs import hookimpl


def test_a_page_lets_in_our_files_and_one_nonce(web):
    """The policy has no ``unsafe-``, and its nonce is that of the template and another each time."""
    client, nonces = web().client(), set()
    for _ in range(3):
        page = client.get("/answers/page")
        policy = page.headers["Content-Security-Policy"]
        nonce = re.search(r"script-src 'self' 'nonce-([\w-]{22})';", policy)[1]
        assert f"nonce='{nonce}'" in page.text and "unsafe" not in policy and "*" not in policy
        nonces.add(nonce)
    assert len(nonces) == 3
    for part in (
        "default-src 'none'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'", "connect-src 'self'",
        "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
    ):  # fmt: skip
        assert part in policy.split("; ")


def test_every_answer_has_the_headers(web):
    """Pages, JSON, errors, what is not found and what is too large."""
    client = web(max_body=1024).client()
    answers = [client.get(f"/answers/{kind}") for kind in ("page", "json", "short")]
    answers += [client.get("/nowhere"), client.get("/answers/unknown"), client.post("/answers/echo", data="x" * 2000)]
    assert [one.status_code for one in answers] == [200, 200, 200, 404, 500, 413]
    for one in answers:
        assert (
            one.headers["X-Content-Type-Options"] == "nosniff"
            and "default-src 'none'" in one.headers["Content-Security-Policy"]
        )
        assert one.headers["Referrer-Policy"] == "same-origin" and "camera=()" in one.headers["Permissions-Policy"]
        assert one.headers["Cross-Origin-Opener-Policy"] == one.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_https_is_kept_to_only_once_it_is_there(web):
    """HSTS is said over https and not over http, and can be switched off."""
    app = web(hsts_seconds=60)
    assert (
        app.client().get("/answers/short", base_url="https://localhost").headers["Strict-Transport-Security"]
        == "max-age=60"
    )
    assert "Strict-Transport-Security" not in app.client().get("/answers/short").headers
    off = web(hsts_seconds=0).client().get("/answers/short", base_url="https://localhost")
    assert "Strict-Transport-Security" not in off.headers


def test_browsers_keep_to_https_for_a_year_unless_somebody_says_otherwise(web):
    """Without a setting the header says a year, of this name alone: what lies below it may not be ours."""
    answer = web().client().get("/answers/short", base_url="https://localhost")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_names_below_are_kept_to_https_where_that_is_set(web):
    """``hsts_subdomains`` adds the word of RFC 6797, and says nothing where no time is set."""
    on, off = web(hsts_subdomains=True), web(hsts_subdomains=True, hsts_seconds=0)
    said, unsaid = (app.client().get("/answers/short", base_url="https://localhost").headers for app in (on, off))
    assert said["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert "Strict-Transport-Security" not in unsaid


def test_what_signed_in_people_see_is_not_stored(web):
    """``no-store`` for whoever is signed in, unless the view says something; nothing for others."""
    app = web()
    assert app.client("user").get("/answers/short").headers["Cache-Control"] == "no-store"
    assert app.client("user").get("/answers/own").headers["Cache-Control"] == "max-age=5, no-transform"
    assert "Cache-Control" not in app.client().get("/answers/short").headers


def test_a_view_keeps_its_own_policy(web):
    """What a view sets itself is not overwritten."""
    assert web().client().get("/answers/csp").headers["Content-Security-Policy"] == "sandbox"


def test_a_broken_identity_leaves_with_headers_too(make_app):
    """Even a refusal before the view has them."""

    class broken:
        @hookimpl
        def find_actor(request):
            raise RuntimeError("broken")

    answer = make_app("middleware", plugins={"broken": broken}).client().get("/nowhere")
    assert "Content-Security-Policy" in answer.headers
