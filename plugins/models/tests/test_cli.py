"""``dihya models``."""

import json

from dihya_models.weights import FILE


def test_list(house, cache):
    """The models are listed for people and for machines."""
    app = house("models", config={"models": {"cache": str(cache)}})
    assert "SmolLM2-135M-Instruct-Q4_1" in app.cli("models", "list").stdout
    assert json.loads(app.cli("models", "list", "--json").stdout)[0]["provider"] == "embedded"


def test_pull_present(house, cache):
    """Pulling what is there says so."""
    app = house("models", config={"models": {"cache": str(cache)}})
    result = app.cli("models", "pull", "--json")
    assert result.exit_code == 0 and json.loads(result.stdout)["path"].endswith(FILE)


def test_pull_from_file(house, cache):
    """A file on this machine is put into place."""
    app = house("models")
    result = app.cli("models", "pull", "--from", str(cache / FILE))
    assert result.exit_code == 0 and (app.data / "models" / FILE).is_file()


def test_pull_errors(house, tmp_path):
    """A file that is not there, and a model that is switched off, are one sentence and exit code 1."""
    result = house("models").cli("models", "pull", "--from", str(tmp_path / "no.whl"))
    assert result.exit_code == 1 and "there is no file" in result.stderr
    result = house("models", config={"models": {"embedded": False}}).cli("models", "pull")
    assert result.exit_code == 1 and "switched off" in result.stderr
