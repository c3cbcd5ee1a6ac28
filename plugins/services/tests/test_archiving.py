"""What has ended goes into the archive and comes back; what runs is stopped."""

from __future__ import annotations

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.data import Query, where
from dihya_services.models import Generation, Progress

IDEA = "gérer les adhérents et les cotisations"


@pytest.fixture
def ready(begun, work) -> str:
    """The id of a proven generation of Anna's."""
    id = begun()
    work()
    return id


@pytest.fixture
def failed(begun, work, fakes) -> str:
    """The id of one whose proof failed."""
    fakes.judge.passes = False
    id = begun()
    work()
    return id


def test_it_goes_into_the_archive_and_back(as_, ready: str) -> None:
    """It is found where the archive is asked for, keeps its ZIP, and comes back as it was."""
    with as_() as service:
        service.put(service.own(ready), "archived")
    with as_() as service:
        assert service.find(Query(filters=where(status="archived"))).total == 1
        assert service.find(Query(filters=where(status="ready"))).total == 0
        assert service.archive(service.get(ready)).startswith(b"PK")
        service.put(service.own(ready), "archived")  # twice is once
        service.put(service.own(ready), "ready")
    with as_() as service:
        assert (service.get(ready).status, service.find().total) == ("ready", 1)


def test_a_failed_one_comes_back_as_failed(as_, failed: str) -> None:
    """The archive is no way to have something offered that was not proven."""
    with as_() as service:
        generation = service.own(failed)
        for _ in range(2):  # from failed, and from the archive
            with pytest.raises(Invalid, match="ended as failed, not as ready") as caught:
                service.put(generation, "ready")
            assert (caught.value.status, caught.value.flaws[0].pointer) == (409, "/status")
            service.put(generation, "archived")
        with pytest.raises(Invalid, match="not proven"):
            service.archive(generation)
        service.put(generation, "failed")
        assert generation.status == "failed"


def test_what_has_not_ended_is_not_archived(as_, begun) -> None:
    """Neither a draft nor what waits for its turn."""
    id = begun()
    with as_() as service:
        for generation in (service.propose(IDEA, "fr")[0], service.get(id)):
            with pytest.raises(Invalid, match="has not ended") as caught:
                service.put(generation, "archived")
            assert (caught.value.status, generation.status) == (409, "draft")


def test_only_what_runs_is_cancelled(as_, begun, ready: str) -> None:
    """A draft does not run, and what has ended does not run any more."""
    id = begun()
    with as_() as service:
        for generation in (service.propose(IDEA, "fr")[0], service.get(ready)):
            with pytest.raises(Invalid, match="is not running") as caught:
                service.cancel(generation)
            assert caught.value.status == 409
        running = service.get(id)
        service.cancel(running)
        assert (running.status, running.error) == ("failed", "it was cancelled")


def test_removing_a_running_one_stops_it(as_, begun, work, app, fakes) -> None:
    """Everybody is told, the queue does not bring it back, and of its progress nothing stays."""
    id = begun()
    with as_() as service:
        service.remove(service.own(id))
    work()
    with app.act() as act:
        assert act.session.query(Generation).count() == act.session.query(Progress).count() == 0
    assert [project.status for project in fakes.ended] == ["failed"]
    assert fakes.judge.seen == [] and fakes.shelf.held == {}
