"""From settings to providers: which models this application offers, and what each needs."""

from __future__ import annotations

import logging
from importlib.util import find_spec
from urllib.parse import urlsplit

from dihya_hookspecs import DihyaError
from dihya_hookspecs.acts import get
from dihya_hookspecs.ai import Provider
from dihya_hookspecs.app import AppInfo, Plugins, SetupStep
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.net import Egress, Outgoing

from .settings import Settings
from .weights import Weights

log = logging.getLogger("dihya.models")
INDEX_HOSTS = ("pypi.org", "files.pythonhosted.org")


def runs() -> bool:
    """Tell whether the library of the embedded model is installed; it comes with the extra ``embedded``."""
    return find_spec("xllamacpp") is not None


def weights(settings: Settings | None = None) -> Weights | None:
    """Return the file of the embedded model, present or not; None when it is switched off, or nothing here could run it."""
    settings = settings or get(Settings)
    if not settings.embedded or not runs():
        return None
    folder = get(AppInfo).data / "models"
    if settings.path:
        return Weights(folder, own=settings.path, digest=settings.digest)
    return Weights(folder, cache=settings.cache)


def providers() -> list[Provider]:
    """Return the configured endpoints in their order, then the embedded model."""
    from .embedded import Embedded

    settings = get(Settings)
    found: list[Provider] = _endpoints(settings) if settings.providers else []
    file = weights(settings)
    return [*found, Embedded(file, threads=settings.threads)] if file else found


def _endpoints(settings: Settings) -> list[Provider]:
    from .openai_compatible import OpenAICompatible  # with a client for HTTP, which many an application never needs

    return [OpenAICompatible(endpoint, get(Outgoing)) for endpoint in settings.providers]


def egress(settings: Settings) -> list[Egress]:
    """Return the hosts that may be called, and what for."""
    ask = Text("Answers of an AI model", "Réponses d'un modèle d’IA")
    way = Text(
        "Way to an AI model, as the operator configured it", "Chemin vers un modèle d’IA, configuré par l’exploitant"
    )
    hosts = {}
    for endpoint in settings.providers:
        country = "local" if endpoint.residency == "local" else endpoint.country
        # An operator wrote these hosts into the file, and many a model runs in the same building.
        hosts[endpoint.host] = Egress(endpoint.host, ask, country, ("user.content",), private=True)
        if endpoint.proxy:
            proxy = urlsplit(endpoint.proxy).hostname or ""
            hosts.setdefault(proxy, Egress(proxy, way, "??", ("user.content",), private=True))
    if settings.embedded and not settings.path and runs():
        fetch = Text("Download of the embedded model, once", "Téléchargement du modèle embarqué, une seule fois")
        hosts |= {host: Egress(host, fetch, "US", (), "adequacy") for host in INDEX_HOSTS}
    return list(hosts.values())


def setup_step() -> SetupStep | None:
    """Return the step that fetches the embedded model; None when there is nothing to fetch."""
    found = weights()
    if found is None:
        return None

    def run() -> str:
        try:
            return found.fetch()
        except DihyaError as error:
            log.warning("the embedded model could not be fetched: %s", error.message)
            return f"no embedded model, Dihya will use rules: {error.message}"

    return SetupStep("embedded model", run)


def close() -> None:
    """Close the connections to endpoints; the embedded model ends with the process, other applications may share it."""
    if not get(Settings).providers:
        return
    from .openai_compatible import OpenAICompatible

    for _, provider in get(Plugins).collected("register_ai_providers"):
        if isinstance(provider, OpenAICompatible):
            provider.close()
