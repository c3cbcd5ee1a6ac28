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
        page.until("la génération a été annulée")
    assert any("429" in line for line in page.complaints())
    taken.close()
