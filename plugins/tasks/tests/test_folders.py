"""What an attempt leaves on the disk goes with it."""

from __future__ import annotations

from dihya_tasks.folders import folder_of, remove, sweep
from dihya_tasks.leases import Lease


def test_folders_of_attempts_that_are_over_go(tmp_path):
    """Those of running attempts stay, and what has another name is not touched."""
    running, over, other = Lease("a", 2), Lease("a", 1), tmp_path / "work" / "backup-1"
    for path in (folder_of(tmp_path, running), folder_of(tmp_path, over), other):
        (path / "deep").mkdir(parents=True)
    assert sweep(tmp_path, [running]) == 1
    assert folder_of(tmp_path, running).exists() and other.exists() and not folder_of(tmp_path, over).exists()
    remove(tmp_path, running)
    remove(tmp_path, running)
    assert not folder_of(tmp_path, running).exists()


def test_an_identifier_never_leads_elsewhere(tmp_path):
    """Whatever an id holds, its folder lies in the folder for work."""
    assert folder_of(tmp_path, Lease("../../x/y", 1)).parent == tmp_path / "work"
