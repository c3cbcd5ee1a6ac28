"""One way in and out: default deny, one transaction, audit inside it, a problem for everything that goes wrong."""

import json

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import Denial, Permission
from dihya_hookspecs.acts import get
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.web import Step, public, requires
from flask import Blueprint, Response


def names(gate):
    return gate.client().get("/gate/").json["things"]


def said(gate):
    return [(event.action, event.outcome) for event in gate.trail]


class TestDoor:
    """Who gets in."""

    def test_nobody_is_asked_to_sign_in(self, gate):
        """The status is 401, and nothing is changed."""
        started = gate()
        answer = started.client().post("/gate/", json={"name": "a"})
        assert (answer.status_code, answer.json["code"]) == (401, "sign-in")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert names(started) == []

    def test_a_person_without_the_right_is_refused(self, gate):
        """403, with a trace of the attempt."""
        started = gate()
        assert started.client("guest").post("/gate/", json={"name": "a"}).status_code == 403
        assert said(started) == [("gate.add", "refused")]

    def test_an_objection_refuses(self, gate, plugin):
        """One denial is enough, whatever the roles."""

        def check_access(permission):
            return Denial("closed today", "closed") if permission else None

        started = gate(guard=plugin(check_access))
        answer = started.client("user").post("/gate/", json={"name": "a"})
        assert (answer.status_code, answer.json["code"], answer.json["detail"]) == (403, "closed", "closed today")

    def test_a_broken_guard_closes_the_door(self, gate, plugin):
        """A guard that fails refuses public routes too."""

        def check_access():
            raise ValueError("confused")

        assert gate(guard=plugin(check_access)).client("user").get("/gate/").status_code == 403

    def test_a_view_without_a_declaration_quarantines_its_plugin(self, make_app, plugin):
        """Default deny begins before the first request, and nobody else suffers from it."""
        views = Blueprint("open", "open")
        views.add_url_rule("/", "index", lambda: "x")

        def register_routes():
            return views

        started = make_app(plugins={"open": plugin(register_routes)})
        assert "view 'open.index' says neither @requires nor @public" in started.flask.runtime.plugins["open"].reason
        assert started.client().get("/open/").status_code == 404

    def test_a_view_that_requires_an_unknown_right_quarantines_its_plugin(self, make_app, plugin):
        """It would never let anybody in; the reason says which right was meant."""
        views = Blueprint("open", "open")
        views.add_url_rule("/", "index", requires("open:raed")(lambda: "x"))

        def register_routes():
            return views

        def register_permissions():
            return [Permission("open:read", Text("a", "b"))]

        started = make_app(plugins={"open": plugin(register_routes, register_permissions)})
        assert "did you mean 'open:read'" in started.flask.runtime.plugins["open"].reason

    def test_two_plugins_cannot_have_one_route(self, make_app, plugin):
        """The second would be dead, or the first hijacked: the later one in the plan is quarantined."""

        def views(name):
            made = Blueprint(name, name, url_prefix="/same")
            made.add_url_rule("/", "index", public("x")(lambda: name))

            def register_routes():
                return made

            return plugin(register_routes)

        started = make_app(plugins={"one": views("one"), "two": views("two")})
        assert "GET /same/, which is plugin 'one''s" in started.flask.runtime.plugins["two"].reason
        assert started.client().get("/same/").text == "one"


class TestProblems:
    """RFC 9457 for everything."""

    @pytest.mark.parametrize(
        ("method", "path", "body", "status", "code"),
        [
            ("get", "/nowhere", None, 404, "not-found"),
            ("delete", "/gate/", None, 405, "method-not-allowed"),
            ("post", "/gate/", '{"name": "bad"}', 422, "invalid"),
            ("post", "/gate/", "{", 400, "bad-request"),
            ("get", "/gate/refuse", None, 403, "mine"),
        ],
    )
    def test_every_error_is_a_problem_with_a_request_id(self, gate, method, path, body, status, code):
        """A problem has type, title, status, detail and instance."""
        answer = getattr(gate().client("user"), method)(path, data=body, content_type="application/json")
        assert answer.status_code == status
        assert answer.content_type == "application/problem+json"
        problem = json.loads(answer.data)
        assert (problem["status"], problem["code"], problem["instance"]) == (status, code, path)
        assert problem["request_id"] == answer.headers["X-Request-ID"]

    def test_a_clash_is_409_and_says_where(self, gate):
        """The pointer leads to the field."""
        client = gate().client("user")
        client.post("/gate/", json={"name": "a"})
        answer = client.post("/gate/", json={"name": "a"})
        assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (409, "/name")

    def test_the_id_of_an_act_is_never_the_callers(self, gate):
        """An X-Request-ID from anybody names neither the answer nor the audit events."""
        started = gate()
        asked = {"X-Request-ID": "abc-12345678"}
        told = [started.client("user").post("/gate/nothing", headers=asked).headers["X-Request-ID"] for _ in range(2)]
        assert [event.act for event in started.trail] == told
        assert "abc-12345678" not in told and told[0] != told[1]

    def test_a_missing_service_is_named_with_who_asks_and_what_to_install(self, make_app, plugin):
        """The answer is a 503, and no bare traceback."""
        from dihya_hookspecs.storage import Blobs

        views = Blueprint("asker", "asker")
        views.add_url_rule("/", "index", public("x")(lambda: get(Blobs)))

        def register_routes():
            return views

        answer = make_app(plugins={"asker": plugin(register_routes)}).client().get("/asker/")
        assert answer.status_code == 503
        assert answer.json["detail"] == (
            "plugin 'asker' asks for service Blobs, but no active plugin provides it; install or enable dihya-storage"
        )


