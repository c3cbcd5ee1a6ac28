"""The test kit: a whole application in a temporary folder, with exactly the plugins that a test names."""

from __future__ import annotations

import gc
import importlib.util
import os
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import Actor
from dihya_hookspecs.audit import AuditEvent

from dihya_core import garbage  # at once, or pytest's importlib mode takes a folder of that name in a checkout for it

from . import selection
from .kept import same_app, shelf

__all__ = ["App", "make_app", "postgresql", "postgresql_server", "same_app", "shelf", "starter"]
ACTOR = "dihya.test_actor"


class App:
    """An application under test.

    Attributes:
        flask: the Flask application.
        hooks: calls hooks: ``app.hooks.call("on_ai_fallback", …)``.
        trail: the audit events of committed transactions.
        data: the data folder.
    """

    def __init__(self, flask: Any, trail: list[AuditEvent]) -> None:
        self.flask, self.hooks, self.trail = flask, flask.runtime, trail
        self.data: Path = flask.runtime.data

    def act(self, name: str = "test", *, actor: Actor | None = None) -> AbstractContextManager[Any]:
        """Open an act; it commits at the end of the block."""
        return self.flask.acts.open(name, actor=actor)

    @property
    def engine(self) -> Any:
        """The engine of the database, for what a test does behind the application's back: no act, no audit event."""
        from dihya_hookspecs.data import UNAUDITED, Database

        with self.act("kit.engine") as act:
            return act.get(Database).engine.execution_options(**{UNAUDITED: "a test"})

    def client(self, *roles: str, id: str = "", name: str = "Tin", confirmed: bool = True) -> Any:
        """Return a test client; with *roles* it acts as a person who holds them, otherwise as nobody.

        Args:
            confirmed: False for somebody who gave the password too long ago for views that ask for it again.
        """
        client = self.flask.test_client()
        who = id or str(uuid.uuid4())
        client.actor = Actor(who, name, frozenset(roles), confirmed=confirmed) if roles else None
        if client.actor:
            client.environ_base[ACTOR] = client.actor
        return client

    def cli(self, *arguments: str, input: str | bytes | None = None) -> Any:
        """Run a ``dihya`` command in this application; the result has ``exit_code``, ``stdout`` and ``stderr``."""
        from click.testing import CliRunner
        from dihya_core.cli.explaining import explain_error
        from dihya_core.cli.main import CommandContext, dihya
        from dihya_hookspecs import DihyaError

        runtime = CommandContext(built=self.flask.runtime, given_acts=self.flask.acts, mounted=self.flask)
        result = CliRunner().invoke(dihya, arguments, obj=runtime, input=input)
        if isinstance(result.exception, DihyaError):
            text = f"error: {explain_error(result.exception)}\n".encode()
            result.stderr_bytes += text
            result.output_bytes += text
        return result

    def stop(self) -> None:
        """Stop what runs beside the requests, and close the database."""
        from dihya_core.app import stop
        from dihya_hookspecs.data import Database

        stop(self.flask)
        with self.act("kit.stop") as act:
            act.get(Database).engine.dispose()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run choose its engine."""
    group = parser.getgroup("dihya")
    group.addoption(
        "--database", choices=("sqlite", "postgresql"), default="sqlite", help="engine of the applications under test"
    )
    group.addoption(
        "--contract",
        nargs="?",
        const="",
        metavar="COLUMN,…",
        help="add every check of 'dihya check' on this plugin as a test",
    )
    group.addoption(
        "--contract-patience", type=float, default=1, metavar="N", help="multiply every time limit of --contract"
    )
    selection.add_options(group)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what the run asks to leave out."""
    selection.select(config, items)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Keep what was imported out of every later collection of garbage: it stays until the end of the run."""
    gc.collect()
    gc.freeze()


def pytest_configure(config: pytest.Config) -> None:
    """Start one server for the whole run; workers of pytest-xdist find it in the environment."""
    config.addinivalue_line("markers", f"{selection.ENGINE}(name): only this engine, sqlite or postgresql, can answer")
    garbage.leave_at_exit()
    garbage.seldom()
    if config.getoption("--contract") is not None:
        from . import contract

        contract.begin(config)
    if config.getoption("--database") == "postgresql" and "DIHYA_TEST_DB_URL" not in os.environ:
        from .postgresql import Server

        server = Server()
        os.environ["DIHYA_TEST_DB_URL"] = server.url

        def leave() -> None:
            del os.environ["DIHYA_TEST_DB_URL"]
            server.stop()

        config.add_cleanup(leave)
    if importlib.util.find_spec(
        "hypothesis"
    ):  # where it is installed: no assertion on time, and the same examples each time
        from hypothesis import settings

        settings.load_profile("ci")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a real PostgreSQL, whatever engine the run has."""
    if url := os.environ.get("DIHYA_TEST_DB_URL"):
        yield url
        return
    from .postgresql import Server

    server = Server()
    yield server.url
    server.stop()


