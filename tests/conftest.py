"""Whole installations for journeys: an environment of their own, a folder, a server."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import signal
import site
import socket
import subprocess
import sys
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

MAIN = "from dihya_core.cli.main import main; main()"
SEVERAL = """
import json, sys
from dihya_core.cli.main import main
for command in json.loads(sys.argv[1]):
    try:
        main(command)
    except SystemExit as end:
        if end.code:
            sys.exit(f"{command} ended with {end.code}")
"""


class Installation:
    """What a user has after ``make serve``: an environment in which plugins can be installed, and a data folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = folder / "venv"
        venv.EnvBuilder(with_pip=False, symlinks=True).create(self.environment)
        self.python = self.environment / "bin" / "python"
        for tool in ("uv", "uv-build"):
            (self.environment / "bin" / tool).symlink_to(Path(sys.executable).with_name(tool))
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        packages = self.environment / "lib" / version / "site-packages"
        around = "".join(f"import site; site.addsitedir({path!r})\n" for path in site.getsitepackages())
        (packages / "around.pth").write_text(around)
        (folder / "dihya.toml").write_text('[dihya]\ndata = "instance"\n')
        self.data = folder / "instance"
        self.password = ""

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables of a user, where the model lies, and how many threads it has."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("DIHYA_", "PYTEST"))}
        cache = os.environ.get("DIHYA_MODELS_CACHE")
        own = {
            "LANG": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
            "DIHYA_MODELS_THREADS": "1",
        }  # the cores are shared with other tests
        return {**kept, **own, **({"DIHYA_MODELS_CACHE": cache} if cache else {})}

    def run(
        self, *arguments: str, input: bytes | None = None, offline: bool = False, code: int | None = 0
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a ``dihya`` command; fail unless it ends with *code* (None for any)."""
        prefix = ["unshare", "-rn"] if offline else []
        command = [*prefix, str(self.python), "-c", MAIN, *arguments]
        done = subprocess.run(
            command, cwd=self.folder, env=self.variables, input=input, capture_output=True, timeout=300, check=False
        )
        if code is not None:
            said = f"{done.stdout.decode(errors='replace')[-3000:]}\n{done.stderr.decode(errors='replace')[-3000:]}"
            assert done.returncode == code, f"dihya {' '.join(arguments)} ended with {done.returncode}\n{said}"
        return done

    def ask(self, *commands: tuple[str, ...]) -> bytes:
        """Return what ``dihya`` commands print that only look: one process runs them all. Fail unless all end well."""
        command = [str(self.python), "-c", SEVERAL, json.dumps(commands)]
        done = subprocess.run(
            command, cwd=self.folder, env=self.variables, capture_output=True, timeout=300, check=False
        )
        assert done.returncode == 0, f"{done.stdout.decode()[-3000:]}\n{done.stderr.decode()[-3000:]}"
        return done.stdout

    def setup(self) -> None:
        """Run ``dihya setup`` and keep the one-time password that it prints."""
        said = self.run("setup").stdout.decode()
        if found := re.search(r"one-time password (\S+?);", said):
            self.password = found[1]

    def generate(self, idea: str, *options: str, offline: bool = False, code: int | None = 0) -> dict[str, Any]:
        """Run ``dihya generate --json`` and return its object."""
        done = self.run("generate", "--idea", idea, "--json", "--yes", *options, offline=offline, code=code)
        return json.loads(done.stdout) if done.stdout.strip() else {}

    def start(self) -> Server:
        """Start the server on a free port and wait until it answers."""
        return Server(self)

    @contextmanager
    def serving(self) -> Iterator[Server]:
        """Serve around a block."""
        server = self.start()
        try:
            yield server
        finally:
            server.stop()


class Server:
    """A running ``dihya serve``."""

    def __init__(self, installation: Installation, port: int = 0) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = installation.folder / f"serve-{self.port}.log"
        command = [str(installation.python), "-c", MAIN, "serve", "--port", str(self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=installation.folder,
                env=installation.variables,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        assert self.process.stdout is not None
        line = b"".join(self.process.stdout.readline() for _ in range(3)).decode()  # in a frame
        assert self.url in line, f"the server did not start: {line}\n{self.log.read_text()[-3000:]}"

    def kill(self) -> None:
        """Kill server and workers, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)
        self._forget()

    def stop(self) -> None:
        """Stop it in an orderly way."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()
                raise
        self._forget()

    def _forget(self) -> None:
        if self.process.stdout:
            self.process.stdout.close()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def installation_class() -> type[Installation]:
    """The class of installations, for those who want another configuration than the usual one."""
    return Installation


@pytest.fixture
def installation(tmp_path: Path) -> Callable[[], Installation]:
    """Return a function that makes an installation that is set up."""
    made: list[Installation] = []

    def make() -> Installation:
        folder = tmp_path / f"installation{len(made)}"
        folder.mkdir()
        one = Installation(folder)
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
    spec = importlib.util.spec_from_file_location("browsing", Path(__file__).with_name("browsing.py"))
    assert spec is not None and spec.loader is not None
    browsing = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(browsing)
    opened: list[Any] = []

    def start(url: str) -> Any:
        opened.append(browsing.Browser(url, tmp_path, browser_paths))
        return opened[-1]

    yield start
    for browser in opened:
        browser.driver.quit()


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