class TestMoments:
    """What plugins may add on the way."""

    def test_middleware_runs_in_stages(self, gate, plugin):
        """edge, identity, content on the way down; the reverse on the way up."""
        walk = []

        def step(stage):
            return Step(
                stage,
                stage,
                lambda request: walk.append(f"{stage} down"),
                lambda request, response: walk.append(f"{stage} up"),
            )

        def register_middleware():
            return [step("content"), step("edge"), step("identity")]

        gate(steps=plugin(register_middleware)).client().get("/gate/")
        assert walk == ["edge down", "identity down", "content down", "content up", "identity up", "edge up"]

    def test_a_step_may_answer(self, gate, plugin):
        """When a step answers, nobody further in is asked."""

        def register_middleware():
            return Step("stop", "edge", lambda request: Response("stopped", 418))

        assert gate(steps=plugin(register_middleware)).client().get("/gate/").status_code == 418

    def test_an_address_with_a_nul_character_names_nothing(self, make_app, plugin):
        """No view gets it, since a database may refuse to look for it."""

        def register_routes():
            views = Blueprint("shop", "shop")
            views.add_url_rule("/<name>", view_func=public("test")(lambda name: name))
            return views

        client = make_app(plugins={"shop": plugin(register_routes)}).client()
        assert client.get("/shop/a%00b").status_code == 404
        assert client.get("/shop/ab").text == "ab"

    def test_a_step_that_was_not_entered_is_not_left(self, gate, plugin):
        """When a step answers, those behind it see nothing; one that only looks at answers sees every one."""
        walk = []

        def note(name, answer=None):
            return lambda request, response=None: walk.append(name) or answer

        def register_middleware():
            return [
                Step("first", "edge", note("first in"), note("first out")),
                Step("stop", "edge", note("stop in", Response("stopped", 418)), note("stop out")),
                Step("behind", "edge", note("behind in"), note("behind out")),
                Step("looks", "content", after=note("looks")),
            ]

        assert gate(steps=plugin(register_middleware)).client().get("/gate/").status_code == 418
        assert walk == ["first in", "stop in", "looks", "stop out", "first out"]

    def test_a_step_that_fails_on_the_way_in_is_not_left(self, gate, plugin):
        """It did not enter; those before it are left."""
        walk = []

        def fail(request):
            raise RuntimeError("x")

        def register_middleware():
            return [
                Step("first", "edge", lambda request: None, lambda request, response: walk.append("first out")),
                Step("bad", "edge", fail, lambda request, response: walk.append("bad out")),
            ]

        assert gate(steps=plugin(register_middleware)).client().get("/gate/").status_code == 500
        assert walk == ["first out"]

    def test_on_request_may_answer_in_the_routes_place(self, gate, plugin):
        """The hook is asked once rights are checked."""

        def on_request(request):
            return Response("instead") if request.path == "/gate/" else None

        assert gate(instead=plugin(on_request)).client().get("/gate/").text == "instead"

    def test_a_plugin_that_keeps_failing_is_tripped_seen_and_re_armed(self, gate, plugin, caplog):
        """The application goes on; the trip is audited; re-arming lets it be called again."""
        calls = []

        def on_response():
            calls.append(1)
            raise RuntimeError("again")

        started = gate(weak=plugin(on_response))
        for _ in range(7):
            assert started.client().get("/gate/").status_code == 200
        assert len(calls) == 5
        info = next(info for info in started.hooks.all() if info.name == "weak")
        assert (info.state, info.reason) == (
            "tripped",
            "failed 5 times within a minute, last in on_response: RuntimeError",
        )
        assert ("core.plugin_state", "done") in said(started)
        started.hooks.rearm("weak")
        started.client().get("/gate/")
        assert len(calls) == 6


def test_a_dangerous_view_is_closed_to_who_gave_the_password_too_long_ago(make_app):
    """Permission comes first (403); then the password is asked for again (401), and nothing is done."""
    views, done = Blueprint("careful", "careful"), []

    @views.post("/careful")
    @requires("careful:write", confirmed=True)
    def careful():
        done.append(True)
        return {}

    class plugin:
        @hookimpl
        def register_permissions():
            return Permission("careful:write", Text("Write", "Écrire"))

        @hookimpl
        def register_routes():
            return views

    gate = make_app(plugins={"careful": plugin})
    for role, confirmed, status in (("user", False, 403), ("admin", False, 401), ("admin", True, 200)):
        answer = gate.client(role, confirmed=confirmed).post("/careful/careful")
        assert (answer.status_code, bool(done)) == (status, status == 200)
        assert status != 401 or answer.json["code"] == "reauthenticate"
