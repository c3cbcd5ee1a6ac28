"""A real Chromium, as the check that asks axe-core speaks to it: over a pipe, a page at a time."""

import pytest
from dihya_tests.suite import browser
from dihya_tests.suite.browser import Browser, BrowserError, program

pytestmark = pytest.mark.browser
PAGE = "data:text/html,<html><title>Azul</title><p>here</p><script>window.axe = 'mine'</script>"


@pytest.fixture(scope="module")
def chromium():
    """One browser for all of them."""
    with Browser(program()) as made:
        yield made


def test_a_page_is_shown_as_it_is_asked_for(chromium):
    """A page is painted as wide as was asked, in the dark, and with less motion."""
    chromium.show(320, "dark")
    chromium.open(PAGE)
    asked = "[innerWidth, matchMedia('(prefers-color-scheme: dark)').matches, matchMedia('(prefers-reduced-motion)').matches]"
    assert chromium.run(asked) == [320, True, True]


def test_a_script_sees_the_page_and_the_page_does_not_see_it(chromium):
    """The markup is shared, and what scripts of the page define is not: a page cannot answer in the place of the rules."""
    chromium.open(PAGE)
    chromium.run("globalThis.ours = 1")
    assert chromium.run("Promise.resolve([document.title, typeof window.axe, globalThis.ours])") == [
        "Azul",
        "undefined",
        1,
    ]


@pytest.mark.parametrize("script", ["no such word", "Promise.reject(new Error('broken'))"])
def test_a_script_that_breaks_is_an_error(script, chromium):
    """The error says what the script said."""
    chromium.open(PAGE)
    with pytest.raises(BrowserError, match="SyntaxError|broken"):
        chromium.run(script)


def test_an_address_where_nobody_answers_is_an_error(chromium):
    """The error says which address it is."""
    with pytest.raises(BrowserError, match="http://127.0.0.1:9/ is not shown: net::ERR"):
        chromium.open("http://127.0.0.1:9/")


def test_a_browser_that_says_nothing_is_given_up(monkeypatch, chromium):
    """Nobody waits for ever for a page that never ends loading."""
    chromium.open(PAGE)
    monkeypatch.setattr(browser, "SECONDS", 0.2)
    with pytest.raises(BrowserError, match="said nothing"):
        chromium.run("new Promise(() => 0)")
