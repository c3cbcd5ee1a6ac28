"""HTTP: routes, resources, the single pass of middleware, and problems."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from string import Formatter
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from . import hookspec
from ._bodies import JSON_TYPES as JSON_TYPES
from ._bodies import PATCH_TYPES as PATCH_TYPES
from ._bodies import body as body
from ._bodies import demand_match as demand_match
from ._bodies import json_object as json_object
from ._limits import Accepts as Accepts
from ._limits import BodyLimits as BodyLimits
from ._limits import Closed as Closed
from ._limits import Rate as Rate
from ._limits import accepts as accepts
from ._limits import limited as limited
from ._streams import Socket as Socket
from ._streams import Stream as Stream
from ._streams import Streams as Streams
from .i18n import Text

if TYPE_CHECKING:
    from flask import Blueprint
    from werkzeug.wrappers import Request, Response

    from .scopes import Rule

_V = TypeVar("_V", bound=Callable[..., Any])
TURNED_AWAY = "dihya.turned_away"
"""In the WSGI environment: seconds for which this client address need not ask this path again (429)."""
NONCE = "dihya.nonce"
"""In the WSGI environment: what allows one script or style of the page itself (Content-Security-Policy)."""
CLOSED = "dihya.closed"
"""In the WSGI environment: ``Closed``, when nobody need ask this path by this method for a moment (503)."""
Stage = Literal["edge", "identity", "content"]


def requires(permission: str, *, confirmed: bool = False) -> Callable[[_V], _V]:
    """Let only actors with *permission* (``association:read``) reach the view.

    Args:
        confirmed: for what gives away rights or cannot be undone: who gave their password longer ago than some minutes is
            asked for it again (401, code ``reauthenticate``; a browser is led to a page).
    """

    def mark(view: _V) -> _V:
        view.dihya_requires, view.dihya_confirmed = permission, confirmed  # type: ignore[attr-defined]
        return view

    return mark


def about(plugin: str, table: str) -> Callable[[_V], _V]:
    """Say that the view is an act of *plugin* on a row of *table*, where another plugin gives the view."""

    def mark(view: _V) -> _V:
        view.dihya_about = plugin, table  # type: ignore[attr-defined]
        return view

    return mark


def public(why: str, *, unguarded: bool = False) -> Callable[[_V], _V]:
    """Let anybody reach the view, for a stated reason.

    Args:
        unguarded: answer without asking any plugin who calls and whether they may (``find_actor``, ``check_access``,
            ``on_request``), so that a broken guard cannot close it: for questions of supervisors, which reveal nothing.
    """

    def mark(view: _V) -> _V:
        view.dihya_public = why  # type: ignore[attr-defined]
        view.dihya_unguarded = unguarded  # type: ignore[attr-defined]
        return view

    return mark


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the single pass around every request.

    Attributes:
        stage: ``edge`` (limits, proxies), ``identity`` (after the edge, before rights are checked), ``content`` (around the view).
        before: called with the request; a response ends the pass.
        after: called with request and response; changes the response in place. A step that has both is like a context
            manager: ``after`` is called when ``before`` was, and only then; one without ``before`` sees every answer.
    """

    name: str
    stage: Stage
    before: Callable[[Request], Response | None] | None = None
    after: Callable[[Request, Response], None] | None = None


