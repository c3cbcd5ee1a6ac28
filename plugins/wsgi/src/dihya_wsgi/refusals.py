"""What the server itself answers, before the application is asked: problems (RFC 9457), as JSON or as a small page."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from dihya_hookspecs.i18n import Text

LIVE = b'{"status":"ok"}\n'
_SAFE = (
    "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that the server gives by itself."""

    status: int
    code: str
    text: Text
    retry_after: int = 0


BAD = Refusal(400, "bad-request", Text("the request cannot be understood", "la demande ne peut pas être comprise"))
LATE = Refusal(
    408,
    "timeout",
    Text(
        "the request came too slowly; send it again at once",
        "la demande est arrivée trop lentement ; envoyez-la d’un seul coup",
    ),
)
LARGE = Refusal(
    413,
    "too-large",
    Text("the request body is too large", "le contenu envoyé est trop volumineux"),
)
HEADERS = Refusal(
    431,
    "headers-too-large",
    Text("the request headers are too large", "les en-têtes de la demande sont trop volumineux"),
)
FULL = Refusal(
    503,
    "busy",
    Text(
        "the server has as much to do as it can bear; try again in a moment",
        "le serveur est très occupé ; réessayez dans un instant",
    ),
    5,
)
MANY = Refusal(
    429,
    "connections",
    Text("too many connections from this address", "trop de connexions depuis cette adresse"),
    10,
)
AWAY = Refusal(
    429,
    "rate-limited",
    Text("too many calls at once; try again in a moment", "trop de demandes à la fois ; réessayez dans un instant"),
    2,
)
CROWD = Refusal(
    503,
    "crowd",
    Text(
        "too many people do this at the moment; try again in a few seconds",
        "trop de personnes font cela en ce moment ; réessayez dans quelques secondes",
    ),
    2,
)
BROKEN = Refusal(
    500,
    "internal",
    Text("something went wrong on our side", "une erreur s’est produite chez nous"),
)


def rendered(refusal: Refusal, request: Mapping[str, object], date: str, keep: bool = False) -> bytes:
    """Return the whole answer for *refusal*, in the reader's language, as a page for who asks for one."""
    french = str(request.get("HTTP_ACCEPT_LANGUAGE", "")).lower().startswith("fr")
    text = refusal.text.fr if french else refusal.text.en
    phrase = HTTPStatus(refusal.status).phrase
    if "text/html" in str(request.get("HTTP_ACCEPT", "")):
        kind, lang = "text/html; charset=utf-8", "fr" if french else "en"
        page = f'<!doctype html><html lang="{lang}"><title>{refusal.status}</title><p>{html.escape(text)}</p></html>\n'
    else:
        kind = "application/problem+json"
        problem = {"type": "about:blank", "title": phrase, "status": refusal.status, "code": refusal.code}
        page = json.dumps({**problem, "detail": text}, ensure_ascii=False)
    body = page.encode()
    head = f"HTTP/1.1 {refusal.status} {phrase}\r\nDate: {date}\r\nContent-Type: {kind}\r\n{_SAFE}"
    head += f"Content-Length: {len(body)}\r\n"
    if refusal.retry_after:
        head += f"Retry-After: {refusal.retry_after}\r\n"
    if not keep:
        head += "Connection: close\r\n"
    return head.encode() + b"\r\n" + (b"" if request.get("REQUEST_METHOD") == "HEAD" else body)


def alive(date: str, keep: bool, head_only: bool) -> bytes:
    """Return the answer of ``/health/live``."""
    head = f"HTTP/1.1 200 OK\r\nDate: {date}\r\nContent-Type: application/json\r\n{_SAFE}"
    head += f"Content-Length: {len(LIVE)}\r\n{'' if keep else 'Connection: close' + chr(13) + chr(10)}\r\n"
    return head.encode() + (b"" if head_only else LIVE)
