"""The plugin as a check sees it from inside of the sandbox: its files, its face, an application that it runs in."""

from __future__ import annotations

import importlib
import pkgutil
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any

from ..rehearsal import installed, needed
from .model import NotChecked

HOSTED = (
    "audit", "console", "docs", "i18n", "keys", "middleware", "rgpd", "routes", "securite", "static", "storage", "tasks",
)  # fmt: skip
CHEAP = {"securite": {"argon2_time": 1, "argon2_memory": 64}}
"""Passwords of made-up people need not be hard to guess."""


class Plugin:
    """The installed plugin *name*.

    Attributes:
        wheel: the file that it was installed from.
        source: a copy of its project with tests and README; None where only the wheel is there.
        sparing: True where of what is declared alike one is attacked, and one role walks through each resource.
    """

    def __init__(self, name: str, wheel: Path, source: Path | None = None, *, sparing: bool = False) -> None:
        self.name, self.wheel, self.source, self.sparing = name, wheel, source, sparing
        self._hosted: tuple[frozenset[str], Any] | None = None

    @property
    def package(self) -> str:
        """The name of its import package."""
        return f"dihya_{self.name}"

    @property
    def distribution(self) -> metadata.Distribution:
        """What is installed."""
        return metadata.distribution(f"dihya-{self.name.replace('_', '-')}")

    @cached_property
    def folder(self) -> Path:
        """The installed package; nothing of it is imported."""
        return Path(str(self.distribution.locate_file(self.package)))

    @cached_property
    def files(self) -> dict[str, str]:
        """The text files of the package, under ``src/``, as ``dihya_tests.sources`` reads them."""
        found = {}
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                try:
                    found[f"src/{self.package}/{path.relative_to(self.folder).as_posix()}"] = path.read_text("utf-8")
                except UnicodeDecodeError:
                    continue
        return found

    @cached_property
    def tests(self) -> dict[str, str]:
        """The plugin's own tests, path → text. Raises NotChecked where they are not at hand."""
        folder = self.source / "tests" if self.source else None
        if folder is None:
            raise NotChecked(
                "a wheel has no tests in it; check the folder, or name it with --tests",
                "une wheel ne contient pas de tests ; vérifiez le dossier, ou nommez-le avec --tests",
            )
        return {
            f"tests/{path.relative_to(folder).as_posix()}": path.read_text("utf-8")
            for path in sorted(folder.rglob("*.py"))
        }

    @property
    def face(self) -> ModuleType:
        """Its face, imported."""
        return importlib.import_module(self.package)

    def modules(self) -> Iterator[str]:
        """The names of its modules, without its migrations; nothing is imported but the packages between."""
        yield self.package
        for module in pkgutil.walk_packages([str(self.folder)], f"{self.package}."):
            if ".migrations" not in module.name:
                yield module.name

    def imported(self) -> ModuleType:
        """Return the face, after importing every module: a table counts wherever it stands."""
        for name in self.modules():
            importlib.import_module(name)
        return self.face

    def tables(self) -> list[Any]:
        """Return the tables that its models declare, by name."""
        from dihya_hookspecs.data import Model

        self.imported()
        mine = [table for table in Model.metadata.sorted_tables if self._declares(table)]
        return sorted(mine, key=lambda table: table.name)

    def _declares(self, table: Any) -> bool:
        model = table.info.get("model")
        return model is not None and model.__module__.split(".")[0] == self.package

    @contextmanager
    def running(
        self,
        *others: str,
        alone: bool = False,
        config: Mapping[str, Mapping[str, Any]] | None = None,
        plugins: Mapping[str, object] | None = None,
    ) -> Iterator[Any]:
        """Give an application with the plugin, what it requires, *others* that are installed, and its tables.

        Args:
            alone: without *others* nothing is added to what it requires but the database.
            config: settings by section.
            plugins: plugins in memory beside it.
        """  # fmt: skip
        from .. import kit

        around = () if alone else others
        wanted = self._wanted(around)
        if self._hosted and not alone and not plugins and wanted <= self._hosted[0]:
            yield self._hosted[1]
            return
        with kit.starter(Path(tempfile.mkdtemp(prefix="check-"))) as make:
            yield make(*sorted(wanted), config=config, plugins=plugins)

    def _wanted(self, around: Iterable[str]) -> frozenset[str]:
        """Return who runs beside these: the plugin, and what is required; of these only what is installed."""
        there = set(installed().values())
        found = [one for one in around if one in there]
        return frozenset({self.name, *needed(self.name), *found, *(more for one in found for more in needed(one))})

    @contextmanager
    def hosting(self, data: Path) -> Iterator[None]:
        """Start an application beside every plugin that shared checks ask for; ``running`` gives it to them.

        Args:
            data: its data folder, a new one.
        """
        from .. import kit

        wanted = self._wanted(HOSTED)
        data.mkdir(mode=0o700)
        with kit.starter(data.parent) as make:
            app = make(*sorted(wanted), config=CHEAP, data=data)
            app.engine.dispose()
            for name in app.flask.jinja_env.list_templates(filter_func=lambda name: name.startswith("console/")):
                app.flask.jinja_env.get_template(name)  # compiled once, and not by each check that reads pages
            self._hosted = (wanted, app)
            yield

    def state(self, app: Any) -> str:
        """Return ``active``, or why the plugin does not run in *app*."""
        for info in app.hooks.all():
            if info.name == self.name:
                return "active" if info.state == "active" else f"{info.state}: {info.reason}"
        return "absent"

    def owns(self, app: Any, endpoint: str) -> bool:
        """Tell whether a route of *app* is the plugin's own, and not one that others give for its resources."""
        return bool(endpoint.rpartition(".")[0]) and app.flask.pipeline.owner(endpoint.rpartition(".")[0]) == self.name

    def is_about(self, app: Any, endpoint: str) -> bool:
        """Tell whether a route of *app* is the plugin's own, or one that others give for its resources."""
        owner = self.name if self.owns(app, endpoint) else ""
        return bool(getattr(app.flask.view_functions[endpoint], "dihya_about", (owner, ""))[0] == self.name)

    def views(self, app: Any) -> Iterator[tuple[str, Any]]:
        """Yield endpoint and view of its own routes."""
        for endpoint, view in app.flask.view_functions.items():
            if self.owns(app, endpoint):
                yield endpoint, view

    @staticmethod
    def address(rule: str) -> str:
        """Return an address that a rule answers, with something in the place of each argument."""
        values = {"int": "1", "uuid": "00000000-0000-7000-8000-000000000007", "path": "a", "float": "1.5"}
        return re.sub(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>", lambda found: values.get(found[1] or "", "a"), rule)

    def requirements(self, *, extras: bool = True) -> list[str]:
        """Return what its metadata require, the extras for tests left out."""
        lines = self.distribution.requires or []
        kept = [line for line in lines if not re.search(r"extra\s*==\s*['\"](test|tests|testing|dev)['\"]", line)]
        return kept if extras else [line for line in kept if "extra ==" not in line]
