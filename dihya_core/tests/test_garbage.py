"""The garbage collector while an application is made."""

import gc
import subprocess
import sys

import pytest
from dihya_hookspecs import Invalid

from dihya_core import garbage


@pytest.fixture(autouse=True)
def enabled():
    """Each test begins with a collector that runs, and ends with one."""
    gc.enable()
    yield
    gc.enable()


def test_nothing_is_collected_while_an_application_is_made(make_app, plugin):
    """A plugin that starts finds the collector at rest, and whoever made the application finds it at work."""
    seen = []

    def on_startup():
        seen.append(gc.isenabled())

    make_app(plugins={"toy": plugin(on_startup)})
    assert (seen, gc.isenabled()) == ([False], True)


def test_a_start_that_fails_leaves_the_collector_at_work(make_app):
    """A wrong configuration ends the start, and collections go on."""
    with pytest.raises(Invalid):
        make_app(config={"dihya": {"trip_after": "often"}})
    assert gc.isenabled()


def test_a_collector_that_somebody_stopped_stays_stopped():
    """An embedding program that runs without collections keeps its choice."""
    gc.disable()
    with garbage.left_alone():
        pass
    assert not gc.isenabled()


def test_a_server_process_does_not_look_again_through_what_it_was_made_of():
    """What is there when the server begins is frozen."""
    before = gc.get_freeze_count()
    garbage.keep()
    try:
        assert gc.get_freeze_count() > before
    finally:
        gc.unfreeze()


def test_a_process_may_end_without_looking_for_cycles():
    """An object that only a collection would find stays where it is when the process ends."""
    code = (
        "from dihya_core import garbage\n"
        "class Told:\n"
        "    def __del__(self): print('found')\n"
        "told = Told(); told.itself = told; del told\n"
    )
    ends = [
        subprocess.run([sys.executable, "-c", code + end], capture_output=True, text=True, check=True).stdout.strip()
        for end in ("", "garbage.leave_at_exit()")
    ]
    assert ends == ["found", ""]


def test_a_command_looks_for_cycles_seldom():
    """Thousands of objects may be made before the next look, in this process alone."""
    code = "import gc; from dihya_core import garbage; garbage.seldom(); print(gc.get_threshold()[0])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert int(said) >= 10_000
