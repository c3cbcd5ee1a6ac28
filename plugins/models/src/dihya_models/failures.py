"""From what an endpoint answers to the outcomes that the chain knows."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from dihya_hookspecs.ai import AIFailure, Outcome

_TOO_LONG = (
    "context_length",
    "context length",
    "maximum context",
    "exceed_context",
    "too many tokens",
    "prompt is too long",
)
_CONTENT = ("content_filter", "content_policy", "content policy", "content management policy", "moderation")
_QUOTA = ("insufficient_quota", "billing", "credit balance")
_SHAPE = ("response_format", "json_schema", "structured output")
_BY_STATUS: dict[int, Outcome] = {
    401: "auth",
    402: "quota",
    403: "auth",
    408: "timeout",
    413: "context_too_long",
    504: "timeout",
}


def failure(status: int, body: bytes, retry_after: str | None) -> AIFailure:
    """Return the failure that an HTTP answer stands for. The body is read for its error code and never quoted."""
    text = _error_text(body)
    detail, wait = f"HTTP {status}", seconds(retry_after)
    if 300 <= status < 400:
        return AIFailure("bad_request", f"{detail}: redirects are not followed; correct the provider's url")
    if any(word in text for word in _CONTENT):
        return AIFailure("content_policy", f"{detail}: refused for its content")
    if any(word in text for word in _TOO_LONG):
        return AIFailure("context_too_long", f"{detail}: the text does not fit the model")
    if any(word in text for word in _QUOTA):
        return AIFailure("quota", f"{detail}: the account's credit is used up", wait)
    if status == 429:
        return AIFailure("rate_limited", detail, wait)
    if status in (400, 422) and any(word in text for word in _SHAPE):
        return UnknownShape("bad_request", f"{detail}: does not take response_format", 0.0)
    if status >= 500 and status != 504:
        return AIFailure("server_error", detail, wait)
    return AIFailure(_BY_STATUS.get(status, "bad_request"), detail)


class UnknownShape(AIFailure):
    """The endpoint does not know ``response_format``; it may be asked again, at once and without."""


def seconds(header: str | None) -> float | None:
    """Return what a Retry-After header says in seconds (RFC 9110, 10.2.3); None when it says nothing readable."""
    if not header:
        return None
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None


def _error_text(body: bytes) -> str:
    try:
        error: Any = json.loads(body)["error"]
    except (ValueError, KeyError, TypeError):
        return body[:2000].decode(errors="replace").lower()
    return json.dumps(error).lower()
