"""One way in and out: default deny, one transaction, audit inside it, a problem for everything that goes wrong."""

import json
from dataclasses import dataclass

import pytest
from dihya_hookspecs import Invalid, Refused, hookimpl
from dihya_hookspecs.access import Denial, Permission
from dihya_hookspecs.acts import current, get
from dihya_hookspecs.data import Model, Query, Record, Records, impersonal, key, personal
from dihya_hookspecs.events import Outbox, event
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.web import Step, public, requires
from flask import Blueprint, Response, request
from sqlalchemy import String, func, select
from sqlalchemy.orm import Mapped


class Thing(Record, subject="id", purpose="tests", basis="contract", retention="1y"):
    """A table of people, for the tests of the pipeline."""

    __tablename__ = "gate_things"
    name: Mapped[str] = personal("name", String(40), unique=True)


class Journal(Model, audited=False):
    """A table that is itself a log."""

    __tablename__ = "gate_journal"
    id: Mapped[object] = key()
    line: Mapped[str] = impersonal("a log line", String(40))


@event("gate.tried", permission="gate:write")
@dataclass(frozen=True)
class Tried:
    """Somebody tried."""

    what: str


class Things(Records[Thing]):
    """The rules of Thing."""

    model = Thing

    def check(self, record):
        """Refuse one name."""
        if record.name == "bad":
            raise Invalid("no bad names")


def blueprint():
    views = Blueprint("gate", "gate")

    @views.get("/")
    @public("anybody may look")
    def index():
        return {"things": [thing.name for thing in get(Things).find(Query(sort=("name",))).items]}

    @views.post("/")
    @requires("gate:write")
    def add():
        get(Things).add(request.get_json())
        current().session.add(Journal(line="not audited"))
        return {}, 201

    @views.post("/nothing")
    @requires("gate:write")
    def nothing():
        return {}

    @views.post("/form")
    @requires("gate:write")
    def form():
        return "the form again, with what is wrong", 422

    @views.post("/counted")
    @requires("gate:write")
    def counted():
        """Keep one row and one event, then go on and answer as the query says."""
        current().session.add(Journal(line="an attempt"))
        get(Things).add({"name": "kept"})
        current().record("gate.attempt", outcome="refused")
        current().publish(Tried("kept"))
        current().keep()
        get(Things).add({"name": "not kept"})
        current().publish(Tried("undone"))
        if request.args["how"] == "raised":
            raise Refused("not this time")
        if request.args["how"] == "crashed":
            raise RuntimeError("by mistake")
        return {}, int(request.args["how"])

    @views.post("/add/<int:status>")
    @requires("gate:write")
    def add_and_answer(status):
        get(Things).add({"name": "a"})
        return "the view answers by itself", status

    @views.post("/twice")
    @requires("gate:write")
    def twice():
        thing = get(Things).add({"name": "a"})
        get(Things).change(thing.id, {"name": "b"})
        return {}

    @views.post("/bulk")
    @requires("gate:write")
    def bulk():
        from sqlalchemy import update

        current().session.execute(update(Thing).values(name="everybody"))
        return {}

    @views.post("/boom")
    @requires("gate:write")
    def boom():
        get(Things).add({"name": "written and undone"})
        raise RuntimeError("tin@example.org")

    @views.get("/refuse")
    @public("it refuses by itself")
    def refuse():
        raise Refused("not this one", code="mine")

    return views


@pytest.fixture
def app(make_app, plugin):
    """An application with the plugin above and, beside it, what a test gives."""

    def start(**others):
        def register_routes():
            return blueprint()

        def register_services(registry):
            registry.register_factory(Things, Things.from_container)

        def register_permissions():
            return [Permission("gate:write", Text("write", "écrire"), ("user",))]

        def register_events():
            return Tried

        gate = plugin(register_routes, register_services, register_permissions, register_events)
        return make_app(plugins={"gate": gate, **others})

    return start


def names(app):
    return app.client().get("/gate/").json["things"]


def said(app):
    return [(event.action, event.outcome) for event in app.trail]


class TestDoor:
    """Who gets in."""

    def test_nobody_is_asked_to_sign_in(self, app):
        """401, and nothing is changed."""
        started = app()
        answer = started.client().post("/gate/", json={"name": "a"})
        assert (answer.status_code, answer.json["code"]) == (401, "sign-in")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert names(started) == []

    def test_a_person_without_the_right_is_refused(self, app):
        """403, with a trace of the attempt."""
        started = app()
        assert started.client("guest").post("/gate/", json={"name": "a"}).status_code == 403
        assert said(started) == [("gate.add", "refused")]

    def test_an_objection_refuses(self, app, plugin):
        """One denial is enough, whatever the roles."""

        def check_access(permission):
            return Denial("closed today", "closed") if permission else None

        started = app(guard=plugin(check_access))
        answer = started.client("user").post("/gate/", json={"name": "a"})
        assert (answer.status_code, answer.json["code"], answer.json["detail"]) == (403, "closed", "closed today")

    def test_a_broken_guard_closes_the_door(self, app, plugin):
        """Also on public routes."""

        def check_access():
            raise ValueError("confused")

        assert app(guard=plugin(check_access)).client("user").get("/gate/").status_code == 403

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


