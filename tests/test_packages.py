"""What holds for the plugins together: alone, all at once, and in any company."""

import ast
import random
import re
import subprocess
import sys
import tomllib
import zipfile
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import importlib_metadata
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PLUGINS = sorted(path.parent.name for path in (ROOT / "plugins").glob("*/pyproject.toml"))


@pytest.mark.parametrize("name", PLUGINS)
def test_every_plugin_starts_alone(make_app, name):
    """A plugin needs nothing but the core and a database."""
    app = make_app(name, tables=False)
    assert {info.name: info.state for info in app.hooks.all() if info.name == name} == {name: "active"}


def test_all_start_together(make_app):
    """All plugins start together, and none is quarantined."""
    app = make_app(*PLUGINS)
    assert [info for info in app.hooks.all() if info.state != "active"] == []


def test_every_template_compiles(make_app):
    """No page waits for its first reader to show that it cannot be read, or that it uses a filter that nobody brings."""
    environment = make_app(*PLUGINS, tables=False).flask.jinja_env
    names = environment.list_templates(extensions=("html",))
    assert len(names) > 40
    for name in names:
        environment.get_template(name)


@pytest.mark.parametrize("seed", range(10))
def test_any_company_starts(make_app, seed):
    """Ten seeded random subsets of the plugins start."""
    chosen = [name for name in PLUGINS if random.Random(f"{seed}{name}").random() < 0.5]
    app = make_app(*chosen, tables=False)
    assert [info for info in app.hooks.all() if info.state != "active"] == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("seed", range(30))
def test_any_company_goes_up_and_down_and_answers(make_app, seed):
    """Thirty seeded random subsets: the tables are made, every page of the menu answers, and all tables are taken back."""
    from dihya_migrations.service import Migrations
    from sqlalchemy import inspect

    chosen = {name for name in PLUGINS if random.Random(f"company {seed} {name}").random() < 0.5} | {"migrations"}
    app = make_app(*sorted(chosen), tables=False)
    assert [info for info in app.hooks.all() if info.state != "active"] == []
    with app.act() as act:
        migrations = Migrations.of(act)
        assert migrations.upgrade().failures == {} and migrations.pending() == {}
    for client in (app.client(), app.client("admin")):
        assert client.get("/", headers={"Accept": "text/html"}).status_code in (200, 404)
        for rule in app.flask.url_map.iter_rules():
            if "GET" in rule.methods and not rule.arguments and not rule.rule.endswith(("/events", "/stream")):
                answer = client.get(rule.rule)
                answer.close()
                assert answer.status_code < 500 or answer.status_code == 503, f"{rule.rule}: {answer.status_code}"
    with app.act() as act:
        migrations = Migrations.of(act)
        for scripts in reversed(migrations.scripts()):
            migrations.downgrade(scripts.plugin, "base", destructive=True)
    left = {name for name in inspect(app.engine).get_table_names() if not name.endswith("_version")}
    assert left <= {"migrations_version"} | {name for name in left if name.startswith("sqlite_")}


def test_a_disabled_plugin_leaves_no_trace(make_app):
    """No route, no page, no command; the others work."""
    app = make_app(*(name for name in PLUGINS if name != "rgpd"))
    assert not [rule.rule for rule in app.flask.url_map.iter_rules() if "rgpd" in rule.rule]
    assert "rgpd" not in app.cli("--help").stdout
    assert [page for _, page in app.hooks.collected("register_console_pages") if "rgpd" in page.path] == []


PACKAGES = ["hookspecs", "dihya_core", *(f"plugins/{name}" for name in PLUGINS)]


@pytest.mark.parametrize("folder", PACKAGES)
def test_every_wheel_is_fit_to_be_published(folder, tmp_path):
    """Built offline, it carries the license, who made it, what it is for, and that it is typed."""
    from dihya_hookspecs.wheels import inspected

    uv = Path(sys.executable).with_name("uv")
    command = [uv, "build", "--quiet", "--wheel", "--offline", "--out-dir", tmp_path, ROOT / folder]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (metadata,) = [archive.read(name).decode() for name in names if name.endswith(".dist-info/METADATA")]
        (license,) = [archive.read(name) for name in names if name.endswith(".dist-info/licenses/LICENSE")]
    assert license == (ROOT / "LICENSE").read_bytes()
    assert any(name.endswith("/py.typed") for name in names)
    assert all(f"\n{field}: " in metadata for field in ("Summary", "Author", "Classifier", "License-Expression"))
    # The kit is known to pytest, and who repairs an installation is known to the core.
    if folder.startswith("plugins/"):
        assert inspected(
            wheel, ("dihya.after", "dihya.before", "dihya.repair", "dihya.judge", "pytest11")
        ).name == folder.removeprefix("plugins/")


@pytest.mark.journey  # its build backend comes from a package index
def test_the_roof_is_built_like_the_others(tmp_path):
    """``pip install dihya`` brings every plugin that serves, and neither a test runner nor a build backend."""
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", tmp_path, tmp_path]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("dihya-*.whl")
    (found,) = importlib_metadata.distributions(path=[str(wheel)])
    assert found.read_text("licenses/LICENSE") == (ROOT / "LICENSE").read_text("utf-8")
    assert all(field in found.metadata for field in ("Summary", "Author", "Classifier", "License-Expression"))
    needed = [Requirement(line) for line in found.requires]
    served = {each.name.removeprefix("dihya-") for each in needed if not each.marker}
    assert served == {"core", "hookspecs"} | {name.replace("_", "-") for name in PLUGINS} - {"tests", "distributions"}


