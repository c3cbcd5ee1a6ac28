"""How the pages look: for everybody, and as each person likes them."""

import re

import pytest
from dihya_console.settings import Settings
from dihya_hookspecs.settings import SettingsStore

HTML = {"Accept": "text/html", "Accept-Language": "en"}


@pytest.fixture
def app(make_app, demo):
    """An application in which Ann chose dark pages and short lists."""
    app = make_app("console", "settings", plugins={"demo": demo})
    with app.act() as act:
        store = act.get(SettingsStore)
        store.set("console.name", "Tafsut")
        store.set("console.theme", "dark", person="ann")
        store.set("console.rows", 5, person="ann")
    return app


def test_without_a_word_pages_are_as_ever():
    """Dihya, in the colours of the device, with fifty rows."""
    assert (Settings().name, Settings().theme, Settings().rows) == ("Dihya", "auto", 50)


def test_the_name_of_the_application_stands_on_each_page(app):
    """At the top and in the title of the window."""
    page = app.client("user").get("/console/health", headers=HTML).text
    assert " · Tafsut</title>" in page and re.search(r'class="brand"[^>]*>Tafsut<', page)


def test_each_person_has_their_colours(app):
    """The others, and nobody in particular, get what counts for the application."""
    ann, bob = app.client("user", id="ann"), app.client("user", id="bob")
    assert 'data-theme="dark"' in ann.get("/", headers=HTML).text
    for other in (bob, app.client()):
        assert 'data-theme="auto"' in other.get("/", headers=HTML).text


def test_each_person_has_lists_as_long_as_they_like(app):
    """The address decides where it says a number; otherwise the person does."""
    clients = [app.client("admin", id=id) for id in ("ann", "bob")]
    for number in range(7):
        made = clients[0].post("/demo/members/new", data={"name": f"Member {number}"})
        assert made.status_code == 303
    rows = [client.get("/demo/members/", headers=HTML).text.count('<th scope="row"') for client in clients]
    assert rows == [5, 7]
    assert clients[0].get("/demo/members/?limit=6", headers=HTML).text.count('<th scope="row"') == 6
