"""HTTP: routes, resources, the single pass of middleware, and problems."""

from __future__ import annotations

import json
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from string import Formatter
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal, NoReturn, Protocol, TypeVar

from . import Flaw, Invalid, hookspec
from .acts import provided_by
from .i18n import Text

if TYPE_CHECKING:
    from flask import Blueprint
    from pydantic import BaseModel
    from werkzeug.wrappers import Request, Response

    from .channels import Topic
    from .scopes import Rule

_V = TypeVar("_V", bound=Callable[..., Any])
_M = TypeVar("_M", bound="BaseModel")
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


def demand_match(request: Request, version: object) -> bool:
    """Tell whether ``If-Match`` names this version of what is to be changed; False where the header is missing.

    Raises:
        Invalid: 412, it names other versions, a weak one (RFC 9110, 13.1.1), or nothing that is a version.
    """
    if "If-Match" not in request.headers:
        return False
    wanted = request.if_match
    if not wanted.star_tag and not wanted.contains(str(version)):
        raise Invalid("the record has changed meanwhile; read it again", code="stale", status=412)
    return True


JSON_TYPES = ("application/json",)
PATCH_TYPES = ("application/json", "application/merge-patch+json")
_MEDIA = Text("the body must be sent as %(types)s", "le contenu doit être envoyé au format %(types)s")
_NO_JSON = Text("the body is not valid JSON", "le contenu n’est pas du JSON valide")
_NO_OBJECT = Text("the body must be a JSON object", "le contenu doit être un objet JSON")
_TYPE = Text("must be a JSON object", "doit être un objet JSON")


def body(form: type[_M]) -> _M:
    """Return the JSON body of the request that is answered, as a pydantic model.

    Raises:
        Invalid: 415 for another media type, 400 for what is not JSON, 422 for what is no object, for a field that the form
            does not have and for what breaks its rules: one flaw each, at its JSON pointer; no input is quoted.
    """
    from flask import request

    from .resources import writing

    types = PATCH_TYPES if request.method == "PATCH" else JSON_TYPES
    return writing.form_of_body(form, json_object(request, types))


