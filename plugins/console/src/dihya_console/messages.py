"""Messages that wait for the next page, in a signed cookie: no session, no table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from dihya_hookspecs.acts import get
from dihya_hookspecs.keys import Keys
from itsdangerous import BadSignature, URLSafeTimedSerializer

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

COOKIE = "dihya_messages"
MINUTES = 10
LONGEST = 600
WAITING, READ = "dihya.messages", "dihya.messages_read"


class Message(NamedTuple):
    """What is to be said: ``info``, ``success`` or ``error``, the words, and the path that takes it back."""

    kind: str
    text: str
    undo: str = ""


def say(request: Request, message: str, kind: str, undo: str = "") -> None:
    """Keep a message for the next page that somebody sees."""
    request.environ.setdefault(WAITING, []).append(Message(kind, message[:LONGEST], undo))


def take(request: Request) -> list[Message]:
    """Return the messages for the page that is being made; they are said only once."""
    waiting = request.environ.pop(WAITING, [])
    cookie = request.cookies.get(COOKIE)
    if not cookie:
        return waiting
    request.environ[READ] = True
    try:
        kept = _signer().loads(cookie, max_age=MINUTES * 60)
        return [Message(*map(str, each)) for each in kept] + waiting
    except (BadSignature, ValueError, TypeError):
        return waiting


def carry_over(request: Request, response: Response) -> None:
    """The step after the view: what was not said yet waits in a cookie, what was said is forgotten."""
    if waiting := request.environ.get(WAITING):
        value = _signer().dumps([list(message) for message in waiting[-5:]])
        response.set_cookie(
            COOKIE, value if isinstance(value, str) else value.decode(), max_age=MINUTES * 60,
            httponly=True, samesite="Lax", secure=request.is_secure,
        )  # fmt: skip
    elif request.environ.get(READ):
        response.delete_cookie(COOKIE, httponly=True, samesite="Lax", secure=request.is_secure)


def _signer() -> URLSafeTimedSerializer:
    key = get(Keys).create("console").secret("dihya-console-messages")
    return URLSafeTimedSerializer(key, salt="dihya.console.messages", serializer=json)
