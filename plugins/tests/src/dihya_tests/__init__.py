"""The test kit for plugin authors, and the proof that a generated plugin works."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dihya_hookspecs import hookimpl

if TYPE_CHECKING:
    from dihya_hookspecs.app import AppInfo, Registry
    from dihya_hookspecs.generation import Finding, Project
    from dihya_hookspecs.rgpd import Erasure, Subject


@hookimpl
def register_services(registry: Registry) -> None:
    """Provide ``Prover``, ``Statements`` and ``Trials``."""
    from dihya_hookspecs.generation import Prover
    from dihya_hookspecs.inspecting import Statements
    from dihya_hookspecs.trying import Trials

    registry.register_factory(Statements, "dihya_tests.suite.marks:StatementMarks.from_container")
    registry.register_factory(Prover, "dihya_tests.prover:SandboxProver.from_container")
    registry.register_factory(Trials, "dihya_tests.trying.service:KeptTrials.from_container")


@hookimpl
def on_startup(app_info: AppInfo) -> None:
    """Remove what proofs and trials of killed processes left in the data folder."""
    from . import work
    from .trying import rooms

    work.sweep(work.place(app_info.data))
    rooms.sweep_alone(work.place(app_info.data))


@hookimpl
def on_rgpd_erase(subject: Subject) -> list[Erasure]:
    """Remove what killed proofs left, which may say what the person typed, and the person's trials.

    A proof that runs removes its own.
    """
    from dihya_hookspecs.acts import get
    from dihya_hookspecs.app import AppInfo
    from dihya_hookspecs.rgpd import Erasure

    from . import work
    from .trying.service import KeptTrials

    data = get(AppInfo).data
    left = work.sweep(work.place(data))
    tried = KeptTrials(data, serving=False).forget(subject.key)
    return [
        *([Erasure("folders of killed proofs", removed=left)] if left else []),
        *([Erasure("trials", removed=tried)] if tried else []),
    ]


@hookimpl
def check_project(project: Project) -> Finding | None:
    """Refuse a project that imports beyond its declarations, or whose code starts processes or builds code."""
    from .checks import findings

    return next(iter(findings(project.files)), None)
