"""French and English catalogues, negotiation, dates and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dihya_hookspecs import hookimpl

if TYPE_CHECKING:
    import click
    from dihya_hookspecs.app import Registry
    from dihya_hookspecs.web import Problem
    from werkzeug.wrappers import Request


@hookimpl
def register_services(registry: Registry) -> None:
    from dihya_hookspecs.ui import Formats

    from .service import Languages

    registry.register_value(Languages, Languages())
    registry.register_factory(Formats, "dihya_i18n.writing:Writing.from_container")


@hookimpl
def on_problem(problem: Problem, request: Request) -> Problem:
    from .problems import translate
    from .speaking import language_of

    return translate(problem, language_of(request))


@hookimpl
def register_commands() -> click.Group:
    from .cli import i18n, speak_to_operator

    speak_to_operator()
    return i18n
