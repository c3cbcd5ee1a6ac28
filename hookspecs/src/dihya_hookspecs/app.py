"""The life of the application: what a plugin contributes once, and what it hears of the others."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from . import hookspec
from ._plugin_states import BreakerState as BreakerState
from ._plugin_states import Outlook as Outlook
from ._plugin_states import PluginChange as PluginChange
from ._plugin_states import PluginInfo as PluginInfo
from ._plugin_states import State as State
from ._plugin_states import Trouble as Trouble
from ._setup import Notice as Notice
from ._setup import Question as Question
from ._setup import SetupStep as SetupStep
from ._setup import framed as framed

if TYPE_CHECKING:
    import click

    from .settings import Configured
    from .slots import TimeBudget

_T = TypeVar("_T")


def later(place: str) -> Callable[..., Any]:
    """Return a function that stands for another and imports it when it is called, so that what a start gathers is cheap.

    Args:
        place: where the other stands, as ``"dihya_club.service:prepare"``.
    """

    def call(*values: Any, **named: Any) -> Any:
        return pkgutil.resolve_name(place)(*values, **named)

    return call


@dataclass(frozen=True, slots=True)
class AppInfo:
    """What a plugin may know of the application it starts in.

    Attributes:
        data: the folder in which files live (database, blobs, keys), absolute.
        plugins: active plugins in the order in which hooks are called.
        folders: the source folder of each active plugin's package, where translations, templates and migrations lie.
        serving: True in a server process, False in a command or a test.
    """

    data: Path
    plugins: Sequence[PluginInfo]
    folders: Mapping[str, Path] = field(default_factory=dict)
    serving: bool = False
    debug: bool = False


class Plugins(Protocol):
    """The installed plugins, their states, and the switches. Provided by the core."""

    def all(self) -> Sequence[PluginInfo]:
        """Every installed plugin, in calling order, the inactive ones last."""

    def enable(self, name: str) -> None:
        """Enable in ``dihya.toml``; takes effect at the next start. Raises NotFound with a suggestion."""

    def disable(self, name: str, *, accept_loss: bool = False) -> None:
        """Disable in ``dihya.toml``; takes effect at the next start.

        Args:
            accept_loss: write the operator's decision into the file, where the promises of SECURITY.md stand on it.

        Raises:
            NotFound: no such plugin is installed; with a suggestion.
            Invalid: (409) it is required, or what is lost with it was not accepted.
        """

    def outlook(self, name: str) -> Outlook:
        """What may be done with a plugin, what else that touches, and what the next start makes of it."""

    def taken(self) -> Mapping[str, str]:
        """Names that a new plugin cannot have (lower case, with ``_``), and what bears each: ``a command of …``.

        The application is asked for them: plugins, packages, commands, blueprints, addresses, beginnings of tables and of
        variables, shared roles. Call it inside an act.
        """

    def rearm(self, name: str) -> None:
        """Let a tripped plugin be called again, at once."""

    def configured(self) -> Mapping[str, Configured]:
        """The settings of the active plugins that have some, as the operator and the defaults say them."""

    def core_settings(self) -> Mapping[str, Configured]:
        """The core's own sections of ``dihya.toml``, as the operator and the defaults say them."""

    def collected(self, hook: str) -> Sequence[tuple[str, Any]]:
        """The frozen answers of a ``register_*`` hook as (plugin, object) pairs, lists flattened."""

    def provides(self, service: type) -> bool:
        """Whether an active plugin provides this service; it is not made for the answer."""

    def published(self) -> Mapping[str, Sequence[Callable[..., Any]]]:
        """The hooks that plugins publish themselves, by plugin: the functions in their ``hookspecs.py``."""


class Breaker(Protocol):
    """Which plugins are left out because they keep failing, and which fail or are slow, as this data folder knows it.

    Provided by the core, for whoever shares it with other machines: what ``states`` returns there is merged here, and the other
    way round; what ``troubles`` returns there is said here by ``elsewhere``.
    """

    def states(self) -> Sequence[BreakerState]:
        """What is known here of every plugin that was ever tripped."""

    def merge(self, states: Sequence[BreakerState]) -> None:
        """Take over what is later than what is known here, at once."""

    def troubles(self) -> Mapping[str, Sequence[Trouble]]:
        """Plugin → what the processes of this data folder see wrong with it now."""

    def elsewhere(self, seen: Mapping[str, Sequence[Trouble]]) -> None:
        """Say what other machines see; it stands until it is said anew, for some minutes at most.

        Args:
            seen: plugin → what is wrong with it; each names its machine.
        """


def implementing(hook: str) -> frozenset[str]:
    """Return the installed plugins that implement a hook: whoever implements ``find_actor`` knows accounts, and so on."""
    from .acts import get

    return frozenset(info.name for info in get(Plugins).all() if hook in info.hooks)


