"""``dihya models``."""

import json

from dihya_models.weights import FILE


def test_list(make_app, cache):
    """The models are listed for people and for machines."""
    app = make_app("models", "egress", config={"models": {"cache": str(cache)}})
    assert "SmolLM2-135M-Instruct-Q4_1" in app.cli("models", "list").stdout
    assert json.loads(app.cli("models", "list", "--json").stdout)[0]["provider"] == "embedded"


def test_list_ends_with_the_rules_where_a_chain_has_some(make_app, cache):
    """The command lists what the page lists: models in the order of the chain, and the rules that always answer."""
    app = make_app("models", "egress", "ai_fallback", config={"models": {"cache": str(cache)}})
    listed = json.loads(app.cli("models", "list", "--json").stdout)
    assert [card["provider"] for card in listed] == ["embedded", "rules"]


def test_pull_present(make_app, cache):
    """Pulling what is there says so."""
    app = make_app("models", "egress", config={"models": {"cache": str(cache)}})
    result = app.cli("models", "pull", "--json")
    assert result.exit_code == 0 and json.loads(result.stdout)["path"].endswith(FILE)


def test_pull_from_file(make_app, cache):
    """A file on this machine is put into place."""
    app = make_app("models", "egress")
    result = app.cli("models", "pull", "--from", str(cache / FILE))
    assert result.exit_code == 0 and (app.data / "models" / FILE).is_file()


def test_pull_errors(make_app, tmp_path):
    """A file that is not there, and a model that is switched off, are one sentence and exit code 1."""
    result = make_app("models", "egress").cli("models", "pull", "--from", str(tmp_path / "no.whl"))
    assert result.exit_code == 1 and "there is no file" in result.stderr
    result = make_app("models", "egress", config={"models": {"embedded": False}}).cli("models", "pull")
    assert result.exit_code == 1 and "switched off" in result.stderr
