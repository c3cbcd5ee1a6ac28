"""The plugin in an application."""

import subprocess
import sys

from dihya_hookspecs.acts import get
from dihya_hookspecs.app import Plugins

REMOTE = {"name": "eu1", "url": "https://ai.example.eu/v1", "model": "big", "residency": "eu", "country": "FR"}


def collected(app, hook):
    with app.act() as act:
        return [found for plugin, found in act.get(Plugins).collected(hook) if plugin == "models"]


def test_providers_in_order(make_app, cache):
    """The endpoints come in the order of the settings, the embedded model last, each with its card."""
    local = {"name": "home", "url": "http://127.0.0.1:1/v1", "model": "small", "residency": "local"}
    app = make_app("models", "egress", config={"models": {"providers": [REMOTE, local], "cache": str(cache)}})
    cards = [provider.card for provider in collected(app, "register_ai_providers")]
    assert [(card.provider, card.tier, card.residency) for card in cards] == [
        ("eu1", "provider", "eu"), ("home", "provider", "local"), ("embedded", "embedded", "local"),
    ]  # fmt: skip
    assert cards[2].capabilities == ("classify",) and cards[2].licence == "Apache-2.0" and len(cards[2].digest) == 64


def test_egress(make_app):
    """Every host that may be called is declared, with its country."""
    app = make_app("models", "egress", config={"models": {"providers": [REMOTE]}})
    assert {(found.host, found.country) for found in collected(app, "register_egress")} == {
        ("ai.example.eu", "FR"), ("pypi.org", "US"), ("files.pythonhosted.org", "US"),
    }  # fmt: skip


def test_switched_off(make_app):
    """Without the embedded model there is no provider, no setup step, no check and no egress."""
    app = make_app("models", "egress", config={"models": {"embedded": False}})
    for hook in ("register_ai_providers", "register_setup", "register_health_checks", "register_egress"):
        assert collected(app, hook) == []


def test_without_its_library_there_is_no_embedded_model(make_app, monkeypatch):
    """As if it were switched off; whoever fetches it is told what to install."""
    from dihya_models import catalogue

    monkeypatch.setattr(catalogue, "find_spec", lambda name: None)
    app = make_app("models", "egress")
    for hook in ("register_ai_providers", "register_setup", "register_health_checks", "register_egress"):
        assert collected(app, hook) == []
    assert "pip install 'dihya-models[embedded]'" in app.cli("models", "pull").stderr


def test_setup(make_app, cache):
    """The setup step finds the model in the cache."""
    app = make_app("models", "egress", config={"models": {"cache": str(cache)}})
    (step,) = collected(app, "register_setup")
    assert "is there" in step.run()


def test_asking_for_the_setup_step_loads_no_model_library(tmp_path):
    """Loading it takes seconds, which a first start would report as a plugin that is slow."""
    code = (
        "import sys\nfrom dihya_core import create_app\n"
        "with create_app(only=['models', 'egress']).acts.open('look'):\n"
        "    from dihya_hookspecs.acts import get\n    from dihya_hookspecs.app import Plugins\n"
        "    assert get(Plugins).collected('register_setup')\n"
        "print(sorted({'xllamacpp', 'numpy'} & {*sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1:] == ["[]"], done.stderr


def test_setup_offline(make_app, tmp_path, monkeypatch):
    """Without network the setup goes on and says that rules will do."""
    for name, value in {
        "UV_OFFLINE": "1",
        "UV_CACHE_DIR": str(tmp_path),
        "PIP_INDEX_URL": "http://127.0.0.1:9/",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PIP_RETRIES", "0")
    app = make_app("models", "egress", config={"models": {"cache": str(tmp_path / "none")}})
    (step,) = collected(app, "register_setup")
    assert "Dihya will use rules" in step.run()


def test_health(make_app, cache):
    """The health check names the file and its digest, and is not critical."""
    app = make_app("models", "egress", config={"models": {"cache": str(cache)}})
    (check,) = collected(app, "register_health_checks")
    assert "b179c9523d0e" in check.probe() and not check.critical


def test_key_is_nowhere(make_app):
    """The key of a provider is shown by nothing that the application prints."""
    app = make_app("models", "egress", config={"models": {"providers": [{**REMOTE, "api_key": "s3cret"}]}})
    assert "s3cret" not in app.cli("models", "list", "--json").stdout
    with app.act():
        from dihya_models.settings import Settings

        assert "s3cret" not in repr(get(Settings))
