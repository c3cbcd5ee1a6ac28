"""What goes with a record is found before it goes."""

from __future__ import annotations

import uuid
from types import SimpleNamespace

from dihya_db.collecting import Collector
from dihya_hookspecs.data import Model, Record, impersonal
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, relationship

from .harbour import Boat, Sailor


class Voice(Record):
    """What somebody sings."""

    __tablename__ = "collecting_voices"


class Part(Model):
    """Which song has which voice; a link and no more."""

    __tablename__ = "collecting_parts"
    song_id: Mapped[uuid.UUID] = impersonal("a link", ForeignKey("collecting_songs.id"), primary_key=True)
    voice_id: Mapped[uuid.UUID] = impersonal("a link", ForeignKey(Voice.id), primary_key=True)


class Song(Record):
    """Something to sing, with its voices; *sung* only looks at them."""

    __tablename__ = "collecting_songs"
    voices: Mapped[list[Voice]] = relationship(secondary=Part.__table__)


def test_links_of_a_relation_over_a_table_of_links_go_along(make_app):
    """Those of this record, and of no other; what they lead to stays."""
    app = make_app(plugins={"collecting": SimpleNamespace()})
    with app.act() as act:
        high, low = Voice(), Voice()
        song, other = Song(voices=[high, low]), Song(voices=[high])
        act.session.add_all([song, other])
        act.session.flush()
        found = Collector(act.session).collect(song)
    assert [each.table.name for each in found] == ["collecting_songs", "collecting_parts", "collecting_parts"]
    assert {each.values["song_id"] for each in found[1:]} == {song.id}


def test_what_is_referred_to_comes_first_and_links_last(moored):
    """The sailor, her boat, then the buoy's link to it: in this order they can be written again."""
    with moored.act() as act:
        found = Collector(act.session).collect(act.session.get(Sailor, moored.sailor))
    assert [(each.kind, each.table.name) for each in found] == [
        ("removed", "harbour_sailors"),
        ("along", "harbour_boats"),
        ("unlinked", "harbour_buoys"),
    ]
    assert found[2].values == {"id": moored.buoy, "boat_id": moored.boat}


def test_what_has_nothing_goes_alone(moored):
    """A record to which nothing refers is one row; a change that waits is written first."""
    with moored.act() as act:
        boat = act.session.get(Boat, moored.boat)
        boat.berth = "C3"
        found = [each for each in Collector(act.session).collect(boat) if each.kind == "removed"]
    assert len(found) == 1 and found[0].values["berth"] == "C3"
