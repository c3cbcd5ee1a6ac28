"""Building again what was stopped or has failed."""

from __future__ import annotations

from typing import Any

import pytest
from dihya_hookspecs import Invalid
from dihya_services.again import build_again
from dihya_services.models import CANCELLED, Generation
from dihya_services.needs import needs_of

IDEA = "gérer les adhérents et les cotisations"


@pytest.fixture
def stopped(as_: Any) -> str:
    """The id of a generation of Anna's with decisions of hers, which she stopped."""
    with as_() as service:
        draft, _proposal = service.propose(IDEA, "fr")
        service.begin(draft, name="chorale", title="La chorale", options={"seats": 7}, language="en")
        service.cancel(draft)
        return str(draft.id)


def test_it_begins_anew_with_the_same_decisions(as_, stopped: str, work) -> None:
    """Idea, proposal, name, title, options and language are those of the one before, which stays as it is."""
    with as_() as service:
        before = service.own(stopped)
        made = build_again(service, before)
        assert made.id != before.id and (made.error, made.checks, made.files) == ("", [], None)
        assert needs_of(made) == needs_of(before) and made.proposal == before.proposal
        assert (made.name, made.title, made.language, made.idea) == ("chorale", "La chorale", "en", IDEA)
        id = str(made.id)
    work()
    with as_() as service:
        assert service.get(id).status == "ready"
        assert service.get(stopped).error == CANCELLED


def test_a_structure_is_built_as_it_stood(as_, work) -> None:
    """What somebody edited before the first attempt is what the second one builds."""
    structure = {"title": "Le club", "tables": []}
    with as_() as service:
        draft = service.drafted(structure, "club")
        service.begin(draft)
        service.cancel(draft)
        again = build_again(service, draft)
        assert needs_of(again).structure == needs_of(draft).structure != {}


def test_a_failed_one_is_built_again_also_from_the_archive(as_, begun, work, fakes) -> None:
    """Where it is kept says nothing about how it ended."""
    fakes.judge.passes = False
    id = begun()
    work()
    with as_() as service:
        service.put(service.own(id), "archived")
        assert build_again(service, service.own(id)).task


def test_what_runs_or_became_a_plugin_is_not_built_again(as_, begun, work) -> None:
    """A proposal, what waits for its turn and what is ready are refused."""
    id = begun()
    with as_() as service:
        for generation in (service.propose(IDEA, "fr")[0], service.get(id)):
            with pytest.raises(Invalid, match="stopped or has failed") as caught:
                build_again(service, generation)
            assert caught.value.status == 409
    work()
    with as_() as service, pytest.raises(Invalid, match="stopped or has failed"):
        build_again(service, service.own(id))


def test_what_cannot_be_built_any_more_leaves_nothing(as_, stopped: str) -> None:
    """A name that was taken meanwhile is refused before a draft is kept."""
    with as_() as service:
        ended = service.own(stopped)
        ended.needs = {**ended.needs, "name": "taken"}
        with pytest.raises(Invalid, match="taken"):
            build_again(service, ended)
        assert service.session.query(Generation).count() == 1
