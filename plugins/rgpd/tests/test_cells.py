"""What a person reads in the rows of an export."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from dihya_hookspecs.audit import AuditAction
from dihya_hookspecs.data import Model, impersonal, key, personal
from dihya_hookspecs.fields import Choice, ShortText
from dihya_hookspecs.i18n import Text
from dihya_rgpd.cells import deeds_of, fields, readable, reader, text
from sqlalchemy import JSON, LargeBinary, String
from sqlalchemy import Text as LongText
from sqlalchemy.orm import Mapped

WAVED = AuditAction("cells.waved", Text("{who} waved at {what}", "{who} a salué {what}"))


class Sealed(
    Model,
    subject="actor",
    purpose="seeing",
    basis="contract",
    retention="1y",
    title=("Seals", "Sceaux"),
    singular=("seal", "sceau"),
):
    """A row as a log keeps them."""

    __tablename__ = "cells_sealed"
    id: Mapped[object] = key()
    actor: Mapped[str] = personal("unique_id", String(60))
    leaf: Mapped[bytes] = impersonal("a digest", LargeBinary)
    photo: Mapped[bytes | None] = personal("image", LargeBinary)
    envelope: Mapped[str] = personal("content", LongText)
    details: Mapped[dict | None] = personal("content", JSON)
    action: Mapped[str] = impersonal("what was done", String(60))
    object: Mapped[str | None] = impersonal("to what", String(60))
    state: Mapped[str] = impersonal("a state", Choice({"due": ("Due", "À régler")}), default="due")
    note: Mapped[str | None] = personal("content", ShortText(80))


COLUMNS = ("envelope", "details", "action", "object", "state", "note", "photo")


def read(**row):
    """Return the cells of a row by column."""
    deeds = deeds_of([("cells", WAVED)])
    return SimpleNamespace(**dict(zip(COLUMNS, reader(Sealed.__table__, COLUMNS, deeds)(row), strict=True)))


def test_a_digest_is_not_for_people():
    """Bytes about nobody stand in the data for machines alone; a picture of the person is named, with its size."""
    columns = Sealed.__table__.columns
    assert not readable(columns["leaf"])
    assert readable(columns["photo"]) and readable(columns["action"])
    assert read(photo="QUJD").photo == "3 octets, dans le dossier data – 3 bytes, in the folder data"
    assert read(photo=None).photo == ""


def test_a_sealed_event_reads_as_fields():
    """Without what the other fields of the row say already, and without what is empty."""
    sealed = '{"action":"cells.waved","facts":{"status":200,"columns":["name","email"]},"object":null}'
    assert read(envelope=sealed, action="cells.waved").envelope == "facts: status: 200; columns: name, email"


def test_what_somebody_wrote_stays_as_it_is():
    """A brace does not make an object of it, nor the name of an action a sentence."""
    assert read(note="{well}").note == "{well}"
    assert read(note="cells.waved").note == "cells.waved"


def test_a_deed_is_a_sentence_with_what_it_was_done_to():
    """In both languages; the record is named by the title of its table."""
    row = read(action="cells.waved", object="cells_sealed:7")
    assert row.action == "Cette personne a salué Sceaux – Seals (7) – This person waved at Sceaux – Seals (7)"
    assert row.object == "Sceaux – Seals (7)"


def test_a_changed_row_is_a_sentence_too():
    """Where the row beside it is named; otherwise the word is a code like any other."""
    row = read(action="update", object="cells_sealed:7")
    assert row.action.endswith("This person changed Sceaux – Seals (7)")
    assert read(action="update").action == "update"


@pytest.mark.parametrize("said", ["cells.slept", "gone_table:7", "plain"])
def test_a_code_that_nobody_knows_stays_as_it_is(said):
    """An action without words, a table that is gone, a word."""
    assert read(action=said).action == said


def test_an_object_in_a_field_reads_as_fields():
    """Its names lose their underscores, its lists get commas; a code reads as its caption."""
    row = read(details={"why_not": {"a": 1}, "who": ["x", "y"]}, state="due")
    assert row.details == "why not: a: 1; who: x, y"
    assert row.state == "À régler – Due"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, ""),
        (True, "oui – yes"),
        (3, "3"),
        (["a", None, 2], "a, , 2"),
        ("2026-11-28T04:20:11.123456+00:00", "2026-11-28 04:20 UTC"),
        ("2026-11-28T04:20:11.123456Z", "2026-11-28 04:20 UTC"),
        ("2026-11-28", "2026-11-28"),
        ("at 2026-11-28T04:20:11Z", "at 2026-11-28T04:20:11Z"),
    ],
)
def test_a_value_is_said_in_plain_words(value, said):
    """A moment without its T, a day as it is."""
    assert text(value) == said


def test_fields_leave_out_what_is_known():
    """Where it is the same; what differs is said."""
    assert fields({"a": 1, "b": 2, "c": ""}, {"a": 1, "b": 3}) == "b: 2"
