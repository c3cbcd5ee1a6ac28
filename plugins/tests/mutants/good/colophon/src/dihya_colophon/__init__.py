"""Says under which licence the pages of an application stand; it has hooks and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dihya_hookspecs import hookimpl

if TYPE_CHECKING:
    from flask import Request, Response


@hookimpl
def on_response(request: Request, response: Response) -> None:
    """Name the licence in the header Link, as RFC 8288 says."""
    from dihya_hookspecs.acts import get

    from .settings import Settings

    if (address := get(Settings).licence) and response.mimetype == "text/html":
        response.headers.add("Link", f'<{address}>; rel="license"')
