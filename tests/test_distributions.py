"""The examples of docs/distributions are built and start; without any one plugin the rest of the complete one works."""

import json
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path

import pytest
from dihya_core.settings.core_settings import TRUST
from dihya_hookspecs.generation import Needs, Templates

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "docs" / "distributions"
PLUGINS = {path.parent.name for path in ROOT.glob("plugins/*/pyproject.toml")}
COMPLETE = sorted(tomllib.loads((EXAMPLES / "complete.toml").read_text("utf-8"))["plugins"])
UV = Path(sys.executable).with_name("uv")


def test_the_complete_example_is_all_that_serves():
    """Each plugin but the kit and the one that builds distributions; a new one has to be added."""
    assert set(COMPLETE) == PLUGINS - {"tests", "distributions"}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """The examples in a folder of their own, with the wheels that they look for: ours, and one that was generated."""
    from dihya_core import create_app

    folder = tmp_path_factory.mktemp("checkout")
    shutil.copytree(EXAMPLES, folder / "docs" / "distributions")
    shutil.copy(ROOT / "constraints.txt", folder)
    build = [UV, "build", "--wheel", "--quiet", "--offline", "--out-dir", folder / "dist"]
    subprocess.run([*build, "--all-packages"], cwd=ROOT, check=True, capture_output=True)
    app = create_app(only=["templates"], given={"dihya": {"data": str(folder / "data")}}, environ={})
    with app.acts.open("test") as act:
        templates = act.get(Templates)
        files = templates.render(templates.complete(Needs("", "association", "association", {}, "fr")))
    for path, text in files.items():
        place = folder / "dihya-association" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
    subprocess.run([*build, folder / "dihya-association"], check=True, capture_output=True)
    return folder


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", sorted(path.stem for path in EXAMPLES.glob("*.toml")))
def test_an_example_is_built_and_passes_its_smoke_test(checkout, tmp_path, name):
    """From wheels and an index; what comes out installs and starts without one, and holds what is promised."""
    from dihya_distributions.build import build
    from dihya_distributions.manifest import Manifest

    manifest = Manifest.read(checkout / "docs" / "distributions" / f"{name}.toml")
    built = build(manifest, tmp_path / "dist", lambda text: None)
    assert "started and is ready" in built.seen
    with tarfile.open(built.archive) as packed:
        names = {one.name.split("/")[1] for one in packed}
    assert {
        name,
        "wheels",
        "requirements.txt",
        "sbom.cdx.json",
        "licences",
        "dihya.toml",
        "Containerfile",
        "README.md",
    } <= names


@pytest.mark.exhaustive
def test_what_serves_is_resolved_without_what_tests_or_builds(checkout):
    """From built wheels alone and an index, ``dihya[all]`` brings the model and the driver, and no test runner, no build backend, no pip."""
    subprocess.run(
        [UV, "build", "--wheel", "--quiet", "--out-dir", checkout / "dist", ROOT], check=True, capture_output=True
    )
    pip = [sys.executable, "-m", "pip", "install", "--dry-run", "--quiet", "--ignore-installed", "--report", "-"]
    pip += ["--find-links", checkout / "dist", "--constraint", checkout / "constraints.txt", "dihya[all]"]
    report = json.loads(subprocess.run(pip, check=True, capture_output=True, text=True).stdout)
    names = {item["metadata"]["name"].lower().replace("_", "-") for item in report["install"]}
    assert {
        "dihya",
        "dihya-core",
        "xllamacpp",
        "psycopg",
        *(f"dihya-{name.replace('_', '-')}" for name in COMPLETE),
    } <= names
    unwanted = {
        "pytest",
        "hypothesis",
        "build",
        "setuptools",
        "uv",
        "uv-build",
        "pip",
        "wheel",
        "dihya-tests",
        "dihya-distributions",
    }
    assert names & unwanted == set()


def followed(client, start="/"):
    """Return the text of a page and of all that its menu leads to; each of them must answer."""
    first = client.get(start, headers={"Accept": "text/html"})
    found = {start: first.text}
    for address in re.findall(r'href="(/[^"#?]*)"', first.text):
        if address not in found and not address.startswith("/static/"):
            answer = client.get(address, headers={"Accept": "text/html"})
            assert answer.status_code < 500, f"{address}: {answer.status_code}"
            found[address] = answer.text if "html" in answer.mimetype else ""
    return found


@pytest.mark.exhaustive
def test_without_the_database_it_answers_and_is_not_ready(tmp_path):
    """Pages that need none are shown, and whoever asks whether it is ready hears that it is not."""
    from dihya_core.app import stop

    from dihya_core import create_app

    off = {"disable": ["db"], "accept_loss_of": ["db"]}
    app = create_app(only=COMPLETE, given={"dihya": {"data": str(tmp_path)}, "plugins": off}, environ={})
    assert {info.name for info in app.runtime.all() if info.state != "active"} == {"db"}
    client = app.test_client()
    found = {path: client.get(path).status_code for path in ("/health/live", "/health/ready", "/", "/nowhere")}
    stop(app)
    assert found == {"/health/live": 200, "/health/ready": 503, "/": 200, "/nowhere": 404}


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", [name for name in COMPLETE if name != "db"])
def test_without_any_one_plugin_the_rest_works_and_does_not_mention_it(make_app, name):
    """Switched off, it has no address, permission, command, page or place in the API's description, and no page leads to it."""
    loss = [name] if name in TRUST else []
    app = make_app(*COMPLETE, config={"plugins": {"disable": [name], "accept_loss_of": loss}})
    states = {info.name: info.state for info in app.hooks.all()}
    assert states.pop(name) == "disabled" and set(states.values()) <= {"active", "missing requirement"}
    below = re.compile(rf"^/(api/v1/)?{name}(/|$)")
    gone = {name, *(other for other, state in states.items() if state != "active")}
    assert [rule.rule for rule in app.flask.url_map.iter_rules() if below.match(rule.rule)] == []
    assert gone.isdisjoint(plugin for plugin, _ in app.hooks.collected("register_permissions"))
    assert gone.isdisjoint(plugin for plugin, _ in app.hooks.collected("register_commands"))
    for client in (app.client(), app.client("admin"), app.client("user")):
        for address, text in followed(client).items():
            links = [link for link in re.findall(r'(?:href|action|src)="([^"]*)"', text) if below.match(link)]
            # The page of plugins lists those that are switched off, so that they can be switched on.
            assert links == [] or address.startswith("/console/plugins"), f"{address} leads to {links}"
    described = app.client("admin").get("/docs/openapi.json")
    if described.status_code == 200:
        assert [path for path in described.get_json()["paths"] if below.match(path)] == []
        assert name not in [tag["name"] for tag in described.get_json()["tags"]]
