"""Applications that are started once a run and used by many tests: what was stored in between is undone."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .kit import App

Prepare = Callable[["App"], object]


class Kept:
    """One application, and what its database and its data folder held when it was ready."""

    def __init__(self, app: App) -> None:
        self.app = app
        self._database = sqlite3.connect(":memory:", check_same_thread=False)
        self._on_database(lambda driver: driver.backup(self._database))
        self._files = dict(self._read())

    def restored(self) -> App:
        """Return the application with database, files and trail as they were; what plugins remember in memory stays."""
        self._on_database(self._database.backup)
        there = dict(self._read())
        for path in there.keys() - self._files.keys():
            path.unlink()
        for path, content in self._files.items():
            if there.get(path) != content:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        self.app.trail.clear()
        return self.app

    def _on_database(self, work: Callable[[Any], object]) -> None:
        connection = self.app.engine.raw_connection()
        try:
            work(connection.driver_connection)
        finally:
            connection.close()

    def _read(self) -> Iterator[tuple[Path, bytes]]:
        """Yield the files of the data folder without the database, which stands for itself."""
        database = Path(self.app.engine.url.database or "").name
        for path in self.app.data.rglob("*"):
            if path.is_file() and not path.name.startswith(database):
                yield path, path.read_bytes()


class Shelf:
    """Starts each application at its first use; the same plugins, settings and preparation give the same one again."""

    def __init__(self, start: Callable[..., App]) -> None:
        self._start, self._kept = start, dict[object, Kept]()

    def take(
        self, names: tuple[str, ...], plugins: Mapping[str, object], config: Mapping[str, Any], prepare: Prepare | None
    ) -> App:
        """Return an application as it was when it was ready."""
        key = (frozenset(names), tuple((name, id(plugin)) for name, plugin in plugins.items()), repr(config), prepare)
        if key not in self._kept:
            self._kept[key] = Kept(started(self._start, names, plugins, config, prepare))
        return self._kept[key].restored()


def started(
    start: Callable[..., App],
    names: tuple[str, ...],
    plugins: Mapping[str, object],
    config: Mapping[str, Any],
    prepare: Prepare | None,
) -> App:
    """Return a new application, prepared."""
    app = start(*names, plugins=plugins, config=config)
    if prepare is not None:
        prepare(app)
    return app


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    """The applications that this run has started for ``same_app``."""
    from .kit import starter

    with starter(tmp_path_factory.mktemp("kept")) as start:
        yield Shelf(start)


@pytest.fixture
def same_app(request: pytest.FixtureRequest, make_app: Callable[..., App]) -> Callable[..., App]:
    """Return a function like ``make_app`` whose application is started once a run: ``same_app("routes", prepare=fill)``.

    *prepare* fills it once; each test finds database, data folder and trail as that left them. What plugins remember in memory
    stays, and one test uses one application of a kind. On PostgreSQL each test gets a new one.
    """

    def take(
        *names: str,
        plugins: Mapping[str, object] | None = None,
        config: Mapping[str, Any] | None = None,
        prepare: Prepare | None = None,
    ) -> App:
        if "DIHYA_TEST_DB_URL" in os.environ:
            return started(make_app, names, plugins or {}, config or {}, prepare)
        kept: Shelf = request.getfixturevalue("shelf")
        return kept.take(names, plugins or {}, config or {}, prepare)

    return take
