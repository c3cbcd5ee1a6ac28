"""All of it, tried, or nothing."""

import errno

import pytest
from dihya_distributions import build, smoke
from dihya_hookspecs import DihyaError


@pytest.fixture
def manifest(shelf):
    """A distribution whose packages are there."""
    shelf.add("dihya-club", "1.0")
    return shelf.manifest()


def refuse(archive, manifest, work):
    raise DihyaError("it does not start")


def full(archive, manifest, work):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    ("trial", "said"), [(refuse, "it does not start"), (full, "could not be written: No space left on device")]
)
def test_what_fails_leaves_what_was_there(manifest, tmp_path, monkeypatch, trial, said):
    """The archive of before keeps its bytes, and nothing stands beside it."""
    out = tmp_path / "dist"
    out.mkdir()
    (out / "suite-1.2.tar.gz").write_text("before")
    monkeypatch.setattr(smoke, "check", trial)
    with pytest.raises(DihyaError, match=said):
        build.build(manifest, out, lambda text: None)
    assert {path.name: path.read_text() for path in out.iterdir()} == {"suite-1.2.tar.gz": "before"}


def test_what_passes_is_put_into_its_place_twice_the_same(manifest, tmp_path, monkeypatch):
    """With the digest that is told."""
    monkeypatch.setattr(smoke, "check", lambda *tried: ["it answers"])
    told = []
    first, second = (build.build(manifest, tmp_path / f"dist{number}", told.append) for number in range(2))
    assert first.sha256 == second.sha256 and first.seen == ("it answers",)
    assert first.archive.read_bytes() == second.archive.read_bytes()
    assert told[:2] == ["fetching the packages", "packing 4 packages"]
