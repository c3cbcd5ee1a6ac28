"""One's own account in a browser."""

from __future__ import annotations

import re

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import Role
from dihya_hookspecs.i18n import Text


def test_the_account_page_shows_oneself(place, add, sign_in):
    """Address, roles, sessions; what is shown is escaped and not cached."""
    app = place()
    add(app, "tin@example.org", "auditeur")
    client = sign_in(app, "tin@example.org")
    page = client.get("/securite/account/")
    assert "tin@example.org" in page.text and "Auditor" in page.text and "this one" in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_a_name_is_changed_and_escaped(place, add, sign_in, token_of):
    """A name with markup is shown as text; one that is too long is refused and not kept."""
    app = place()
    add(app, "tin@example.org")
    client = sign_in(app, "tin@example.org")
    token = token_of(client)
    post = lambda name: client.post("/securite/account/name", data={"csrf_token": token, "name": name})  # noqa: E731
    assert post("<script>alert(1)</script>").status_code == 303
    assert "&lt;script&gt;" in client.get("/securite/account/").text
    assert post("x" * 121).status_code == 422
    assert client.get("/api/v1/securite/me").json["name"] == "<script>alert(1)</script>"


def test_changing_the_password_ends_other_sessions_and_begins_a_new_one(place, add, sign_in, token_of):
    """The other browser is signed out, this one goes on under a new identifier, the new password counts."""
    app = place()
    add(app, "tin@example.org")
    here, there = sign_in(app, "tin@example.org"), sign_in(app, "tin@example.org")
    before = here.get_cookie("dihya").value
    form = {"csrf_token": token_of(here), "old_password": "quatre mots sans rapport"}
    new = "une phrase assez longue"
    assert here.post("/securite/account/password", data=form | {"password": new, "again": new}).status_code == 303
    assert here.get("/api/v1/securite/me").status_code == 200 and here.get_cookie("dihya").value != before
    assert there.get("/api/v1/securite/me").status_code == 401
    assert sign_in(app, "tin@example.org", new).answer.status_code == 303
    assert sign_in(app, "tin@example.org").answer.status_code == 401


def test_a_password_is_not_changed_without_good_reason(place, add, sign_in, token_of):
    """Wrong current password, two different new ones, a weak one or the old one: 422, and a sentence."""
    app = place()
    add(app, "tin@example.org")
    client = sign_in(app, "tin@example.org")
    old, new = "quatre mots sans rapport", "une phrase assez longue"
    for given, first, second, says in (
        ("wrong", new, new, "current password is not right"),
        (old, new, new + "!", "differ"),
        (old, "court", "court", "too short"),
        (old, old, old, "the old one"),
    ):
        form = {"csrf_token": token_of(client), "old_password": given, "password": first, "again": second}
        answer = client.post("/securite/account/password", data=form)
        assert answer.status_code == 422 and says in answer.text
    assert client.get("/api/v1/securite/me").status_code == 200


@pytest.mark.parametrize(
    ("sent", "field", "says"),
    [
        ({"old_password": "wrong"}, "old_password", "The current password is not right."),
        ({"again": "another phrase"}, "again", "The two new passwords differ."),
        ({"password": "court", "again": "court"}, "password", "The password is too short: 12 characters at least."),
    ],
    ids=["old", "again", "new"],
)
def test_a_fault_of_a_password_stands_at_its_field(place, add, sign_in, token_of, sent, field, says):
    """The field is marked and says it in a sentence, the summary leads there, and no other field is marked."""
    app = place()
    add(app, "tin@example.org")
    client = sign_in(app, "tin@example.org")
    new = "une phrase assez longue"
    form = {"csrf_token": token_of(client), "old_password": "quatre mots sans rapport", "password": new, "again": new}
    page = client.post("/securite/account/password", data=form | sent).text
    assert re.findall(r'<input id="(\w+)"[^>]*aria-invalid="true"', page) == [field]
    assert re.search(rf'aria-describedby="{field}-error[" ]', page) and f'<a href="#{field}">' in page
    assert f'id="{field}-error">{says}</span>' in page


def test_guessing_the_current_password_is_delayed(place, add, sign_in, token_of):
    """Who took over a session cannot try passwords without end."""
    app = place(lockout=2)
    add(app, "tin@example.org")
    client = sign_in(app, "tin@example.org")
    form = {"csrf_token": token_of(client), "old_password": "wrong", "password": "x" * 12, "again": "x" * 12}
    codes = [client.post("/securite/account/password", data=form).status_code for _ in range(3)]
    assert codes == [422, 422, 429]


def test_signing_out_everywhere(place, add, sign_in, token_of):
    """All browsers are signed out, this one too."""
    app = place()
    add(app, "tin@example.org")
    here, there = sign_in(app, "tin@example.org"), sign_in(app, "tin@example.org")
    here.post("/securite/account/sign-out-everywhere", data={"csrf_token": token_of(here)})
    assert {one.get("/api/v1/securite/me").status_code for one in (here, there)} == {401}


