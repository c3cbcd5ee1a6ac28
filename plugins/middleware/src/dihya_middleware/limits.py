"""What a request body may be: how large, with how many fields, nested how deeply; decided before it is parsed."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dihya_hookspecs import DihyaError, Flaw, Invalid
from dihya_hookspecs.web import Accepts
from flask import current_app

from .settings import Settings

if TYPE_CHECKING:
    from werkzeug.wrappers import Request


def N_(message: str) -> str:
    """Mark a message for extraction."""
    return message


FORM = "application/x-www-form-urlencoded"
# One pass over the text, without going back: a string that is not closed reaches to the end.
_TOKEN = re.compile(rb'"(?:[^"\\]|\\(?:.|\Z))*+(?:"|\Z)|[\[\]{},]', re.DOTALL)
_NOTHING = Accepts()
CODES = (N_("problem.host"), N_("problem.json"), N_("problem.too-deep"), N_("problem.too-many-fields"))
"""What the refusals of this plugin are called in its catalogues."""


class RouteLimits:
    """Implements ``dihya_hookspecs.web.BodyLimits``: what the view declares, otherwise the settings."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @classmethod
    def from_container(cls, svcs_container: Any) -> RouteLimits:
        """Build the service from the settings."""
        return cls(svcs_container.get(Settings))

    def of(self, view: Callable[..., Any] | None, media_type: str) -> Accepts:
        """Return the limits for a body of this media type; ``max_body`` of the settings is above all of them."""
        own = getattr(view, "dihya_accepts", None) or _NOTHING
        form = media_type == FORM or media_type.startswith("multipart/")
        usual = self._settings.max_form if form else self._settings.max_json
        fields = self._settings.max_fields if form else self._settings.max_values
        return Accepts(min(own.max_body or usual, self._settings.max_body), own.seconds, own.fields or fields)


class BodyLimit:
    """Refuses a body that its route does not take: announced, or as it turns out."""

    def __init__(self, limits: RouteLimits, depth: int) -> None:
        self._limits, self._depth = limits, depth

    def before(self, request: Request) -> None:
        """Raise DihyaError (413) for too many bytes, Invalid (422) for too many fields or too deep nesting."""
        environ = request.environ
        said = environ.get("CONTENT_LENGTH")
        if "HTTP_TRANSFER_ENCODING" not in environ and (
            said == "0" or (not said and "wsgi.input_terminated" not in environ)
        ):
            return  # no body
        media_type = request.mimetype
        accepts = self._limits.of(_view(request), media_type)
        most, fields = accepts.max_body or 0, accepts.fields or 0
        if (request.content_length or 0) > most:
            raise too_large(most)
        request.max_content_length = most + 1
        request.max_form_parts = fields
        if request.content_length is None:
            # werkzeug ends a chunked body at its limit without a word, and so would store half a file.
            request.environ["wsgi.input"] = io.BufferedReader(_Watched(request.environ["wsgi.input"], most))
        if media_type == FORM:
            demand_few(request.get_data().count(b"&") + 1, fields)
        elif media_type == "application/json" or media_type.endswith("+json"):
            demand_flat(request.get_data(), fields, self._depth)


class _Watched(io.RawIOBase):
    """A stream that raises as soon as more than *most* bytes have come."""

    def __init__(self, stream: Any, most: int) -> None:
        self._stream, self._most, self._read = stream, most, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        self._read += len(data)
        if self._read > self._most:
            raise too_large(self._most)
        buffer[: len(data)] = data
        return len(data)


def demand_few(count: int, most: int) -> None:
    """Raise Invalid when there are more than *most* fields."""
    if count > most:
        detail = f"the body has more than {most} fields or values; send fewer at a time"
        raise Invalid(
            detail, code="too-many-fields", params={"most": most}, flaws=[Flaw("", detail, "too-many-fields")]
        )


def demand_flat(text: bytes, most: int, depth: int) -> None:
    """Raise Invalid when JSON text has more than *most* values or is nested deeper than *depth*; it is not parsed."""
    if b"\0" in text:  # UTF-16 or UTF-32, which RFC 8259 does not allow
        raise Invalid("the JSON is not UTF-8", code="json", status=400)
    level = deepest = strings = commas = 0
    for token in _TOKEN.finditer(text):
        mark = text[token.start()]
        if mark in b"[{":
            level += 1
            deepest = max(deepest, level)
        elif mark in b"]}":
            level -= 1
        elif mark == 44:
            commas += 1
        else:
            strings += 1
        if deepest > depth:
            detail = f"the JSON is nested deeper than {depth} levels"
            raise Invalid(detail, code="too-deep", params={"most": depth}, flaws=[Flaw("", detail, "too-deep")])
        if commas >= most or strings > 2 * most + 2:
            demand_few(most + 1, most)


def too_large(most: int) -> DihyaError:
    """The answer to a body of more than *most* bytes."""
    return DihyaError(
        f"the request body is too large; send {most} bytes at most", code="too-large", status=413,
        params={"most": most},
    )  # fmt: skip


def _view(request: Request) -> Callable[..., Any] | None:
    endpoint = getattr(request, "endpoint", None)
    return current_app.view_functions.get(endpoint) if endpoint else None
