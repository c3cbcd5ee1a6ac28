"""Run a stranger's code so that nothing of it gets out: no exit, no endless wait, no words of its errors, no output."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable
from contextvars import copy_context
from queue import Empty, SimpleQueue
from types import FrameType, TracebackType
from typing import Any, TypeVar

from dihya_hookspecs import DeclarationError, DihyaError

_T = TypeVar("_T")
_OURS = (os.path.dirname(os.path.dirname(__file__)), os.path.dirname(threading.__file__), "<frozen")


class PluginFault(Exception):
    """A plugin breaks the contract; the message says which hook, where, and what to write instead."""


class _Worker(threading.Thread):
    """Runs one job after the other; it is left to itself when a job hangs."""

    def __init__(self) -> None:
        super().__init__(name="dihya-contained", daemon=True)
        self.jobs: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self.start()

    def run(self) -> None:
        _inside.worker = True
        while True:
            self.jobs.get()()


_idle: list[_Worker] = []
_inside = threading.local()
os.register_at_fork(after_in_child=_idle.clear)


def contained(function: Callable[..., _T], *values: Any, seconds: float) -> _T:
    """Call *function* in a thread of its own and return its answer; what it prints goes to the standard error.

    Raises:
        PluginFault: it has not answered after *seconds* (the thread is abandoned), or left by ``sys.exit``.
        Exception: what the function raised.
    """
    if getattr(_inside, "worker", False):  # the limit of whoever called holds for both
        return function(*values)
    try:
        worker = _idle.pop()
    except IndexError:
        worker = _Worker()
    context, answers = copy_context(), SimpleQueue[tuple[Any, BaseException | None]]()

    def job() -> None:
        try:
            answers.put((context.run(function, *values), None))
        except BaseException as error:  # an exit of the interpreter, too, is only a failure of this plugin
            answers.put((None, error))

    with contextlib.redirect_stdout(sys.stderr):
        worker.jobs.put(job)
        try:
            answer, error = answers.get(timeout=seconds)
        except Empty:
            raise PluginFault(_abandon(worker, seconds)) from None
    _idle.append(worker)
    if error is not None:
        raise error if isinstance(error, Exception) else left(error)
    return answer  # type: ignore[no-any-return]


def left(error: BaseException) -> Exception:
    """Return an ordinary exception: *error* itself, or a fault in place of one that would end the process."""
    if isinstance(error, Exception):
        return error
    fault = PluginFault(f"tried to end the process with {type(error).__name__}")
    fault.__cause__ = error
    fault.__traceback__ = error.__traceback__
    return fault


def described(error: BaseException, package: str = "") -> str:
    """Return type and place of an error. Its words may quote a secret and are left to the log, unless they are ours.

    Args:
        package: the plugin's import package; a place inside of it says more than one in a library.
    """
    where = _place(error.__traceback__, package)
    if isinstance(error, PluginFault):
        return f"{error}{where if error.__cause__ else ''}"
    if isinstance(error, (DihyaError, DeclarationError)):
        return str(error)
    said = type(error).__name__
    if isinstance(error, ModuleNotFoundError) and error.name:
        said += f": No module named {error.name!r}"
    elif isinstance(error, ImportError) and error.name:
        said += f": cannot import {getattr(error, 'name_from', None) or 'it'!r} from {error.name!r}"
    elif isinstance(error, SyntaxError):
        return f"{said}: {error.msg} at {error.filename}:{error.lineno}"
    elif isinstance(error, (NameError, AttributeError)) and error.name:
        said += f": {error.name!r}"
    return said + where


def _place(trace: TracebackType | None, package: str) -> str:
    found = inside = ""
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if not file.startswith(_OURS):
            found = f" at {file}:{trace.tb_lineno}"
            inside = found if package and f"{os.sep}{package}" in file else inside
        trace = trace.tb_next
    return inside or found


def _abandon(worker: _Worker, seconds: float) -> str:
    """Leave a hanging thread to itself and end it as soon as it runs Python code again; return what to tell people."""
    frame: FrameType | None = sys._current_frames().get(worker.ident or 0)
    while frame is not None and frame.f_code.co_filename.startswith(_OURS):
        frame = frame.f_back
    where = f" at {frame.f_code.co_filename}:{frame.f_lineno}" if frame else ""
    if worker.ident:
        import ctypes

        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(worker.ident), ctypes.py_object(SystemExit))
    return f"hangs: no answer after {seconds:g} s{where}"
