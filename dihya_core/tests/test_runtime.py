"""What plugins and operators can learn of the application."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import click


def test_app_info_names_active_plugins_and_their_folders(make_app, plugin):
    """The plugins stand in calling order."""
    info = make_app("migrations").hooks.app_info()
    names = [item.name for item in info.plugins]
    assert names.index("db") < names.index("migrations")
    assert info.folders["migrations"].name == "dihya_migrations"


def test_the_inactive_come_last(make_app, plugin):
    """Every list has the inactive at its end."""

    def register_languages():
        raise RuntimeError

    app = make_app(plugins={"aaa": plugin(register_languages)})
    assert [info.name for info in app.hooks.all()][-1] == "aaa"


def test_two_threads_that_ask_first_get_the_same_answers(make_app, plugin):
    """A hook is asked once: a second asking would find every name taken, and take the plugin out for it."""
    together, asked = threading.Barrier(2), []

    def register_commands():
        asked.append(1)
        with suppress(threading.BrokenBarrierError):
            together.wait(0.3)
        return click.Command("greet")

    app = make_app(plugins={"hello": plugin(register_commands)})
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda _: app.hooks.collected("register_commands"), range(2)))
    assert asked == [1] and found[0] == found[1] and app.hooks.plugins["hello"].state == "active"