def json_object(request: Request, types: Sequence[str] = JSON_TYPES) -> dict[str, Any]:
    """Return the JSON object of a request. Raises Invalid as ``body`` does."""
    if request.mimetype not in types:
        accepted = ", ".join(types)
        header = "Accept-Patch" if request.method == "PATCH" else "Accept-Post"
        raise Invalid(str(_MEDIA) % {"types": accepted}, code="media-type", status=415, headers={header: accepted})
    try:
        value = json.loads(request.get_data(), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Invalid(str(_NO_JSON), code="json", status=400) from error
    if not isinstance(value, dict):
        raise Invalid(str(_NO_OBJECT), flaws=[Flaw("", str(_TYPE), "type")])
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


@dataclass(frozen=True, slots=True)
class Accepts:
    """What a route takes; None where the default of ``[middleware]`` or ``[wsgi]`` holds.

    Attributes:
        max_body: bytes of the body.
        seconds: time in which the whole body must have come.
        fields: fields of a form, or values of a JSON body.
    """

    max_body: int | None = None
    seconds: float | None = None
    fields: int | None = None


def accepts(
    *, max_body: int | None = None, seconds: float | None = None, fields: int | None = None
) -> Callable[[_V], _V]:
    """Say what the view takes where that is more, or less, than the default: a file of 5 MB, 20 fields."""

    def mark(view: _V) -> _V:
        view.dihya_accepts = Accepts(max_body, seconds, fields)  # type: ignore[attr-defined]
        return view

    return mark


@provided_by("dihya-middleware")
class BodyLimits(Protocol):
    """What each route takes. A server asks before it receives a body, the middleware before a view reads it."""

    def of(self, view: Callable[..., Any] | None, media_type: str) -> Accepts:
        """Return the limits for a body of this media type; every attribute but ``seconds`` is set."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How often a view may be called by one client address, or by one person."""

    per_minute: int
    by: Literal["address", "person"]


@dataclass(frozen=True, slots=True)
class Closed:
    """What a view leaves under ``CLOSED`` when it is overrun; a server that knows the word answers the next ones itself.

    Attributes:
        seconds: for which the application need not be asked; a server may ask sooner.
        lets_in: told the WSGI environment of a request; True for who is to be let through all the same. It is asked in the
            server's loop, so it does nothing but compute.
    """

    seconds: float
    lets_in: Callable[[Mapping[str, Any]], bool]


def limited(per_minute: int, *, by: Literal["address", "person"] = "address") -> Callable[[_V], _V]:
    """Answer 429 to who calls the view more often; by address it is asked before anybody is recognised."""

    def mark(view: _V) -> _V:
        view.dihya_rate = Rate(per_minute, by)  # type: ignore[attr-defined]
        return view

    return mark


class Stream:
    """Server-sent events (WHATWG HTML, 9.2): asked for again and again until they end.

    A server that knows it keeps it in its loop; any other WSGI server iterates it and holds a thread meanwhile.

    Args:
        look: returns the blocks to send (``data: …\\n\\n``) and whether these were the last; opens its own act.
        leave: called once, when the stream ends for whatever reason.
        heartbeat: seconds after which a comment is sent when there was nothing else.
        follow: told what wakes the stream when there may be something new, returns what ends that. Without it the stream
            looks again and again, after ``PAUSE`` to ``LONGEST`` seconds; with it at each *heartbeat* only.
    """

    PAUSE, LONGEST = 0.3, 2.0

    def __init__(
        self,
        look: Callable[[], tuple[Sequence[str], bool]],
        leave: Callable[[], None],
        heartbeat: float = 15.0,
        follow: Callable[[Callable[[], None]], Callable[[], None]] | None = None,
    ) -> None:
        self.look, self.heartbeat, self.follow = look, heartbeat, follow
        self.close = weakref.finalize(self, leave)

    def pauses(self) -> tuple[float, float]:
        """Return the first and the longest pause between two looks that nobody asked for."""
        return (self.heartbeat, self.heartbeat) if self.follow else (self.PAUSE, self.LONGEST)

    def __iter__(self) -> Iterator[bytes]:
        woken = threading.Event()
        unfollow = self.follow(woken.set) if self.follow else None
        try:
            yield from self._blocks(woken)
        finally:
            if unfollow:
                unfollow()

    def _blocks(self, woken: threading.Event) -> Iterator[bytes]:
        (first, longest), said = self.pauses(), monotonic()
        pause = first
        while True:
            woken.clear()
            blocks, over = self.look()
            if blocks:
                yield "".join(blocks).encode()
                pause, said = first, monotonic()
            elif monotonic() - said >= self.heartbeat:
                yield b": still at it\n\n"
                said = monotonic()
            if over:
                return
            woken.wait(pause)
            pause = min(pause * 1.5, longest)


class Socket(Stream):
    """A WebSocket (RFC 6455): a stream of texts whose client answers.

    Args:
        heard: called with each text of the client, one after the other; opens its own act.
    """

    def __init__(
        self,
        look: Callable[[], tuple[Sequence[str], bool]],
        heard: Callable[[str], None],
        leave: Callable[[], None],
        heartbeat: float = 15.0,
        follow: Callable[[Callable[[], None]], Callable[[], None]] | None = None,
    ) -> None:
        super().__init__(look, leave, heartbeat, follow)
        self.heard = heard


@provided_by("dihya-wsgi")
class Streams(Protocol):
    """Opens streams and sockets, not more than the server and one person may have."""

    def open(
        self,
        look: Callable[[], tuple[Sequence[str], bool]],
        *,
        heartbeat: float = 15.0,
        topic: Topic | None = None,
        key: str = "",
    ) -> Response:
        """Return the answer that streams.

        Args:
            look: asked for what is new, at first and whenever there may be something.
            topic, key: what wakes the stream (``Channels``); without a topic it looks again and again.

        Raises:
            Refused: the actor lacks the topic's permission.
            DihyaError: 429 when this person has as many as one may have, 503 when there is no place at all; both with
                Retry-After, so that a page asks now and then instead.
        """

    def messages(self, topic: Topic, key: str, after: str = "", *, heartbeat: float = 15.0) -> Response:
        """Return the answer that streams the messages of a topic as they are said.

        Each event has its position as id. A client that comes back with it (``Last-Event-ID``) gets what it missed, or,
        where that is not known any more, an event ``lost``: it reads the present state, and goes on.

        Args:
            after: the position that the client has read up to; empty for messages from now on.

        Raises:
            Invalid: *after* is no position (400).
            Refused: the actor lacks the topic's permission.
            DihyaError: as ``open``.
        """

    def converse(
        self,
        look: Callable[[], tuple[Sequence[str], bool]],
        heard: Callable[[str], None],
        *,
        heartbeat: float = 15.0,
        topic: Topic | None = None,
        key: str = "",
    ) -> Response:
        """Return the answer that makes a WebSocket of the connection; the view is a GET, and asks for rights as any other.

        Args:
            look: as for ``open``; each block is a text of its own.
            heard: gets each text of the client (64 KiB at most), in order. A DihyaError in it ends the socket with its
                sentence (code 1008), another error with code 1011.
            heartbeat: seconds after which the client is asked for a sign of life; after three of them without any it is gone.

        Raises:
            Invalid: the request does not ask for a WebSocket, or the server cannot (426).
            Refused: the page that asks is of another site, or the actor lacks the topic's permission (403).
            DihyaError: as ``open``.
        """


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
        title, singular: what people read, in both languages.
        read, write: on a class the roles that may, beside ``admin``; otherwise permissions that the plugin registers. With
            ``write=None`` nobody adds, changes or removes a record by REST or pages: the list only shows, and actions remain.
        name: plural, as in the URL: ``members`` gives ``/api/v1/<plugin>/members`` and ``/<plugin>/members/``.
        service: a ``Records`` class; its rules hold however the record is reached.
        form: a pydantic model: the fields that may be written, their types and limits.
        columns: what a list shows, in order.
        labels: what people read for each field; a field without a label is shown by its name.
        references: foreign-key field → name of the resource that it points to, in the same plugin.
        caption: what one record is called wherever it is named: fields in braces, ``{last_name} {first_name}``. A reference
            says the caption of what it points to; an empty field takes the text before it along. Without a caption the
            first text that a list shows is taken.
        order: on a class, how a list is sorted when nobody says otherwise; ``-`` before a field reverses.
        scope: which rows somebody with these permissions reaches (``dihya_hookspecs.scopes``); None for all.
        write_scope: which of these they may write, where those are fewer; it needs a ``write`` other than ``read``.
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
    scope: Rule | None = None
    write_scope: Rule | None = None

    def __post_init__(self) -> None:
        """Raises ValueError when the caption or a scope names a field that the table does not have."""
        if self.service is None or not (self.caption or self.scope or self.write_scope):
            return  # what a class says is looked at when it is complete
        known = self.service.model.__table__.columns.keys()
        for rule in (self.scope, self.write_scope):
            for column in rule.columns() if rule else ():
                if column not in known:
                    raise ValueError(f"a scope of resource {self.name!r} names {column!r}, which is no column")
        if self.write_scope is not None and self.read == self.write:
            raise ValueError(f"resource {self.name!r} has a write_scope, but one permission for reading and writing")
        for _text, name, _format, _conversion in Formatter().parse(self.caption):
            if name is not None and name not in known:
                raise ValueError(
                    f"the caption of resource {self.name!r} names {name!r}, which is no column; one of {', '.join(known)}"
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
    """The response is about to leave: add headers, count, time."""


@hookspec(kind="transform", result=Problem, on_error="isolate")
def on_problem(problem: Problem, request: Request) -> Problem | None:
    """Return the problem, enriched or translated; None keeps it. The first argument is what is passed along."""
