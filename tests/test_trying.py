"""A generated plugin is tried before it is installed: whole applications, real sandboxes, a real browser."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from dihya_hookspecs import Invalid
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
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from werkzeug.serving import make_server

pytestmark = [pytest.mark.journey, pytest.mark.filterwarnings("default")]

PLUGINS = (
    "audit", "console", "i18n", "keys", "middleware", "rgpd", "routes", "securite", "services", "static", "storage", "tasks", "templates",
    "tests",
)  # fmt: skip
PASSWORD = "canari orange sous la pluie"
WAIT = 180
COMING_AND_GOING = ("audit_", "securite_sessions", "securite_people", "securite_attempts", "tasks_", "core_", "sqlite_")
HOSTILE = '''"""What a stranger would try from inside of a trial."""
import os
import socket
from pathlib import Path
from threading import Event

from dihya_hookspecs.web import public
from flask import Blueprint, Response, request

pages = Blueprint("club_evil", __name__, url_prefix="/club/evil")
BLUEPRINTS = (pages,)


@pages.get("/page")
@public("a test")
def page():
    """Script, forms, pictures and a way out, all towards the site around the trial."""
    real = request.args["real"]
    return Response(
        f"""<!doctype html><title>evil</title><body><h1>evil</h1><script>document.title = "ran"; fetch("{real}/api/v1/stolen")</script>
        <img src="{real}/services/stolen.png" onerror="document.title='ran'"><iframe src="{real}/securite/account/"></iframe>
        <meta http-equiv="refresh" content="0; url={real}/securite/account/">
        <form method="post" action="{real}/stolen"><button id="out">out</button></form>
        <a id="link" href="{real}/securite/account/">account</a><a id="top" target="_top" href="{real}/services/stolen">top</a>
        <form method="post" action="echo"><input type="hidden" name="word" value="kept"><button id="in">in</button></form></body>""",
        headers={
            "Set-Cookie": "dihya=fixed; Path=/", "Clear-Site-Data": '"*"', "Content-Security-Policy": "script-src *",
            "WWW-Authenticate": "Basic", "Refresh": f"0; url={real}/stolen", "Access-Control-Allow-Origin": "*",
            "Service-Worker-Allowed": "/",
        },
    )


@pages.post("/echo")
@public("a test")
def echo():
    """Say what came."""
    return {"form": request.form.to_dict(), "headers": dict(request.headers)}


@pages.get("/leads-out")
@public("a test")
def leads_out():
    """Lead to the site around the trial."""
    return Response("", 302, {"Location": request.args["to"]})


@pages.get("/reach")
@public("a test")
def reach():
    """Say what could be reached."""
    return {"data": reads(request.args["data"]), "shadow": reads("/etc/shadow"), "network": connects(), "environ": dict(os.environ)}


@pages.get("/fill")
@public("a test")
def fill():
    """Write as much as there is room for; return how many megabytes that was."""
    written = 0
    try:
        with open("/tmp/filled", "wb") as file:
            while written < 500:
                file.write(bytes(1 << 20))
                file.flush()
                written += 1
    except OSError:
        pass
    os.unlink("/tmp/filled")
    return {"mb": written}


@pages.get("/eat")
@public("a test")
def eat():
    """Use more memory than a trial may."""
    kept = b"x" * (700 << 20)
    Event().wait(30)
    return str(len(kept))


def reads(path):
    try:
        return sorted(str(each) for each in Path(path).rglob("*") if each.is_file())[:5] or Path(path).read_text()
    except OSError as error:
        return f"{type(error).__name__}"


def connects():
    found = []
    for family, address in ((socket.AF_INET, ("192.0.2.1", 80)), (socket.AF_INET, ("127.0.0.1", int(request.args["port"])))):
        with socket.socket(family) as one:
            one.settimeout(1)
            try:
                one.connect(address)
                found.append(address)
            except OSError:
                pass
    return found
'''


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


@pytest.fixture
def place(make_app):
    """The application, served at an address of its own."""
    app = make_app(
        *PLUGINS, config={"securite": {"argon2_time": 1, "argon2_memory": 64}, "models": {"embedded": False}}
    )
    app.flask.testing = False
    made = Place(app)
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()
    with app.act("end", actor=OPERATOR) as act:
        for trial in act.get(Trials).all():
            act.get(Trials).end(trial.token)


def files_of(folder: Path) -> dict[str, bytes]:
    """Return every file of a data folder, but for those of work that goes on."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*") if path.is_file() and "work" not in path.relative_to(folder).parts
    }  # fmt: skip


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


