"""Whole installations for journeys: an environment of their own, a folder, a server."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest


def _beside(name: str) -> Any:
    """Return the module of that name beside this file; tests get what is in it from fixtures."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


_installation = _beside("installation")
MAIN, free_port = _installation.MAIN, _installation.free_port


@pytest.fixture(scope="session")
def installation_class() -> type[Any]:
    """The class of installations, for those who want another configuration than the usual one."""
    return _installation.Installation


@pytest.fixture
def installation(tmp_path: Path, installation_class: type[Any]) -> Callable[[], Any]:
    """Return a function that makes an installation that is set up."""
    made: list[Any] = []

    def make() -> Any:
        folder = tmp_path / f"installation{len(made)}"
        folder.mkdir()
        one = installation_class(folder)
        one.setup()
        made.append(one)
        return one

    return make


NAMES = sorted(path.parent.name for path in (Path(__file__).resolve().parents[1] / "plugins").glob("*/pyproject.toml"))
GENERATED = "volubilis"
PASSWORD = "canari orange sous la pluie"


@pytest.fixture
def peopled() -> Callable[[Any], Any]:
    """Return a function that lets an app ``add(email, *roles)`` a person, and give the headers of who ``signed_in(email)``."""

    def equip(app: Any) -> Any:
        app.add, app.signed_in = partial(_add, app), partial(_signed_in, app)
        return app

    return equip


@pytest.fixture
def whole(make_app: Callable[..., Any], peopled: Callable[[Any], Any]) -> Callable[..., Any]:
    """Return a function that starts every plugin of the repository together, with an administrator in it."""

    def start(**given: Any) -> Any:
        config = {"securite": {"argon2_time": 1, "argon2_memory": 64}, "models": {"embedded": False}} | given.pop(
            "config", {}
        )
        app = peopled(make_app(*NAMES, config=config, **given))
        app.admin = app.add("admin@example.org", "admin")
        return app

    return start


def _add(app: Any, email: str, *roles: str) -> str:
    from dihya_hookspecs.access import OPERATOR
    from dihya_securite.service import Directory

    with app.act("add", actor=OPERATOR) as act:
        people = act.get(Directory)
        known = people.by_email(email)
        return str(known.id if known else people.create(OPERATOR, email, email.split("@")[0], roles, PASSWORD)[0].id)


def _signed_in(app: Any, email: str) -> dict[str, str]:
    answer = app.client().post("/api/v1/securite/tokens", json={"email": email, "password": PASSWORD})
    assert answer.status_code == 201, answer.json
    return {"Authorization": f"Bearer {answer.json['access_token']}"}


@pytest.fixture
def browse(tmp_path: Path, browser_paths: tuple[str, str]) -> Iterator[Callable[[str], Any]]:
    """Return a function that opens a browser on an address."""
    browsing = _beside("browsing")
    opened: list[Any] = []

    def start(url: str) -> Any:
        opened.append(browsing.Browser(url, tmp_path, browser_paths))
        return opened[-1]

    yield start
    for browser in opened:
        browser.driver.quit()


@pytest.fixture
def tried() -> Any:
    """The module with an application in which plugins are tried, and with somebody who has no mouse."""
    return _beside("tried")


@pytest.fixture(scope="session")
def garden(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the generated plugin ``volubilis``, whose tables are filled too."""
    return tmp_path_factory.mktemp(GENERATED)


@pytest.fixture
def plugins(garden: Path, make_app: Callable[..., Any], tmp_path: Path) -> dict[str, Any]:
    """The generated plugin, which this process and the commands that it starts find in its folder."""
    from dihya_hookspecs.generation import Needs, Templates

    if f"dihya_{GENERATED}" not in sys.modules:
        with make_app("templates", config={"db": {"url": ""}}, data=tmp_path / "maker").act() as act:
            templates = act.get(Templates)
            files = templates.render(templates.complete(Needs("", "sante", GENERATED)))
        for path, content in files.items():
            (garden / path).parent.mkdir(parents=True, exist_ok=True)
            (garden / path).write_text(content, "utf-8")
        _installed(garden / "src")
    return {GENERATED: importlib.import_module(f"dihya_{GENERATED}")}


def _installed(folder: Path) -> None:
    """Let this process, and the commands that it starts, find the plugin in its folder."""
    about = folder / f"dihya_{GENERATED}-1.0.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: dihya-{GENERATED}\nVersion: 1.0.0\nRequires-Dist: dihya-hookspecs>=2,<3\n"
    )
    (about / "entry_points.txt").write_text(f"[dihya.plugins]\n{GENERATED} = dihya_{GENERATED}\n")
    (about / "RECORD").touch()
    sys.path.insert(0, str(folder))


def chromium() -> tuple[str, str] | None:
    """Return the paths of Chromium and its driver, or None."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    return (browser, driver) if browser and driver else None


@pytest.fixture
def browser_paths() -> tuple[str, str]:
    """The paths of Chromium and its driver; tests that need them are marked ``browser``."""
    found = chromium()
    assert found is not None
    return found


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs a browser where there is none; say so in the last lines, or fail when one was promised."""
    wanted = [item for item in items if item.get_closest_marker("browser")]
    if not wanted or chromium():
        return
    if os.environ.get("DIHYA_TEST_BROWSER") == "required":
        raise pytest.UsageError(
            "browser tests need chromium and chromedriver, and DIHYA_TEST_BROWSER says that they are required"
        )
    config.stash[LEFT_OUT] = len(wanted)
    items[:] = [item for item in items if item not in wanted]


LEFT_OUT = pytest.StashKey[int]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say in the last lines what was left out."""
    if count := config.stash.get(LEFT_OUT, 0):
        terminalreporter.write_line(
            f"{count} browser tests were left out: no chromium and chromedriver on this machine", yellow=True
        )
