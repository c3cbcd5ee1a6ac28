"""Generations and proposals as JSON."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime

import pytest
from dihya_hookspecs.ai import Attempt
from dihya_hookspecs.generation import Proposal
from dihya_services import shape
from dihya_services.models import Generation

ID = uuid.UUID("00000000-0000-7000-8000-000000000001")
HREF = f"/api/v1/generations/{ID}"


def test_the_command_is_the_one_that_people_can_type(monkeypatch, tmp_path) -> None:
    """Its own path, quoted for a shell, unless ``dihya`` on the path is this very one."""
    own = tmp_path / "my tools" / "dihya"
    own.parent.mkdir()
    own.touch(0o755)
    monkeypatch.setattr("sys.executable", str(own.with_name("python")))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shape.executable() == f"'{own}'"
    monkeypatch.setenv("PATH", str(own.parent))
    assert shape.executable() == "dihya"


def generation(**more: object) -> Generation:
    """A row that nothing has come of yet."""
    return Generation(
        id=ID, person_id="p1", idea="un club", proposal={}, needs={"options": {"seats": 2}, "entities": [{"name": "boat"}]}, name="club",
        title="Mon club", language="fr", proposer="rules", model="words", tier="deterministic",
        confidence=0.8, created_at=datetime(2026, 1, 2, 3, 4, 5, 678000, UTC), **{"status": "draft", "error": "", "template": "association", **more},
    )  # fmt: skip


def test_a_list_says_little() -> None:
    """Nothing of the idea, times in UTC, and where the whole is."""
    assert shape.summary_json(generation(finished_at=datetime(2026, 1, 2, 3, 5, tzinfo=UTC))) == {
        "id": str(ID), "status": "draft", "state": "draft", "name": "club", "title": "Mon club", "template": "association", "language": "fr",
        "proposer": "rules", "created_at": "2026-01-02T03:04:05.678Z", "finished_at": "2026-01-02T03:05:00.000Z", "href": HREF,
    }  # fmt: skip


def test_the_idea_is_shown_to_who_may_see_it() -> None:
    """For others there is no such member, rather than an empty one."""
    assert shape.generation_json(generation(), "un club")["idea"] == "un club"
    assert shape.generation_json(generation(), "")["idea"] == ""
    assert "idea" not in shape.generation_json(generation(), None)


def test_a_draft_is_whole() -> None:
    """What is not there yet is empty, and can be written as JSON."""
    found = shape.generation_json(generation(), None)
    assert (found["proof"], found["durations"], found["finished_at"]) == ([], {}, None)
    assert (found["options"], found["entities"]) == ({"seats": 2}, [{"name": "boat"}])
    assert json.loads(json.dumps(found)) == found


@pytest.mark.parametrize(
    ("held", "links"),
    [
        ({}, ["events", "structure"]),
        ({"template": ""}, ["events"]),
        ({"files": "f"}, ["events", "files", "structure"]),
        ({"files": "f", "log": "l", "status": "failed"}, ["events", "files", "log", "structure"]),
        (
            {"files": "f", "log": "l", "archive": "a", "status": "ready"},
            ["archive", "events", "files", "log", "structure"],
        ),
        (
            {"files": "f", "log": "l", "archive": "a", "status": "archived"},
            ["archive", "events", "files", "log", "structure"],
        ),
        ({"files": "f", "log": "l", "status": "archived", "error": "no"}, ["events", "files", "log", "structure"]),
    ],
    ids=["draft", "draft without a template", "written", "failed", "ready", "archived", "archived after a failure"],
)
def test_links_lead_to_what_is_there(held: dict[str, str], links: list[str]) -> None:
    """The archive is linked when it is offered, and nothing is linked that would not be found."""
    found = shape.generation_json(generation(**held), None)["links"]
    assert sorted(found) == links
    assert all(found[name] == f"{HREF}/{name}" for name in found)


def test_a_proposal_carries_the_id_to_confirm_it() -> None:
    """Alternatives have names, attempts are counted only: who was asked in vain is for the logs."""
    attempts = (
        Attempt(1, "provider", "cloud", "big", "timeout", 9.0),
        Attempt(2, "deterministic", "rules", "words", "ok", 1.0),
    )
    proposal = Proposal(
        "association", 0.8, "deterministic", "rules", "words", "it says so", {}, "club", "", alternatives=(("sante", 0.1),),
        attempts=attempts,
    )  # fmt: skip
    found = shape.proposal_json(generation(), proposal)
    assert (found["id"], found["attempts"]) == (str(ID), 2)
    assert found["alternatives"] == [{"template": "sante", "confidence": 0.1}]
    assert "cloud" not in json.dumps(found)


def test_the_command_reports_files_and_tables() -> None:
    """The folder is not known before it is written; the durations can be added to without changing the row."""
    row = generation(status="ready", durations={"plan": 0.1})
    found = shape.report_json(row, {"b.py": "", "README.md": ""})
    assert (found["files"], found["entities"], found["directory"]) == (["README.md", "b.py"], [], None)
    found["durations"]["command"] = 1.0
    assert row.durations == {"plan": 0.1}


def test_tables_are_read_from_the_models() -> None:
    """In the order in which they stand there; what looks like a table in another file is none."""
    files = {
        "README.md": '__tablename__ = "readme"',
        "src/dihya_club/models.py": '    __tablename__ = "club_members"\n\n    __tablename__ = "club_boats"\n',
        "src/dihya_club/service.py": '__tablename__ = "service"',
    }
    assert shape.entity_names(files) == ["club_members", "club_boats"]
    assert shape.entity_names({}) == []
