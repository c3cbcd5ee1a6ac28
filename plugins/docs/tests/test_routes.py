"""The explorer as a page of the console."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest


class Elements(HTMLParser):
    """Collects the elements of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Remember one element."""
        self.found.append((tag, dict(attrs)))

    def named(self, *tags):
        """Return the attributes of the elements with these names."""
        return [attributes for tag, attributes in self.found if tag in tags]


@pytest.fixture
def page(console_app):
    """The explorer as somebody who is signed in gets it."""
    answer = console_app.client("user").get("/docs/", headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return answer.text


def test_every_operation_is_shown_with_a_form(page):
    """Each operation of the document has its place, its permission and its form."""
    forms = [each for each in Elements(page).named("form") if "docs-try" in (each.get("class") or "")]
    assert {(each["data-method"], each["data-path"]) for each in forms} >= {
        ("POST", "/api/v1/orders/wishes"),
        ("DELETE", "/api/v1/orders/wishes/{number}"),
    }
    assert "Forget a wish" in page and "orders:write" in page


def test_nothing_is_inline_and_nothing_comes_from_elsewhere(page):
    """The page works under a policy of 'self': no inline script, style or handler, no other host."""
    elements = Elements(page)
    assert "<style" not in page
    for tag, attributes in elements.found:
        assert not [name for name in attributes if name == "style" or name.startswith("on")]
        assert tag != "script" or (attributes.get("src") or "").startswith("/")
        assert tag != "link" or (attributes.get("href") or "").startswith("/")


def test_every_input_has_a_label_and_ids_are_unique(page):
    """A screen reader can name each field."""
    elements = Elements(page)
    ids = [attributes["id"] for _, attributes in elements.found if attributes.get("id")]
    assert len(ids) == len(set(ids))
    labelled = {attributes.get("for") for attributes in elements.named("label")}
    inputs = [each for each in elements.named("input", "select", "textarea") if each.get("type") != "hidden"]
    assert inputs and all(each.get("id") in labelled for each in inputs)


def test_the_page_is_french_for_french_readers(console_app):
    """Every word of the template has its translation."""
    text = console_app.client("user").get("/docs/", headers={"Accept-Language": "fr"}).text
    assert "L’API" in text and "Rechercher une opération" in text and "Search operations" not in text


def test_the_explorer_needs_a_permission(console_app):
    """Somebody unknown does not see it."""
    assert console_app.client().get("/docs/", headers={"Accept": "application/json"}).status_code == 401
