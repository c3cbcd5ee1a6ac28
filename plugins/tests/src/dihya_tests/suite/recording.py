"""The pages of a plugin as they were answered, kept so that a browser can be shown each of them, also what a refused form says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

NUMBERED = re.compile(r"recorded=(\d+)")
NOT_AGAIN = {"content-length", "set-cookie", "transfer-encoding"}
SAME_EVERYWHERE = {"401", "403", "404", "405"}
"""The application answers these in the place of any view; one page of each is enough."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One answer.

    Attributes:
        endpoint: the name of the view.
        status: as ``"200 OK"``.
    """

    path: str
    endpoint: str
    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def language(self) -> str:
        """Its ``Content-Language``, empty where it says none."""
        return next((value for name, value in self.headers if name.lower() == "content-language"), "")

    @property
    def kind(self) -> tuple[str, str, bool]:
        """What it shows: the view, the status, and whether a field is complained of."""
        code = self.status.partition(" ")[0]
        view = "" if code in SAME_EVERYWHERE else self.endpoint
        return view, code, b'aria-invalid="true"' in self.body


class Recorder:
    """A WSGI application around another one: keeps its pages, and gives a page that was kept for ``?recorded=NUMBER``.

    Of pages of one kind in one language the first is kept.

    Args:
        flask: the application; its own ``wsgi_app`` is wrapped.
        concerns: tells of an endpoint whether its pages are kept.
    """

    def __init__(self, flask: Any, concerns: Callable[[str], bool]) -> None:
        self.pages: list[Recorded] = []
        self._inner, self._flask, self._concerns = flask.wsgi_app, flask, concerns
        self._seen: set[tuple[object, str]] = set()
        flask.wsgi_app = self

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if found := NUMBERED.search(environ.get("QUERY_STRING", "")):
            page = self.pages[int(found[1])]
            start_response(page.status, [one for one in page.headers if one[0].lower() not in NOT_AGAIN])
            return [page.body]
        told: list[Any] = []

        def listening(status: str, headers: list[tuple[str, str]], error: Any = None) -> Any:
            told[:] = [status, headers]
            return start_response(status, headers, error)

        answer = self._inner(environ, listening)
        if not any(name.lower() == "content-type" and value.startswith("text/html") for name, value in told[1]):
            return answer
        try:
            body = b"".join(answer)
        finally:
            getattr(answer, "close", lambda: None)()
        page = Recorded(environ["PATH_INFO"], self._endpoint(environ), told[0], tuple(told[1]), body)
        if page.endpoint and not told[0].startswith("3") and b"<html" in body:
            self._keep(page)
        return [body]

    def _keep(self, page: Recorded) -> None:
        if (page.kind, page.language) not in self._seen and self._concerns(page.endpoint):
            self._seen.add((page.kind, page.language))
            self.pages.append(page)

    def _endpoint(self, environ: dict[str, Any]) -> str:
        """Return the name of the view that answered, empty for an address of nobody."""
        adapter = self._flask.url_map.bind("localhost")
        try:
            return str(adapter.match(environ["PATH_INFO"], method=environ["REQUEST_METHOD"])[0])
        except (HTTPException, RequestRedirect):
            return ""