class TestTransaction:
    """One transaction a request, with its audit inside."""

    def test_a_change_is_audited_by_itself(self, app):
        """Row by row and as an act; columns are named, values never."""
        started = app()
        assert started.client("user", id="tin").post("/gate/", json={"name": "Tin Hinan"}).status_code == 201
        row, act = started.trail
        assert (row.action, row.actor, row.plugin, row.object.partition(":")[0]) == (
            "insert",
            "tin",
            "gate",
            "gate_things",
        )
        assert row.facts == {"columns": ["changed_at", "created_at", "id", "name", "version"]}
        assert (act.action, act.outcome, act.facts) == ("gate.add", "done", {"changes": 1})
        assert row.act == act.act
        assert "Tin" not in repr(started.trail)

    def test_an_act_that_changes_nothing_is_audited_too(self, app):
        """An unsafe method is an act."""
        started = app()
        started.client("user").post("/gate/nothing")
        assert said(started) == [("gate.nothing", "done")]

    def test_a_form_that_is_shown_again_was_not_done(self, app):
        """The view answered with an error instead of raising one."""
        started = app()
        started.client("user").post("/gate/form")
        assert said(started) == [("gate.form", "refused")]

    def test_reading_is_not(self, app):
        """The log is about changes and refusals."""
        started = app()
        started.client("user").get("/gate/")
        assert started.trail == []

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 412, 422, 429, 500, 503])
    def test_an_answer_of_400_or_more_undoes_the_act(self, app, status):
        """A returned status counts like a raised one: no row stays, no row is audited, somebody known leaves a trace."""
        started = app()
        assert started.client("user").post(f"/gate/add/{status}").status_code == status
        assert names(started) == []
        outcome = "failed" if status == 500 else "refused"
        assert [(event.action, event.outcome, event.facts) for event in started.trail] == [
            ("gate.add_and_answer", outcome, {"status": status})
        ]

    @pytest.mark.parametrize("status", [200, 201, 204, 302])
    def test_an_answer_below_400_commits_the_act(self, app, status):
        """A redirect is a success."""
        started = app()
        assert started.client("user").post(f"/gate/add/{status}").status_code == status
        assert names(started) == ["a"]

    @pytest.mark.parametrize("how", ["422", "500", "raised", "crashed"])
    def test_what_is_kept_stays_however_the_act_ends(self, app, how):
        """Rows and messages up to keep() outlive the act, and are audited as what they are."""
        started = app()
        answer = started.client("user").post("/gate/counted", query_string={"how": how})
        assert answer.status_code == {"raised": 403, "crashed": 500}.get(how) or int(how)
        assert names(started) == ["kept"]
        last = "failed" if how in ("500", "crashed") else "refused"
        assert said(started) == [("gate.attempt", "refused"), ("insert", "done"), ("gate.counted", last)]

    def test_what_is_kept_counts_among_the_changes_of_the_act(self, app):
        """The event of the act says how many rows there were, before and after keep()."""
        started = app()
        started.client("user").post("/gate/counted", query_string={"how": "200"})
        assert names(started) == ["kept", "not kept"]
        assert (said(started)[-1], started.trail[-1].facts) == (("gate.counted", "done"), {"changes": 2})

    def test_a_row_changed_twice_is_one_change(self, app):
        """Added and changed within one act is added."""
        started = app()
        started.client("user").post("/gate/twice")
        assert said(started) == [("insert", "done"), ("gate.twice", "done")]

    def test_a_statement_without_a_flush_is_noticed(self, app):
        """With its columns and the number of rows."""
        started = app()
        started.client("user").post("/gate/", json={"name": "a"})
        started.trail.clear()
        started.client("user").post("/gate/bulk")
        assert (started.trail[0].action, started.trail[0].object, started.trail[0].facts["rows"]) == (
            "update",
            "gate_things",
            1,
        )
        assert "name" in started.trail[0].facts["columns"]

    def test_a_failed_act_leaves_no_change_but_a_trace(self, app, caplog):
        """500; what went wrong is in the log and not in the answer."""
        started = app()
        answer = started.client("user").post("/gate/boom")
        assert (answer.status_code, answer.json["code"]) == (500, "internal")
        assert "example.org" not in answer.text
        assert answer.json["request_id"] == answer.headers["X-Request-ID"]
        assert names(started) == []
        assert said(started) == [("gate.boom", "failed")]
        assert "gate.boom failed" in caplog.text

    def test_no_audit_no_change(self, app, plugin):
        """When the event cannot be stored, the change is undone."""

        def on_audit(event):
            if event.outcome == "done":
                raise OSError("the log is full")

        started = app(audit_that_fails=plugin(on_audit))
        assert started.client("user").post("/gate/", json={"name": "a"}).status_code == 500
        with started.act() as act:
            assert act.session.scalar(select(func.count()).select_from(Thing)) == 0

    def test_an_event_goes_to_whoever_keeps_events(self, app, make_app, plugin):
        """It is checked, written with the plugin that registers it, and without an outbox nobody keeps it."""
        kept = []

        class Box:
            def add(self, kind, payload, plugin):
                kept.append((kind.name, payload, plugin))

        def register_services(registry):
            registry.register_value(Outbox, Box())

        app().client("user").post("/gate/counted", query_string={"how": "200"})
        app(box=plugin(register_services)).client("user").post("/gate/counted", query_string={"how": "200"})
        assert kept == [("gate.tried", {"what": "kept"}, "gate"), ("gate.tried", {"what": "undone"}, "gate")]
        started = make_app()
        with pytest.raises(Invalid, match="no active plugin registers event 'gate.tried'"), started.act() as act:
            act.publish(Tried("alone"))


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
    def test_every_error_is_a_problem_with_a_request_id(self, app, method, path, body, status, code):
        """With type, title, status, detail and instance."""
        answer = getattr(app().client("user"), method)(path, data=body, content_type="application/json")
        assert answer.status_code == status
        assert answer.content_type == "application/problem+json"
        problem = json.loads(answer.data)
        assert (problem["status"], problem["code"], problem["instance"]) == (status, code, path)
        assert problem["request_id"] == answer.headers["X-Request-ID"]

    def test_a_clash_is_409_and_says_where(self, app):
        """The pointer leads to the field."""
        client = app().client("user")
        client.post("/gate/", json={"name": "a"})
        answer = client.post("/gate/", json={"name": "a"})
        assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (409, "/name")

    def test_the_id_of_an_act_is_never_the_callers(self, app):
        """An X-Request-ID from anybody names neither the answer nor the audit events."""
        started = app()
        asked = {"X-Request-ID": "abc-12345678"}
        told = [started.client("user").post("/gate/nothing", headers=asked).headers["X-Request-ID"] for _ in range(2)]
        assert [event.act for event in started.trail] == told
        assert "abc-12345678" not in told and told[0] != told[1]

    def test_a_missing_service_is_named_with_who_asks_and_what_to_install(self, make_app, plugin):
        """503, not a bare traceback."""
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

    def test_middleware_runs_in_stages(self, app, plugin):
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

        app(steps=plugin(register_middleware)).client().get("/gate/")
        assert walk == ["edge down", "identity down", "content down", "content up", "identity up", "edge up"]

    def test_a_step_may_answer(self, app, plugin):
        """Then nobody further in is asked."""

        def register_middleware():
            return Step("stop", "edge", lambda request: Response("stopped", 418))

        assert app(steps=plugin(register_middleware)).client().get("/gate/").status_code == 418

    def test_an_address_with_a_nul_character_names_nothing(self, make_app, plugin):
        """No view gets it, since a database may refuse to look for it."""

        def register_routes():
            views = Blueprint("shop", "shop")
            views.add_url_rule("/<name>", view_func=public("test")(lambda name: name))
            return views

        client = make_app(plugins={"shop": plugin(register_routes)}).client()
        assert client.get("/shop/a%00b").status_code == 404
        assert client.get("/shop/ab").text == "ab"

    def test_a_step_that_was_not_entered_is_not_left(self, app, plugin):
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

        assert app(steps=plugin(register_middleware)).client().get("/gate/").status_code == 418
        assert walk == ["first in", "stop in", "looks", "stop out", "first out"]

    def test_a_step_that_fails_on_the_way_in_is_not_left(self, app, plugin):
        """It did not enter; those before it are left."""
        walk = []

        def fail(request):
            raise RuntimeError("x")

        def register_middleware():
            return [
                Step("first", "edge", lambda request: None, lambda request, response: walk.append("first out")),
                Step("bad", "edge", fail, lambda request, response: walk.append("bad out")),
            ]

        assert app(steps=plugin(register_middleware)).client().get("/gate/").status_code == 500
        assert walk == ["first out"]

    def test_on_request_may_answer_in_the_routes_place(self, app, plugin):
        """Once rights are checked."""

        def on_request(request):
            return Response("instead") if request.path == "/gate/" else None

        assert app(instead=plugin(on_request)).client().get("/gate/").text == "instead"

    def test_a_plugin_that_keeps_failing_is_tripped_seen_and_re_armed(self, app, plugin, caplog):
        """The application goes on; the trip is audited; re-arming lets it be called again."""
        calls = []

        def on_response():
            calls.append(1)
            raise RuntimeError("again")

        started = app(weak=plugin(on_response))
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

    app = make_app(plugins={"careful": plugin})
    for role, confirmed, status in (("user", False, 403), ("admin", False, 401), ("admin", True, 200)):
        answer = app.client(role, confirmed=confirmed).post("/careful/careful")
        assert (answer.status_code, bool(done)) == (status, status == 200)
        assert status != 401 or answer.json["code"] == "reauthenticate"
