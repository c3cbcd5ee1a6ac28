"""What a person sees of a generation while it runs."""

import uuid

import pytest
from dihya_services.progress import Journal

from tests import browsing

pytestmark = [pytest.mark.browser, pytest.mark.journey, pytest.mark.filterwarnings("default")]

IDEA = "gérer les adhérents et les cotisations d'une association"
EVENTS = {"Accept": "text/event-stream"}


@pytest.fixture
def app(make_app):
    """An application that gives each person one stream, and in which nobody works at the queue."""
    names = ("services", "tasks", "templates", "ai_fallback", "storage", "console", "i18n", "static", "wsgi")
    return make_app(*names, config={"wsgi": {"streams_per_person": 1}})


def test_a_page_without_a_stream_asks_now_and_then(app, browse):
    """Where the person's streams are taken, what the generation says appears all the same, and so does its end."""
    client = app.client("user", "admin")
    api = client.post("/api/v1/generations", json={"idea": IDEA, "template": "association"}).headers["Location"]
    id = api.rpartition("/")[2]
    taken = client.get(f"{api}/events", headers=EVENTS, buffered=False)
    next(taken.response)
    with browsing.served(app, client) as url:
        page = browse(url)
        page.open(f"/services/{id}")
        page.find("[data-running=yes]")
        with app.act() as act:
            Journal(act.session).say(uuid.UUID(id), "render", "running")
        page.until("écriture des fichiers")
        assert client.post(f"{api}/cancellation").status_code == 200
        page.until("Elle a été arrêtée avant qu’un plugin soit prêt")
    assert any("429" in line for line in page.complaints())
    taken.close()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_was_stopped_is_built_again_with_one_press(app, browse, language):
    """The page of a stopped generation is calm, fits on a telephone, and its button leads to a new one that runs."""
    stopped, again = {"fr": ("arrêtée", "Construire à nouveau"), "en": ("stopped", "Build again")}[language]
    client = app.client("user", "admin")
    api = client.post("/api/v1/generations", json={"idea": IDEA, "template": "association"}).headers["Location"]
    assert client.post(f"{api}/cancellation").status_code == 200
    with browsing.served(app, client) as url:
        page = browse(url)
        page.open(f"/services/{api.rpartition('/')[2]}?lang={language}")
        assert page.find("#status").text == stopped
        page.picture(f"stopped-{language}")
        page.press(again)
        page.find("[data-running=yes]")
        assert api.rpartition("/")[2] not in page.driver.current_url
    assert page.complaints() == []
