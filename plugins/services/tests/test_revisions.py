"""The structure of a draft from edit to edit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.access import Actor
from dihya_services.editor.revisions import KEPT, Revisions
from dihya_services.models import Generation, Revision
from dihya_services.service import DRAFTS, Generations
from sqlalchemy import func, select

ANNA = Actor("p1", "Anna", frozenset({"user"}))


@pytest.fixture
def draft(edited_app):
    """A function that opens an act on a draft whose editing has begun."""
    with edited_app.act(actor=ANNA) as act:
        found, _proposal = act.get(Generations).propose("gérer des adhérents", "fr", "association")
        act.get(Revisions).begin(found)
        id = found.id

    @contextmanager
    def opened() -> Iterator[tuple[Revisions, Generation]]:
        with edited_app.act(actor=ANNA) as act:
            yield act.get(Revisions), act.get(Generations).own(id)

    return opened


def add(title: str) -> dict[str, Any]:
    """A table more."""
    return {"edit": "add_table", "title": title}


def titles(revisions: Revisions, draft: Generation) -> list[str]:
    """What the tables are called."""
    return [each["title"]["fr"] for each in revisions.document(draft)["entities"]]


def test_edits_are_made_together_or_not_at_all(draft) -> None:
    """One that cannot be made leaves the structure as it was, and is pointed at."""
    with draft() as (revisions, found):
        before = titles(revisions, found)
        with pytest.raises(Invalid) as error:
            revisions.edit(found, found.version, [add("Bateaux"), {"edit": "remove_table", "table": "none"}])
        assert error.value.flaws[0].pointer == "/1/table" and titles(revisions, found) == before


def test_edits_for_an_earlier_version_are_refused(draft) -> None:
    """409; what was done since is told."""
    with draft() as (revisions, found):
        old = found.version
        revisions.edit(found, old, [add("Bateaux")])
    with draft() as (revisions, found):
        with pytest.raises(Invalid) as error:
            revisions.edit(found, old, [add("Avions")])
        assert error.value.status == 409 and len(revisions.since(found, old)) == 1


def test_two_who_read_the_same_version_do_not_overwrite_each_other(draft, edited_app) -> None:
    """The second is refused when it is written, though it was right when it was read."""
    with draft() as (revisions, found):
        version = found.version
        with draft() as (others, theirs):
            others.edit(theirs, version, [add("Bateaux")])
        with pytest.raises(Invalid) as error:
            revisions.edit(found, version, [add("Avions")])
        assert error.value.status == 409
        assert "Bateaux" in titles(revisions, found) and "Avions" not in titles(revisions, found)


def test_an_edit_that_changes_nothing_is_no_change(draft) -> None:
    """The version stays, and there is nothing to undo."""
    with draft() as (revisions, found):
        version = found.version
        done = revisions.edit(found, version, [{"edit": "set_title", "title": found.title}])
        assert found.version == version and not done.said and revisions.reach(found) == ("", "")


def test_old_changes_are_forgotten(draft) -> None:
    """Fifty changes can be undone, and no more are kept."""
    for number in range(KEPT + 3):
        with draft() as (revisions, found):
            revisions.edit(found, found.version, [{"edit": "set_title", "title": f"Titre {number}"}])
    with draft() as (revisions, found):
        wanted = select(func.count()).where(Revision.generation_id == found.id)
        assert revisions.session.scalar(wanted) <= KEPT + 1
        revisions.undo(found, found.version)
        assert found.title == f"Titre {KEPT + 1}"


def test_there_is_an_end_to_undo_and_redo(draft) -> None:
    """409 where there is nothing."""
    with draft() as (revisions, found):
        for step in (revisions.undo, revisions.redo):
            with pytest.raises(Invalid) as error:
                step(found, found.version)
            assert error.value.status == 409


def test_a_name_that_no_plugin_can_have_is_refused_at_once(draft) -> None:
    """At the edit that gives it."""
    with draft() as (revisions, found):
        with pytest.raises(Invalid) as error:
            revisions.edit(found, found.version, [{"edit": "set_name", "name": "Mon Club"}])
        assert error.value.flaws[0].pointer == "/0/name"


def test_what_is_begun_is_not_edited_any_more(draft) -> None:
    """409, and its changes can be forgotten."""
    with draft() as (revisions, found):
        found.task = "t"
        with pytest.raises(Invalid) as error:
            revisions.edit(found, found.version, [add("Bateaux")])
        assert error.value.status == 409
        revisions.forget(found)
        found.task = ""
        assert not revisions.edited(found)


def test_a_draft_that_is_edited_does_not_make_room_for_newer_ones(draft, edited_app) -> None:
    """Other proposals of the same person go; the one with changes stays."""
    for _number in range(DRAFTS + 1):
        with edited_app.act(actor=ANNA) as act:
            act.get(Generations).propose("gérer des patients", "fr", "sante")
    with draft() as (revisions, found):
        assert revisions.edited(found)
