"""The application of a trial, started in the sandbox: one plugin, the plugins that one trusts, and somebody for each role.

Usage: ``python -P -m dihya_tests.trying.application NAME`` with the number of a listening socket in ``TRIAL_SOCKET``. Code of
the plugin runs here, so nobody outside believes what this process says about itself.
"""

from __future__ import annotations

import json
import os
import re
import sys
import threading
import uuid
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from importlib.util import find_spec
from types import SimpleNamespace
from typing import Any

from dihya_core.access import AccessRules
from dihya_core.app import create_app, mounted
from dihya_core.data.acts import RuntimeActs
from dihya_core.loading.loader import build
from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import SYSTEM, Access, Actor, Role
from dihya_hookspecs.data import UNAUDITED, Database
from dihya_hookspecs.i18n import Text
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import run_wsgi_app

from dihya_tests import schema
from dihya_tests.rehearsal import needed

from .passage import ABOUT, HANDED, ROLE, ROOT

AROUND = (
    "audit", "console", "db", "i18n", "keys", "middleware", "migrations", "rgpd", "routes", "securite", "static", "storage", "tasks",
)  # fmt: skip
"""What one trusts: pages, rights, the audit log, the rights of people, the bin, work in the background."""
ACTOR = "dihya.trial_actor"
SHARED = ("auditeur", "admin")
NAMES = ("Amel", "Bastien", "Chloé", "Driss", "Élise", "Farid", "Gaëlle", "Hugo")
SYMBOL = re.compile(rb'<use href="([^"#?]+)#([\w-]+)">')


def start(name: str, data: str) -> tuple[Any, list[Role]]:
    """Return the application with its tables and sample records, and the roles in which it can be tried."""
    given = {"dihya": {"data": data}, "middleware": {"rate_factor": 0}}
    runtime = build(
        only={name, *AROUND, *needed(name)}, given=given, environ={}, serving=True,
        plugins={"trial": SimpleNamespace(find_actor=find_actor, __doc__="Who tries.", __name__="dihya_trial")},
    )  # fmt: skip
    acts = RuntimeActs(runtime, AccessRules(runtime))
    mounted(runtime, acts)
    info = runtime.app_info()
    with acts.open("trial.tables", actor=SYSTEM) as act:
        engine = act.get(Database).engine.execution_options(**{UNAUDITED: "a trial begins"})
    schema.make(engine, dict(info.folders), {plugin.name for plugin in info.plugins})
    app = create_app(runtime=runtime, acts=acts, serving=True)
    if find_spec(f"dihya_{name}.sample"):
        with acts.open(f"{name}.sample", actor=SYSTEM) as act:
            import_module(f"dihya_{name}.sample").load(act.session)
    with acts.open("trial.roles", actor=SYSTEM) as act:
        known = act.get(Access).roles()
    own = [role for role in known.values() if role.name.startswith(f"{name}:")]
    return app, [*own, *(known[shared] for shared in SHARED)]


@hookimpl(tryfirst=True)
def find_actor(request: Any) -> Actor | None:
    """Return who holds the role in which somebody tries."""
    return request.environ.get(ACTOR)


class Seats:
    """The WSGI application around the one that is tried: puts each request on the seat of a role.

    A browser sends a trial no cookies, and takes none of it; so they are kept here, for each role.
    """

    def __init__(self, app: Callable[..., Any], roles: Iterable[Role]) -> None:
        self.app, self.roles = app, list(roles)
        self.people = [
            Actor(str(uuid.uuid4()), NAMES[number % len(NAMES)], frozenset({role.name}))
            for number, role in enumerate(self.roles)
        ]
        self._jars: list[dict[str, str]] = [{} for _ in self.roles]
        self._lock = threading.Lock()
        self._symbols = cache(self._read)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        number, root = environ.pop(_key(ROLE), "0"), environ.pop(_key(ROOT), "")
        if _key(ABOUT) in environ:
            start_response("200 OK", [("Content-Type", "application/json")])
            return [json.dumps([[role.name, role.title.en, role.title.fr] for role in self.roles]).encode()]
        seat = min(int(number), len(self.roles) - 1)
        environ |= {"SCRIPT_NAME": root, ACTOR: self.people[seat]}
        with self._lock:
            environ["HTTP_COOKIE"] = "; ".join(f"{name}={value}" for name, value in self._jars[seat].items())
        body, status, headers = run_wsgi_app(self.app, environ, buffered=True)
        self._keep(seat, headers.getlist("Set-Cookie"))
        content = b"".join(body)
        if headers.get("Content-Type", "").startswith("text/html"):
            content = self._drawn(content, environ)
            headers["Content-Length"] = str(len(content))
        start_response(status, list(headers))
        return [content]

    def _keep(self, seat: int, cookies: Iterable[str]) -> None:
        with self._lock:
            for text in cookies:
                try:
                    read = SimpleCookie(text)
                except CookieError:
                    continue
                for name, morsel in read.items():
                    self._jars[seat].pop(name, None)
                    if morsel.value and morsel["max-age"] != "0":
                        self._jars[seat][name] = morsel.coded_value

    def _drawn(self, page: bytes, environ: Mapping[str, Any]) -> bytes:
        """Put the symbols that a page draws into the page: a browser fetches none of another file for a shut-in page."""
        wanted = dict.fromkeys(SYMBOL.findall(page))
        found = b"".join(self._symbol(file.decode(), name.decode(), environ) for file, name in wanted)
        page = SYMBOL.sub(rb'<use href="#symbol-\2">', page)
        return (
            page.replace(b"</body>", b'<svg hidden aria-hidden="true">' + found + b"</svg></body>") if found else page
        )

    def _symbol(self, file: str, name: str, environ: Mapping[str, Any]) -> bytes:
        one = re.search(
            rf'<symbol id="{re.escape(name)}".*?</symbol>',
            self._symbols(file.removeprefix(environ["SCRIPT_NAME"])),
            re.S,
        )
        return one[0].replace('id="', 'id="symbol-', 1).encode() if one else b""

    def _read(self, path: str) -> str:
        from werkzeug.test import Client

        return Client(self.app).get(path).get_data(as_text=True)


class Quiet(WSGIRequestHandler):
    """Writes no line for each request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write nothing."""


def _key(header: str) -> str:
    return f"HTTP_{header.upper().replace('-', '_')}"


def main() -> None:
    """Start the application, and answer at the socket that was handed over."""
    number = int(os.environ.pop(HANDED))
    app, roles = start(sys.argv[1], "/tmp/data")
    if not roles:
        roles = [Role("admin", Text("Administrator", "Administrateur"))]
    server = make_server("unix://trial", 0, Seats(app, roles), threaded=True, request_handler=Quiet, fd=number)
    server.serve_forever()


if __name__ == "__main__":
    main()
