"""llama.cpp inside this process: turns a text into the vector of what the model would say next.

Everything that is particular to the ``xllamacpp`` binding stays in this file.
"""

from __future__ import annotations

import atexit
import importlib
import math
import os
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late
from pathlib import Path
from typing import Any, TypeVar

from dihya_hookspecs.ai import AIFailure

CONTEXT = 512
_T = TypeVar("_T")
_engines: dict[tuple[int, Path, int], Engine] = {}
_lock = threading.Lock()


class Engine:
    """One model in memory with one thread that asks it; the rest of its callers wait, each up to their deadline."""

    def __init__(self, path: Path, threads: int) -> None:
        self._path, self._threads = path, threads
        self._server: Any = None
        self._work = ThreadPoolExecutor(1, thread_name_prefix="dihya-models")

    def within(self, seconds: float, work: Callable[[], _T]) -> _T:
        """Return what *work* gives on the engine's thread. Raises AIFailure (timeout) after *seconds*."""
        future = self._work.submit(work)
        try:
            return future.result(timeout=max(seconds, 0))
        except Late:
            future.cancel()  # no effect once it runs: it then ends with its current text, within seconds
            raise AIFailure("timeout", f"no answer within {seconds:.1f} s") from None

    def vector(self, prompt: str) -> list[float]:
        """Return the unit vector of the model's state at the end of *prompt*. Called on the engine's thread.

        Raises:
            AIFailure: the prompt does not fit, or the model cannot be loaded.
        """
        if self._server is None:
            self._server = self._load()
        answer = self._server.handle_embeddings({"input": prompt})
        if error := answer.get("error"):  # errors are answered, not raised
            too_long = error.get("type") == "exceed_context_size_error"
            raise AIFailure("context_too_long" if too_long else "server_error", str(error.get("message", ""))[:200])
        return unit(answer["data"][0]["embedding"])

    def _load(self) -> Any:
        try:
            llama = importlib.import_module("xllamacpp")
        except ImportError as error:
            raise AIFailure("unreachable", f"xllamacpp cannot be imported: {error}") from error
        options = llama.CommonParams()
        options.model.path = str(self._path)
        options.n_parallel, options.n_gpu_layers = 1, 0
        options.n_ctx = options.n_batch = options.n_ubatch = CONTEXT
        options.cpuparams.n_threads = options.cpuparams_batch.n_threads = self._threads
        options.embedding, options.pooling_type = True, llama.llama_pooling_type.LLAMA_POOLING_TYPE_LAST
        options.cache_ram_mib, options.verbosity, options.ui = 0, -1, False
        # The library always opens a port on 127.0.0.1; nobody else on this machine may use it.
        options.api_keys = [secrets.token_urlsafe(32)]
        try:
            return llama.Server(options)
        except (RuntimeError, ValueError) as error:
            raise AIFailure("unreachable", f"the model cannot be loaded: {error}"[:200]) from error

    def close(self) -> None:
        """Free the model."""
        self._work.shutdown(wait=True, cancel_futures=True)
        self._server = None


def engine(path: Path, threads: int) -> Engine:
    """Return the engine of this process for a model: made at first use, because a forked copy of one hangs."""
    place = (os.getpid(), path, threads)
    with _lock:
        if place not in _engines:
            _engines[place] = Engine(path, threads)
        return _engines[place]


def unit(vector: list[float]) -> list[float]:
    """Return the vector with length 1."""
    length = math.sqrt(sum(value * value for value in vector)) or 1.0
    return [value / length for value in vector]


@atexit.register
def _close() -> None:
    for (process, _, _), made in list(_engines.items()):
        if process == os.getpid():
            made.close()
