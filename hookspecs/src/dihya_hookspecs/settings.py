"""Settings that people change: what a plugin marks as editable, where each value comes from, and who chose it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar, get_args, get_origin

from . import DeclarationError
from .acts import current, provided_by
from .i18n import Text

if TYPE_CHECKING:
    from pydantic import BaseModel

    from .access import Actor

_M = TypeVar("_M", bound="BaseModel")
Choices = Mapping[str, "Text | str"]


@dataclass(frozen=True, slots=True)
class Editable:
    """What a field declares whose value people may change; ``editable()`` makes it.

    Attributes:
        label, help: what people read beside the input.
        personal: each person may choose a value for themselves.
        restart: the plugin reads it once, when it starts; a change counts from the next start on.
        choices: value → caption, or a function that returns that inside an act; for a list to choose from.
    """

    label: Text
    help: Text
    personal: bool = False
    restart: bool = False
    choices: Choices | Callable[[], Choices] | None = None

    def offered(self) -> Mapping[str, str] | None:
        """Return the choices with captions in the reader's language, or None where any value may be written."""
        found = self.choices() if callable(self.choices) else self.choices
        return None if found is None else {value: str(caption) for value, caption in found.items()}


def editable(
    default: Any,
    label: Text,
    help: Text,
    *,
    personal: bool = False,
    restart: bool = False,
    choices: Choices | Callable[[], Choices] | None = None,
    **limits: Any,
) -> Any:
    """Declare a field of a plugin's ``Settings`` that people may change; a plain ``Field`` is the operator's only.

    Write ``keep_days: int = editable(30, Text("Keep for (days)", "Garder (jours)"), Text(…, …), ge=1)``.

    Args:
        limits: what pydantic's ``Field`` takes.
    """
    from pydantic import Field

    declared = Field(default, title=label.en, description=help.en, **limits)
    declared.metadata.append(Editable(label, help, personal, restart, choices))
    return declared


def editable_fields(model: type[BaseModel]) -> dict[str, Editable]:
    """Return what a model marks as editable, by field."""
    return {
        name: mark
        for name, declared in model.model_fields.items()
        for mark in declared.metadata
        if isinstance(mark, Editable)
    }


def check_editable(model: type[BaseModel]) -> None:
    """Raise DeclarationError where a model marks as editable what no input can hold."""
    from pydantic import BaseModel

    for name in editable_fields(model):
        annotation = model.model_fields[name].annotation
        if any(isinstance(one, type) and issubclass(one, (BaseModel, dict)) for one in _types(annotation)):
            raise DeclarationError(f"setting {name!r} is no plain value or list of such; use Field, not editable")


def _types(annotation: Any) -> Iterator[Any]:
    yield get_origin(annotation) or annotation
    for argument in get_args(annotation):
        yield from _types(argument)


def structured(text: str) -> Any:
    """Return a value that is written in a variable or on a command line: lists and tables as JSON, all else as text."""
    if text[:1] in "[{":
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def is_secret(model: type[BaseModel], name: str) -> bool:
    """Tell whether the value of a field must never be shown; people read whether it is set."""
    return "Secret" in str(model.model_fields[name].annotation)


@dataclass(frozen=True, slots=True)
class Said:
    """Where the operator said a value: it counts, whatever people want, and locks the page.

    Attributes:
        kind: ``file``, ``variable``, ``option`` (of the command line), ``program`` (that embeds the application) or ``distribution``
            (that locks it).
        where: the path of the file and the line, the name of the variable, the option, name and version of the distribution.
    """

    kind: Literal["file", "variable", "option", "program", "distribution"]
    where: str


