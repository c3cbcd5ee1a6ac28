"""What was erased is written down apart from the database, and is neither lost nor forged."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest
from dihya_hookspecs import DihyaError
from dihya_hookspecs.rgpd import Subject
from dihya_keys.service import FileKeys
from dihya_rgpd.signing import Seal
from dihya_rgpd.tombstones import Tombstone, Tombstones

ONE = Tombstone("d1", "2026-01-01T00:00:00+00:00", (Subject("t_people", "k1", "t"), Subject("u_people", "k2", "u")))
TWO = Tombstone("d2", "2026-01-02T00:00:00+00:00", (Subject("t_people", "k3", "t"),))


def stones_in(folder):
    return Tombstones(folder, Seal(FileKeys(folder / "keys")))


def test_only_what_was_committed_counts(tmp_path):
    """An erasure counts once its commit is confirmed; one that was begun only does not."""
    stones = stones_in(tmp_path)
    stones.begin(ONE)
    stones.begin(TWO)
    stones.confirm("d1")
    assert (stones.committed(), stones.unconfirmed()) == ([ONE], [TWO])


def test_the_file_is_closed_to_others(tmp_path):
    """Only the owner of the data may read the file and its folder."""
    stones = stones_in(tmp_path)
    stones.begin(ONE)
    assert (stones.path.stat().st_mode & 0o777, stones.path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_merging_never_loses_a_tombstone(tmp_path):
    """An older file and a newer one give their union, whichever is put into the other, and merging again adds nothing."""
    old, new = stones_in(tmp_path / "old"), stones_in(tmp_path / "new")
    for stones, told in ((old, [ONE]), (new, [ONE, TWO])):
        for stone in told:
            stones.begin(stone)
            stones.confirm(stone.demand)
    assert (old.merge(new.committed()), old.merge(new.committed())) == (1, 0)
    assert new.merge(old.committed()) == 0
    assert old.committed() == new.committed() == [ONE, TWO]


@pytest.mark.parametrize("change", [lambda text: text.replace("k1", "k9"), lambda text: text[:-3] + "00\n"])
def test_a_line_that_somebody_else_wrote_is_refused(tmp_path, change):
    """A changed line is neither believed nor skipped: the error names it and says what to do."""
    stones = stones_in(tmp_path)
    stones.begin(ONE)
    stones.path.write_text(change(stones.path.read_text()))
    with pytest.raises(DihyaError, match="line 1 of .* is not sealed"):
        stones.committed()


def test_another_installations_key_is_refused(tmp_path):
    """Without the key that sealed them, tombstones are not believed."""
    stones_in(tmp_path).begin(ONE)
    with pytest.raises(DihyaError, match="put back the key 'rgpd'"):
        Tombstones(tmp_path, Seal(FileKeys(tmp_path / "other"))).committed()


def test_a_half_written_line_is_no_tombstone_and_spoils_none(tmp_path):
    """A line that a killed process left unfinished is passed over, also when others were written after it."""
    stones = stones_in(tmp_path)
    stones.begin(ONE)
    stones.confirm("d1")
    with stones.path.open("a") as file:
        file.write('{"at":"2026')
    assert stones.committed() == [ONE]
    stones.begin(TWO)
    stones.confirm("d2")
    assert stones.committed() == [ONE, TWO]


def test_processes_that_write_at_once_lose_nothing(tmp_path):
    """Four processes that append at the same moment leave every line whole."""
    Seal(FileKeys(tmp_path / "keys"))
    code = textwrap.dedent("""
        import pathlib, sys
        from dihya_hookspecs.rgpd import Subject
        from dihya_keys.service import FileKeys
        from dihya_rgpd.signing import Seal
        from dihya_rgpd.tombstones import Tombstone, Tombstones
        folder = pathlib.Path(sys.argv[1])
        stones = Tombstones(folder, Seal(FileKeys(folder / "keys")))
        for number in range(25):
            name = f"{sys.argv[2]}-{number}"
            stones.begin(Tombstone(name, "now", (Subject("t", name, "t"),)))
            stones.confirm(name)
    """)
    running = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path), str(one)]) for one in range(4)]
    assert [process.wait() for process in running] == [0] * 4
    assert len(stones_in(tmp_path).committed()) == 100
