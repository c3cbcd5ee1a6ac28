"""The page on plugins."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

from dihya_docs import pages
from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import Permission
from dihya_hookspecs.events import event
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.net import Egress


def test_each_plugin_has_its_settings_permissions_tables_commands_and_routes(make_app):
    """What a plugin registers stands on the page, under its name."""
    app = make_app("docs", "routes", "wsgi")
    with app.act():
        text = pages.pages()["reference.md"]
    parts = {part.partition("\n")[0]: part for part in text.split("\n## ")}
    assert {"db", "docs", "routes", "wsgi"} <= set(parts)
    assert "| `wsgi.port` | `int` | `8000` |" in parts["wsgi"]
    assert "| `docs:read` |" in parts["docs"]
    assert "Table `routes_idempotency`" in parts["routes"] and "not declared" not in parts["routes"]
    assert "dihya docs reference" in parts["docs"]
    assert "`GET /health/live`" in parts["wsgi"] and "public" in parts["wsgi"]


def test_what_people_change_is_marked(make_app):
    """Beside what it is for: whose choice it is, and from when on it counts."""
    app = make_app("docs", "tasks", "i18n")
    with app.act():
        text = pages.pages()["reference.md"]
    assert "at the same time. *People change it; from the next start on.* |" in text
    assert "dates are shown. *People change it; each person may choose for themselves.* |" in text


def test_no_secret_default_is_printed(make_app):
    """A setting that is a secret shows that it is one, not what it holds."""
    app = make_app("docs")
    with app.act():
        text = pages.pages()["reference.md"]
    assert "| `db.url` | `SecretStr` | empty |" in text


def test_in_memory_plugins_and_roles_are_listed(app):
    """A plugin without a package of its own is described all the same."""
    with app.act():
        text = pages.pages()["reference.md"]
    assert "| role `orders:wisher` | Wisher |" in text
    assert "`POST /api/v1/orders/wishes` | Make a wish. | `orders:write`" in text


def test_hosts_and_events_stand_below_the_plugin_whose_they_are(make_app):
    """The page on plugins names the host that a plugin calls, and its event, in the part about that plugin and in no other part."""

    @event("post.sent", permission="post:read")
    @dataclass(frozen=True)
    class Sent:
        """A letter is on its way."""

        number: int

    post = SimpleNamespace(
        register_egress=hookimpl(lambda: Egress("post.example.org", Text("letters", "lettres"), country="FR")),
        register_events=hookimpl(lambda: Sent),
        register_permissions=hookimpl(lambda: Permission("post:read", Text("see letters", "voir les lettres"))),
        __name__="dihya_post",
        __doc__="Letters.",
    )
    app = make_app("docs", "routes", plugins={"post": post})
    with app.act():
        text = pages.pages()["reference.md"]
    parts = {part.partition("\n")[0]: part for part in text.split("\n## ")}
    for said in ("`post.sent`", "`post.example.org` | letters"):
        assert [name for name, part in parts.items() if said in part] == ["post"]
