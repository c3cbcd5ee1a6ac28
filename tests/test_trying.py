"""A generated plugin is tried before it is installed: whole applications, real sandboxes, a real browser."""

from __future__ import annotations

import json
import os
import threading
import time
from pathlib import Path

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.access import OPERATOR
from dihya_hookspecs.trying import Trials
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

pytestmark = [pytest.mark.journey, pytest.mark.filterwarnings("default")]

PLUGINS = (
    "audit", "console", "i18n", "keys", "middleware", "rgpd", "routes", "securite", "services", "static", "storage", "tasks", "templates",
    "tests",
)  # fmt: skip
WAIT = 180
HOSTILE = {"src/dihya_club/routes.py": Path(__file__).with_name("data").joinpath("hostile_trial.py").read_text("utf-8")}


@pytest.fixture
def place(make_app, tried):
    """The application, served at an address of its own."""
    app = make_app(
        *PLUGINS, config={"securite": {"argon2_time": 1, "argon2_memory": 64}, "models": {"embedded": False}}
    )
    app.flask.testing = False
    made = tried.Place(app)
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


@pytest.mark.browser
def test_one_tries_as_two_roles_adds_a_record_and_ends(place, browse, tried) -> None:
    """From the button to the end by keyboard, in French, at 320 px, without a script; the real rows stay as they were."""
    generation = place.ready(place.person("anna@example.org", "user"))
    browser = browse(place.url)
    place.sign_in(browser, "anna@example.org")
    before = place.kept()
    browser.resize(320)
    browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    keyboard = tried.Keyboard(browser)
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
    generation = place.ready(place.person("anna@example.org", "user"), **HOSTILE)
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
    trial = place.begin(person, place.ready(person, **HOSTILE))
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


def test_what_was_tried_is_brought_to_where_it_is_installed(make_app, tried) -> None:
    """Who may install is led from the page to the console, which shows the very plugin and asks; who may not gets the ZIP."""
    place = tried.Place(
        make_app(*PLUGINS, "plugins", config={"plugins": {"uploads": True}, "models": {"embedded": False}})
    )
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
