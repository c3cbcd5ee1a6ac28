"""An application in which generated plugins are tried, and somebody without a mouse; the fixture ``tried`` gives them."""

from __future__ import annotations

import json
import sqlite3
import time
from datetime import UTC, datetime
from typing import Any

from dihya_hookspecs.access import OPERATOR, Actor
from dihya_hookspecs.generation import Needs, Templates
from dihya_hookspecs.storage import Blobs
from dihya_hookspecs.trying import Trial, TrialRequest, Trials
from dihya_services import archive
from dihya_services.models import Generation
from dihya_services.needs import put_needs
from dihya_services.service import Generations, blob_purpose
from dihya_services.tasks import root_name
from dihya_services.trying import Trying
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from werkzeug.serving import make_server

PASSWORD = "canari orange sous la pluie"
WAIT = 180
COMING_AND_GOING = ("audit_", "securite_sessions", "securite_people", "securite_attempts", "tasks_", "core_", "sqlite_")


class Place:
    """An application that people reach at an address, with generations that are ready to be tried."""

    def __init__(self, app: Any) -> None:
        self.app, self.reached = app, list[str]()
        self.server = make_server("127.0.0.1", 0, self._answer, threaded=True)
        self.url = f"http://127.0.0.1:{self.server.port}"

    def _answer(self, environ: dict[str, Any], begin: Any) -> Any:
        self.reached.append(environ["PATH_INFO"])
        return self.app.flask(environ, begin)

    def person(self, email: str, *roles: str) -> str:
        """Add somebody, and return their id."""
        from dihya_securite.service import Directory

        with self.app.act("add", actor=OPERATOR) as act:
            return str(act.get(Directory).create(OPERATOR, email, email.split("@")[0], roles, PASSWORD)[0].id)

    def ready(self, person: str, **more: str) -> str:
        """Keep a generation of a person that counts as proven, and return its id."""
        with self.app.act("ready", actor=Actor(person, "Tin", frozenset({"user"}))) as act:
            needs = act.get(Templates).complete(Needs("", "association", "club", language="fr"))
            files = {**act.get(Templates).render(needs), **more}
            made = Generation(
                person_id=person, idea="", proposal={}, proposer="person", model="", tier="", confidence=1.0, status="ready", task="x",
            )  # fmt: skip
            put_needs(made, needs)
            act.session.add(made)
            act.session.flush()
            keep = {"purpose": blob_purpose(made), "owner": person}
            text = json.dumps(files).encode()
            made.files = act.get(Blobs).put(text, media_type="application/json", filename="f.json", **keep).digest
            packed = archive.pack(files, root_name("club"))
            made.archive = act.get(Blobs).put(packed, media_type="application/zip", filename="club.zip", **keep).digest
            made.finished_at = datetime.now(UTC)
            return str(made.id)

    def sign_in(self, browser: Any, email: str) -> None:
        """Sign somebody in."""
        browser.open("/securite/sign-in")
        browser.fill(email=email, password=PASSWORD)
        browser.press("Se connecter")

    def started(self, token: str) -> Any:
        """Wait until a trial runs, and return it."""
        until = time.monotonic() + WAIT
        while time.monotonic() < until:
            with self.app.act("look", actor=OPERATOR) as act:
                (trial,) = [one for one in act.get(Trials).all() if one.token == token]
            if trial.state != "starting":
                assert trial.state == "running", (trial.why, trial.said)
                return trial
            time.sleep(0.2)
        raise AssertionError("the trial never started")

    def ask(self, trial: Trial, path: str, role: int = 0, **given: Any) -> Any:
        """Ask a trial without a browser."""
        path, _, query = path.partition("?")
        request = TrialRequest(
            role, given.pop("method", "GET"), f"/services/try/{trial.token}/{role}-fr", path, query, **given
        )
        with self.app.act("ask", actor=OPERATOR) as act:
            return act.get(Trials).ask(trial.token, request)

    def kept(self) -> dict[str, Any]:
        """Return every row of every table of the real database, but for what notes that people come and go."""
        with sqlite3.connect(next(self.app.data.glob("*.db"))) as connection:
            names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            rows = {name: sorted(map(repr, connection.execute(f'SELECT * FROM "{name}"'))) for name in names}
        return {name: found for name, found in rows.items() if not name.startswith(COMING_AND_GOING)}

    def begin(self, person: str, generation: str) -> Trial:
        """Begin a trial, and wait until it runs."""
        with self.app.act("begin", actor=Actor(person, "Tin", frozenset({"user"}))) as act:
            token = act.get(Trying).begin(act.get(Generations).own(generation)).token
        return self.started(token)


class Keyboard:
    """Somebody who has no mouse: goes from one thing to the next until it is what they want, and presses Enter."""

    def __init__(self, browser: Any) -> None:
        self.browser, self.driver = browser, browser.driver

    def press(self, words: str, *, most: int = 120) -> None:
        """Go on to what says *words*, and press it."""
        self.go(lambda element: words in element.text, words, most)
        self.type(Keys.ENTER)

    def go(self, wanted: Any, what: str, most: int = 120) -> None:
        """Go on until what has the focus is what is wanted."""
        for _ in range(most):
            self.type(Keys.TAB)
            if wanted(self.driver.switch_to.active_element):
                return
        raise AssertionError(f"nobody gets to {what!r} by the keyboard")

    def type(self, *keys: str) -> None:
        """Type, wherever the focus is."""
        ActionChains(self.driver).send_keys(*keys).perform()

    def into_the_frame(self) -> None:
        """Go on into the frame."""
        self.go(lambda element: element.tag_name == "iframe", "the frame")
        self.driver.switch_to.frame(self.driver.switch_to.active_element)
