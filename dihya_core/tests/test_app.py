"""Building the application."""

from types import SimpleNamespace

import pytest
from dihya_hookspecs import NotFound, hookimpl
from dihya_hookspecs.i18n import use
from dihya_hookspecs.web import public
from flask import Blueprint, render_template

from dihya_core import create_app


def test_an_application_can_be_built_from_a_file(tmp_path):
    """The file holds an allow-list of one plugin, and that one runs."""
    (tmp_path / "dihya.toml").write_text('[plugins]\nenable = ["db"]\n')
    app = create_app(tmp_path / "dihya.toml")
    assert [info.name for info in app.runtime.active()] == ["db"]
    assert app.runtime.data == tmp_path / "instance"


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda: "text", "return Blueprint, or a list of them"),
        (lambda: Blueprint("other", "other"), "is not named 'web' or web_"),
    ],
)
def test_a_plugin_whose_blueprint_cannot_be_mounted_is_quarantined(make_app, plugin, made, words):
    """The reason says what to give instead; the application starts."""

    def register_routes():
        return made()

    started = make_app(plugins={"web": plugin(register_routes)}).flask.runtime
    assert (started.plugins["web"].state, words in started.plugins["web"].reason) == ("quarantined", True)


def test_the_name_decides_on_the_prefix(make_app, plugin):
    """/web, /api/v1/web, or what the blueprint says."""

    def views(name, **options):
        made = Blueprint(name, name, **options)
        made.add_url_rule("/x", "x", public("x")(lambda: name))
        return made

    def register_routes():
        return [views("web"), views("web_api"), views("web_else", url_prefix="/elsewhere")]

    client = make_app(plugins={"web": plugin(register_routes)}).client()
    assert [client.get(path).text for path in ("/web/x", "/api/v1/web/x", "/elsewhere/x")] == [
        "web",
        "web_api",
        "web_else",
    ]


def test_plugins_hear_start_and_stop(make_app, plugin):
    """Plugins hear of start and stop with what they may know of the application."""
    heard = []

    def on_startup(app_info):
        heard.append(("start", app_info.serving))

    app = make_app(plugins={"ear": plugin(on_startup)})
    assert heard == [("start", False)]
    assert app.flask.runtime.serving is False


def test_an_absent_plugin_cannot_be_asked_for():
    """The message names the plugin that is absent."""
    with pytest.raises(NotFound, match="not installed: nothing"):
        create_app(only=["nothing"])


def test_a_template_speaks_as_the_plugin_in_whose_folder_it_lies(make_app, plugin, tmp_path):
    """Each template asks the catalogue of its own plugin first, inside of another plugin's page too."""
    asked = []

    def page(name, template):
        folder = tmp_path / f"dihya_{name}"
        (folder / "templates").mkdir(parents=True)
        (folder / "templates" / "x.html").write_text(template)

        def register_routes():
            views = Blueprint(name, name)

            @views.get("/x")
            @public("x")
            def x():
                use("fr", lambda message, plural, count, plugin: asked.append((plugin, message, count)) or "")
                try:
                    return render_template(f"{name}/x.html")
                finally:
                    use("en", None)

            return views

        return plugin(register_routes, __file__=str(folder / "__init__.py"))

    outer = page("outer", "{{ _('a') }}{% include 'inner/x.html' %}{{ _('b %(n)s', n=1) }}")
    inner = page("inner", "{{ ngettext('c', 'd', 2) }}{{ pgettext('e', 'f') }}")
    answer = make_app(plugins={"outer": outer, "inner": inner}).client().get("/outer/x")
    assert answer.text == "adfb 1"
    assert asked == [("outer", "a", None), ("inner", "c", 2), ("inner", "e\x04f", None), ("outer", "b %(n)s", None)]


def web(name, *, prefix=None, install=None, rule="/x"):
    """Return a plugin in memory with one public page."""

    def register_routes():
        views = Blueprint(name, name, url_prefix=prefix)
        views.add_url_rule(rule, "x", public("x")(lambda: name))
        if install:
            views.record(lambda state: install(state.app))
        return views

    return SimpleNamespace(register_routes=hookimpl(register_routes))


def _global(app):
    app.add_template_global(str.upper, "shout")


@pytest.mark.parametrize(
    ("one", "two", "words"),
    [
        ({"prefix": ""}, {"prefix": ""}, "GET /x, which is plugin 'middle''s"),
        (
            {"install": _global},
            {"install": lambda app: app.add_template_global(str.lower, "shout")},
            "template global shout",
        ),
        ({}, {"install": lambda app: app.add_template_global(str, "_")}, "template global _, which is the core's"),
        ({}, {"install": lambda app: app.add_template_filter(str, "upper")}, "filter upper, which is the core's"),
        ({}, {"prefix": "/middle/more"}, "the place of plugin 'middle'"),
        ({}, {"prefix": "/api/v1/middle"}, "the place of plugin 'middle'"),
    ],
)
def test_no_page_takes_an_address_or_a_word_of_templates_from_another(make_app, tmp_path, one, two, words):
    """The newcomer is quarantined alone, whatever its name; the older plugin's page answers as before."""
    make_app(plugins={"middle": web("middle", **one)}, data=tmp_path / "data").flask.runtime.remember()
    for newcomer in ("aaa", "zzz"):
        app = make_app(plugins={newcomer: web(newcomer, **two), "middle": web("middle", **one)}, data=tmp_path / "data")
        states = {info.name: (info.state, info.reason) for info in app.flask.runtime.all()}
        assert states[newcomer][0] == "quarantined" and words in states[newcomer][1]
        assert states["middle"][0] == "active"
        assert app.client().get("/x" if one.get("prefix") == "" else "/middle/x").text == "middle"
