"""Bring a plugin into this environment, offline, or take it out; what fails leaves code and data as they were."""

from __future__ import annotations

import compileall
import json
import shutil
import sysconfig
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path

import importlib_metadata
from dihya_core.access import AccessRules
from dihya_core.data.acts import RuntimeActs
from dihya_core.loading.memory import note
from dihya_core.loading.ownership import spelled
from dihya_core.runtime import Runtime
from dihya_core.settings.distributed import ensure_free
from dihya_hookspecs import GROUP, DihyaError, Invalid, NotFound
from dihya_hookspecs.access import OPERATOR
from dihya_hookspecs.acts import current
from dihya_hookspecs.i18n import mark
from dihya_hookspecs.wheels import Wheel, demand_contract, demand_requirements
from packaging.utils import canonicalize_name

from . import kept as keeping
from . import swap as swapping
from .packages import Parcel, received, write_record
from .sentences import Sentence, refused, told
from .swap import Move
from .trials import Trials
from .work import Errand

OWN = __package__.removeprefix("dihya_")


def install(
    source: Path,
    runtime: Runtime,
    *,
    overrides: Sequence[str] = (),
    editable: bool = False,
    agree: Callable[[Parcel], None] = lambda parcel: None,
    errand: Errand | None = None,
    back: str | None = None,
) -> Parcel:
    """Install the plugin in a folder, a ZIP file or a wheel, make its tables, and return what was installed.

    Args:
        agree: is told what will run with the rights of this process, before it does; raises to stop.
        back: the revision to which the code that is there takes its tables before, for an older one to take its place.

    Raises:
        Invalid: it is no plugin, a name is taken, a requirement is missing, the application would not let it run, or a
            distribution decides alone which plugins run.
        DihyaError: it could not be built or set up. What was there before is there still, in every case.
    """
    ensure_free(runtime.configuration)
    errand = errand or Errand(work=f"install {source.name}")
    with (
        swapping.alone(runtime.data, errand.who, errand.work, held=errand.lock) as lock,
        tempfile.TemporaryDirectory() as work,
    ):
        errand.tell("look")
        parcel = received(source, Path(work), editable=editable)
        move = Move(parcel.name, sysconfig.get_path("purelib"), parcel.version, back=back, by=errand.by)
        move.digest = errand.digest or parcel.sha256
        move.old = check_names(parcel, runtime, Path(move.place))
        demand_contract(parcel)
        demand_requirements(parcel)
        agree(parcel)
        _take_in(parcel, move, Trials(runtime, overrides, lock), errand.tell)
    return parcel


def put_back(name: str, runtime: Runtime, *, overrides: Sequence[str] = (), errand: Errand | None = None) -> Parcel:
    """Undo the last change of a plugin: bring the version back that was replaced or uninstalled; return it.

    Raises:
        NotFound: nothing of it is kept.
        DihyaError: as ``install``.
    """
    before = next((one for one in keeping.kept(runtime.data) if one.name == name), None)
    if before is None:
        raise refused(
            mark("nothing is kept of a plugin %(name)r that could be put back"), NotFound, "not-found", name=name
        )
    errand = errand or Errand(work=f"undo {name}")
    there = name in runtime.plugins
    return install(before.wheel, runtime, overrides=overrides, errand=errand, back=before.revision if there else None)


def resume(runtime: Runtime, overrides: Sequence[str] = (), held: int | None = None) -> str:
    """Finish or undo an installation that was interrupted; return in words what was done, or nothing; see ``resumed``."""
    return str(resumed(runtime, overrides, held) or "")


def resumed(runtime: Runtime, overrides: Sequence[str] = (), held: int | None = None) -> Sentence | None:
    """Finish or undo an installation that was interrupted; return what was done, None when there was none.

    Args:
        held: the descriptor of the lock of installations, where this process has inherited it.
    """
    if not (runtime.data / swapping.JOURNAL).exists():
        return None
    try:
        with swapping.alone(runtime.data, held=held) as lock:
            move = swapping.found(runtime.data)
            if move is None:
                return None
            values: dict[str, object] = {"name": move.name, "version": move.version}
            if move.swapping:
                move.swap()
                keeping.keep(runtime.data, move, revision=None if move.back is not None else move.revision)
                note(runtime.data, move.name, gone=not move.new)
                text = mark("the installation of %(name)s %(version)s was interrupted, and is finished now")
                if not move.new:
                    text = mark("taking out %(name)s was interrupted, and is finished now")
            else:
                text = mark("the installation of %(name)s %(version)s was interrupted, and is undone now%(undone)s")
                values["undone"] = _undo(move, Trials(runtime, overrides, lock))
            move.end(runtime.data)
    except Invalid:  # it is not interrupted, but under way
        return None
    return Sentence(text, values)