@dataclass(slots=True)
class Problem:
    """An error as RFC 9457 says it; ``extensions`` are further members, ``request_id`` and ``errors`` among them."""

    status: int
    title: str
    detail: str = ""
    type: str = "about:blank"
    code: str = "internal"
    params: dict[str, Any] = field(default_factory=dict)
    extensions: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Resource:
    """A table that people work with: the ``routes`` plugin gives it a REST interface, ``console`` gives it pages.

    On a class of ``models.py`` it stands as ``__resource__``, with title, singular and roles; everything else follows from
    the fields of the class (``dihya_hookspecs.fields.resource_of``). Elsewhere it is said whole.

    Attributes:
        title, singular: what people read, in both languages; elsewhere than on a class without them the words of the table.
        read, write: on a class the roles that may, beside ``admin``; otherwise permissions that the plugin registers. With
            ``write=None`` nobody adds, changes or removes a record by REST or pages: the list only shows, and actions remain; the
            rules and policies of the table are then asked by the name ``<table>:write``.
        name: plural, as in the URL: ``members`` gives ``/api/v1/<plugin>/members`` and ``/<plugin>/members/``.
        service: a ``Records`` class; its rules hold however the record is reached.
        form: a pydantic model: the fields that may be written, their types and limits.
        columns: what a list shows, in order.
        labels: what people read for each field; a field without a label is shown by its name.
        references: foreign-key field → name of the resource that it points to, in the same plugin.
        caption: what one record is called wherever it is named: fields in braces, ``{last_name} {first_name}``. A reference
            says the caption of what it points to; an empty field takes the text before it along. Without a caption the
            first text that a list shows is taken.
        totals: columns of numbers; below the list stands the sum of all that it finds, not of one page alone.
        page: the address of a page that the plugin gives for one record, with ``{id}`` in it; lists and links lead there, and
            ``console`` makes no page of its own for it.
        private: columns that no list, file, record page or REST answer of the resource shows, whoever asks: free text that only
            a page of the plugin's own shows, to whom it is for.
        words: field → what makes of its value what people read, where that is known only when it is read: titles of roles.
        leaves_out: field → a value whose records every list leaves out until somebody asks about the field: what was put away.
        order: on a class, how a list is sorted when nobody says otherwise; ``-`` before a field reverses.
        scope: which rows somebody with these permissions reaches (``dihya_hookspecs.scopes``); None for all.
        write_scope: which of these they may write, where those are fewer; it needs a ``write`` other than ``read``.
        bin: what is removed or changed lies in the bin for a while and can be put back; False for what must be gone at once.
    """

    name: str = ""
    service: Any = None
    form: Any = None
    title: Text | tuple[str, str] = ("", "")
    singular: Text | tuple[str, str] = ("", "")
    read: Any = ()
    write: Any = ()
    columns: tuple[str, ...] = ()
    labels: Mapping[str, Text] = field(default_factory=dict)
    references: Mapping[str, str] = field(default_factory=dict)
    caption: str = ""
    order: str = ""
    totals: tuple[str, ...] = ()
    page: str = ""
    private: tuple[str, ...] = ()
    words: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)
    scope: Rule | None = None
    write_scope: Rule | None = None
    leaves_out: Mapping[str, str] = field(default_factory=dict)
    bin: bool = True

    def __post_init__(self) -> None:
        """Raises ValueError when the caption, a total, a scope or another list of fields names one that the table does not have."""
        if self.service is None:
            return  # what a class says is looked at when it is complete
        for number, name in enumerate(("title", "singular")):
            if not any(getattr(self, name)) and (said := self.service.model.__table__.info.get("words")):
                object.__setattr__(self, name, said[number])
        lists = {"totals": self.totals, "private columns": self.private, "left out values": tuple(self.leaves_out)}
        if not (self.caption or self.scope or self.write_scope or any(lists.values())):
            return
        known = self.service.model.__table__.columns.keys()
        for rule in (self.scope, self.write_scope):
            for column in rule.columns() if rule else ():
                if column not in known:
                    raise ValueError(f"a scope of resource {self.name!r} names {column!r}, which is no column")
        if self.write_scope is not None and self.read == self.write:
            raise ValueError(f"resource {self.name!r} has a write_scope, but one permission for reading and writing")
        for what, names in lists.items():
            for name in names:
                if name not in known:
                    raise ValueError(f"the {what} of resource {self.name!r} name {name!r}, which is no column")
        for _text, place, _format, _conversion in Formatter().parse(self.caption):
            if place is not None and place not in known:
                raise ValueError(
                    f"the caption of resource {self.name!r} names {place!r}, which is no column; one of {', '.join(known)}"
                )


@hookspec(kind="collect", result="flask:Blueprint", on_error="quarantine", found=("routes:BLUEPRINTS",))
def register_routes() -> Blueprint | list[Blueprint]:  # type: ignore[empty-body]
    """Return Flask blueprints; every view carries ``@requires`` or ``@public``.

    A blueprint named like the plugin is mounted at ``/<plugin>``, one named ``<plugin>_api`` at ``/api/v1/<plugin>``;
    a ``url_prefix`` of its own is kept.
    """


@hookspec(
    kind="collect", result=Resource, on_error="quarantine", found=("resources:RESOURCES", "models:resources_in()")
)
def register_resources() -> Resource | list[Resource]:  # type: ignore[empty-body]
    """Return the tables that people work with, to be given REST routes and console pages."""


@hookspec(kind="collect", result=Step, on_error="quarantine", found=("middleware:STEPS",))
def register_middleware() -> Step | list[Step]:  # type: ignore[empty-body]
    """Return steps of the single pass, each with its stage."""


@hookspec(kind="first", result="werkzeug.wrappers:Response", on_error="deny", budget_ms=20)
def on_request(request: Request) -> Response | None:
    """Answer in the route's place, or return None. Called once rights are checked."""


@hookspec(kind="notify", on_error="isolate", budget_ms=20)
def on_response(request: Request, response: Response) -> None:
    """Add headers, count, time. Called for each request, when the response is about to leave."""


@hookspec(kind="transform", result=Problem, on_error="isolate")
def on_problem(problem: Problem, request: Request) -> Problem | None:
    """Return the problem, enriched or translated; None keeps it. The first argument is what is passed along.

    Called when a request ends in an error, before the answer is written.
    """
