"""The brand shows: name, logo, colours and motto on each page, in the reader's language."""

import re

import pytest

HTML = {"Accept": "text/html", "Accept-Language": "en"}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8z"/></svg>'
SAID = {
    "name": "Tafsut", "colour": "#7a1f5c", "colour_dark": "#e9a6d0", "edition": "2.1",
    "slogan": {"en": "Spring for all", "fr": "Le printemps pour tous"}, "welcome": {"en": "Our garden.", "fr": "Notre jardin."},
}  # fmt: skip


@pytest.fixture
def client(make_app, tmp_path):
    """Somebody unknown at an application with a brand of its own."""
    (tmp_path / "logo.svg").write_text(SVG)
    app = make_app("console", "i18n", "static", config={"console": {**SAID, "logo": str(tmp_path / "logo.svg")}})
    return app.client()


def test_the_front_page_is_the_owners(client):
    """Name, motto and welcome are theirs, in each language, and nothing of ours stands there but what it runs on."""
    english = client.get("/", headers=HTML).text
    assert (
        "<title>Tafsut</title>" in english
        and '<h1 lang="en">Spring for all</h1>' in english
        and "Our garden." in english
    )
    assert "Tafsut 2.1 · Dihya" in english and "ⵣ" not in english and "De l’idée au code" not in english
    french = client.get("/?lang=fr", headers=HTML).text
    assert '<h1 lang="fr">Le printemps pour tous</h1>' in french and "Notre jardin." in french


def test_a_motto_in_one_language_says_so(make_app):
    """Where the reader's language has none, it stands there in the one that there is, which is named."""
    app = make_app("console", "i18n", config={"console": {"slogan": {"fr": "Le printemps"}}})
    assert '<p lang="fr">Le printemps</p>' in app.client().get("/", headers=HTML).text


def test_logo_and_colours_are_files_that_browsers_keep(client):
    """Both are named by their content, sent for ever, and come after our own style sheets."""
    page = client.get("/", headers=HTML).text
    (logo,) = set(re.findall(r'(?:src|rel="icon" href)="(/console/brand/\w+/logo)"', page))
    assert client.get(logo).data == SVG.encode() and client.get(logo).mimetype == "image/svg+xml"
    sheets = re.findall(r'rel="stylesheet" href="([^"]+)"', page)
    answer = client.get(sheets[-1])
    assert "--accent: light-dark(#7a1f5c, #e9a6d0);" in answer.text and answer.mimetype == "text/css"
    assert "immutable" in answer.headers["Cache-Control"]
    for other in (re.sub(r"/\w{16}/", "/0123456789abcdef/", address) for address in (logo, sheets[-1])):
        assert client.get(other).status_code == 404


def test_without_a_brand_pages_are_as_ever(make_app):
    """Our sign, our picture, our motto, and no further style sheet."""
    page = make_app("console", "static").client().get("/", headers=HTML).text
    assert "ⵣ" in page and "/console/brand/" not in page and "De l’idée au code" in page


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"colour": "#ffdd00"}, "contrast"),
        ({"colour_dark": "#222222"}, "contrast"),
        ({"logo": "logo.svg"}, "absolute path"),
        ({"logo": "/nowhere/logo.svg"}, "cannot be read"),
    ],
)
def test_a_bad_brand_takes_the_console_out_with_the_reason(values, said):
    """The setting is named, and why it is refused."""
    from dihya_console.settings import Settings
    from pydantic import ValidationError

    with pytest.raises(ValidationError, match=said):
        Settings(**values)
