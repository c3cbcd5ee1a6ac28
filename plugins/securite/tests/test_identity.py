"""Who is calling, and what stands at the door for everybody."""

from __future__ import annotations

from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import OPERATOR
from dihya_hookspecs.web import public, requires
from dihya_securite.service import Directory


class other:
    """Another plugin with a page, an API and a style sheet."""

    @hookimpl
    def register_routes():
        from flask import Blueprint

        pages, api = Blueprint("other", __name__), Blueprint("other_api", __name__)
        pages.add_url_rule("/page", view_func=requires("securite:account")(lambda: "page"), endpoint="page")
        pages.add_url_rule("/style.css", view_func=public("style")(lambda: "css"), endpoint="style")
        api.add_url_rule(
            "/thing", view_func=requires("securite:account")(lambda: "thing"), endpoint="thing", methods=["GET", "POST"]
        )
        return [pages, api]


def test_a_dead_cookie_is_nobody_and_a_bad_bearer_is_refused(place):
    """An old cookie makes an anonymous visitor; a wrong credential that was shown on purpose gets 401."""
    client = place().client()
    client.set_cookie("dihya", "old")
    assert client.get("/securite/sign-in").status_code == 200
    assert client.get("/securite/sign-in", headers={"Authorization": "Bearer old"}).status_code == 401
    assert client.get("/securite/sign-in", headers={"Authorization": "Basic dGluOng="}).status_code == 200


def test_a_bearer_credential_counts_before_a_cookie(place, add, sign_in):
    """Whoever shows a credential acts by it, with its limits, even in a signed-in browser."""
    app = place()
    add(app, "tin@example.org")
    client = sign_in(app, "tin@example.org")
    assert client.get("/api/v1/securite/me", headers={"Authorization": "Bearer x"}).status_code == 401


def test_with_a_one_time_password_every_page_leads_to_the_password_page(place, add, sign_in, token_of):
    """Pages redirect, the API answers 403, style sheets are served; after the change everything is open."""
    app = place(plugins={"other": other})
    _, given = add(app, "tin@example.org", password=None).split()
    client = sign_in(app, "tin@example.org", given)
    assert client.answer.headers["Location"] == "/securite/account/password"
    page = client.get("/other/page")
    assert page.status_code == 303 and page.headers["Location"] == "/securite/account/password"
    assert client.get("/securite/account/").status_code == 303
    refused = client.get("/api/v1/other/thing")
    assert refused.status_code == 403 and refused.json["code"] == "password-change-required"
    assert client.get("/other/style.css").text == "css"
    token = token_of(client, "/securite/account/password")
    new = {"old_password": given, "password": "une phrase assez longue", "again": "une phrase assez longue"}
    assert client.post("/securite/account/password", data=new | {"csrf_token": token}).status_code == 303
    assert client.get("/other/page").text == "page" and client.get("/api/v1/other/thing").text == "thing"


def test_unsafe_requests_of_every_plugin_need_the_csrf_token(place, add, sign_in, token_of):
    """The check stands at the door, not in the views."""
    app = place(plugins={"other": other})
    add(app, "tin@example.org")
    client = sign_in(app, "tin@example.org")
    assert client.post("/api/v1/other/thing").json["code"] == "csrf"
    assert client.post("/api/v1/other/thing", headers={"X-CSRF-Token": token_of(client)}).text == "thing"


def test_roles_count_from_the_next_request_on(place, add, sign_in):
    """A closed account is nobody at once."""
    app = place()
    id = add(app, "tin@example.org")
    client = sign_in(app, "tin@example.org")
    assert client.get("/api/v1/securite/me").status_code == 200
    with app.act() as act:
        act.get(Directory).set_active(OPERATOR, id, False)
    assert client.get("/api/v1/securite/me").status_code == 401


def test_a_person_is_found_by_the_id_of_their_account(place, add):
    """find_subject: the audit log names people by it, and a data-protection officer reads the audit log."""
    app = place()
    id = add(app, "tin@example.org")
    with app.act():
        ((plugin, subject),) = app.hooks.call("find_subject", identifier=str(id))
        assert (plugin, subject.table, subject.key) == ("securite", "securite_people", str(id))
        assert app.hooks.call("find_subject", identifier="tin@example.org") == []


class form:
    """Another plugin with a form."""

    @hookimpl
    def register_routes():
        from dihya_hookspecs.acts import get
        from dihya_hookspecs.ui import FormTokens
        from flask import Blueprint

        pages = Blueprint("form", __name__)
        token = public("a form")(lambda: get(FormTokens).token())
        pages.add_url_rule("/", view_func=token, endpoint="page")
        return pages


def test_no_cache_keeps_a_page_that_holds_a_token(place):
    """A page with a CSRF token is not stored, also when the browser has had the cookie for a while."""
    client = place(plugins={"form": form}).client()
    for _ in range(2):
        assert client.get("/form/").headers["Cache-Control"] == "no-store"
