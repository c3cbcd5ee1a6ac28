"""One transaction a request: kept below 400, undone from there on, with its audit events inside it."""

import pytest
from dihya_hookspecs import DihyaError, Invalid
from dihya_hookspecs.events import Outbox
from sqlalchemy import func, select


def names(gate):
    return gate.client().get("/gate/").json["things"]


def said(gate):
    return [(event.action, event.outcome) for event in gate.trail]


class TestTransaction:
    """One transaction a request, with its audit inside."""

    def test_a_change_is_audited_by_itself(self, gate):
        """Row by row and as an act; columns are named, values never."""
        started = gate()
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

    def test_an_act_that_changes_nothing_is_audited_too(self, gate):
        """An unsafe method is an act."""
        started = gate()
        started.client("user").post("/gate/nothing")
        assert said(started) == [("gate.nothing", "done")]

    def test_a_form_that_is_shown_again_was_not_done(self, gate):
        """The view answered with an error instead of raising one."""
        started = gate()
        started.client("user").post("/gate/form")
        assert said(started) == [("gate.form", "refused")]

    @pytest.mark.parametrize(("code", "traces"), [("database-busy", []), ("later", [("gate.wait", "refused")])])
    def test_who_waited_in_vain_for_the_database_does_not_wait_again(self, gate, code, traces):
        """The trace of the attempt would wait as long once more; the log of the application says it instead."""
        started = gate()
        with pytest.raises(DihyaError), started.act("gate.wait") as act:
            act.mutating = True
            raise DihyaError("another process writes just now", code=code, status=503)
        assert said(started) == traces

    def test_reading_is_not(self, gate):
        """The log is about changes and refusals."""
        started = gate()
        started.client("user").get("/gate/")
        assert started.trail == []

    @pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 412, 422, 429, 500, 503])
    def test_an_answer_of_400_or_more_undoes_the_act(self, gate, status):
        """A returned status counts like a raised one: no row stays, no row is audited, somebody known leaves a trace."""
        started = gate()
        assert started.client("user").post(f"/gate/add/{status}").status_code == status
        assert names(started) == []
        outcome = "failed" if status == 500 else "refused"
        assert [(event.action, event.outcome, event.facts) for event in started.trail] == [
            ("gate.add_and_answer", outcome, {"status": status})
        ]

    @pytest.mark.parametrize("status", [200, 201, 204, 302])
    def test_an_answer_below_400_commits_the_act(self, gate, status):
        """A redirect is a success."""
        started = gate()
        assert started.client("user").post(f"/gate/add/{status}").status_code == status
        assert names(started) == ["a"]

    @pytest.mark.parametrize("how", ["422", "500", "raised", "crashed"])
    def test_what_is_kept_stays_however_the_act_ends(self, gate, how):
        """Rows and messages up to keep() outlive the act, and are audited as what they are."""
        started = gate()
        answer = started.client("user").post("/gate/counted", query_string={"how": how})
        assert answer.status_code == {"raised": 403, "crashed": 500}.get(how) or int(how)
        assert names(started) == ["kept"]
        last = "failed" if how in ("500", "crashed") else "refused"
        assert said(started) == [("gate.attempt", "refused"), ("insert", "done"), ("gate.counted", last)]

    def test_what_is_kept_counts_among_the_changes_of_the_act(self, gate):
        """The event of the act says how many rows there were, before and after keep()."""
        started = gate()
        started.client("user").post("/gate/counted", query_string={"how": "200"})
        assert names(started) == ["kept", "not kept"]
        assert (said(started)[-1], started.trail[-1].facts) == (("gate.counted", "done"), {"changes": 2})

    def test_a_row_changed_twice_is_one_change(self, gate):
        """Added and changed within one act is added."""
        started = gate()
        started.client("user").post("/gate/twice")
        assert said(started) == [("insert", "done"), ("gate.twice", "done")]

    def test_a_statement_without_a_flush_is_noticed(self, gate):
        """The event names its columns and the number of rows."""
        started = gate()
        started.client("user").post("/gate/", json={"name": "a"})
        started.trail.clear()
        started.client("user").post("/gate/bulk")
        assert (started.trail[0].action, started.trail[0].object, started.trail[0].facts["rows"]) == (
            "update",
            "gate_things",
            1,
        )
        assert "name" in started.trail[0].facts["columns"]

    def test_a_failed_act_leaves_no_change_but_a_trace(self, gate, caplog):
        """500; what went wrong is in the log and not in the answer."""
        started = gate()
        answer = started.client("user").post("/gate/boom")
        assert (answer.status_code, answer.json["code"]) == (500, "internal")
        assert "example.org" not in answer.text
        assert answer.json["request_id"] == answer.headers["X-Request-ID"]
        assert names(started) == []
        assert said(started) == [("gate.boom", "failed")]
        assert "gate.boom failed" in caplog.text

    def test_no_audit_no_change(self, gate, plugin):
        """When the event cannot be stored, the change is undone."""

        def on_audit(event):
            if event.outcome == "done":
                raise OSError("the log is full")

        started = gate(audit_that_fails=plugin(on_audit))
        assert started.client("user").post("/gate/", json={"name": "a"}).status_code == 500
        with started.act() as act:
            assert act.session.scalar(select(func.count()).select_from(gate.Thing)) == 0

    def test_an_event_goes_to_whoever_keeps_events(self, gate, make_app, plugin):
        """It is checked, written with the plugin that registers it, and without an outbox nobody keeps it."""
        kept = []

        class Box:
            def add(self, kind, payload, plugin):
                kept.append((kind.name, payload, plugin))

        def register_services(registry):
            registry.register_value(Outbox, Box())

        gate().client("user").post("/gate/counted", query_string={"how": "200"})
        gate(box=plugin(register_services)).client("user").post("/gate/counted", query_string={"how": "200"})
        assert kept == [("gate.tried", {"what": "kept"}, "gate"), ("gate.tried", {"what": "undone"}, "gate")]
        started = make_app()
        with pytest.raises(Invalid, match="no active plugin registers event 'gate.tried'"), started.act() as act:
            act.publish(gate.Tried("alone"))
