"""From what an endpoint answers to the outcomes that the chain knows."""

from __future__ import annotations

import json
import math
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
_QUOTA = (
    "insufficient_quota",
    "billing_hard_limit",
    "billing_not_active",
    "credit balance",
    "exceeded your current quota",
)
_OPTIONS = {
    "response_format": ("response_format", "json_schema", "structured output"),
    "max_tokens": ("max_completion_tokens", "max_tokens"),
    "temperature": ("temperature",),
}
"""What a request may do without, and how endpoints say that they do not take it."""
_BY_STATUS: dict[int, Outcome] = {
    401: "auth",
    402: "quota",
    403: "auth",
    408: "timeout",
    413: "context_too_long",
    504: "timeout",
}


def failure(status: int, body: bytes, retry_after: str | None) -> AIFailure:
    """Return the failure that an HTTP answer stands for. The body is read for its error code and never quoted.

    The status speaks first; words of the body only tell apart what one status may mean.
    """
    detail, wait = f"HTTP {status}", seconds(retry_after)
    if 300 <= status < 400:
        return AIFailure("bad_request", f"{detail}: redirects are not followed; correct the provider's url")
    if status >= 500 and status != 504:
        return AIFailure("server_error", detail, wait)
    text = _error_text(body)
    if status in (400, 402, 403, 429) and any(word in text for word in _QUOTA):
        return AIFailure("quota", f"{detail}: the account's credit is used up", wait)
    if status == 429:
        return AIFailure("rate_limited", detail, wait)
    if status in (400, 403, 422) and any(word in text for word in _CONTENT):
        return AIFailure("content_policy", f"{detail}: refused for its content")
    if status in (400, 413, 422) and any(word in text for word in _TOO_LONG):
        return AIFailure("context_too_long", f"{detail}: the text does not fit the model")
    if status in (400, 422) and (option := _option(text)):
        return RefusedOption(option, detail)
    if status == 404:
        return AIFailure(
            "bad_request", f"{detail}: no such address or model there; look at the provider's url and model"
        )
    return AIFailure(_BY_STATUS.get(status, "bad_request"), detail)


class RefusedOption(AIFailure):
    """The endpoint does not take an option of the request; it may be asked again, at once and without."""

    def __init__(self, option: str, detail: str) -> None:
        super().__init__("bad_request", f"{detail}: does not take {option}")
        self.option = option


def _option(text: str) -> str:
    return next((option for option, words in _OPTIONS.items() if any(word in text for word in words)), "")


def seconds(header: str | None) -> float | None:
    """Return what a Retry-After header says in seconds (RFC 9110, 10.2.3); None when it says nothing readable."""
    if not header:
        return None
    try:
        wait = float(header)
        return max(0.0, wait) if math.isfinite(wait) else None
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None


def _error_text(body: bytes) -> str:
    """Return what a body says of the error, in lower case: of JSON the parts that name it, of a page nothing."""
    try:
        decoded: Any = json.loads(body)
    except (ValueError, RecursionError):
        said = body[:500].decode(errors="replace").strip().lower()
        return "" if said.startswith("<") else said
    if not isinstance(decoded, dict):
        return ""
    return json.dumps([decoded.get(name) for name in ("error", "message", "detail", "type", "code")]).lower()
