"""The page of the models."""

import pytest
from dihya_ai_fallback.breaker import Breakers
from dihya_ai_fallback.settings import Settings
from dihya_hookspecs.acts import Acts

PROVIDERS = [
    {"name": "eu1", "url": "https://ai.example.eu/v1", "model": "big", "residency": "eu", "price": [1.5, 6.0]},
    {"name": "home", "url": "http://127.0.0.1:9/v1", "model": "small", "residency": "local"},
]


@pytest.fixture
def app(make_app):
    """An application with two providers, the embedded model and the console."""
    config = {"models": {"providers": PROVIDERS}, "ai_fallback": {"daily_tokens": 500, "residency": "eu"}}
    return make_app(
        "models", "egress", "ai_fallback", "console", "static", "i18n", config={**config, "i18n": {"default": "en"}}
    )


def trip(app):
    with app.act() as act:
        breaker = act.get(Breakers).of("eu1", "big", act.get(Settings))
        for _ in range(4):
            breaker.failed()
        return breaker


def test_order_and_facts(app):
    """The models stand in their order with where they run, and the rules last."""
    page = app.client("user").get("/ai_fallback/").text.partition("<main")[2]
    places = [page.index(name) for name in ("eu1", "home", "SmolLM2-135M", "rules<br>")]
    assert places == sorted(places)
    assert "European Union" in page and "1.5 € / 6.0 €" in page and "No text leaves the European Union" in page


def test_my_quota(app):
    """People see what they have used today, their own and nobody else's."""
    from dihya_ai_fallback.quotas import Quotas

    with app.act() as act:
        quotas = Quotas(act.get(Acts), 500)
    quotas.settle(quotas.reserve("p1", 100, 60), 123)
    assert "123 of 500 tokens" in app.client("user", id="p1").get("/ai_fallback/").text
    assert "0 of 500 tokens" in app.client("user", id="p2").get("/ai_fallback/").text


def test_breaker_is_shown_and_reset(app):
    """An open breaker is shown; an administrator closes it, which is audited; a user cannot."""
    breaker = trip(app)
    page = app.client("user").get("/ai_fallback/").text
    assert "Left alone for" in page and "Ask eu1 again" not in page
    assert app.client("user").post("/ai_fallback/breakers/eu1/reset").status_code == 403
    admin = app.client("admin")
    assert "Ask eu1 again" in admin.get("/ai_fallback/").text
    assert admin.post("/ai_fallback/breakers/eu1/reset").status_code == 302
    assert breaker.state == "closed" and "ai_fallback.reset" in [event.action for event in app.trail]
    assert admin.post("/ai_fallback/breakers/nobody/reset").status_code == 404


def test_refused(app):
    """Nobody sees the page without signing in, and guests do not at all."""
    assert app.client().get("/ai_fallback/").status_code == 401
    assert app.client("guest").get("/ai_fallback/").status_code == 403


def test_french(app):
    """The page speaks French."""
    page = app.client("user").get("/ai_fallback/", headers={"Accept-Language": "fr"}).text
    assert "Modèles d’IA" in page and "Union européenne" in page and "0 jetons utilisés sur 500" in page
