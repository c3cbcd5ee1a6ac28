"""People, passwords, sessions, tokens, API keys and roles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dihya_hookspecs import hookimpl

if TYPE_CHECKING:
    from dihya_hookspecs.access import Actor, Denial
    from dihya_hookspecs.rgpd import Erasure, Subject


@hookimpl
def register_permissions() -> Any:
    from .roles import permissions

    return permissions()


@hookimpl
def register_services(registry: Any) -> None:
    from .wiring import register

    register(registry)


@hookimpl
def register_routes() -> Any:
    from .routes import blueprints

    return blueprints()


@hookimpl
def register_console_pages() -> Any:
    from .roles import PAGES

    return list(PAGES)


@hookimpl
def register_commands() -> Any:
    from .cli import people

    return people


@hookimpl
def register_setup() -> Any:
    from .setup import STEP

    return STEP


@hookimpl
def register_health_checks() -> Any:
    from .setup import health_checks

    return health_checks()


@hookimpl
def find_actor(request: Any) -> Actor | None:
    from .identity import recognise

    return recognise(request)


@hookimpl
def check_access(actor: Actor | None, permission: str | None, resource: object) -> Denial | None:
    from .identity import objection_at_door

    return objection_at_door(actor, resource)


@hookimpl
def on_request(request: Any) -> Any:
    from .identity import send_to_password_page

    return send_to_password_page(request)


@hookimpl
def on_response(request: Any, response: Any) -> None:
    from .identity import keep_before_cookie

    keep_before_cookie(request, response)


@hookimpl
def on_problem(problem: Any, request: Any) -> None:
    from .identity import lead_to_sign_in

    lead_to_sign_in(problem, request)


@hookimpl
def find_subject(identifier: str) -> Any:
    from .identity import subject_of_account

    return subject_of_account(identifier)


@hookimpl
def on_rgpd_erase(subject: Subject) -> Erasure | None:
    from .erasure import erase

    return erase(subject)
