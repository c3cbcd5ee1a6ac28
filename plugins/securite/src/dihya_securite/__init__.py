"""People, passwords, sessions, tokens, API keys and roles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dihya_hookspecs import hookimpl

if TYPE_CHECKING:
    from dihya_hookspecs.access import Actor, Denial
    from dihya_hookspecs.app import AppInfo
    from dihya_hookspecs.rgpd import Erasure, Subject


@hookimpl
def register_services(registry: Any) -> None:
    from .wiring import register

    register(registry)


@hookimpl
def before_serving(app_info: AppInfo) -> None:
    if app_info.serving:
        from .tokens import prepare

        prepare()


@hookimpl
def find_actor(request: Any) -> Actor | None:
    from .identity import recognise

    return recognise(request)


@hookimpl
def check_access(actor: Actor | None, permission: str | None, request: Any) -> Denial | None:
    from .identity import objection_at_door

    return objection_at_door(actor, request)


@hookimpl
def on_request(request: Any) -> Any:
    from .identity import send_to_what_is_owed

    return send_to_what_is_owed(request)


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


@hookimpl
def on_purge(plugin: str) -> None:
    from .purge import forget

    forget(plugin)