def test_a_key_is_shown_once_and_can_be_removed(place, add, sign_in, token_of):
    """The page that answers the creation shows the key; no later page does."""
    app = place()
    add(app, "tin@example.org")
    client = sign_in(app, "tin@example.org")
    form = {"csrf_token": token_of(client), "title": "script", "scopes": "securite:account", "days": "30"}
    made = client.post("/securite/account/keys", data=form)
    secret = re.search(r"dhk_[\w-]{20,}", made.text)[0]
    account, later = client.get("/securite/account/").text, client.get("/securite/keys/").text
    assert made.status_code == 201 and secret not in account + later and secret[:12] in later
    headers = {"Authorization": f"Bearer {secret}"}
    assert app.client().get("/api/v1/securite/me", headers=headers).status_code == 200
    id = re.search(r'name="ids" value="([\w-]+)"', later)[1]
    form_of_removal = {"csrf_token": token_of(client), "ids": id, "confirmed": "1"}
    assert client.post("/securite/keys/actions/remove", data=form_of_removal).status_code == 303
    assert app.client().get("/api/v1/securite/me", headers=headers).status_code == 401
    assert client.post("/securite/account/keys", data=form | {"scopes": "securite:roles"}).status_code == 422


def test_one_session_or_all_others_are_ended(place, add, sign_in, token_of):
    """Each says in which browser it is; this one is ended by signing out, and a number of somebody else's ends nothing."""
    app = place()
    for name in ("tin", "bob"):
        add(app, f"{name}@example.org")
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    here, there, third = (sign_in(app, "tin@example.org", HTTP_USER_AGENT=agent) for _ in range(3))
    page = here.get("/securite/account/").text
    numbers = re.findall(r"/sessions/([0-9a-f]{16})/end", page)
    assert len(numbers) == 2 and page.count("Firefox, Linux") == 5 and "this one" in page
    bob = sign_in(app, "bob@example.org")
    form = {"csrf_token": token_of(bob)}
    assert bob.post(f"/securite/account/sessions/{numbers[0]}/end", data=form).status_code == 404
    form = {"csrf_token": token_of(here)}
    assert here.post(f"/securite/account/sessions/{numbers[0]}/end", data=form).status_code == 303
    codes = [one.get("/api/v1/securite/me").status_code for one in (there, third)]
    assert sorted(codes) == [200, 401]
    assert here.post("/securite/account/sessions/others/end", data=form).status_code == 303
    codes = [one.get("/api/v1/securite/me").status_code for one in (here, there, third, bob)]
    assert codes == [200, 401, 401, 200]
    assert [event.action for event in app.trail].count("securite.sessions_ended") == 2


def test_a_forced_change_says_why_and_what_is_expected(place, add, sign_in):
    """The one-time password is asked for by its name; a manager of passwords finds the account."""
    app = place()
    _id, given = add(app, "tin@example.org", password=None).split()
    page = sign_in(app, "tin@example.org", given).get("/securite/account/password").text
    assert "opens nothing but this page" in page and ">One-time password</label>" in page
    assert 'value="tin@example.org" autocomplete="username"' in page and page.count('autocomplete="new-password"') == 2


def test_who_must_change_the_password_sees_no_menu(place, add, sign_in):
    """Each entry would lead back to this page; with a password of one's own the menu is there."""
    app = place()
    _id, given = add(app, "tin@example.org", password=None).split()
    add(app, "ann@example.org")
    forced, free = (
        sign_in(app, email, *password).get("/securite/account/password").text
        for email, password in (("tin@example.org", [given]), ("ann@example.org", []))
    )
    assert 'href="/securite/keys/"' in free and 'href="/securite/keys/"' not in forced
    assert 'action="/securite/sign-out"' in forced


def test_nobody_is_led_to_an_account_page_that_refuses_them(make_app):
    """Somebody without the permission sees their name at the head of a page, and no way to a refusal."""
    app = make_app("securite", "console")
    for role, led in (("guest", False), ("club:coach", True)):
        page = app.client(role).get("/", headers={"Accept": "text/html"})
        assert page.status_code == 200 and "Tin" in page.text
        assert ('href="/securite/account/"' in page.text) is led


class shop:
    """A plugin with a role of its own trade, and no permission."""

    @hookimpl
    def register_permissions():
        return [Role("shop:seller", Text("Seller", "Vendeur"))]


@pytest.fixture
def seller(place, add, sign_in):
    """A browser of somebody who has a plugin's role and no other."""
    app = place(plugins={"shop": shop})
    add(app, "tin@example.org", "shop:seller")
    return sign_in(app, "tin@example.org")


def test_somebody_with_a_plugins_role_alone_has_an_account_page(seller):
    """Name, role, sessions and keys stand there as for everybody else, and the menu leads there."""
    page = seller.get("/securite/account/")
    assert page.status_code == 200 and "Shop – Seller" in page.text and "Create an API key" in page.text
    assert 'href="/securite/account/"' in seller.get("/").text


def test_somebody_with_a_plugins_role_alone_changes_the_password(seller, token_of):
    """On the page, with the current one."""
    new = "une phrase assez longue"
    form = {"csrf_token": token_of(seller), "old_password": "quatre mots sans rapport", "password": new, "again": new}
    assert seller.post("/securite/account/password", data=form).status_code == 303


def test_somebody_with_a_plugins_role_alone_has_an_account_over_rest(seller):
    """Themselves and their sessions, and nobody else's."""
    answers = [seller.get(f"/api/v1/securite/{path}").status_code for path in ("me", "me/sessions", "keys", "people")]
    assert answers == [200, 200, 200, 403]
