"""What one actor may do with generations, and what others may not."""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from dihya_hookspecs import Invalid, NotFound, Refused
from dihya_hookspecs.access import Actor
from dihya_hookspecs.data import Query, where
from dihya_hookspecs.ops import Tasks
from dihya_services.models import Generation
from dihya_services.service import DRAFTS, Generations, blob_purpose, moment

ANNA = Actor("p1", "Anna", frozenset({"user"}))
BELA = Actor("p2", "Bela", frozenset({"user"}))
AUDITOR = Actor("p3", "Chafik", frozenset({"auditeur"}))
ADMIN = Actor("p4", "Dihya", frozenset({"admin"}))
IDEA = "gérer les adhérents et les cotisations"


@pytest.fixture
def ready(begun, work) -> str:
    """The id of a proven generation of Anna's."""
    id = begun()
    work()
    return id


def test_nobody_has_no_generations(as_) -> None:
    """Who is not signed in is asked to sign in."""
    with as_(None) as service, pytest.raises(Refused) as caught:
        service.find()
    assert caught.value.status == 401


def test_a_proposal_is_kept_as_a_draft(as_) -> None:
    """The idea is kept as it was cleaned, and nothing is queued."""
    with as_() as service:
        draft, proposal = service.propose("  gérer les\x00 adhérents et les cotisations ", "fr")
        assert (draft.status, draft.task, draft.person_id) == ("draft", "", "p1")
        assert (draft.idea, draft.template, proposal.template) == (IDEA, "association", "association")


def test_old_drafts_go(as_, begun) -> None:
    """The newest five stay; what was begun, and other people's drafts, are not touched."""
    kept = begun()
    with as_(BELA) as service:
        service.propose(IDEA, "fr")
    made = []
    for _ in range(DRAFTS + 2):
        with as_() as service:
            made.append(str(service.propose(IDEA, "fr")[0].id))
    with as_() as service:
        assert {str(each.id) for each in service.find().items} == {kept, *made[-DRAFTS:]}
    with as_(BELA) as service:
        assert service.find().total == 1


def test_what_a_person_decides_is_built(as_) -> None:
    """Options are added to the proposed ones; what nobody decided stays as proposed."""
    with as_() as service:
        draft, _ = service.propose("les adhérents, les cotisations et les dons", "fr")
        service.begin(draft, name="chorale", title="La chorale", language="en", options={"seats": 2}, entities=())
        assert (draft.name, draft.title, draft.language) == ("chorale", "La chorale", "en")
        assert draft.needs["options"] == {"donations": True, "seats": 2}


def test_beginning_queues_one_task(as_, begun, app) -> None:
    """Under the generation's own id; the progress says that it waits, the trail that it was begun."""
    id = begun()
    with app.act(actor=ANNA) as act:
        assert [task.name for task in act.get(Tasks).recent()] == ["services.generate"]
        service = act.get(Generations)
        assert [(line.step, line.state) for line in service.progress(service.get(id))] == [("plan", "running")]
        assert service.progress(service.get(id), after=1) == []
    (event,) = [event for event in app.trail if event.action == "services.begun"]
    assert event.object == f"services_generations:{id}" and event.facts["template"] == "association"


def test_it_is_begun_once(as_, begun) -> None:
    """A second time is a conflict."""
    id = begun()
    with as_() as service, pytest.raises(Invalid) as caught:
        service.begin(service.get(id))
    assert (caught.value.status, caught.value.code) == (409, "begun")


def test_without_a_template_nothing_is_begun(as_) -> None:
    """The refusal names those that there are; one of them may then be chosen."""
    with as_() as service:
        draft, _ = service.propose("tout autre chose", "fr")
        with pytest.raises(Invalid, match="association, sante"):
            service.begin(draft)
        service.begin(draft, template="sante")
        assert (draft.template, draft.name, draft.proposer, draft.confidence) == ("sante", "sante", "person", 1.0)


def test_what_cannot_be_built_stays_a_draft(as_) -> None:
    """An unknown option is refused before anything is queued."""
    with as_() as service:
        draft, _ = service.propose(IDEA, "fr")
        with pytest.raises(Invalid, match="unknown option"):
            service.begin(draft, options={"nope": 1})
        assert (draft.status, draft.task) == ("draft", "")


