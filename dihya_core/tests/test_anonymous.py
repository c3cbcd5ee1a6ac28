"""Refusals to nobody are counted, and told once a minute."""

import pytest
from dihya_core.request.anonymous import SECONDS, AnonymousRefusals
from dihya_hookspecs import Refused
from dihya_hookspecs.web import public, requires
from flask import Blueprint


class Clock:
    """A clock that tests set."""

    def __init__(self):
        self.time = 1000.0

    def __call__(self):
        return self.time


@pytest.fixture
def app(make_app, plugin):
    """An application with one open page, one that needs a right, and one door that refuses whoever has no token."""
    views = Blueprint("door", "door")
    views.add_url_rule("/", "open", public("a page")(lambda: "welcome"))
    views.add_url_rule("/closed", "closed", requires("door:open")(lambda: "in"), methods=["GET", "POST"])

    @views.post("/sign-in")
    @public("a door")
    def sign_in():
        raise Refused("the form is too old", code="csrf")

    @views.get("/broken")
    @public("a page")
    def broken():
        raise RuntimeError

    def find_actor(request):
        if "Authorization" in request.headers:
            raise Refused("no", code="bad-credential", status=401)

    def register_routes():
        return views

    started = make_app(plugins={"door": plugin(register_routes, find_actor, register_permissions)})
    started.flask.pipeline.unknown = AnonymousRefusals(Clock())
    return started


def register_permissions():
    """The right that nobody has."""
    from dihya_hookspecs.access import Permission
    from dihya_hookspecs.i18n import Text

    return [Permission("door:open", Text("a", "b"))]


def knock(app):
    client = app.client()
    for _ in range(20):
        assert client.get("/door/closed").status_code == 401
        assert client.post("/door/closed").status_code == 401
        assert client.post("/door/sign-in").status_code == 403
        assert client.get("/door/", headers={"Authorization": "Bearer bad"}).status_code == 401
        assert client.get("/door/broken").status_code == 500


def test_what_nobody_is_refused_writes_no_event(app):
    """Pages, forms, forms without a token, bad credentials and crashes: a hundred requests, no row."""
    knock(app)
    assert app.trail == []


def test_the_counts_are_told_after_a_minute_in_one_event(app, caplog):
    """Whichever request comes next tells them by status and reason, in the log and in the audit."""
    knock(app)
    app.flask.pipeline.unknown._clock.time += SECONDS
    for _ in range(3):
        app.client().get("/door/")
    (event,) = app.trail
    counts = {"401_sign_in": 40, "403_csrf": 20, "401_bad_credential": 20, "500": 20}
    assert (event.action, event.outcome, event.actor, dict(event.facts)) == (
        "core.refused_to_nobody",
        "refused",
        "system",
        counts,
    )
    assert "40 x 401_sign_in" in caplog.text


def test_a_quiet_minute_tells_nothing(app):
    """Without a refusal there is neither a line nor an event."""
    app.client().get("/door/")
    assert not app.flask.pipeline.unknown.due()
    app.flask.pipeline.unknown.tell(app.flask.acts)
    assert app.trail == []


def test_somebody_known_leaves_a_trace_each_time(app):
    """The same refusal to a signed-in person is an event of its own."""
    for _ in range(2):
        assert app.client("user", id="tin").get("/door/closed").status_code == 403
    assert [(event.action, event.outcome, event.actor) for event in app.trail] == [
        ("door.closed", "refused", "tin")
    ] * 2


def test_an_act_of_our_own_without_an_actor_leaves_a_trace(app):
    """Only requests of nobody are counted; a task or command that fails is an event."""
    with pytest.raises(RuntimeError), app.act("door.sweep"):
        raise RuntimeError
    assert [(event.action, event.outcome) for event in app.trail] == [("door.sweep", "failed")]
