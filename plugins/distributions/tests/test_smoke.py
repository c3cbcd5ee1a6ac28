"""The smoke test believes nothing that it has not seen."""

import json

import pytest
from dihya_distributions import smoke
from dihya_distributions.archive import pack
from dihya_distributions.smoke import check
from dihya_hookspecs import DihyaError

GOOD = [{"name": "club", "state": "active", "reason": ""}]
LAUNCHER = """#!/bin/sh
case "$1" in
install) {install} ;;
config) {config} ;;
plugins) cat "$(dirname "$0")/plugins.json"; exit 0 ;;
esac
{serve}
"""


@pytest.fixture
def attempt(shelf, tmp_path):
    """Try a distribution whose launcher is a script that answers as it is told."""

    def attempt(plugins=GOOD, **told):
        folder = tmp_path / "suite-1.2"
        folder.mkdir()
        lines = {"install": "exit 0", "config": "exit 0", "serve": "echo stopped; exit 1", **told}
        (folder / "suite").write_text(LAUNCHER.format(**lines))
        (folder / "suite").chmod(0o755)
        (folder / "plugins.json").write_text(json.dumps(plugins))
        pack(folder, tmp_path / "suite.tar.gz")
        (tmp_path / "trial").mkdir()
        return check(tmp_path / "suite.tar.gz", shelf.manifest(), tmp_path / "trial")

    return attempt


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"install": "echo 'error: no python here' >&2; exit 1"}, "'install' ends with 1: no python here"),
        ({"config": "echo 'error: one mistake:' >&2; echo '  toy.colour: expected a colour' >&2; exit 1"}, "one mistake: toy.colour: expected a colour"),
        ({"plugins": [{"name": "club", "state": "missing requirement", "reason": "it needs 'teams'"}]}, "plugin 'club' is missing requirement: it needs 'teams'"),
        ({}, "it ended before it served: stopped"),
        ({"serve": 'echo "Dihya is at $DIHYA_WSGI_PORT"; exec sleep 60'}, "/health/ready was not answered"),
    ],
)  # fmt: skip
def test_what_does_not_work_is_said_in_one_sentence(attempt, monkeypatch, told, said):
    """An installation, a setting, a plugin, a start, an answer: the first that fails is told."""
    monkeypatch.setattr(smoke, "PATIENCE", 2)
    with pytest.raises(DihyaError) as caught:
        attempt(**told)
    assert said in caught.value.message and "\n" not in caught.value.message
    assert caught.value.message.startswith("the distribution does not pass its smoke test, and is not built: ")


def test_a_command_that_does_not_end_is_told(attempt, monkeypatch):
    """With what it was, and how long it was waited for."""
    monkeypatch.setattr(smoke, "SECONDS", 1)
    with pytest.raises(DihyaError, match="'install' has not ended after 1 seconds"):
        attempt(install="exec sleep 60")


SERVER = """
import http.server, os
class Answer(http.server.BaseHTTPRequestHandler):
    asked = 0
    def do_GET(self):
        Answer.asked += 1
        self.send_response(200 if Answer.asked > {after} else 503)
        self.end_headers()
        self.wfile.write(b'{{"checks": {{"db": {{"status": "ok"}}, "tasks": {{"status": "slow"}}}}}}')
server = http.server.HTTPServer(("127.0.0.1", int(os.environ["DIHYA_WSGI_PORT"])), Answer)
print("Dihya is at", server.server_port, flush=True)
server.serve_forever()
"""


@pytest.mark.parametrize(("after", "said"), [(1, ""), (99, "/health/ready answers 503 after 1 seconds: tasks is slow")])
def test_a_server_that_has_just_started_is_asked_again(attempt, monkeypatch, tmp_path, after, said):
    """Until it is ready, or has had the time for it: then the checks that fail are named."""
    monkeypatch.setattr(smoke, "PATIENCE", 1)
    (tmp_path / "server.py").write_text(SERVER.format(after=after))
    serve = f'exec "$PYTHON" {tmp_path / "server.py"}'
    if not said:
        assert attempt(serve=serve) == ["installed without an index; 1 plugins are active", "started and is ready"]
        return
    with pytest.raises(DihyaError) as caught:
        attempt(serve=serve)
    assert said in caught.value.message


@pytest.mark.parametrize(
    ("languages", "spoken", "said"),
    [
        ('["fr"]', "fr", ["started and is ready", "the front page bears the name in 1 languages"]),
        ('["fr"]', "en", "was asked for in 'fr' and comes in 'en'"),
        ("[]", "en", ["started and is ready", "the front page bears the name"]),
    ],
)
def test_the_front_page_speaks_the_languages_of_the_brand(shelf, monkeypatch, languages, spoken, said):
    """A distribution that names none is asked for none."""
    manifest = shelf.manifest(f'[plugins]\nclub = "*"\n[brand]\nname = "Our club"\nlanguages = {languages}\n')
    monkeypatch.setattr(smoke, "_get", lambda port, path: (200, "<title>Our club</title>", spoken))
    if isinstance(said, list):
        assert list(smoke._answers(manifest, 1, {smoke.section(smoke.BRAND)})) == said
        return
    with pytest.raises(DihyaError, match=said):
        list(smoke._answers(manifest, 1, {smoke.section(smoke.BRAND)}))


def test_the_trial_knows_nothing_of_this_machine(attempt, monkeypatch):
    """Neither an index, nor settings, nor what Python was told: only where programs are."""
    monkeypatch.setenv("DIHYA_TOY_COLOUR", "red")
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    with pytest.raises(DihyaError) as caught:
        attempt(install="env | cut -d= -f1 | sort | tr '\\n' ' ' >&2; exit 1")
    names = set(caught.value.message.partition(": ")[2].split()) - {
        "'install'",
        "ends",
        "with",
        "1:",
        "_",
        "SHLVL",
        "PWD",
        "OLDPWD",
    }
    assert names == {
        "PATH",
        "HOME",
        "LANG",
        "PYTHON",
        "PIP_NO_INDEX",
        "PIP_INDEX_URL",
        "PIP_CONFIG_FILE",
        "UV_OFFLINE",
        "DIHYA_WSGI_PORT",
    }
