"""What Flask's documentation promises to blueprints and extensions holds inside the application."""

import pytest
from dihya_hookspecs import Invalid, Refused
from dihya_hookspecs.access import Permission
from dihya_hookspecs.acts import current
from dihya_hookspecs.data import Record, impersonal
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.web import public, requires
from flask import (
    Blueprint,
    Response,
    abort,
    after_this_request,
    g,
    got_request_exception,
    redirect,
    request,
    request_finished,
    request_started,
    stream_with_context,
    url_for,
)
from sqlalchemy import String, select
from sqlalchemy.orm import Mapped
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import RequestedRangeNotSatisfiable, ServiceUnavailable, TooManyRequests, Unauthorized


class Note(Record):
    """A row that a view writes before something happens."""

    __tablename__ = "flasky_notes"
    text: Mapped[str] = impersonal("a word", String(40))


Note.__table__.info["plugin"] = "flasky"


class Odd(Exception):
    """An error of a plugin."""


def blueprint(seen):
    views = Blueprint("flasky", "flasky")
    page = public("a page")

    @views.before_app_request
    def note_every_request():
        seen.append("before app")
        g.started = True

    @views.before_request
    def note_ours():
        seen.append("before")

    @views.after_request
    def note_answer(response):
        seen.append(f"after {response.status_code}")
        response.headers["X-After"] = "yes"
        return response

    @views.teardown_app_request
    def note_end(error):
        seen.append(f"teardown {type(error).__name__ if error else 'well'}")

    @views.errorhandler(Odd)
    def odd(error):
        current().session.add(Note(text="the handler's own"))
        return f"odd: {error}", getattr(error, "status", 418)

    @views.app_errorhandler(410)
    def gone(error):
        return "it is gone", 410

    @views.route("/<what>/", methods=["GET", "POST"])
    @page
    def do(what):
        if request.method == "POST":
            current().session.add(Note(text=what))
            current().session.flush()
        return WAYS[what]()

    @views.get("/closed")
    @requires("flasky:enter")
    def closed():
        return "in"

    return views


def odd(status=418):
    error = Odd("x")
    error.status = status
    raise error


def later():
    @after_this_request
    def add(response):
        response.headers["X-Later"] = "yes"
        return response

    return "later"


def crash():
    raise ZeroDivisionError("a value")


def stale():
    raise StaleDataError("UPDATE statement on table expected to update 1 row(s); 0 were matched.")


def raising(error):
    def view():
        raise error

    return view


WAYS = {
    "well": lambda: "well",
    "odd": odd,
    "odd-saved": lambda: odd(200),
    "gone": lambda: abort(410),
    "crash": crash,
    "stale": stale,
    "later": later,
    "response": lambda: abort(Response("a response", 402, {"X-Own": "yes"})),
    "moved": lambda: abort(redirect("/elsewhere", 302)),
    "tuple": lambda: ({"a": 1}, 201, {"X-Own": "yes"}),
    "stream": lambda: Response(stream_with_context(request.path for _ in range(3)), mimetype="text/plain"),
    "link": lambda: url_for("flasky.do", what="well"),
    "range": raising(RequestedRangeNotSatisfiable(length=10)),
    "slow": raising(TooManyRequests(retry_after=3)),
    "password": raising(Unauthorized(www_authenticate=None)),
    "busy": raising(ServiceUnavailable(retry_after=7)),
}


@pytest.fixture
def seen():
    """What the functions of the blueprint saw, in order."""
    return []


@pytest.fixture
def app(make_app, plugin, seen):
    """An application with the blueprint above and, beside it, what a test gives."""

    def start(**others):
        def register_routes():
            return blueprint(seen)

        def register_permissions():
            return [Permission("flasky:enter", Text("enter", "entrer"), ())]

        return make_app(plugins={"flasky": plugin(register_routes, register_permissions), **others})

    return start


def notes(app):
    with app.act() as act:
        return list(act.session.scalars(select(Note.text)))


