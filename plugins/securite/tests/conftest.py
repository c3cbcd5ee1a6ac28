"""An application with people in it, quick password hashing, and a bare frame around pages."""

from __future__ import annotations

import re
from typing import Any

import pytest
from dihya_hookspecs.access import OPERATOR

PASSWORD = "quatre mots sans rapport"
QUICK = {"argon2_time": 1, "argon2_memory": 64}


@pytest.fixture
def place(make_app):
    """Return a function that starts an application with securite, quick hashes and the settings that are given."""

    def start(*names: str, plugins: Any = None, **settings: Any) -> Any:
        config = {"securite": QUICK | settings}
        return make_app("securite", "console", "routes", *names, config=config, plugins=plugins or {})

    return start


@pytest.fixture
def add():
    """Return a function that adds a person with a password of their own and returns the id."""
    from dihya_securite.service import Directory

    def add(app: Any, email: str, *roles: str, password: str | None = PASSWORD) -> str:
        with app.act("add", actor=OPERATOR) as act:
            person, given = act.get(Directory).create(OPERATOR, email, email.split("@")[0], roles, password)
            id = str(person.id)
        return id if password else f"{id} {given}"

    return add


@pytest.fixture
def sign_in():
    """Return a function that signs a fresh browser in and returns it, with ``post`` adding the CSRF token."""

    def sign_in(app: Any, email: str, password: str = PASSWORD, site: str = "http://localhost", **environ: Any) -> Any:
        client = app.client()
        client.environ_base.update(environ)
        page = client.get("/securite/sign-in", base_url=site).text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
        form = {"csrf_token": token, "email": email, "password": password}
        client.answer = client.post("/securite/sign-in", data=form, base_url=site)
        return client

    return sign_in


@pytest.fixture
def token_of():
    """Return a function that reads a CSRF token from a page."""

    def token_of(client: Any, path: str = "/securite/account/") -> str:
        return re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)[1]

    return token_of