def check_names(parcel: Wheel, runtime: Runtime, place: Path) -> list[str]:
    """Return what the plugin's older version has in *place*. Raises Invalid when anything there is not the plugin's."""
    check_other(parcel.name)
    try:
        there = importlib_metadata.distribution(parcel.distribution)
    except importlib_metadata.PackageNotFoundError:
        there = None
    if there is None and parcel.name not in runtime.plugins:
        check_new(runtime, parcel.name)
    points = there.entry_points.select(group=GROUP, name=parcel.name) if there else ()
    loaded = runtime.plugins.get(parcel.name)
    owner = loaded.candidate.distribution if loaded else ""
    if (there and not points) or (owner and canonicalize_name(owner) != parcel.distribution):
        raise refused(
            mark(
                "the name %(name)r is taken by %(owner)s, which is another package; uninstall that first, or generate "
                "under another name"
            ),
            status=409, name=parcel.name, owner=owner or parcel.distribution,
        )  # fmt: skip
    old = swapping.entries(there, place) if there else []
    for entry in (f"dihya_{parcel.name}", parcel.info):
        if (place / entry).exists() and entry not in old:
            raise refused(
                mark("%(file)r is there, and no package says that it is its own; move it away"), code="invalid",
                file=str(place / entry),
            )  # fmt: skip
    return old


def check_other(name: str) -> None:
    """Raise Invalid for this plugin itself: whatever interrupts its own change, nobody would be there to mend it."""
    if name == OWN:
        raise refused(
            mark("plugin %(name)r changes others, and not itself; change it with pip: 'pip install --upgrade dihya-%(name)s'"),
            code="itself", status=409, name=OWN,
        )  # fmt: skip


def check_new(runtime: Runtime, name: str) -> None:
    """Raise Invalid when a plugin that is not installed yet cannot be called *name*."""
    with _act(runtime):
        bearer = runtime.taken().get(spelled(name))
    if bearer:
        raise Invalid(
            f"a plugin cannot be called {name!r}, which is {bearer}; generate it under another name",
            code="taken",
            status=409,
        )


def _act(runtime: Runtime) -> AbstractContextManager[object]:
    """Open an act, where none is running."""
    try:
        return nullcontext(current())
    except LookupError:
        return RuntimeActs(runtime, AccessRules(runtime)).open("plugins.names", actor=OPERATOR)


def _take_in(parcel: Parcel, move: Move, trials: Trials, tell: Callable[[str], None]) -> None:
    """Try the new code from where it waits, with its tables made; only then put it in the place of the old."""
    data = trials.runtime.data
    try:
        move.write(data)
        _stage(parcel, move)
        if move.back is not None:
            tell("back")
            trials.run(move, "undo", staged=False, revision=move.back)
        tell("try")
        answer = trials.judged(move, "look", staged=True)
        if answer["states"][move.name][0] == "active":
            move.revision = answer["revision"]
            move.write(data)
            tell("tables")
            trials.run(move, "prepare", staged=True)
        move.swapping = True
        move.write(data)
        tell("swap")
        move.swap()
        tell("check")
        now = trials.judged(move, "settle", staged=False)["revision"]
    except BaseException as error:
        move.unswap()
        move.swapping = False
        with suppress(OSError):  # a full disk is why we are here, perhaps
            move.write(data)
        undone = _undo(move, trials)
        move.end(data)
        if undone or isinstance(error, OSError):
            raise refused(
                mark("%(name)s was not installed: %(why)s%(undone)s"), DihyaError,
                name=move.name, why=told(error), undone=undone,
            ) from error  # fmt: skip
        raise
    keeping.keep(data, move, revision=None if move.back is not None or move.revision == now else move.revision)
    note(data, move.name, gone=False)
    move.end(data)


def _stage(parcel: Parcel, move: Move) -> None:
    shutil.rmtree(move.stage, ignore_errors=True)
    new = move.stage / "new"
    new.mkdir(parents=True)
    parcel.unpack(new)
    if parcel.source:
        move.source = str(parcel.source)
        shutil.rmtree(new / f"dihya_{parcel.name}")
        (new / f"_dihya_{parcel.name}.pth").write_text(f"{parcel.source}\n", "utf-8")
        url = {"url": parcel.source.parent.as_uri(), "dir_info": {"editable": True}}
        (new / parcel.info / "direct_url.json").write_text(json.dumps(url), "utf-8")
    (new / parcel.info / "INSTALLER").write_text("dihya\n", "utf-8")
    write_record(new, parcel.info)
    compileall.compile_dir(new, quiet=2)
    move.new = sorted(path.name for path in new.iterdir())


def _undo(move: Move, trials: Trials) -> Sentence | str:
    """Take the tables back to where they were, with the new code, which alone knows how; return why that failed."""
    if move.revision is not None and move.stage.exists():
        try:
            trials.run(move, "undo", staged=True)
        except DihyaError as error:
            return Sentence(
                mark("; and its tables could not be taken back to %(revision)r, restore a backup: %(why)s"),
                {"revision": move.revision, "why": told(error)},
            )
    if move.back is not None:
        try:
            trials.run(move, "prepare", staged=False)
        except DihyaError as error:
            return Sentence(
                mark("; and its tables are those of the older version, run 'dihya db upgrade': %(why)s"),
                {"why": told(error)},
            )
    return ""