class TestErrors:
    """Error handlers, and what they undo."""

    @pytest.mark.parametrize(("what", "status", "text"), [("odd", 418, "odd: x"), ("gone", 410, "it is gone")])
    def test_a_blueprints_error_handler_answers(self, app, what, status, text):
        """A handler of a blueprint answers for its own exceptions and for statuses."""
        answer = app().client().get(f"/flasky/{what}/")
        assert (answer.status_code, answer.text) == (status, text)
        assert answer.headers["X-Request-ID"]

    def test_what_the_view_wrote_before_its_error_is_undone(self, app):
        """Whatever the handler answers; what the handler itself writes counts by its own answer."""
        started = app()
        client = started.client("user")
        client.post("/flasky/odd/")
        assert notes(started) == []
        client.post("/flasky/odd-saved/")
        assert notes(started) == ["the handler's own"]

    def test_a_response_that_is_aborted_with_is_the_answer(self, app):
        """The answer has its own headers; by its status the act is undone or not."""
        started = app()
        client = started.client("user")
        answer = client.post("/flasky/response/")
        assert (answer.status_code, answer.text, answer.headers["X-Own"]) == (402, "a response", "yes")
        assert notes(started) == []
        assert client.post("/flasky/moved/").headers["Location"] == "/elsewhere"
        assert notes(started) == ["moved"]

    @pytest.mark.parametrize(
        ("what", "name", "value"),
        [("range", "Content-Range", "bytes */10"), ("slow", "Retry-After", "3"), ("busy", "Retry-After", "7")],
    )
    def test_headers_of_an_error_are_kept(self, app, what, name, value):
        """Whichever headers an error brings stand in the answer."""
        answer = app().client().get(f"/flasky/{what}/")
        assert answer.headers[name] == value and answer.content_type == "application/problem+json"

    def test_a_path_without_its_slash_is_led_to_it(self, app):
        """308 with a path, for people who know it and for nobody, below a prefix too; whatever name the request came under."""
        client = app().client()
        answer = client.get("/flasky/well?a=1&b=%C3%A9", base_url="http://localhost/below")
        assert (answer.status_code, answer.headers["Location"]) == (308, "/below/flasky/well/?a=1&b=%C3%A9")
        for host in ("evil.example", "", "a@b"):
            assert client.get("/flasky//well", headers={"Host": host}).headers["Location"] == "/flasky/well/"

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_a_row_that_changed_meanwhile_is_a_conflict(self, app, caplog, method):
        """409 for every plugin's view, without a traceback and without a failure of ours in the audit."""
        started = app()
        answer = getattr(started.client("user"), method)("/flasky/stale/")
        assert (answer.status_code, answer.json["code"]) == (409, "stale")
        assert "Traceback" not in caplog.text
        assert [event.outcome for event in started.trail] == (["refused"] if method == "post" else [])

    def test_a_command_is_told_of_the_conflict_too(self, app):
        """Outside of a request the same error says the same."""
        with pytest.raises(Invalid, match="read it again") as caught, app().act():
            stale()
        assert caught.value.status == 409

    @pytest.mark.parametrize("what", ["busy", "slow", "gone"])
    def test_an_expected_refusal_is_neither_a_traceback_nor_a_failure(self, app, caplog, what):
        """503 says "later"; that is an answer."""
        started = app()
        started.client("user").post(f"/flasky/{what}/")
        assert "Traceback" not in caplog.text
        assert [event.outcome for event in started.trail] == ["refused"]


class TestMoments:
    """Functions before and after, signals."""

    def test_functions_run_around_every_request(self, app, seen):
        """Those of the application also around what is refused or not there; an unexpected error reaches teardown."""
        client = app().client()
        for path, expected in {
            "/flasky/well/": ["before app", "before", "after 200", "teardown well"],
            "/flasky/closed": ["before app", "after 401", "teardown well"],
            "/nowhere": ["before app", "teardown well"],
            "/flasky/crash/": ["before app", "before", "after 500", "teardown ZeroDivisionError"],
        }.items():
            seen.clear()
            client.get(path)
            assert seen == expected, path

    def test_signals_are_sent(self, app):
        """The signals come as extensions that watch an application expect them."""
        started, told = app(), []
        connected = [
            (request_started, lambda sender, **extra: told.append("started")),
            (request_finished, lambda sender, response, **extra: told.append(f"finished {response.status_code}")),
            (got_request_exception, lambda sender, exception, **extra: told.append(type(exception).__name__)),
        ]
        for signal, receiver in connected:
            signal.connect(receiver, started.flask)
        client = started.client()
        for path, expected in {
            "/flasky/well/": ["started", "finished 200"],
            "/flasky/crash/": ["started", "ZeroDivisionError", "finished 500"],
            "/flasky/busy/": ["started", "finished 503"],
            "/flasky/closed": ["started", "finished 401"],
        }.items():
            told.clear()
            client.get(path)
            assert told == expected, path

    def test_answers_of_every_kind(self, app):
        """Tuples, streams within the request's context, functions for this request only, links below a prefix."""
        client = app().client()
        assert client.get("/flasky/tuple/").headers["X-Own"] == "yes"
        assert client.get("/flasky/stream/").text == "/flasky/stream/" * 3
        assert client.get("/flasky/later/").headers["X-Later"] == "yes"
        below = client.get("/flasky/link/", base_url="http://localhost/below")
        assert below.text == "/below/flasky/well/"

    def test_a_bad_credential_is_seen_by_extensions_too(self, app, plugin, seen):
        """Functions before every request run although nobody could be identified."""

        def find_actor():
            raise Refused("no", code="bad-credential", status=401)

        assert app(door=plugin(find_actor)).client().get("/flasky/well/").status_code == 401
        assert seen == ["before app", "after 401", "teardown well"]