def test_the_core_knows_whose_our_commands_are(make_app):
    """The core knows the package of each of our commands, to name it where it is not installed."""
    from dihya_core.cli.extended import COMMANDS
    from dihya_core.cli.main import OPEN

    found = {}
    for plugin, command in make_app(*PLUGINS).hooks.collected("register_commands"):
        added = [f"{command.name} {name}" for name in command.commands] if command.name in OPEN else [command.name]
        found.setdefault(plugin, []).extend(added)
    assert {plugin: sorted(names) for plugin, names in found.items()} == {
        plugin: sorted(names) for plugin, names in COMMANDS.items()
    }


FOLDERS = {"dihya": "."}
FOLDERS |= {f"dihya-{Path(folder).name.replace('dihya_', '').replace('_', '-')}": folder for folder in PACKAGES}


@cache
def declared(folder):
    return tomllib.loads((ROOT / folder / "pyproject.toml").read_text("utf-8"))


def brought(*wanted):
    """Every package of ours and every requirement from the outside, by name, that installing these brings."""
    seen, outside, waiting = set(), set(), [Requirement(one) for one in wanted]
    while waiting:
        need = waiting.pop()
        name = canonicalize_name(need.name)
        if name not in FOLDERS:
            outside.add(name)
        elif (name, *need.extras) not in seen:
            seen.add((name, *need.extras))
            project = declared(FOLDERS[name])["project"]
            lines = [*project.get("dependencies", ())]
            lines += [line for extra in need.extras for line in project["optional-dependencies"][extra]]
            waiting += map(Requirement, lines)
    return {name for name, *_ in seen}, outside


def prepared(name):
    """What is there when the tests of a plugin run alone: the core, the plugin, and what its group ``test`` declares."""
    return brought(
        "dihya-core", f"dihya-{name.replace('_', '-')}", *declared(f"plugins/{name}")["dependency-groups"]["test"]
    )


modules = cache(packages_distributions)


def trees(name):
    """Yield (file, tree) for each file of a plugin's tests; those below a folder of their own are read by no run of it."""
    for path in sorted((ROOT / "plugins" / name / "tests").glob("*.py")):
        yield path, ast.parse(path.read_text("utf-8"))


@pytest.mark.parametrize("name", PLUGINS)
def test_what_the_tests_of_a_plugin_import_is_declared(name):
    """The plugin declares it, or its test dependencies do: so its author runs the tests without this repository."""
    ours, outside = prepared(name)
    known = modules()
    for path, tree in trees(name):
        beside = {one.stem for one in path.parent.iterdir()}
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and not node.level else []
            for top in {one.partition(".")[0] for one in names} - sys.stdlib_module_names:
                if top.startswith("dihya_") and top.removeprefix("dihya_") in (*PLUGINS, "core", "hookspecs"):
                    assert f"dihya-{top.removeprefix('dihya_').replace('_', '-')}" in ours, f"{path.name} imports {top}"
                elif top in known and top not in beside:
                    there = {canonicalize_name(one) for one in known[top]}
                    assert there & outside or top == "_pytest", f"{path.name} imports {top}"


@pytest.mark.parametrize("name", PLUGINS)
def test_the_plugins_that_the_tests_of_a_plugin_start_are_declared(name):
    """Each name that is written into ``make_app(…)`` is one of them."""
    ours, _ = prepared(name)
    for path, tree in trees(name):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "make_app":
                started = {one.value for one in node.args if isinstance(one, ast.Constant)} & set(PLUGINS)
                absent = {one for one in started if f"dihya-{one.replace('_', '-')}" not in ours}
                assert absent == set(), f"{path.name}:{node.lineno}"


def test_serving_installs_no_test_runner_and_no_build_backend():
    """The roof brings every plugin but the kit and the one that builds distributions, which its extras add."""
    plain, outside = brought("dihya")
    assert not {"psycopg", "xllamacpp"} & outside
    everything, more = brought("dihya[all]")
    assert everything == plain and more - outside == {"psycopg", "xllamacpp"}
    assert not {"pytest", "uv-build", "hypothesis", "pip", "cyclonedx-python-lib"} & outside and "flask" in outside
    proving, tools = brought("dihya[proof,build]")
    assert proving - plain == {"dihya-tests", "dihya-distributions"}
    assert {"pytest", "uv-build", "pip", "cyclonedx-python-lib"} <= tools
    assert {f"dihya-{name.replace('_', '-')}" for name in PLUGINS} <= proving


def test_the_roof_lists_exactly_the_packages():
    """No plugin is forgotten, none is left over."""
    from dihya_core.loading.discovery import installed

    roof = declared(".")["project"]
    extras = roof["optional-dependencies"]
    listed = {re.match(r"[\w-]+", line)[0] for line in (*roof["dependencies"], *extras["proof"], *extras["build"])}
    assert listed == {declared(folder)["project"]["name"] for folder in PACKAGES}
    assert {item.name for item in installed()} >= set(PLUGINS)


def test_what_packages_ask_of_each_other_lies_in_the_checkout():
    """An index that has packages of these names is not asked while one of them is built or tested."""
    sources = declared(".")["tool"]["uv"]["sources"]
    assert sources == {declared(folder)["project"]["name"]: {"workspace": True} for folder in PACKAGES}