@pytest.mark.browser
def test_one_tries_as_two_roles_adds_a_record_and_ends(place, browse) -> None:
    """From the button to the end by keyboard, in French, at 320 px, without a script; the real rows stay as they were."""
    generation = place.ready(place.person("anna@example.org", "user"))
    browser = browse(place.url)
    place.sign_in(browser, "anna@example.org")
    before = place.kept()
    browser.resize(320)
    browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    keyboard = Keyboard(browser)
    browser.open(f"/services/{generation}")
    keyboard.press("Essayer")
    browser.until("L’application démarre")
    until = time.monotonic() + WAIT
    while "Vous essayez" not in browser.text():
        assert time.monotonic() < until
        keyboard.press("Regarder à nouveau")
        browser.find("main")
    assert browser.fits()

    keyboard.into_the_frame()
    keyboard.press("Adhérents")
    browser.until("Karim")
    keyboard.press("Ajouter")
    for name, value in (
        ("first_name", "Zélie"),
        ("last_name", "Essai"),
        ("email", "zelie@example.org"),
        ("joined_on", "02012026"),
    ):
        keyboard.go(lambda element, name=name: element.get_attribute("name") == name, name)
        keyboard.type(value)
    keyboard.type(Keys.ENTER)
    browser.until("Zélie")

    browser.driver.switch_to.default_content()
    browser.open(f"/services/{generation}/try")
    keyboard.press("Auditeur")
    browser.find("a[aria-current][href$='role=2']")
    keyboard.into_the_frame()
    keyboard.press("Adhérents")
    browser.until("Zélie")
    assert not browser.driver.find_elements(By.CSS_SELECTOR, "a[href$='/club/members/new']"), "an auditor only reads"

    browser.driver.switch_to.default_content()
    browser.open(f"/services/{generation}/try")
    keyboard.press("Terminer maintenant")
    browser.until("il n’en reste rien")
    assert browser.complaints() == []
    assert place.kept() == before
    assert not [
        path
        for path in (place.app.data / "work").rglob("*")
        if path.name not in ("trial.json", ".lock") and path.is_file()
    ]


@pytest.mark.browser
def test_a_hostile_page_does_nothing_to_the_site_around_it(place, browse) -> None:
    """Script, forms, links, frames, redirects and headers of a trial reach neither the real site nor its cookie."""
    generation = place.ready(place.person("anna@example.org", "user"), **{"src/dihya_club/routes.py": HOSTILE})
    browser = browse(place.url)
    place.sign_in(browser, "anna@example.org")
    browser.open(f"/services/{generation}/try")
    browser.press("Essayer")
    browser.until("Vous essayez", WAIT)
    cookie = browser.driver.get_cookie("dihya")
    source = browser.find("iframe").get_attribute("src")
    place.reached.clear()

    def visit(path: str) -> None:
        browser.open(f"/services/{generation}/try")
        frame = browser.find("iframe")
        browser.driver.execute_script("arguments[0].src = arguments[1]", frame, f"{source}{path}")
        browser.driver.switch_to.frame(frame)

    for way in ("out", "link", "top"):
        visit(f"club/evil/page?real={place.url}")
        browser.find(f"#{way}").click()
        browser.driver.switch_to.default_content()
        browser.until("Vous essayez")
        assert browser.driver.current_url == f"{place.url}/services/{generation}/try"
    visit(f"club/evil/page?real={place.url}")
    browser.until("evil")
    browser.find("#in").click()
    browser.until("kept")
    seen = browser.text()
    browser.driver.switch_to.default_content()
    assert cookie["value"] not in seen, "the trial has cookies of its own only"
    assert not [path for path in place.reached if "stolen" in path or path.startswith("/securite")], place.reached
    assert browser.driver.get_cookie("dihya") == cookie
    visit(f"club/evil/leads-out?to={place.url}/securite/account/")
    browser.until("mène hors de l’application")


