"""Acts outside of a request: commands, tasks, tests."""

import os
import random
import re

import pytest
from dihya_core.data.acts import new_id, now
from dihya_core.data.outcomes import status_of
from dihya_hookspecs import Invalid, Refused
from dihya_hookspecs.access import OPERATOR
from dihya_hookspecs.acts import Act, Acts, current, get
from werkzeug.exceptions import NotFound


def test_there_is_no_act_outside_of_one():
    """Asking for the running act where there is none raises, and the message says how to open one."""
    with pytest.raises(LookupError, match="no act is open here; use Acts.open"):
        current()


def test_acts_nest_and_each_has_its_own_transaction(make_app):
    """The inner one commits by itself; the outer one comes back."""
    app = make_app()
    with app.act("outer", actor=OPERATOR) as outer:
        with get(Acts).open("inner") as inner:
            assert current() is inner
            assert inner.session is not outer.session
        assert current() is outer
        assert get(Act) is outer


def test_a_refused_act_leaves_a_trace(make_app):
    """The trace has the status of the refusal, and not its message."""
    app = make_app()
    with pytest.raises(Refused), app.act("vault.open", actor=OPERATOR):
        raise Refused("tin@example.org may not")
    (event,) = app.trail
    assert (event.action, event.outcome, event.actor, dict(event.facts)) == (
        "vault.open",
        "refused",
        "operator",
        {"status": 403, "error": "Refused"},
    )


def test_an_invalid_command_leaves_none(make_app):
    """A typing mistake is not an event."""
    app = make_app()
    with pytest.raises(Invalid), app.act("vault.open"):
        raise Invalid("no such key")
    assert app.trail == []


def test_an_explicit_event_is_committed_with_the_act(make_app):
    """An event that code records is committed with the act and names the plugin of the act."""
    app = make_app()
    with app.act("vault.open", actor=OPERATOR) as act:
        act.record("vault.opened", object="vault:1", count=3)
    (event,) = app.trail
    assert (event.action, event.object, event.plugin, dict(event.facts)) == (
        "vault.opened",
        "vault:1",
        "vault",
        {"count": 3},
    )
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", event.at)


def test_ids_sort_by_time():
    """Ids of acts sort by the time at which they began, so that an act can be found by its id."""
    assert new_id()[:12] <= new_id()[:12]
    assert now() <= now()


def test_no_id_comes_twice_whoever_seeds_their_numbers():
    """Neither a library that seeds the numbers of all nor a copy of this process repeats one."""
    random.seed(7)
    first = new_id()
    random.seed(7)
    reader, writer = os.pipe()
    if not (copy := os.fork()):
        os.write(writer, new_id().encode())
        os._exit(0)
    os.waitpid(copy, 0)
    theirs = os.read(reader, 100).decode()
    os.close(reader), os.close(writer)
    assert len({one[12:] for one in (first, theirs, new_id())}) == 3


@pytest.mark.parametrize(
    ("error", "status"), [(Invalid("x", status=409), 409), (NotFound(), 404), (ValueError(), 500), (SystemExit(1), 400)]
)
def test_every_error_stands_for_a_status(error, status):
    """Our own, werkzeug's, and the unexpected."""
    assert status_of(error) == status