@pytest.fixture
def postgresql(postgresql_server: str) -> Iterator[str]:
    """The URL of a fresh, empty database on a real PostgreSQL."""
    import psycopg

    admin = postgresql_server.replace("+psycopg", "")
    name = f"t{uuid.uuid4().hex[:16]}"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield postgresql_server.replace("/postgres", f"/{name}", 1)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def make_app(tmp_path: Path) -> Iterator[Callable[..., App]]:
    """Return a function that starts an application: ``make_app("securite", "audit", config={…}, plugins={…})``."""
    with starter(tmp_path) as start:
        yield start


@contextmanager
def starter(place: Path) -> Iterator[Callable[..., App]]:
    """Give what ``make_app`` gives, with data folders below *place*; the applications stop at the end."""
    started: list[tuple[App, Callable[[], None]]] = []

    def start(
        *names: str,
        config: Mapping[str, Mapping[str, Any]] | None = None,
        plugins: Mapping[str, object] | None = None,
        data: Path | None = None,
        serving: bool = False,
        tables: bool = True,
    ) -> App:
        from dihya_core import create_app

        from . import templates

        trail: list[AuditEvent] = []
        folder = data or place / f"app{len(started)}"
        folder.mkdir(parents=True, exist_ok=True)
        given = {section: dict(values) for section, values in (config or {}).items()}
        given.setdefault("dihya", {}).setdefault("data", str(folder))
        drop = _database(given)
        flask = create_app(
            only={"db", *names, *_keepers(names)},
            given=given,
            environ={},
            plugins={**(plugins or {}), "kit": _plugin(trail)},
            serving=serving,
        )
        flask.testing = True
        flask.jinja_env.bytecode_cache = templates.COMPILED
        app = App(flask, trail)
        if tables:
            _create_tables(app)
        started.append((app, drop))
        return app

    try:
        yield start
    finally:
        for app, drop in reversed(started):
            app.stop()
            drop()


def _keepers(names: Iterable[str]) -> set[str]:
    """Return who keeps the private keys of these plugins, where one of them has any."""
    found = (importlib.util.find_spec(f"dihya_{name}") for name in names)
    folders = [Path(spec.origin).parent for spec in found if spec is not None and spec.origin]
    return {"keys"} if any((folder / "private_keys.py").exists() for folder in folders) else set()


def _plugin(trail: list[AuditEvent]) -> SimpleNamespace:
    """Return the kit's own plugin: it knows who a test client is, and remembers the audit."""
    from sqlalchemy import event as events

    @hookimpl(tryfirst=True)
    def find_actor(request: Any) -> Actor | None:
        """Return the actor that the test client was made with."""
        return request.environ.get(ACTOR)

    @hookimpl
    def on_audit(event: AuditEvent, session: Any) -> None:
        """Remember the event once its transaction is committed."""
        session.connection()  # as whoever writes the event would: now there is something to commit or to undo
        pending = session.info.get("kit_pending")
        if pending is None:
            pending = session.info["kit_pending"] = []
            events.listen(session, "after_commit", lambda _: (trail.extend(pending), pending.clear()))
            events.listen(session, "after_rollback", lambda _: pending.clear())
        pending.append(event)

    return SimpleNamespace(find_actor=find_actor, on_audit=on_audit, __doc__="The test kit.", __name__="dihya_kit")


def _database(given: dict[str, dict[str, Any]]) -> Callable[[], None]:
    """Point the application at a fresh PostgreSQL schema when the run asks for one; return what drops it."""
    url = os.environ.get("DIHYA_TEST_DB_URL")
    if not url or "url" in given.get("db", {}):
        return lambda: None
    import psycopg

    schema = f"t{uuid.uuid4().hex[:16]}"
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f'CREATE SCHEMA "{schema}"')
    given.setdefault("db", {})["url"] = f"{url}{'&' if '?' in url else '?'}options=-csearch_path%3D{schema}"

    def drop() -> None:
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')

    return drop


def _create_tables(app: App) -> None:
    """Make the tables of the active plugins as their migrations do."""
    from . import schema

    info = app.flask.runtime.app_info()
    schema.make(app.engine, dict(info.folders), {plugin.name for plugin in info.plugins})
