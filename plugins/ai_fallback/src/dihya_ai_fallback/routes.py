"""The page of the models: in which order they are asked, how they are, what is left of my quota."""

from __future__ import annotations

from dihya_hookspecs import NotFound
from dihya_hookspecs.access import Access
from dihya_hookspecs.acts import Act, Acts, current, get
from dihya_hookspecs.ai import Assistant
from dihya_hookspecs.i18n import gettext as _
from dihya_hookspecs.ui import Layout
from dihya_hookspecs.web import requires
from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from .breaker import Breakers
from .quotas import Quotas
from .settings import Settings

blueprint = Blueprint("ai_fallback", __name__)


@blueprint.get("/")
@requires("ai_fallback:use")
def index() -> Response:
    """Show the models in their order, the state of their breakers, and the reader's quota."""
    act, settings, breakers = current(), get(Settings), get(Breakers)
    models = [(card, breakers.of(card.provider, card.name, settings)) for card in get(Assistant).cards()]
    return get(Layout).page(
        "ai_fallback/models.html",
        title=_("AI models"),
        models=models,
        usage=_usage(act, settings),
        on_quota=settings.on_quota,
        ceiling=settings.residency,
        may_reset=bool(get(Access).decide(act.actor, "ai_fallback:admin")),
    )


@blueprint.post("/breakers/<provider>/reset")
@requires("ai_fallback:admin")
def reset(provider: str) -> Response:
    """Let a provider that was left alone be asked again at once."""
    cards = [card for card in get(Assistant).cards() if card.provider == provider]
    if not cards:
        raise NotFound(f"no AI provider is called {provider!r}")
    for card in cards:
        get(Breakers).of(card.provider, card.name, get(Settings)).reset()
    current().record("ai_fallback.reset", object=f"ai_provider:{provider}")
    get(Layout).flash(_("%(provider)s may be asked again.", provider=provider), "success")
    return redirect(url_for("ai_fallback.index"))


def _usage(act: Act, settings: Settings):
    return Quotas(get(Acts), settings.daily_tokens).usage(act, act.actor.id) if act.actor else None


BLUEPRINTS = (blueprint,)