@pytest.mark.parametrize("id", ["", "nope", "../1", uuid.UUID(int=1)])
def test_what_is_not_there_is_not_found(as_, id: Any) -> None:
    """Whether it reads like an id or not."""
    with as_() as service, pytest.raises(NotFound, match="no such generation"):
        service.get(id)


def test_who_may_see_and_who_may_change(as_, begun) -> None:
    """To others it is not there; an auditor sees it without the idea; an admin may do everything."""
    id = begun()
    with as_(BELA) as service, pytest.raises(NotFound):
        service.get(id)
    with as_(AUDITOR) as service:
        assert service.idea(service.get(id)) is None
        with pytest.raises(Refused, match="your own records"):
            service.own(id)
    for actor in (ANNA, ADMIN):
        with as_(actor) as service:
            assert service.idea(service.own(id)) == IDEA


def test_a_list_is_ones_own(as_, begun) -> None:
    """A list holds one's own generations, or everybody's for who oversees; a status narrows it."""
    mine, other = begun(), begun(actor=BELA)
    with as_() as service:
        assert [str(each.id) for each in service.find().items] == [mine]
    with as_(AUDITOR) as service:
        assert [str(each.id) for each in service.find().items] == [other, mine]
        assert service.find(Query(filters=where(status="ready"))).total == 0


def test_what_was_not_made_is_not_found(as_, begun) -> None:
    """Before it ran there are no files and no log, and no archive is offered."""
    id = begun()
    with as_() as service:
        generation = service.get(id)
        for read in (service.files, service.log):
            with pytest.raises(NotFound):
                read(generation)
        with pytest.raises(Invalid, match="not proven") as caught:
            service.archive(generation)
    assert caught.value.status == 409


def test_a_ready_one_has_everything(as_, ready: str) -> None:
    """Files, the ZIP and what the proof printed."""
    with as_() as service:
        generation = service.get(ready)
        assert "README.md" in service.files(generation)
        assert service.archive(generation).startswith(b"PK")
        assert service.log(generation) == "1 passed\n"


def test_blobs_are_held_by_one_generation() -> None:
    """Two generations with the same files hold them apart."""
    one, other = Generation(id=uuid.UUID(int=1)), Generation(id=uuid.UUID(int=2))
    assert blob_purpose(one) != blob_purpose(other)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        (datetime(2026, 1, 2, 3, 4, 5, 999_999, UTC), "2026-01-02T03:04:05.999Z"),
        (datetime(2026, 1, 2, 3, 4, tzinfo=UTC), "2026-01-02T03:04:00.000Z"),
    ],
)
def test_times_are_utc(value: datetime | None, text: str | None) -> None:
    """To the millisecond, and with a Z."""
    assert moment(value) == text


def test_no_transaction_stays_open_over_slow_work(as_, ready, fakes):
    """While a model is asked and while a plugin is proven, nobody waits for what the act has read."""
    assert fakes.chain.transactions == [False] and fakes.judge.transactions == [False]


@pytest.mark.parametrize("what", ["begin", "cancel", "delete", "propose"])
def test_what_is_sent_several_times_at_once_is_done_once(app, as_, begun, what):
    """The others are told that it is done, or in conflict; nothing fails."""
    with as_() as service:
        drafts = [str(service.propose(IDEA, "fr")[0].id) for _ in range(DRAFTS)]
    id = begun() if what in ("cancel", "delete") else drafts[-1]
    address, form = {
        "begin": (f"/services/{id}/begin", {"name": "members"}),
        "cancel": (f"/services/{id}/cancel", {}),
        "delete": (f"/api/v1/generations/{id}", None),
        "propose": ("/api/v1/generations/proposals", None),
    }[what]
    start = threading.Barrier(6)

    def send(_):
        other = app.client("user", id="p1")
        start.wait()
        if what == "delete":
            return other.delete(address).status_code
        if form is None:
            return other.post(address, json={"idea": IDEA}).status_code
        return other.post(address, data=form, headers={"Accept": "application/json"}).status_code

    with ThreadPoolExecutor(6) as pool:
        statuses = sorted(pool.map(send, range(6)))
    assert set(statuses) <= {200, 204, 303, 404, 409}, statuses
    assert statuses[0] < 400
