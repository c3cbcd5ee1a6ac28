"""Slots: who may see what, in which order, and nothing of what fails."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import Permission
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.slots import PLACES, Fragment, Place, Slot, SlotContext

HTML = {"Accept": "text/html", "Accept-Language": "en"}


@pytest.fixture
def extended(make_app: Any, demo: Any, tmp_path: Path) -> Any:
    """Return a function that starts an application with a plugin ``extra`` that has these slots and one template."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "word.html").write_text("<b>{{ word }}</b>{{ page.icon('home') }}")
    (tmp_path / "templates" / "wrong.html").write_text("{{ nobody.knows.it }}")

    def start(*slots: Slot, names: tuple[str, ...] = ()) -> Any:
        extra = ModuleType("dihya_extra")
        extra.__file__ = str(tmp_path / "__init__.py")
        extra.register_slots = hookimpl(lambda: list(slots))  # type: ignore[attr-defined]
        extra.register_slots.__name__ = "register_slots"  # type: ignore[attr-defined]
        extra.register_permissions = _permissions  # type: ignore[attr-defined]
        return make_app("console", *names, plugins={"demo": demo, "extra": extra})

    return start


@hookimpl
def register_permissions() -> Permission:
    """Only administrators may see it."""
    return Permission("extra:see", Text("see", "voir"), ("admin",))


_permissions = register_permissions


def said(word: str) -> Any:
    """Return the content of a slot that says a word."""
    return lambda about: Fragment("extra/word.html", {"word": word})


def told(app: Any) -> list[str]:
    """Return what is wrong with the plugin."""
    return [str(one) for info in app.flask.runtime.all() if info.name == "extra" for one in info.troubles]


def record(client: Any) -> str:
    """Add a member and return the path of the page."""
    answer = client.post("/demo/members/new", data={"name": "Tin", "plan": "full", "active": "on"})
    return str(answer.headers["Location"])


def test_every_place_is_on_a_page(extended: Any) -> None:
    """Each of them shows what a plugin puts there; the account stands where whoever signs people in shows it."""
    app = extended(*(Slot(place, place, said(f"here is {place}"), None) for place in PLACES), names=("securite",))
    client = app.client("admin")
    pages = ["/", "/console/", "/demo/members/", record(client)]
    text = "".join(client.get(path, headers=HTML).text for path in pages)
    for place in set(PLACES) - {"account"}:
        assert f"<b>here is {place}</b>" in text, place
    with app.flask.test_request_context("/securite/account/"), app.act():
        from dihya_console.page_context import ConsolePage

        assert "<b>here is account</b>" in ConsolePage("x", dict).slot("account")


def test_fragments_stand_in_order_and_are_escaped(extended: Any) -> None:
    """The lower number first, whoever brings it; markup in values is text."""
    app = extended(
        Slot("dashboard", "late", said("late"), None, 90),
        Slot("dashboard", "early", said("<script>"), None, 1),
    )
    page = app.client("user").get("/", headers=HTML).text
    assert "<script>" not in page.partition("<main")[2]
    assert 0 < page.index("<b>&lt;script&gt;</b>") < page.index("<b>late</b>")


def test_who_lacks_the_permission_sees_nothing_and_nothing_is_asked(extended: Any) -> None:
    """The function is not even called."""
    asked: list[SlotContext] = []
    app = extended(Slot("dashboard", "secret", lambda about: asked.append(about), "extra:see"))
    app.client("user").get("/", headers=HTML)
    assert asked == []
    app.client("admin").get("/", headers=HTML)
    assert len(asked) == 1


def test_a_slot_is_told_what_it_is_about(extended: Any) -> None:
    """The reader, the resource and its plugin, the record, and the path of the list."""
    heard: list[SlotContext] = []
    app = extended(Slot("record.aside", "ear", lambda about: heard.append(about), None))
    client = app.client("admin")
    client.get(record(client), headers=HTML)
    (about,) = heard
    assert (about.plugin, about.resource.name, about.path) == ("demo", "members", "/demo/members/")  # type: ignore[union-attr]
    assert about.record.name == "Tin" and about.actor is not None and "admin" in about.actor.roles


def fails(about: SlotContext) -> Fragment:
    """Breaks a statement, as a mistaken query does."""
    from dihya_hookspecs.acts import current
    from sqlalchemy import text

    current().session.execute(text("SELECT nothing FROM nowhere_at_all"))
    raise AssertionError


@pytest.mark.parametrize(
    "content",
    [
        fails,
        lambda about: "<b>text</b>",
        lambda about: Fragment("extra/wrong.html"),
        lambda about: Fragment("extra/missing.html"),
        lambda about: sys.exit(),
    ],
    ids=["statement", "no fragment", "template", "no template", "exit"],
)
def test_a_slot_that_fails_costs_only_itself(extended: Any, content: Any) -> None:
    """The page stands with everything else on it, and the plugin is named with the slot."""
    app = extended(
        Slot("record.aside", "broken", content, None, 1),
        Slot("record.aside", "whole", said("I am whole"), None, 2),
    )
    client = app.client("admin")
    page = client.get(record(client), headers=HTML)
    assert page.status_code == 200 and "I am whole" in page.text and "Members" in page.text
    assert [line.partition(" (")[0] for line in told(app)] == ["failing: 1 of the last 1 calls of slot broken"]
    assert "slot broken" in client.get("/console/plugins", headers=HTML).text


def test_a_place_that_no_page_has_takes_the_plugin_out_with_the_names_that_exist(make_app: Any) -> None:
    """At the start, not when somebody opens a page."""
    plugin = ModuleType("dihya_extra")

    @hookimpl
    def register_slots() -> Slot:
        place: Place = "record.side"  # type: ignore[assignment]
        return Slot(place, "x", said("x"), None)

    plugin.register_slots = register_slots  # type: ignore[attr-defined]
    app = make_app("console", plugins={"extra": plugin})
    info = next(info for info in app.flask.runtime.all() if info.name == "extra")
    assert info.state == "quarantined"
    assert "stands in 'record.side', which no page has; write one of 'dashboard', 'record.actions'" in info.reason


def test_a_page_does_not_wait_longer_than_it_has_for_its_slots(extended: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes after a slot that took all the time is left out without a word, and the plugin is named with the slow one."""
    at = [0.0]
    monkeypatch.setattr("dihya_core.hooks.declared.perf_counter", lambda: at[0])

    def slow(about: SlotContext) -> Fragment:
        at[0] += 1.5
        return Fragment("extra/word.html", {"word": "at last"})

    app = extended(Slot("dashboard", "snail", slow, None, 1, 5000), Slot("dashboard", "quick", said("quick"), None, 2))
    client = app.client("user")
    page = client.get("/", headers=HTML)
    assert page.status_code == 200 and "<b>at last</b>" in page.text and "<b>quick</b>" not in page.text
    assert told(app) == ["slow: 1 of the last 1 calls of slot snail (1500 ms)"]
    page = client.get("/", headers=HTML)
    assert "<b>at last</b>" not in page.text and "<b>quick</b>" in page.text
