"""What people store counts where the operator said nothing, in every process, and for each person."""

from datetime import UTC, datetime

import pytest
from dihya_hookspecs import DihyaError
from dihya_hookspecs.access import Actor
from dihya_hookspecs.data import Database
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.settings import SettingLayers, SettingsStore, editable
from dihya_settings.models import Choice, Value
from dihya_settings.service import look, probe
from pydantic import BaseModel
from sqlalchemy import event, update

ANN, BOB = (Actor(name.lower(), name, frozenset({"user"})) for name in ("Ann", "Bob"))


def statements(app, work):
    """Return the statements that *work* makes."""
    with app.act() as act:
        engine, said = act.get(Database).engine, []
    event.listen(engine, "before_cursor_execute", hear := lambda *args: said.append(args[2]))
    try:
        work()
    finally:
        event.remove(engine, "before_cursor_execute", hear)
    return [one for one in said if not one.startswith(("BEGIN", "COMMIT", "ROLLBACK"))]


def test_what_is_stored_counts_at_once_above_the_default(start, change, read):
    """A plugin's next act reads the new value, and the default when somebody went back to it."""
    app = start()
    assert read(app, "songs") == 3
    change(app, "choir.songs", 4, actor=ANN)
    assert read(app, "songs") == 4
    change(app, "choir.songs")
    assert read(app, "songs") == 3


def test_what_is_undone_does_not_count(start, change, read):
    """A change of an act that fails is gone with it."""
    app = start()
    with pytest.raises(ZeroDivisionError), app.act() as act:
        act.get(SettingsStore).set("choir.songs", 4)
        1 / 0  # noqa: B018
    assert read(app, "songs") == 3
    change(app, "choir.songs", 5)
    assert read(app, "songs") == 5


@pytest.fixture
def other(start):
    """Start another process on the same database, so to speak."""

    def other(app, **options):
        url = app.engine.url.render_as_string(hide_password=False)
        return start(data=app.data, tables=False, db=url, **options)

    return other


def test_another_process_follows_at_its_next_look(start, change, read, other):
    """It is told by a number, and needs no restart; what a person chose comes along."""
    app = start()
    beside = other(app)
    assert read(beside, "songs") == 3 and read(beside, "mood", ANN) == "glad"
    change(app, "choir.songs", 4)
    change(app, "choir.mood", "sad", actor=ANN, person="ann")
    look(beside.flask.acts)
    assert read(beside, "songs") == 4 and read(beside, "mood", ANN) == "sad"


def test_a_start_reads_what_is_stored(start, change, read, other):
    """Also what counts from the next start on."""
    app = start()
    assert read(app, "pool") == 2
    change(app, "choir.pool", 7)
    assert read(app, "pool") == 2
    assert read(other(app), "pool") == 7


def test_reading_asks_the_database_for_nothing(start, change, read):
    """Neither the application's settings nor, after the first time, a person's."""
    app = start()
    change(app, "choir.mood", "sad", actor=ANN, person="ann")
    assert read(app, "mood", ANN) == "sad"
    assert statements(app, lambda: [read(app, "mood", ANN) and read(app, "songs") for _ in range(5)]) == []


def test_a_look_is_one_statement(start):
    """As long as nobody changes anything."""
    app = start()
    look(app.flask.acts)
    assert len(statements(app, lambda: look(app.flask.acts))) == 1


def test_people_choose_for_themselves(start, change, read):
    """Bob reads what counts for the application, and both may go back to it."""
    app = start()
    change(app, "choir.mood", "sad", actor=ANN, person="ann")
    assert (read(app, "mood", ANN), read(app, "mood", BOB), read(app, "mood")) == ("sad", "glad", "glad")
    change(app, "choir.mood", actor=ANN, person="ann")
    assert read(app, "mood", ANN) == "glad"


def test_what_was_chosen_is_read_again_after_a_minute(start, change, read, monkeypatch):
    """An erasure in another process is not remembered for ever."""
    app = start()
    change(app, "choir.mood", "sad", actor=ANN, person="ann")
    assert read(app, "mood", ANN) == "sad"
    with app.engine.begin() as connection:
        connection.execute(update(Choice).values(kept=False))
    assert read(app, "mood", ANN) == "sad"
    monkeypatch.setattr("dihya_settings.service.time.monotonic", lambda: 1e12)
    assert read(app, "mood", ANN) == "glad"


@pytest.fixture
def stricter():
    """The settings of the choir's next release: fewer songs, and nothing else."""

    class Stricter(BaseModel):
        songs: int = editable(1, Text("Songs", "Chants"), Text("Few.", "Peu."), le=2)

    return Stricter


def test_what_fits_no_more_after_an_upgrade_is_named_and_kept(start, change, read, other, stricter):
    """The default counts, the health check names the setting, and with the older release the value counts again."""
    app = start()
    change(app, "choir.songs", 5)
    newer = other(app, model=stricter)
    assert read(newer, "songs", model=stricter) == 1
    with newer.act(), pytest.raises(DihyaError, match=r"choir\.songs \(must be at most 2\)"):
        probe()
    assert read(other(app), "songs") == 5


def test_health_says_what_is_stored(start, change):
    """How many settings differ, and which of them wait for the next start."""
    app = start("tasks")
    change(app, "choir.songs", 4)
    change(app, "choir.pool", 7)
    with app.act():
        assert probe() == "2 settings differ from the default; from the next start on: choir.pool"


def test_health_says_where_nobody_looks(start):
    """Without recurring work other processes follow only when they start."""
    with start().act():
        assert probe().endswith("no plugin does recurring work, so other processes follow at their next start")


def test_what_is_kept_says_who_and_when(start, change):
    """With the version to be given back, and what somebody took back marked as such."""
    app = start()
    change(app, "choir.songs", 4, actor=ANN)
    change(app, "choir.most", 6)
    change(app, "choir.most")
    with app.act() as act:
        kept = act.get(SettingsStore).kept()
        assert (kept["choir.songs"].value, kept["choir.songs"].by, kept["choir.songs"].name) == (4, "ann", "Ann")
        assert not kept["choir.most"].kept and kept["choir.most"].version == 3


def test_before_the_tables_are_made_nothing_is_stored(start, read):
    """A fresh installation starts, and a look makes no file."""
    app = start(tables=False)
    assert read(app, "songs") == 3
    with app.act() as act:
        act.get(SettingsStore).follow()
        assert act.get(SettingLayers).sections()["choir"].misfits == {}


def test_a_row_of_a_plugin_that_is_away_is_left_alone(start, read):
    """It counts again when the plugin is back."""
    app = start()
    with app.act() as act:
        act.session.add(Value(plugin="away", field="x", value=1, version=1, changed_at=datetime.now(UTC)))
    look(app.flask.acts)
    assert read(app, "songs") == 3
