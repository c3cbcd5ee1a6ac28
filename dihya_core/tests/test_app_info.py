"""What a plugin may know of the application."""


def test_the_active_plugins_are_described_as_they_are_when_somebody_looks(make_app):
    """An act that asks for nothing of them costs no look at each plugin; one that looks sees who was tripped before it did."""
    app = make_app("migrations")
    info = app.hooks.app_info()
    app.flask.runtime.breaker.reasons["migrations"] = "failed five times"
    states = {plugin.name: plugin.state for plugin in info.plugins}
    assert (states["db"], states["migrations"], len(info.plugins)) == ("active", "tripped", len(states))
    assert info.plugins[0].name == info.plugins[:1][0].name == "db"


def test_the_folders_are_those_of_the_plugins_that_are_active_now(make_app):
    """They are looked for once, and again when another plugin is active."""
    app = make_app("migrations")
    runtime = app.flask.runtime
    first = runtime.app_info().folders
    assert runtime.app_info().folders is first and set(first) == {"db", "migrations"}
    runtime.plugins["migrations"].state = "quarantined"
    assert set(runtime.app_info().folders) == {"db"}
