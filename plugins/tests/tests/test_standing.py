"""Whether records still count, and whose turn it is."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from dihya_hookspecs import Invalid
from dihya_tests.marks import record as records
from dihya_tests.marks import standing
from dihya_tests.suite.target import resolve

DAY = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture
def stands(petit, folder, tmp_path, a_record):
    """Says how the record of a small plugin stands, which was made before its files were changed."""

    def ask(changed=None, now=DAY, name="petit", recorded=True):
        folder(petit).rename(tmp_path / "petit")
        place, data = tmp_path / "place", tmp_path / "data"
        place.mkdir()
        data.mkdir()
        target = resolve(str(tmp_path / "petit"), place)
        if recorded:
            record = a_record(name, target.parcel.sha256, target.sources_sha256)
            (tmp_path / "statements").mkdir()
            (tmp_path / "statements" / "petit.json").write_text(records.written(record), encoding="utf-8")
        for path, text in (changed or {}).items():
            (tmp_path / "petit" / path).write_text(text, encoding="utf-8")
        (one,) = standing.standing([tmp_path / "petit"], tmp_path, data, now)
        return one

    return ask


def test_a_record_of_the_same_wheel_counts(stands):
    """Built again from the same sources, it has the same bytes."""
    one = stands()
    assert (one.name, one.flaw, one.retested) == ("petit", "", False)


def test_a_changed_source_is_another_wheel(stands):
    """One word is enough."""
    assert "about another wheel" in stands({"src/dihya_petit/models.py": "# changed\n"}).flaw


def test_a_changed_test_leaves_the_wheel_and_is_known(stands):
    """The marks count, and the plugin is due for a run."""
    one = stands({"tests/test_models.py": "def test_nothing():\n    assert True\n"})
    assert (one.flaw, one.retested) == ("", True)


def test_an_old_record_does_not_count(stands):
    """After ninety days."""
    assert "good for 90 days" in stands(now=DAY + timedelta(days=91)).flaw


def test_the_record_of_another_plugin_does_not_count(stands):
    """Whatever its wheel is."""
    assert "about plugin 'grand'" in stands(name="grand").flaw


def test_without_a_record_nothing_counts(stands):
    """It says which file is missing."""
    one = stands(recorded=False)
    assert one.record is None and one.missing and "petit.json" in one.flaw


def test_each_plugin_has_its_turn_within_ten_days():
    """Once, and not all on the same day."""
    folders = [Path(f"p{number:02}") for number in range(27)]
    days = [standing.turn(folders, date(2026, 5, 1) + timedelta(days=number)) for number in range(10)]
    assert sorted(folder for day in days for folder in day) == folders
    assert {len(day) for day in days} == {2, 3}


def test_a_name_that_no_plugin_has_is_refused():
    """It says which there are."""
    assert standing.named([Path("x/a"), Path("x/b")], ["b", "b"]) == [Path("x/b")]
    with pytest.raises(Invalid, match="no plugin 'c' here; there are a, b"):
        standing.named([Path("x/a"), Path("x/b")], ["c"])


def test_a_folder_without_plugins_is_refused(tmp_path):
    """In one sentence."""
    with pytest.raises(Invalid, match="no plugins in"):
        standing.plugins(tmp_path)
