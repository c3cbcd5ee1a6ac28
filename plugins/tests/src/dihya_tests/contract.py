"""The suite as tests of the author's own run: ``pytest --contract`` adds one item a check.

Stable names: the options ``--contract[=COLUMN,…]`` and ``--contract-patience N``, the node ids ``contract::<column>.<subject>``, and the exception that a
check raises, ``NotEarned``.
"""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from dihya_hookspecs import Invalid

if TYPE_CHECKING:
    from .suite.model import Result


class NotEarned(AssertionError):
    """A check of the contract does not hold, or could not be asked, which is no success."""


class Contract:
    """A plugin of pytest: the checks of the suite beside the tests of one folder.

    Args:
        folder: the plugin's, with its ``pyproject.toml``.
        said: the columns, separated by commas; empty for all.
        patience: what every time limit is multiplied by, for a machine that is slow or busy.

    Raises:
        Invalid: a column that is none, or a folder that is no plugin.
    """

    def __init__(self, folder: Path, said: str = "", patience: float = 1) -> None:
        from . import checks
        from .suite.registry import chosen

        checks.plugin_name(checks.read(folder))
        self.folder, self.patience, self.wanted = folder, patience, list[str]()
        columns = [name.strip() for name in said.split(",") if name.strip()]
        known = {name: one for column in columns or [None] for name, one in chosen(column).items()}
        self.names = [name for name, one in known.items() if not columns or one.column in columns]

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, session: pytest.Session, items: list[pytest.Item]) -> None:
        """Add one item a check, before ``-k`` and ``-m`` choose."""
        items += Checks.from_parent(session, name="contract", nodeid="contract", contract=self).collect()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Remember which checks are left: only those are run, with what they need."""
        self.wanted = [item.name for item in session.items if isinstance(item, CheckItem)]

    @cached_property
    def results(self) -> dict[str, Result]:
        """What became of each check; the suite runs once, in the sandbox, when the first of them is asked for."""
        from .settings import Settings
        from .suite.registry import with_needs
        from .suite.run import run
        from .suite.target import resolve

        with tempfile.TemporaryDirectory(prefix="contract-") as name:
            place, root = Path(name, "target"), Path(name, "run")
            place.mkdir()
            root.mkdir()
            target = resolve(str(self.folder), place, give=os.environ)  # this run of the author reads them too
            found = run(target, with_needs(self.wanted), root, Settings(), patience=self.patience)
            return {one.check.name: one for one in found}


class Checks(pytest.Collector):
    """What the items stand under."""

    def __init__(self, *, contract: Contract, **given: Any) -> None:
        super().__init__(**given)
        self.contract = contract
        if self.config.pluginmanager.hasplugin("xdist"):  # one worker runs the suite, where the run goes by groups
            self.add_marker(pytest.mark.xdist_group("contract"))

    def collect(self) -> Iterable[CheckItem]:
        """Return one item a check."""
        return [CheckItem.from_parent(self, name=name) for name in self.contract.names]


class CheckItem(pytest.Item):
    """One check of the suite."""

    parent: Checks

    def runtest(self) -> None:
        """Raise NotEarned unless the check passed; an exemption is a warning with the author's reason, and so is what will not hold for ever."""
        found = self.parent.contract.results[self.name]
        evidence = str(found.outcome.evidence)
        if found.state == "exempt":
            warnings.warn(f"{self.name} is exempt: {found.exempt}; it said: {evidence}", stacklevel=2)
        elif found.warnings:
            warnings.warn(f"{self.name}: {evidence}", stacklevel=2)
        elif found.state == "not_checked":
            raise NotEarned(f"not checked: {evidence}")
        elif found.state == "failed":
            raise NotEarned(f"{evidence}\n→ {found.check.advice}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Say what was found and what to do, without a trace of this file."""
        if isinstance(excinfo.value, NotEarned | Invalid):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Say where it stands: in the folder that is checked."""
        return self.parent.contract.folder, None, f"contract: {self.name}"


def begin(config: pytest.Config) -> None:
    """Add the contract to a run that asks for it. Raises UsageError, with one sentence, for what cannot be checked.

    A run inside of the sandbox gets none: the suite runs the plugin's own tests there, and would run itself.
    """
    if config.pluginmanager.hasplugin("dihya_tests.witness"):
        return
    try:
        said, patience = config.getoption("--contract"), config.getoption("--contract-patience")
        config.pluginmanager.register(Contract(config.rootpath, said, patience), "dihya-contract")
    except Invalid as error:
        raise pytest.UsageError(str(error)) from error
