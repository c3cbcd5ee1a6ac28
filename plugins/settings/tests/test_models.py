"""What people chose is theirs: exported with them, and gone with them."""

import io
import zipfile

import pytest
from dihya_hookspecs.access import Actor
from dihya_hookspecs.rgpd import People, Subject
from dihya_settings.models import Choice, Value
from sqlalchemy import func, select

ANN, BOB = (Actor(name.lower(), name, frozenset({"admin"})) for name in ("Ann", "Bob"))
SUBJECT = Subject("securite_people", "ann", "securite")


@pytest.fixture
def app(start, change):
    """An application in which two people chose something, and Ann set something for all."""
    app = start("rgpd", "securite")
    change(app, "choir.motto", "tanina", actor=ANN, person="ann")
    change(app, "choir.motto", "tafsut", actor=BOB, person="bob")
    change(app, "choir.songs", 4, actor=ANN)
    return app


def test_an_export_holds_what_the_person_chose(app):
    """An export holds what the person chose, for themselves or for all, and nothing of others."""
    with app.act() as act:
        data = act.get(People).export([SUBJECT])
    archive = zipfile.ZipFile(io.BytesIO(data))
    text = "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    assert "tanina" in text and "settings_values" in text and "tafsut" not in text


def test_an_erasure_takes_what_the_person_chose(app, read):
    """What they set for all stays, without their name."""
    with app.act() as act:
        act.get(People).erase([SUBJECT])
    with app.act() as act:
        assert act.session.scalar(select(func.count()).select_from(Choice)) == 1
        row = act.session.get(Value, ("choir", "songs"))
        assert (row.value, row.changed_by, row.changed_name) == (4, None, None)
    assert read(app, "songs") == 4
