"""French and English catalogues, negotiation, dates and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dihya_hookspecs import hookimpl
from dihya_hookspecs.i18n import Language

if TYPE_CHECKING:
    import click
    from dihya_hookspecs.app import Registry
    from dihya_hookspecs.web import Problem, Step
    from flask import Blueprint
    from werkzeug.wrappers import Request


@hookimpl
def register_languages() -> list[Language]:
    return [Language("fr", "Français"), Language("en", "English")]


@hookimpl
def register_services(registry: Registry) -> None:
    from .service import Languages

    registry.register_value(Languages, Languages())


@hookimpl
def register_middleware() -> Step:
    from dihya_hookspecs.web import Step

    from .routes import choose_language, say_language

    return Step("language", "identity", choose_language, say_language)


@hookimpl
def register_routes() -> Blueprint:
    from .routes import make_blueprint

    return make_blueprint()


@hookimpl
def on_problem(problem: Problem, request: Request) -> Problem:
    from .problems import translate
    from .routes import language_of

    return translate(problem, language_of(request))


@hookimpl
def register_commands() -> click.Group:
    from .cli import i18n, speak_to_operator

    speak_to_operator()
    return i18n
