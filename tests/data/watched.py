"""A plugin for two processes: rows of teams, and a policy that closes them; run as a script it is the second process."""

import json
import sys

from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import AccessPolicy, Denial, Permission
from dihya_hookspecs.acts import current
from dihya_hookspecs.data import Record, Records, impersonal
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.scopes import Team
from dihya_hookspecs.web import requires
from flask import Blueprint
from sqlalchemy import String, select
from sqlalchemy.orm import Mapped

WORDS = Text("a", "b")


class Membership(Record):
    """Who belongs to which team."""

    __tablename__ = "watched_memberships"
    team: Mapped[str] = impersonal("a team", String(9))
    person: Mapped[str] = impersonal("who", String(40))


class Row(Record):
    """A row of a team."""

    __tablename__ = "watched_rows"
    __scope__ = Team("team", Membership, "team", "person")
    team: Mapped[str] = impersonal("whose", String(9))


class Closure(Record):
    """While there is one, nobody reads."""

    __tablename__ = "watched_closures"
    why: Mapped[str] = impersonal("why", String(9))


class Rows(Records[Row]):
    """The rows."""

    model = Row


@hookimpl
def register_permissions():
    return [Permission("watched:read", WORDS, ("user",))]


@hookimpl
def register_policies():
    def closed(actor, action, model):
        return Denial("closed", "closed") if current().session.scalar(select(Closure.id).limit(1)) else None

    return [AccessPolicy("closed", "watched:*", closed)]


@hookimpl
def register_routes():
    pages = Blueprint("watched", __name__)

    @pages.get("/rows")
    @requires("watched:read")
    def rows():
        return {"rows": Rows(current().session).count()}

    return pages


def serve(given):
    """Answer on standard output, line by line, what an application on this database says to the keys on standard input."""
    from dihya_core import create_app

    app = create_app(only={"db", "securite"}, given=given, environ={}, plugins={"watched": sys.modules[__name__]})
    client = app.test_client()
    for line in sys.stdin:
        answer = client.get("/watched/rows", headers={"Authorization": f"Bearer {line.strip()}"})
        print(json.dumps([answer.status_code, (answer.json or {}).get("rows")]), flush=True)


if __name__ == "__main__":
    serve(json.loads(sys.argv[1]))
