"""The tables, with the plugin that carries out people's demands."""

import io
import zipfile

import pytest
from dihya_generation_logs.models import Generation
from dihya_generation_logs.service import GenerationLogs
from dihya_hookspecs.rgpd import People, Subject


@pytest.fixture
def app(make_app, make):
    """An application with generations for two people."""
    app = make_app("generation_logs", "rgpd")
    for number, person in enumerate(("p1", "p2")):
        with app.act():
            app.hooks.call("after_generation", project=make(f"pr{number}", person=person))
    return app


SUBJECT = Subject("generation_logs_generations", "p1", "generation_logs")


def test_export(app):
    """A person's export names the generations made for them, and no one else's."""
    with app.act() as act:
        data = act.get(People).export([SUBJECT])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        text = b"".join(archive.read(name) for name in archive.namelist() if name.endswith(".json")).decode()
    assert "generation_logs_generations" in text and '"p2"' not in text


def test_erase(app):
    """Erasing a person empties who it was for; the record of what happened stays."""
    with app.act() as act:
        act.get(People).erase([SUBJECT])
    with app.act() as act:
        first, second = act.get(GenerationLogs).between()
        assert (first.person_id, first.accepted_by, first.idea_mark, first.project) == (None, None, None, "pr0")
        assert second.person_id == "p2" and len(first.attempts) == 2
        assert act.session.query(Generation).count() == 2
