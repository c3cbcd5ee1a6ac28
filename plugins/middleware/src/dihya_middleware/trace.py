"""W3C Trace Context: which chain of calls a request belongs to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dihya_hookspecs.acts import current

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

TRACE = "dihya.traceparent"
_PARENT = re.compile(r"(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(-.*)?")


def continue_trace(request: Request) -> None:
    """Keep the trace that the caller sent, or begin one, and give this request a place of its own in it."""
    request.environ[TRACE] = child_of(request.environ.get("HTTP_TRACEPARENT", ""), current().id)


def tell_trace(request: Request, response: Response) -> None:
    """Answer with the place of this request in the trace."""
    if "traceparent" not in response.headers:
        response.headers.add("traceparent", request.environ[TRACE])


def child_of(parent: str, act: str) -> str:
    """Return a ``traceparent`` below *parent*; a new, unsampled trace when *parent* is not valid (W3C, 3.2.2).

    Args:
        act: the id of the request's act, 32 hexadecimal digits of which the last are drawn by lot. A new trace has this id, so
            that one word finds the answer, the log and the trace; its end is the place of this request.
    """
    found = _PARENT.fullmatch(parent) if parent else None
    if found is None or (found[1] == "00" and found[4]):
        return f"00-{act}-{act[16:]}-00"
    sampled = int(found[3], 16) & 1
    return f"00-{found[2]}-{act[16:]}-{sampled:02x}"
