"""llama.cpp in this process."""

import os
import subprocess
import sys
import textwrap
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from dihya_hookspecs.ai import AIFailure
from dihya_models import llama


@pytest.fixture
def engine(cache):
    """The engine of this process."""
    return llama.engine(cache / "SmolLM2-135M-Instruct.Q4_1.gguf", 2)


def test_one_engine_a_process(engine, cache):
    """The same model is loaded once."""
    assert llama.engine(cache / "SmolLM2-135M-Instruct.Q4_1.gguf", 2) is engine


def test_too_long(engine):
    """A prompt that does not fit is a failure of its own kind."""
    with pytest.raises(AIFailure) as caught:
        engine.within(60, lambda: engine.vector("word " * 2000))
    assert caught.value.outcome == "context_too_long"


def test_port_is_locked(engine):
    """The port that the library opens answers nobody without the key."""
    engine.within(60, lambda: engine.vector("x"))
    with pytest.raises(HTTPError) as caught:
        urlopen(f"{engine._server.listening_address}/v1/models", timeout=5)  # noqa: S310
    assert caught.value.code == 401
    caught.value.close()


def test_made_again_after_a_fork(cache):
    """A process forked from one that holds a model makes its own, and it answers."""
    script = f"""
        import os, pathlib
        from dihya_models import llama
        path = pathlib.Path({str(cache / "SmolLM2-135M-Instruct.Q4_1.gguf")!r})
        first = llama.engine(path, 1); first.within(60, lambda: first.vector("x"))
        child = os.fork()
        if child == 0:
            second = llama.engine(path, 1)
            vector = second.within(60, lambda: second.vector("x"))
            os._exit(0 if second is not first and len(vector) == 576 else 1)
        raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], timeout=120, env=dict(os.environ))
    assert done.returncode == 0


def test_unreadable_model(tmp_path):
    """A file that llama.cpp cannot read is unreachable, not a crash."""
    (tmp_path / "x.gguf").write_bytes(b"not a model")
    engine = llama.Engine(tmp_path / "x.gguf", 1)
    with pytest.raises(AIFailure) as caught:
        engine.within(60, lambda: engine.vector("x"))
    assert caught.value.outcome == "unreachable"
    engine.close()
