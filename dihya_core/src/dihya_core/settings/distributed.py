"""What the distribution that is installed says: defaults of its own, and options that nobody else decides."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dihya_hookspecs import Invalid
from dihya_hookspecs.i18n import Text

from dihya_core.settings.configuration import Configuration, Fault, Value
from dihya_core.settings.distribution_file import place

FOLDER = "{distribution}"
"""Stands in a value for the folder in which the files of the distribution lie."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """What ``dihya build`` made of a manifest, as it lies in the environment.

    Attributes:
        label: name and version, ``club-suite 1.2``.
        locked: settings that are as it says, whatever file, variable or option says: ``console.name``.
    """

    label: str
    sections: dict[str, dict[str, Any]] = field(default_factory=dict)
    locked: tuple[str, ...] = ()


def installed(path: Path | None = None) -> Distribution | None:
    """Return the distribution of this environment; None where it is none. Raises Invalid for a file that is damaged."""
    path = path or place()
    try:
        content = tomllib.loads(path.read_text("utf-8"))
        label = f"{content['name']} {content['version']}"
    except FileNotFoundError:
        return None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError) as error:
        said = f"{path} is damaged ({type(error).__name__}: {error}); install the distribution again"
        raise Invalid(said, code="configuration") from error
    sections = {
        section: {key: _placed(value, path.parent) for key, value in values.items()}
        for section, values in content.get("settings", {}).items()
    }
    return Distribution(label, sections, tuple(content.get("locked", ())))


def lay(found: Configuration, distribution: Distribution, known: set[str]) -> None:
    """Put what a distribution says below everything that the operator says."""
    found.distribution = distribution.label
    for section, values in distribution.sections.items():
        if section not in known:
            found.absent(distribution.label, f"[{section}]", section, known)
            continue
        for key, value in values.items():
            free = f"{section}.{key}" not in distribution.locked
            found.sections.setdefault(section, {})[key] = Value(value, distribution.label, free)


def hold(found: Configuration, distribution: Distribution) -> None:
    """Report whatever differs from what the distribution locks."""
    for name in distribution.locked:
        section, _, key = name.partition(".")
        said = found.sections.get(section, {}).get(key)
        if said is not None and said.source != distribution.label:
            expected = f"no other value than {distribution.label!r} gives, which locks it"
            found.faults.append(Fault(said.source, name, expected, "another", "take it out"))


def switches(found: Configuration) -> dict[str, list[str]]:
    """Return the lists of ``[plugins]`` that the distribution gives where the operator says nothing."""
    said = found.sections.get("plugins", {})
    return {key: list(one.value) for key, one in said.items() if _given(found, one) and isinstance(one.value, list)}


def locks_plugins(found: Configuration) -> Text | None:
    """Return why nobody here switches plugins on or off, or None."""
    said = found.sections.get("plugins", {})
    for key in ("enable", "disable"):
        if key in said and _given(found, said[key]) and not said[key].free:
            return Text(
                f"{found.distribution!r} decides which plugins run, and locks it; build it anew to change that",
                f"{found.distribution!r} décide quels plugins fonctionnent, et le verrouille ; reconstruisez-la pour le changer",
            )
    return None


def ensure_free(found: Configuration) -> None:
    """Raise Invalid where the distribution locks which plugins run: what is written in spite of it would stop the next start."""
    if reason := locks_plugins(found):
        raise Invalid(reason.en, code="locked", status=409, params={"reason": str(reason)})


def _given(found: Configuration, said: Value) -> bool:
    return bool(found.distribution) and said.source == found.distribution


def _placed(value: Any, folder: Path) -> Any:
    return value.replace(FOLDER, str(folder)) if isinstance(value, str) else value
