"""What a plugin may know of the application: asked for in every act, so found only as far as somebody looks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, overload

from dihya_hookspecs.app import AppInfo, PluginInfo

if TYPE_CHECKING:
    from dihya_core.runtime import Runtime


class AppInfoFactory:
    """Makes the ``AppInfo`` of an act."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._folders: tuple[tuple[str, ...], Mapping[str, Path]] = ((), {})

    def __call__(self) -> AppInfo:
        """Return what a plugin may know now."""
        runtime = self._runtime
        return AppInfo(runtime.data, ActivePlugins(runtime), self._of_active(), runtime.serving, runtime.core.debug)

    def _of_active(self) -> Mapping[str, Path]:
        """Return the folders of the active plugins, which are looked for once as long as the same ones are active."""
        plugins = self._runtime.plugins
        names = tuple(name for name in self._runtime.order if plugins[name].state == "active")
        if names != self._folders[0]:
            found = {name: folder for name in names if (folder := plugins[name].candidate.folder())}
            self._folders = (names, found)
        return self._folders[1]


class ActivePlugins(Sequence[PluginInfo]):
    """The active plugins, described when the first of them is looked at."""

    __slots__ = ("_found", "_runtime")

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._found: list[PluginInfo] | None = None

    def _all(self) -> list[PluginInfo]:
        if self._found is None:
            self._found = self._runtime.active()
        return self._found

    @overload
    def __getitem__(self, index: int) -> PluginInfo: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[PluginInfo]: ...
    def __getitem__(self, index: int | slice) -> PluginInfo | Sequence[PluginInfo]:
        return self._all()[index]

    def __len__(self) -> int:
        return len(self._all())

    def __iter__(self) -> Iterator[PluginInfo]:
        return iter(self._all())