@dataclass(frozen=True, slots=True)
class Section:
    """The settings of one active plugin that has editable ones.

    Attributes:
        title: what people call the plugin: ``TITLE`` in its ``settings.py``, or its name.
        said: where the operator said values, by field.
        misfits: stored values that do not fit the model (any more), by field, and why; the default counts.
        waiting: fields whose stored value counts from the next start on.
    """

    plugin: str
    title: Text
    model: type[BaseModel]
    fields: Mapping[str, Editable]
    said: Mapping[str, Said]
    misfits: Mapping[str, str] = field(default_factory=dict)
    waiting: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Configured:
    """The settings of one active plugin as the operator and the defaults say them.

    Attributes:
        values: what the operator said, by field, as it was written.
        said: where they said it.
        free: fields of these that people may change all the same: the default of a distribution.
    """

    settings: BaseModel
    values: Mapping[str, Any]
    said: Mapping[str, Said]
    free: frozenset[str] = frozenset()

    @property
    def locked(self) -> dict[str, Said]:
        """What the operator said and nobody else can change."""
        return {name: said for name, said in self.said.items() if name not in self.free}


@provided_by("dihya-settings")
class SettingLayers(Protocol):
    """The settings of all plugins, layer above layer; where nobody provides it, what the operator said counts.

    Whoever provides it registers one object for the application (``register_value``).

    What the operator said counts. Where they said nothing: the default, above it what is stored for the
    application, above it what the person of the act chose.
    """

    def sections(self) -> Mapping[str, Section]:
        """The active plugins that have editable settings, by name."""

    def current(self, plugin: str) -> BaseModel:
        """The settings of a plugin as they count now, for the application; what ``get(Settings)`` gives."""

    def default(self, plugin: str) -> BaseModel:
        """The settings of a plugin as they were without anything that is stored."""

    def of(self, model: type[_M], actor: Actor | None) -> _M:
        """The settings of the plugin whose model this is, as they count for *actor*."""

    def check(self, plugin: str, values: Mapping[str, Any]) -> BaseModel:
        """Return the settings with some values in the place of those that count now.

        Raises:
            Invalid: they do not fit the model; a flaw for each, which quotes no value.
        """

    def lay(self, stored: Mapping[str, Mapping[str, Any]]) -> None:
        """Take what is stored for the application, by plugin and field, and all of it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A value that is stored.

    Attributes:
        value: as JSON; of a secret, sealed.
        version: grows with each change; give it back to be told when somebody else was faster.
        by, name: who changed it last, and what they were called.
        kept: False where somebody went back to the default; the version still counts.
    """

    value: Any
    version: int
    at: datetime
    by: str | None = None
    name: str | None = None
    kept: bool = True


@provided_by("dihya-settings")
class SettingsStore(Protocol):
    """Keeps what people change, in the database; a setting is named ``<plugin>.<field>``.

    What is set counts in this process with the commit of the act, and in others about a second later.
    """

    def follow(self) -> None:
        """Look whether something was changed, and lay it above the defaults."""

    def chosen(self, person: str) -> Mapping[str, Mapping[str, Any]]:
        """What a person chose, by plugin and field; the same object as long as nothing changed."""

    def kept(self, person: str | None = None) -> Mapping[str, Kept]:
        """Everything that is stored for the application, or for one person, by setting."""

    def set(
        self,
        setting: str,
        value: Any,
        *,
        version: int | None = None,
        person: str | None = None,
        beside: Mapping[str, Any] | None = None,
    ) -> None:
        """Store a value for the application, or for one person.

        Args:
            version: of the value that the change was made for, 0 where none was stored; None for whatever it is.
            beside: values of other fields of the plugin that are changed in the same act; rules across fields look at them.

        Raises:
            NotFound: no active plugin has such an editable setting.
            Invalid: 422: the value does not fit; 409: the operator said it, or somebody else was faster.
        """

    def unset(self, setting: str, *, version: int | None = None, person: str | None = None) -> None:
        """Go back to the default. Raises as ``set``."""


def mine(model: type[_M]) -> _M:
    """Return the settings of the plugin whose model this is, as the person of the running act chose them.

    For fields that are marked ``personal``, in code that runs once an act. ``get(Settings)`` gives what counts for the
    application.
    """
    from .app import Plugins

    act = current()
    if not act.get(Plugins).provides(SettingLayers):
        return act.get(model)
    return act.get(SettingLayers).of(model, act.actor)