class Hooks(Protocol):
    """Calls hooks, guarded. Provided by the core; for services whose act has a moment that others may answer."""

    def call(self, hook: str, /, **arguments: Any) -> Any:
        """Call every implementation, as the hook's kind says.

        Returns:
            ``collect`` and ``veto``: a list of (plugin, answer), lists flattened; with policy ``incomplete`` an
            ``Incomplete`` stands where a plugin failed. ``first``: (plugin, answer) or None. ``transform``: the value,
            passed from one to the next as the hook's first argument. ``notify``: None.

        Raises:
            Refused: a ``deny`` hook failed. Whatever was raised: an ``abort`` hook failed.
        """

    def guarded(
        self,
        plugin: str,
        what: str,
        function: Callable[[], _T],
        budget_ms: float = 100.0,
        within: TimeBudget | None = None,
    ) -> _T | None:
        """Call a function that a plugin declared, such as the content of a slot; its failure costs nothing but its answer.

        It is counted and timed as a hook is, and named where hooks are. What it did to the database before it failed is
        undone. One that was slow is not waited for again at once: it rests, twice as long each time that it is slow again.

        Args:
            what: how it is called where it is named: ``slot history``.
            within: the time that it shares with others; once that is spent, it is not called, and whoever took longest rests.

        Returns:
            Its answer; None where it failed, rests, is not called, or the plugin is tripped.
        """


class Registry(Protocol):
    """Where a plugin registers what implements a Protocol."""

    def register_factory(self, service: type, factory: Any, *, enter: bool = True, once: bool = False) -> None:
        """Register what makes the service, once an act.

        Args:
            factory: takes the act's container (``svcs_container``) or nothing; or ``"package.module:Class.from_container"``,
                which is imported when somebody asks for the service first, so that starting need not wait for its libraries.
            enter: where *factory* gives a context manager: True to hand out what it yields, and leave it with the act.
            once: True for one object for the whole application, made by the first act that asks for it.
        """

    def register_value(self, service: type, value: object) -> None:
        """Register one object for the whole application."""


def needs_setup(command: click.Command) -> click.Command:
    """Mark a command that says "run 'dihya setup'" where that was never done, and does nothing else there."""
    command.dihya_needs_setup = True  # type: ignore[attr-defined]
    return command


@hookspec(kind="notify", on_error="quarantine")
def register_services(registry: Registry) -> None:
    """Register factories for the Protocols that this plugin implements.

    Called when the services are gathered, before anything asks for one. A class of the plugin's own that has ``from_container`` needs no registration: whoever asks for it gets one an act.

    Args:
        registry: ``registry.register_factory(Blobs, LocalBlobs.from_container)``.
    """


@hookspec(kind="collect", result="click:Command", on_error="quarantine", found=("cli:COMMANDS",))
def register_commands() -> click.Command | list[click.Command]:  # type: ignore[empty-body]
    """Return Click commands; they stand directly below ``dihya``. Import what is heavy inside of them.

    The commands of a group that is called ``config`` or ``plugins`` are added to the core's group of that name.
    """


@hookspec(kind="collect", result=SetupStep, on_error="quarantine", found=("setup:SETUP",))
def register_setup() -> SetupStep | list[SetupStep]:  # type: ignore[empty-body]
    """Return what ``dihya setup`` (and so ``make serve``) does before the first start, in plugin order."""


@hookspec(kind="notify", on_error="quarantine", budget_ms=600_000)
def before_serving(app_info: AppInfo) -> None:
    """Do what must be true before the first answer, such as mending an old database; the application is complete.

    Called once in a process that serves, before ``on_startup``. A plugin that fails is taken out; nothing is served where it is required.
    """


@hookspec(kind="notify", on_error="quarantine", budget_ms=5000)
def on_startup(app_info: AppInfo) -> None:
    """Begin what runs beside the answers, such as threads; the application is complete and about to answer.

    Called once in a process that serves; commands do not call it. Return soon: what takes longer than ``[dihya] start_seconds`` is taken for hanging.
    """


@hookspec(kind="notify", on_error="quarantine", budget_ms=1000)
def on_command(app_info: AppInfo) -> None:
    """Prepare the process for the command of a plugin, which is about to run; nothing is served in it.

    Called once, before the command begins. Return at once: somebody waits. ``on_shutdown`` is called when the command has ended.
    """


@hookspec(kind="notify", on_error="isolate", budget_ms=5000)
def on_shutdown(app_info: AppInfo) -> None:
    """Finish what ``on_startup`` or ``on_command`` began. Called once, when the application stops."""


@hookspec(kind="notify", on_error="isolate")
def on_plugin_state(change: PluginChange) -> None:
    """Take note of the new state of a plugin. Called after it was quarantined, tripped or re-armed."""


@hookspec(kind="notify", on_error="isolate", budget_ms=60_000)
def on_purge(plugin: str) -> None:
    """A plugin goes for good: remove what you keep under its name (roles that were given, stored settings, queued tasks).

    Called in the act of the purge, once its own tables are gone. What a later plugin of that name must not inherit is
    yours to remove here; a failure is logged and does not bring the plugin back.
    """
