"""The structure of a plugin edited in a browser: with a script and without, by keyboard, on a narrow screen."""

import pytest
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from tests import browsing

pytestmark = [pytest.mark.browser, pytest.mark.journey, pytest.mark.filterwarnings("default")]

IDEA = "gérer les adhérents et les cotisations d'une association"
PAGES = ("", "tables/member", "tables/member/fields/email", "tables/membership/fields/status", "purposes/membership")


@pytest.fixture
def served(make_app):
    """An application in which everybody is one user, its address, and a client of the same person."""
    app = make_app("services", "tasks", "templates", "ai_fallback", "storage", "console", "i18n", "static")
    client = app.client("user", "admin")
    with browsing.served(app, client) as url:
        yield url, client


@pytest.fixture
def editor(served):
    """The address of the application, and that of the editor of a draft."""
    url, client = served
    draft = client.post(
        "/services/proposals", data={"idea": IDEA, "language": "fr", "template": "association"}
    ).headers["Location"]
    client.post(f"{draft}/editor/begin", data={"name": "chorale", "title": "La chorale"})
    return url, f"{draft}/editor/"


def focused(page):
    """The element that has the focus."""
    return page.driver.switch_to.active_element


def tab_to(page, words, most=120):
    """Go on by the tabulator to what is called *words*."""
    for _step in range(most):
        focused(page).send_keys(Keys.TAB)
        here = focused(page)
        label = page.driver.execute_script("return (arguments[0].labels?.[0] ?? arguments[0]).textContent.trim()", here)
        if label.startswith(words):
            return here
    raise AssertionError(f"the tabulator leads to nothing that is called {words!r}")


def test_every_page_of_the_editor_fits_into_the_window(editor, browse):
    """Narrow and wide, light and dark, in both languages; the browser complains of nothing."""
    url, path = editor
    page = browse(url)
    for language in ("fr", "en"):
        for number, each in enumerate(PAGES):
            page.open(f"{path}{each}?lang={language}")
            page.find("main h1")
            page.picture(f"editor-{number}-{language}")
    assert not [line for line in page.complaints() if "404" not in line]


def test_an_edit_loads_no_page_and_keeps_what_was_typed_elsewhere(editor, browse):
    """What another form holds stays, the focus goes on, what changed is told to screen readers, and undo works."""
    url, path = editor
    page = browse(url)
    page.open(f"{path}tables/member")
    page.find("main [role=status]")
    page.driver.execute_script("window.same = true")
    page.find("#table-member-title").send_keys(" et amis")
    page.find("#add_field-member-label").send_keys("Taille du maillot" + Keys.ENTER)
    page.until("Le champ « Taille du maillot » est ajouté")
    assert page.driver.execute_script("return window.same === true"), "the page was loaded anew"
    assert focused(page).get_attribute("id") == "add_field-member-label" and focused(page).get_attribute("value") == ""
    assert page.find("#table-member-title").get_attribute("value") == "Adhérents et amis"
    status = "return [...document.querySelectorAll('main > [role=status]')].map((each) => each.textContent).join('')"
    assert "Taille du maillot" in page.driver.execute_script(status)
    page.find("form[action$='/undo'] button").send_keys(Keys.ENTER)
    page.until("Annulé : Le champ « Taille du maillot »")
    assert focused(page).get_attribute("id") == "said"
    page.press("Courriel")
    page.until("Aide sous le champ")
    assert page.driver.current_url.endswith("/tables/member/fields/email")
    page.driver.back()
    page.until("Ajouter un champ")
    assert page.complaints() == []


def test_only_the_parts_that_a_type_needs_are_shown(editor, browse):
    """Choices with a choice, the other table with a link; the purpose where it is about a person."""
    url, path = editor
    page = browse(url)
    page.open(f"{path}tables/member/fields/city")
    shown = lambda name: page.find(f"[name='{name}']").is_displayed()  # noqa: E731
    assert not shown("values") and not shown("to") and shown("category") and not shown("reason")
    page.fill(type="enum")
    assert shown("values") and not shown("to")
    page.fill(type="reference")
    assert shown("to") and not shown("values")
    page.driver.execute_script("document.querySelector('[name=about][value=nobody]').click()")
    assert shown("reason") and not shown("category")


def test_the_way_from_a_sentence_to_a_build_by_keyboard_without_a_script(served, browse):
    """In French, at 320 px: an idea, a proposal, one more sentence, a field, a role, an undo, and the build begins."""
    url, client = served
    page = browse(url)
    page.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    page.resize(320)
    page.open("/services/")
    tab_to(page, "Que faut-il gérer").send_keys(IDEA)
    tab_to(page, "Proposer").send_keys(Keys.ENTER)
    page.until("Construire ce plugin")
    assert page.fits()
    tab_to(page, "Modifier d’abord tables et champs").send_keys(Keys.ENTER)
    page.until("Une phrase de plus")
    tab_to(page, "Que faut-il changer").send_keys("ajoute la taille du maillot et les stages d'été" + Keys.ENTER)
    page.until("La table « Stages d'été » est ajoutée.")
    assert focused(page).get_attribute("id") == "said" and page.fits()
    tab_to(page, "Stages d'été").send_keys(Keys.ENTER)
    page.until("Ajouter un champ")
    tab_to(page, "Comment s’appelle-t-il").send_keys("Lieu" + Keys.ENTER)
    page.until("Le champ « Lieu » est ajouté à « Stages d'été ».")
    assert focused(page).get_attribute("name") == "label" and page.fits()
    focused(page).send_keys("Capacité" + Keys.ENTER)
    page.until("Le champ « Capacité » est ajouté")
    page.open(page.driver.current_url.removeprefix(url).partition("tables/")[0])
    tab_to(page, "Un nouveau rôle").send_keys("Moniteur" + Keys.ENTER)
    page.until("Le rôle « Moniteur » est ajouté.")
    tab_to(page, "Annuler le changement").send_keys(Keys.ENTER)
    page.until("Annulé : Le rôle « Moniteur » est ajouté.")
    assert page.fits()
    here = page.driver.current_url.removeprefix(url).partition("/editor")[0]
    tab_to(page, "Construire ce plugin", 200).send_keys(Keys.ENTER)
    WebDriverWait(page.driver, 30).until(lambda driver: "/editor" not in driver.current_url)
    found = client.get(f"/api/v1/generations/{here.rpartition('/')[2]}/structure").json
    camps = next(each for each in found["entities"] if each["title"]["fr"] == "Stages d'été")
    assert [each["label"]["fr"] for each in camps["fields"]][1:] == ["Lieu", "Capacité"]
    assert any(each["label"]["fr"] == "Taille du maillot" for each in found["entities"][0]["fields"])
    assert page.fits()
