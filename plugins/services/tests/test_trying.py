"""Trying before installing: what may be tried, by whom, and what becomes of it."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

import pytest
from dihya_hookspecs import Invalid, NotFound, Refused
from dihya_hookspecs.access import Actor
from dihya_hookspecs.trying import TrialEnd
from dihya_services.trying import Trying, why

ANNA, BOB = Actor("p1", "Anna", frozenset({"user"})), Actor("p2", "Bob", frozenset({"user"}))


@pytest.fixture
def trying(app, begun, work):
    """Return a function that does something with Anna's proven generation, in an act of an actor."""
    id = begun()
    work()

    def act(do, actor=ANNA):
        with app.act(actor=actor) as act:
            service = act.get(Trying)
            return do(service, service.generations.own(id))

    return act


def test_what_was_proven_is_tried_with_the_files_that_were_proven(trying, stage) -> None:
    """The files of the generation are started, for the person, within the limits of the settings."""
    trial = trying(lambda service, generation: service.begin(generation))
    (given,) = stage.begun
    assert "README.md" in given["files"] and given["person"] == "p1" and given["limits"].in_all == 3
    assert trial.ends - trial.begun == timedelta(minutes=60)
    assert trying(lambda service, generation: service.of(generation)) == trial


def test_beginning_again_goes_on_with_what_goes_on(trying, stage) -> None:
    """Who presses the button of the plugin that they are trying finds that trial."""
    first, second = (trying(lambda service, generation: service.begin(generation)) for _ in range(2))
    assert first == second and len(stage.begun) == 1


def test_what_failed_its_proof_is_not_tried(trying, fakes, stage) -> None:
    """Nothing is started of a plugin that is not offered either (409)."""

    def fail(service, generation):
        generation.archive, generation.status = None, "failed"
        service.begin(generation)

    with pytest.raises(Invalid, match="only what passed its proof") as refused:
        trying(fail)
    assert refused.value.status == 409 and not stage.begun


def test_nobody_tries_what_is_not_theirs(trying, stage) -> None:
    """Somebody else's generation is not there, and neither is its trial."""
    trying(lambda service, generation: service.begin(generation))
    with pytest.raises(NotFound):
        trying(lambda service, generation: service.begin(generation), BOB)


def test_a_trial_is_its_persons_alone(trying, stage) -> None:
    """Who oversees all generations sees no trial of somebody else in them: what is written there is not for them."""
    trying(lambda service, generation: service.begin(generation))
    admin = Actor("p3", "Chloé", frozenset({"admin"}))
    assert trying(lambda service, generation: service.of(generation), admin) is None
    trying(lambda service, generation: service.end(generation), admin)
    assert stage.trials[0].state == "running"


def test_beginning_and_ending_stand_in_the_log(trying, app) -> None:
    """That somebody tried something, and ended it, is known afterwards; ending twice is said once."""
    trying(lambda service, generation: service.begin(generation))
    for _ in range(2):
        trying(lambda service, generation: service.end(generation))
    names = [event.action for event in app.trail if event.action.startswith("services.trial")]
    assert names == ["services.trial_begun", "services.trial_ended"]


def test_a_generation_that_is_removed_is_not_tried_any_more(trying, stage) -> None:
    """Its trial ends with it."""
    trying(lambda service, generation: service.begin(generation))
    trying(lambda service, generation: service.generations.remove(generation))
    assert stage.trials[0].state == "ended"


def test_nothing_is_installed_by_who_may_not(trying) -> None:
    """Without the right to install, or where the operator lets nothing in, the ZIP is all there is (403)."""
    assert not trying(lambda service, generation: service.installable())
    with pytest.raises(Invalid, match="nothing is installed from the browser") as refused:
        trying(lambda service, generation: service.bring(generation))
    assert refused.value.status == 403


def test_nobody_is_nobody(trying) -> None:
    """Without an actor nothing is tried."""
    with pytest.raises(Refused):
        trying(lambda service, generation: service.mine(), None)


@pytest.mark.parametrize("end", [end for end in get_args(TrialEnd) if end])
def test_every_end_is_said(stage, end) -> None:
    """Whatever ends a trial, people read one sentence about it."""
    assert why(stage.trial(why=end)).endswith(".")


@pytest.fixture
def none(make_app, fakes):
    """An application that lets nobody try."""
    return make_app("services", "tasks", config={"services": {"trials": 0}}, plugins={"fakes": fakes})


def test_an_operator_may_let_nobody_try(none, stage) -> None:
    """With ``trials = 0`` there is no trial and no button."""
    with none.act(actor=ANNA) as act:
        assert not act.get(Trying).possible and act.get(Trying).mine() is None
