"""The application of a trial: a seat for each role, with its own cookies, and pages that draw by themselves."""

from __future__ import annotations

from dihya_hookspecs.access import Role
from dihya_hookspecs.i18n import Text
from dihya_tests.trying.application import ACTOR, Seats
from dihya_tests.trying.passage import ABOUT, ROLE, ROOT
from flask import Flask, Response, request
from werkzeug.test import Client

ROLES = [Role("club:secretary", Text("Secretary", "Secrétaire")), Role("auditeur", Text("Auditor", "Auditeur"))]
SPRITE = '<svg><symbol id="home"><path d="M1"/></symbol><symbol id="home-2"><path d="M2"/></symbol></svg>'
app = Flask(__name__)


@app.get("/")
def front() -> Response:
    """Say who asks from where, with which cookie, and give another."""
    who = request.environ[ACTOR]
    answer = Response(f"{sorted(who.roles)} {request.script_root} {request.cookies.get('seen', '-')}")
    answer.set_cookie("seen", next(iter(who.roles)))
    return answer


@app.get("/forget")
def forget() -> Response:
    """Take the cookie back."""
    answer = Response("")
    answer.delete_cookie("seen")
    return answer


@app.get("/drawn")
def drawn() -> str:
    """A page with symbols of another file."""
    use = f'<svg><use href="{request.script_root}/icons.svg#home"></use></svg>'
    return f"<html><body>{use}{use}<p>é</p></body></html>"


@app.get("/icons.svg")
def icons() -> Response:
    """The symbols."""
    return Response(SPRITE, mimetype="image/svg+xml")


def asked(seats: Seats, path: str, role: str = "0", **more: str):
    """Ask on the seat of a role."""
    return Client(seats).get(path, headers={ROLE: role, ROOT: "/try/x/0-fr", **more})


def test_each_role_sits_on_a_seat_of_its_own() -> None:
    """Who asks in a role holds that role alone, below the address that the trial has."""
    seats = Seats(app, ROLES)
    assert asked(seats, "/").text.startswith("['club:secretary'] /try/x/0-fr")
    assert asked(seats, "/", "1").text.startswith("['auditeur']")
    assert len({person.id for person in seats.people}) == len(ROLES)


def test_cookies_are_kept_for_each_role() -> None:
    """What the application wants a browser to remember is remembered for that role, and taken back when it says so."""
    seats = Seats(app, ROLES)
    assert asked(seats, "/").text.endswith(" -")
    assert asked(seats, "/").text.endswith(" club:secretary")
    assert asked(seats, "/", "1").text.endswith(" -")
    asked(seats, "/forget")
    assert asked(seats, "/").text.endswith(" -")


def test_cookies_of_who_asks_count_for_nothing() -> None:
    """A cookie that comes with a request is not the trial's."""
    assert asked(Seats(app, ROLES), "/", Cookie="seen=forged").text.endswith(" -")


def test_symbols_come_with_the_page() -> None:
    """A page draws the symbols that it uses, each once, without asking for their file; its length is true."""
    answer = asked(Seats(app, ROLES), "/drawn")
    assert answer.text.count('<symbol id="symbol-home">') == 1 and answer.text.count('href="#symbol-home"') == 2
    assert "home-2" not in answer.text and answer.content_length == len(answer.data)


def test_it_says_in_which_roles_it_can_be_tried() -> None:
    """The keeper asks for the roles with their titles."""
    assert asked(Seats(app, ROLES), "/", **{ABOUT: "1"}).json == [
        ["club:secretary", "Secretary", "Secrétaire"],
        ["auditeur", "Auditor", "Auditeur"],
    ]
