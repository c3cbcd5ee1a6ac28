"""Rules of a page."""

import pytest
from dihya_tests.suite import page_rules

PAGE = '<!doctype html><html lang="fr"><head><title>Prêts</title></head><body><h1>Prêts</h1>{}</body></html>'


@pytest.mark.parametrize(
    "inner",
    [
        "", '<label for="a">Nom</label><input id="a">', "<label>Nom <input></label>", '<input type="hidden">', "<h2>a</h2><h3>b</h3><h2>c</h2>",
        '<img src="a.png" alt="">', '<a href="/"><img src="a.png" alt="Accueil"></a>', '<button aria-label="Fermer"></button>',
        '<script src="a.js"></script>', '<script nonce="x">1</script>', '<p tabindex="0">a</p>', '<a id="top"></a>',
    ],
)  # fmt: skip
def test_good_pages_raise_nothing(inner):
    """What has a name, in one way or another, is named."""
    assert list(page_rules.flaws(PAGE.format(inner))) == []


@pytest.mark.parametrize(
    ("inner", "sentence"),
    [
        ('<input name="a">', "the field 'a' has no label"),
        ('<label for="b">x</label><select id="a"></select>', "the field 'a' has no label"),
        ("<h3>a</h3>", "a heading of level 3 follows one of level 1"),
        ("<h1>a</h1>", "the page has 2 first headings"),
        ('<img src="a.png">', "the picture 'a.png' has no alt"),
        ('<a href="/x"><img src="a.png" alt=""></a>', "a link has no name (/x)"),
        ("<button></button>", "a button has no name"),
        ('<p id="a"></p><p id="a"></p>', "the id 'a' stands twice"),
        ('<p tabindex="3">a</p>', "changes the order of the keyboard"),
        ('<p onclick="x()">a</p>', "has the script 'onclick'"),
        ("<style>p {}</style>", "a <style> stands in the page"),
    ],
)
def test_a_flaw_is_said_in_a_few_words(inner, sentence):
    """One each."""
    found = list(page_rules.flaws(PAGE.format(inner)))
    assert len(found) == 1 and sentence in found[0], found


def test_a_page_says_its_language_and_its_title():
    """Without them a screen reader reads French as English."""
    assert list(page_rules.flaws("<html><h1>x</h1></html>")) == [
        "the page does not say its language",
        "the page has no title",
    ]
