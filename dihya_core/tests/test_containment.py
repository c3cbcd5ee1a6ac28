"""A stranger's code runs without a way out: no exit, no endless wait, no output among our own."""

import sys
import threading
import time
from contextvars import ContextVar

import pytest
from dihya_core.hooks import containment
from dihya_core.hooks.containment import contained, described, left
from dihya_hookspecs import DeclarationError, Invalid

WHERE = ContextVar("where", default="outside")


def test_an_answer_comes_back_and_the_context_goes_in():
    """What runs is known inside, as if it were called directly."""
    WHERE.set("inside")
    assert contained(lambda a, b: (WHERE.get(), a + b), 1, 2, seconds=30) == ("inside", 3)


def test_an_error_comes_back_as_it_is():
    """The error keeps its traceback, so that its place can be told."""
    with pytest.raises(ZeroDivisionError) as caught:
        contained(lambda: 1 / 0, seconds=30)
    assert f"{__file__}:" in described(caught.value)


@pytest.mark.parametrize(
    "error", [SystemExit(3), KeyboardInterrupt(), GeneratorExit(), type("Own", (BaseException,), {})()]
)
def test_nothing_ends_the_process(error):
    """An exit becomes an ordinary error that names it."""

    def leave():
        raise error

    with pytest.raises(containment.PluginFault, match=f"tried to end the process with {type(error).__name__}"):
        contained(leave, seconds=30)
    assert contained(lambda: "still here", seconds=30) == "still here"


@pytest.mark.parametrize("hang", [lambda: threading.Event().wait(), lambda: spin(), lambda: time.sleep(1000)])
def test_a_hang_is_left_to_itself(hang):
    """After the limit the caller goes on; the message says where the other one stands."""
    with pytest.raises(containment.PluginFault, match=r"hangs: no answer after 0.2 s at .*test_containment.py:\d+"):
        contained(hang, seconds=0.2)
    assert contained(lambda: "still here", seconds=30) == "still here"


def spin():
    while True:
        pass


def test_a_loop_that_was_left_to_itself_is_ended():
    """It would otherwise take half of the processor for as long as the process lives."""
    running = []

    def loop():
        running.append(threading.current_thread())
        while True:
            running.append(1)
            del running[1:]

    with pytest.raises(containment.PluginFault):
        contained(loop, seconds=0.1)
    deadline = time.monotonic() + 20
    while _inside(running[0], loop) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not _inside(running[0], loop)


def _inside(thread, function):
    frame = sys._current_frames().get(thread.ident)
    while frame is not None and frame.f_code is not function.__code__:
        frame = frame.f_back
    return frame is not None


def test_what_is_printed_goes_to_the_standard_error(capsys):
    """A greeting at import must not stand in front of a JSON answer."""
    contained(print, "welcome", seconds=30)
    assert capsys.readouterr() == ("", "welcome\n")


def test_a_call_inside_of_a_contained_one_is_direct():
    """Both share one limit, and none waits for a thread that waits for it."""
    inner = contained(lambda: contained(threading.current_thread, seconds=30), seconds=30)
    assert inner.name == "dihya-contained"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ValueError("secret 12345"), "ValueError"),
        (KeyError("secret 12345"), "KeyError"),
        (TypeError("secret 12345"), "TypeError"),
        (ImportError("secret 12345"), "ImportError"),
        (ModuleNotFoundError("secret 12345", name="numpy"), "ModuleNotFoundError: No module named 'numpy'"),
        (NameError("secret 12345", name="colour"), "NameError: 'colour'"),
        (Invalid("say a colour"), "say a colour"),
        (DeclarationError("notes.text says nothing"), "notes.text says nothing"),
        (left(SystemExit("secret 12345")), "tried to end the process with SystemExit"),
    ],
)
def test_only_our_own_words_are_shown(error, words):
    """A stranger's message may quote a password; its type, and names of the code, may be read by anybody."""
    assert described(error) == words
