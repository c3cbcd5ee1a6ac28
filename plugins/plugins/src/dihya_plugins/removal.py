"""Take a plugin out, with or without its data."""

from __future__ import annotations

import sysconfig
from dataclasses import replace
from pathlib import Path

import importlib_metadata
from dihya_core.data.acts import RuntimeActs
from dihya_core.loading.memory import note
from dihya_core.runtime import Runtime
from dihya_core.settings.distributed import ensure_free
from dihya_hookspecs import Invalid
from dihya_hookspecs.access import OPERATOR
from dihya_hookspecs.data import Schema
from dihya_hookspecs.i18n import mark

from . import kept as keeping
from . import leftovers
from . import swap as swapping
from .installation import check_other
from .sentences import Sentence, refused
from .swap import Move
from .work import Errand


def ensure_removable(name: str, runtime: Runtime) -> None:
    """Raise NotFound for a plugin that is not there, and Invalid for one that others, the application or a distribution require."""
    runtime.ensure_known(name)
    ensure_free(runtime.configuration)
    check_other(name)
    if reason := runtime.locked(name):
        raise Invalid(str(reason), code="required", status=409, params={"reason": reason})
    if others := [info.name for info in runtime.all() if name in info.requires]:
        raise refused(
            mark("%(name)r is required by %(others)s; uninstall that first"), code="required-by", status=409,
            params={"plugin": name, "others": ", ".join(others)}, name=name, others=", ".join(others),
        )  # fmt: skip


def planned(name: str, runtime: Runtime, errand: Errand) -> Move:
    """Return what taking a plugin out will move.

    Raises:
        NotFound: it is not there.
        Invalid: it is required, or does not lie in this environment.
    """
    ensure_removable(name, runtime)
    place = Path(sysconfig.get_path("purelib"))
    package = runtime.plugins[name].candidate.distribution
    distribution = importlib_metadata.distribution(package) if package else None
    old = swapping.entries(distribution, place) if distribution else []
    if not distribution or not old:
        where = repr(str(distribution.locate_file(""))) if distribution else Sentence(mark("memory"))
        raise refused(
            mark("%(name)r lies in %(where)s, not in this environment; uninstall it there"), code="elsewhere", status=409,
            name=name, where=where,
        )  # fmt: skip
    return Move(name, str(place), distribution.version, old, swapping=True, by=errand.by)


def uninstall(name: str, runtime: Runtime, acts: RuntimeActs, errand: Errand | None = None) -> list[str]:
    """Take a plugin's files out and return what stays of it: its data.

    Raises:
        Invalid: it is required, or does not lie in this environment.
    """
    errand = errand or Errand(work=f"uninstall {name}")
    move = planned(name, runtime, errand)
    with (
        swapping.alone(runtime.data, errand.who, errand.work, held=errand.lock),
        acts.open("plugins.uninstall", actor=replace(OPERATOR, id=errand.by)) as act,
    ):
        stays = leftovers.lines(leftovers.remains(runtime, act, name))
        act.record("plugins.uninstall", object=f"plugin:{name}", version=move.version)
        errand.tell("remove")
        _take_out(move, runtime)
    return stays


def purge(name: str, runtime: Runtime, acts: RuntimeActs, errand: Errand | None = None) -> None:
    """Take a plugin out with its tables, files, settings and kept code, and with what others keep under its name.

    Raises:
        Invalid: it is required, does not lie in this environment or does not run, or others refer to its tables.
    """
    errand = errand or Errand(work=f"purge {name}")
    move = planned(name, runtime, errand)
    with swapping.alone(runtime.data, errand.who, errand.work, held=errand.lock):
        errand.tell("tables")
        with acts.open("plugins.purge", actor=replace(OPERATOR, id=errand.by)) as act:
            leftovers.remove(runtime, act.get(Schema) if acts.services.provides(Schema) else None, name)
            runtime.call("on_purge", plugin=name)
            act.record("plugins.purge", object=f"plugin:{name}", version=move.version)
        errand.tell("remove")
        _take_out(move, runtime)
        keeping.forget(runtime.data, name)


def _take_out(move: Move, runtime: Runtime) -> None:
    move.write(runtime.data)
    move.swap()
    keeping.keep(runtime.data, move, revision=None)
    note(runtime.data, move.name, gone=True)
    move.end(runtime.data)
