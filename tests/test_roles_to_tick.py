"""Which roles need a second factor is ticked on the page of settings: a setting of one plugin, on the page of another."""

import re
from html import unescape

from dihya_hookspecs.access import OPERATOR

PAGE, PASSWORD = "/settings/of/securite/", "quatre mots sans rapport"
ROLES = "securite.second_factor_roles"


def test_an_administrator_ticks_the_roles_that_need_a_second_factor(make_app):
    """By their titles; it counts as soon as who is who is looked up again, also for the administrator who ticked it."""
    from dihya_securite.recent import IdentityCache
    from dihya_securite.service import Directory

    app = make_app("securite", "console", "settings", config={"securite": {"argon2_time": 1, "argon2_memory": 64}})
    with app.act("add", actor=OPERATOR) as act:
        act.get(Directory).create(OPERATOR, "boss@example.org", "Boss", ["admin"], PASSWORD)
    client = app.client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/securite/sign-in").text)[1]
    form = {"csrf_token": token, "email": "boss@example.org", "password": PASSWORD}
    assert client.post("/securite/sign-in", data=form).status_code == 303
    page = client.get(PAGE).text
    assert f'name="{ROLES}" value="dpo"> <span>Data protection officer' in page
    fields = re.findall(r'<input type="(?:hidden|number|text)"[^>]* name="([^"]+)" value="([^"]*)"', page)
    sent = {name: unescape(value) for name, value in fields} | {ROLES: ["dpo", "admin"]}
    assert client.post(PAGE, data=sent).status_code == 303
    with app.act() as act:
        act.get(IdentityCache).forget()  # it does by itself half a second later
    assert client.get(PAGE).headers["Location"] == "/securite/account/second-factor"