def test_a_hostile_plugin_reaches_nothing_of_this_machine(place) -> None:
    """Files, network and variables of the server are out of reach, the real data stays as it is to the byte, and what is too much ends it."""
    person = place.person("anna@example.org", "user")
    trial = place.begin(person, place.ready(person, **{"src/dihya_club/routes.py": HOSTILE}))
    os.environ["SECRET_OF_THE_SERVER"] = "told"
    before = files_of(place.app.data)
    found = json.loads(place.ask(trial, f"/club/evil/reach?data={place.app.data}&port={place.server.port}").body)
    assert found["data"] in ([], "FileNotFoundError") or all("/work/" in path for path in found["data"]), found["data"]
    assert (found["shadow"], found["network"]) == ("FileNotFoundError", [])
    assert "told" not in found["environ"].values()
    assert json.loads(place.ask(trial, "/club/evil/fill").body)["mb"] <= 64
    assert place.ask(trial, "/club/members/").status == 200
    assert files_of(place.app.data) == before
    with pytest.raises(Invalid):
        place.ask(trial, "/club/evil/eat")
    with place.app.act("look", actor=OPERATOR) as act:
        until = time.monotonic() + 30
        while (ended := act.get(Trials).all()[0]).state != "ended" and time.monotonic() < until:
            time.sleep(0.2)
    assert ended.why == "memory"


@pytest.mark.exhaustive
def test_two_people_try_at_once_and_meet_nowhere(place) -> None:
    """Each has an application of their own: what one writes, the other does not see."""
    people = [place.person(f"{name}@example.org", "user") for name in ("anna", "bob")]
    anna, bob = [place.begin(person, place.ready(person)) for person in people]
    record = {"first_name": "Zélie", "last_name": "Essai", "email": "zelie@example.org", "joined_on": "2026-01-02"}
    made = place.ask(
        anna,
        "/api/v1/club/members",
        method="POST",
        body=json.dumps(record).encode(),
        headers={"Content-Type": "application/json"},
    )
    assert made.status == 201, made.body
    assert "Zélie" in place.ask(anna, "/club/members/").body.decode()
    assert "Zélie" not in place.ask(bob, "/club/members/").body.decode()


def test_what_was_tried_is_brought_to_where_it_is_installed(make_app) -> None:
    """Who may install is led from the page to the console, which shows the very plugin and asks; who may not gets the ZIP."""
    place = Place(make_app(*PLUGINS, "plugins", config={"plugins": {"uploads": True}, "models": {"embedded": False}}))
    place.server.server_close()
    generation = place.ready("p1")
    installer = place.app.client("user", "console:installer", id="p1")
    assert f'action="/services/{generation}/install"' in installer.get(f"/services/{generation}/try").text
    answer = installer.post(f"/services/{generation}/install")
    assert answer.status_code == 303 and answer.headers["Location"].startswith("/console/installing/arrivals/")
    page = installer.get(answer.headers["Location"])
    assert page.status_code == 200 and "dihya-club" in page.text
    others = place.app.client("user", id="p1")
    assert f"/services/{generation}#take" in others.get(f"/services/{generation}/try").text
    assert others.post(f"/services/{generation}/install").status_code == 403
