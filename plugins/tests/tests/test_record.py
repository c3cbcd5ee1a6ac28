"""Records: a statement with its evidence, believed only while one follows from the other."""

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from dihya_hookspecs import Invalid
from dihya_tests.marks import record as records

DAY = datetime(2026, 5, 1, tzinfo=UTC)
WHEEL = sha256(b"the bytes of a wheel").hexdigest()


@pytest.fixture
def kept(a_record, tmp_path):
    """Writes a record, changed as a JSON object, and returns its path."""

    def write(change=lambda said: None):
        said = json.loads(records.written(a_record("petit")))
        change(said)
        path = tmp_path / "petit.json"
        path.write_text(json.dumps(said), encoding="utf-8")
        return path

    return write


def test_what_is_written_is_read_again(kept, a_record):
    """Statement and evidence, of every check."""
    assert records.read(kept()) == a_record("petit")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda said: said["found"]["docs.readme"]["evidence"].update(en="better"), "has other evidence of 'docs.readme'"),
        (lambda said: said["found"]["docs.readme"]["data"].update(more=1), "has other evidence of 'docs.readme'"),
        (lambda said: said["found"].pop("docs.readme"), "has evidence of other checks"),
        (lambda said: said["statement"]["columns"].update(docs="failed"), "has marks that do not follow from its checks"),
        (lambda said: said["statement"]["columns"].pop("docs"), "has marks that do not follow from its checks"),
        (lambda said: said.update(format="dihya-record 2"), "is no record"),
    ],
)  # fmt: skip
def test_a_changed_record_is_refused(change, sentence, kept):
    """In one sentence that names the file."""
    with pytest.raises(Invalid, match=rf"petit\.json' {sentence}"):
        records.read(kept(change))


def test_a_file_that_is_not_there_is_refused(tmp_path):
    """With the reason of the system."""
    with pytest.raises(Invalid, match="cannot be read: No such file"):
        records.read(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("wheel", "days", "sentence"),
    [
        (WHEEL, 90, ""),
        (WHEEL, 91, "good for 90 days"),
        (WHEEL, -2, "which is not yet"),
        ("0" * 64, 1, "about another wheel"),
    ],
)
def test_a_record_counts_for_its_wheel_and_ninety_days(wheel, days, sentence, a_record):
    """Another byte, or a day more, and it says nothing."""
    flaw = records.flaw(a_record("petit"), wheel, DAY + timedelta(days=days))
    assert (sentence in flaw) if sentence else (flaw == "")


def test_the_folders_of_the_machine_are_left_out(a_report):
    """They would differ from run to run, and tell where somebody works."""
    report = a_report("petit", said="/srv/data/work/proof-ab1_/run-x/tests/a.py and /srv/data/b and /srv/databases")
    record = records.recorded(report, Path("/srv/data"))
    assert record.found["docs.readme"].evidence.en == "tests/a.py and b and /srv/databases"
