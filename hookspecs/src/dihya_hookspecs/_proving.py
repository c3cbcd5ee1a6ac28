"""Who proves a generated plugin, and the lines of a proof; ``generation`` is where others find them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from .acts import provided_by
from .i18n import gettext, language


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the proof.

    Attributes:
        name: what was checked, in English; its French stands in the catalogue of the prover.
        detail: what was found, as an English sentence.
        message, values: the same as a sentence of the catalogue with ``%(name)s`` for its values; empty where the words
            are not the prover's own.
        check: which check of a suite it is: ``security.sql-injection``; empty for none.
        french: name and detail in French, where they stand in no catalogue.
        later: it is run after the plugin is offered. While *passed* is False too, it was not checked yet.
        unchecked: of such a check, that nobody could ask it: a tool is missing, or it took too long.
    """

    name: str
    passed: bool
    seconds: float
    detail: str = ""
    message: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    check: str = ""
    french: Sequence[str] = ("", "")
    later: bool = False
    unchecked: bool = False

    @property
    def state(self) -> Literal["passed", "failed", "later", "unchecked"]:
        """``later`` for what was not checked yet, and ``unchecked`` for what nobody could ask; neither is a failure or a success."""
        if self.passed:
            return "passed"
        return "later" if self.later else "unchecked" if self.unchecked else "failed"

    @property
    def title(self) -> str:
        """What was checked, in the reader's language."""
        return self._in_french(0) or gettext(self.name)

    @property
    def said(self) -> str:
        """What was found, in the reader's language as far as the words are the prover's own."""
        return self._in_french(1) or (gettext(self.message, **self.values) if self.message else self.detail)

    def _in_french(self, number: int) -> str:
        return self.french[number] if language.get() == "fr" else ""


@provided_by("dihya-tests")
class Prover(Protocol):
    """Runs a plugin's own tests and the kit's checks on it, away from the running application."""

    def prove(
        self,
        folder: Path,
        *,
        seconds: float = 180,
        memory_mb: int = 1500,
        log: Path | None = None,
        generated: bool = False,
        accept_unisolated: bool = False,
        heard: Callable[[Check], object] = lambda check: None,
        kept: Path | None = None,
    ) -> Sequence[Check]:
        """Return one line a check; the first says whether the kernel kept the machine away from what ran.

        Code of the plugin runs only where it is kept away, in a fresh environment.

        Args:
            generated: the application wrote this plugin itself. It must say where it comes from, and passes the whole suite,
                of which some lines are left for ``finish``. It is run also where the kernel cannot isolate, with its own
                tests only.
            accept_unisolated: run a stranger's code also where the kernel cannot isolate.
            heard: told each line when it is there, in whichever thread.
            kept: an empty folder that receives what is kept of a generated plugin's proof, under paths as they shall stand
                in the plugin: the report, and the statement where somebody keeps keys.
        """

    def finish(
        self,
        folder: Path,
        *,
        kept: Path,
        seconds: float = 180,
        memory_mb: int = 1500,
        heard: Callable[[Check], object] = lambda check: None,
    ) -> Sequence[Check]:
        """Run what ``prove`` left for later, and return these lines.

        Args:
            folder: the plugin as it was proven.
            kept: the folder that ``prove`` filled; report and statement in it are written anew.

        Raises:
            Invalid: what is kept is about another plugin, or cannot be read.
        """
