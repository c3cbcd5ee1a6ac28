"""Shows a plugin's pages to a browser and asks axe-core, inside of the sandbox: ``python -m dihya_tests.suite.rendering ORDER``."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

from ..pipe import END, Pipe
from .browser import Browser
from .recording import Recorded, Recorder
from .subject import Plugin

PAGE = "page"
"""Name of the line that tells what was found on one page."""
AXE = Path(__file__).parents[1] / "vendor" / "axe.min.js"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
"""The success criteria of WCAG 2.2, levels A and AA."""
LOOKS = ((1280, "light"), (320, "dark"))
LANGUAGES = ("fr", "en")
ASKED = """
new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
  .then(() => axe.run(document, {runOnly: %s, resultTypes: ["violations"], iframes: false}))
  .then(found => found.violations.map(one => [one.id, one.help, one.nodes.map(node => node.target.join(" "))]))
"""


class Quiet(WSGIRequestHandler):
    """Says nothing of each request."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing; what broke is told by the application."""


def main() -> None:
    """Look at every page of the plugin in the order's file, and say what is wrong with each on the pipe of the sandbox."""
    order = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    plugin = Plugin(order["name"], Path(order["wheel"]))
    with Pipe.of_environment() as pipe:
        for page, found in painted(plugin, order["browser"]):
            pipe.send({"name": PAGE, "address": page.path, "status": page.status, "flaws": found})
        pipe.send({"name": END})


def painted(plugin: Plugin, program: str) -> Iterator[tuple[Recorded, list[str]]]:
    """Yield each page with what is wrong with it. Raises BrowserError where the browser ends or does not answer."""
    with looked_at(plugin, walked(plugin)) as (address, pages):
        if not pages:
            return
        with Browser(program) as browser:
            for number, page in enumerate(pages):
                yield page, flaws(browser, address, page, number)


def walked(plugin: Plugin) -> list[Recorded]:
    """Return the pages that people came across who did what they may with each resource, refusals included."""
    from ..exploits import AROUND, Site
    from ..workflows import walk
    from .columns.exploits import CHEAP

    with plugin.running(*AROUND, config=CHEAP) as app:
        site = Site.of(app, plugin.name)
        recorder = Recorder(app.flask, lambda endpoint: plugin.is_about(app, endpoint))
        if written := [one.name for one in site.resources.values() if one.write]:
            walk(site, written)
        return recorder.pages


@contextmanager
def looked_at(plugin: Plugin, pages: Sequence[Recorded]) -> Iterator[tuple[str, list[Recorded]]]:
    """Serve an application on this machine; give its address, and *pages* with those that answer a GET in each language."""
    from .columns.accessible import AROUND, addresses
    from .columns.audit import Driven

    with plugin.running(*AROUND) as app:
        driven = Driven(app, plugin)
        recorder = Recorder(app.flask, lambda endpoint: plugin.is_about(app, endpoint))
        client = app.client(*driven.roles, name="Ada")
        for path in addresses(driven):
            for language in LANGUAGES:
                client.get(path, headers={"Accept": "text/html", "Accept-Language": language}).close()
        there = {page.kind for page in recorder.pages}
        recorder.pages += [page for page in pages if page.kind not in there]
        server = make_server("127.0.0.1", 0, app.flask, threaded=True, request_handler=Quiet)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", recorder.pages
        finally:
            server.shutdown()
            thread.join()


def flaws(browser: Browser, address: str, page: Recorded, number: int) -> list[str]:
    """Return what axe-core finds on a page, each once: the rule, its words, the elements, and where it was first seen."""
    browser.open(f"{address}{page.path}?recorded={number}")
    browser.run(AXE.read_text("utf-8"))
    found: dict[str, str] = {}
    for width, scheme in LOOKS:
        browser.show(width, scheme)
        answer: Any = browser.run(ASKED % json.dumps(RULES))
        for rule, words, elements in answer:
            told = f"{rule}: {words} ({'; '.join(elements[:3])})"
            found.setdefault(told, f"{page.path} ({page.language}, {width} px, {scheme}) {told}")
    return list(found.values())


if __name__ == "__main__":
    main()
