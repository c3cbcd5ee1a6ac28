"""An archive depends on nothing but names, bytes, and what may be run."""

import os
import subprocess
import tarfile
from hashlib import sha256

from dihya_distributions.archive import pack, sums


def test_the_same_files_are_the_same_bytes(tmp_path):
    """Whoever made them, whenever; what may be run stays so, and belongs to nobody in particular."""
    folder = tmp_path / "suite-1.2"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "file").write_text("words")
    (folder / "run").write_text("#!/bin/sh\n")
    (folder / "run").chmod(0o755)
    first = pack(folder, tmp_path / "one.tar.gz")
    os.utime(folder / "run", (1, 1))
    (folder / "deep" / "file").chmod(0o600)
    assert pack(folder, tmp_path / "two.tar.gz") == first == sha256((tmp_path / "two.tar.gz").read_bytes()).hexdigest()
    with tarfile.open(tmp_path / "two.tar.gz") as packed:
        assert {(one.name, one.mode, one.uname) for one in packed} == {
            ("suite-1.2/deep/file", 0o644, ""), ("suite-1.2/run", 0o755, ""),
        }  # fmt: skip


def test_the_sums_are_those_that_sha256sum_checks(tmp_path):
    """By the ordinary tool, in the folder itself; a changed file is told."""
    folder = tmp_path / "suite"
    folder.mkdir()
    (folder / "file").write_text("words")
    (folder / "SHA256SUMS").write_text(sums(folder))
    check = ["sha256sum", "--check", "--quiet", "SHA256SUMS"]
    assert subprocess.run(check, cwd=folder, capture_output=True).returncode == 0
    (folder / "file").write_text("other")
    assert subprocess.run(check, cwd=folder, capture_output=True).returncode == 1
