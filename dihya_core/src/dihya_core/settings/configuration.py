"""Configuration: ``dihya.toml`` ‹ environment ‹ command line, every key traced, every error in one report."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from dihya_hookspecs import Flaw, Invalid
from dihya_hookspecs.settings import Said, is_secret, structured

from dihya_core.loading.discovery import Candidate

if TYPE_CHECKING:
    from pydantic import BaseModel

_M = TypeVar("_M", bound="BaseModel")
PREFIX = "DIHYA_"
FILE = "dihya.toml"
MASK = "••••••"
CORE = ("dihya", "plugins")


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake in the configuration."""

    source: str
    key: str
    expected: str
    got: str
    suggestion: str = ""

    def __str__(self) -> str:
        hint = f"; {self.suggestion}" if self.suggestion else ""
        return f"{self.source}: {self.key}: expected {self.expected}, got {self.got}{hint}"


@dataclass(frozen=True, slots=True)
class Value:
    """A raw value and where it was said: ``dihya.toml:12``, a variable, or the command line.

    Attributes:
        free: people may change it where they may change the setting: it is the default of a distribution.
    """

    value: Any
    source: str
    free: bool = False


INSTALLED = "the name of an installed plugin"


@dataclass(slots=True)
class Configuration:
    """All that was said, before the plugins' own models read it.

    Attributes:
        sections: section → key → value; sections are ``dihya``, ``plugins`` and plugin names.
        faults: mistakes that stop the start.
        wrong: mistakes in a plugin's own section, which keep only that plugin from running.
        warnings: what an operator should know although everything can start.
        folder: relative paths are taken from here: the folder of the file, or the working directory.
        distribution: name and version of the distribution that is installed; empty where there is none.
    """

    path: Path | None
    folder: Path
    sections: dict[str, dict[str, Value]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    wrong: dict[str, list[Fault]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    distribution: str = ""

    def absent(self, source: str, key: str, name: str, known: Iterable[str]) -> None:
        """Note the name of a plugin that is not installed: a mistake when it is nearly that of one, or a warning."""
        # Nobody mistypes the first letter and half of the rest: 'one' is no misspelt 'console'.
        if get_close_matches(name, [other for other in known if other[:1] == name[:1]], 1, 0.66):
            self.faults.append(Fault(source, key, INSTALLED, repr(name), suggest(name, known)))
        else:
            self.warnings.append(f"{source}: {key} names {name!r}, which is not installed; nothing is done about it")

    def pardon(self, gone: Iterable[str]) -> None:
        """Make warnings of the mistakes that are the names of plugins that were uninstalled: they stop no start."""
        names = {repr(name) for name in gone}
        pardoned = [fault for fault in self.faults if fault.expected == INSTALLED and fault.got in names]
        self.faults = [fault for fault in self.faults if fault not in pardoned]
        self.warnings += [f"{fault.source}: {fault.key} names {fault.got}, which was uninstalled" for fault in pardoned]

    @property
    def file(self) -> Path:
        """The file that is edited: the one that was read, or the one to be made beside."""
        return self.path or self.folder / FILE

    def said(self, section: str) -> dict[str, Said]:
        """Return where each value of a section was said."""
        return {key: self._place(item.source) for key, item in self.sections.get(section, {}).items()}

    def _place(self, source: str) -> Said:
        if source.startswith(PREFIX):
            return Said("variable", source)
        if source == "--set":
            return Said("option", source)
        if source == self.distribution:
            return Said("distribution", source)
        if self.path is None or not source.startswith(self.path.name):
            return Said("program", source)
        return Said("file", str(self.path.with_name(source)))

    def free(self, section: str) -> frozenset[str]:
        """Return which of the values of a section people may change all the same."""
        return frozenset(key for key, item in self.sections.get(section, {}).items() if item.free)

    def plain(self, section: str) -> dict[str, Any]:
        """Return a section as plain values."""
        return {key: item.value for key, item in self.sections.get(section, {}).items()}


def suggest(name: str, known: Iterable[str]) -> str:
    """Return a did-you-mean, or the whole list when nothing is near."""
    choices = sorted(known)
    near = get_close_matches(name, choices, 1)
    return f"did you mean {near[0]!r}?" if near else f"known: {', '.join(choices)}"


def settings_model(candidate: Candidate) -> type[BaseModel] | None:
    """Return a plugin's settings model, or None when it has no ``settings.py``."""
    if candidate.module is not None:
        model = getattr(candidate.module, "Settings", None)
        if model is not None or not hasattr(candidate.module, "__path__"):
            return model
    folder = candidate.folder()
    if folder is None or not (folder / "settings.py").is_file():
        return None
    return importlib.import_module(f"{candidate.package}.settings").Settings  # type: ignore[no-any-return]


def validated(model: type[_M], section: str, found: Configuration) -> _M | None:
    """Build a plugin's settings. Every mistake becomes a Fault in *found*; then the answer is None."""
    from pydantic import ValidationError

    _read_files(model, section, found)
    said = found.sections.get(section, {})
    faults = found.faults if section in CORE else found.wrong.setdefault(section, [])
    try:
        return model.model_validate({key: item.value for key, item in said.items()})
    except ValidationError as error:
        faults += [_fault(model, section, said, detail) for detail in error.errors(include_url=False)]
        return None


def _read_files(model: type[BaseModel], section: str, found: Configuration) -> None:
    """Take ``DIHYA_X_KEY_FILE`` for the file that holds ``key``, unless ``key_file`` is itself a setting."""
    said = found.sections.get(section, {})
    for name, value in list(said.items()):
        if not value.source.startswith(PREFIX) or not name.endswith("_file") or name in model.model_fields:
            continue
        key, _ = name.removesuffix("_file"), said.pop(name)
        try:
            text = Path(str(value.value)).read_text("utf-8-sig").strip()
        except (OSError, UnicodeDecodeError) as error:
            faults = found.faults if section in CORE else found.wrong.setdefault(section, [])
            got = f"{value.value!r}: {type(error).__name__}"
            faults.append(Fault(value.source, f"{section}.{key}", "a readable UTF-8 file", got))
        else:
            if key not in said or said[key].source != "--set":
                said[key] = Value(structured(text), value.source)


def _fault(model: type[BaseModel], section: str, said: Mapping[str, Value], detail: Mapping[str, Any]) -> Fault:
    path = [str(part) for part in detail["loc"]]
    top = path[0] if path else ""
    source = said[top].source if top in said else f"[{section}]"
    key = f"{section}.{'.'.join(path)}" if path else section
    if detail["type"] == "extra_forbidden":
        return Fault(source, key, "a known key", repr(top), suggest(path[-1], model.model_fields))
    if detail["type"] == "missing":
        return Fault(
            source, key, "a value", "none", f"set it in [{section}] or as {PREFIX}{section.upper()}_{top.upper()}"
        )
    got = MASK if top in model.model_fields and is_secret(model, top) else repr(detail.get("input"))
    return Fault(source, key, str(detail["msg"]).removeprefix("Input should be ").removeprefix("Value error, "), got)


def raise_faults(found: Configuration) -> None:
    """Raise one Invalid that reports every mistake; return when there is none that stops the start."""
    if not found.faults:
        return
    faults = [*found.faults, *(fault for wrong in found.wrong.values() for fault in wrong)]
    lines = "\n".join(f"  {fault}" for fault in faults)
    count = len(faults)
    raise Invalid(
        f"the configuration has {count} mistake{'s' if count > 1 else ''}:\n{lines}",
        code="configuration",
        flaws=[Flaw(f"/{fault.key.replace('.', '/')}", str(fault)) for fault in faults],
    )
