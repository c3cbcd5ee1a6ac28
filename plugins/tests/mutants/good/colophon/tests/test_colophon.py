"""What the head of a page says."""

import pytest
from dihya_colophon.settings import Settings
from pydantic import ValidationError

PAGE = {"Accept": "text/html"}


def test_a_page_names_its_licence(make_app):
    """Beside what other plugins say in the same header."""
    app = make_app("colophon", "routes", "console", "i18n", "static")
    links = app.client("user").get("/", headers=PAGE).headers.getlist("Link")
    assert '<https://creativecommons.org/licenses/by/4.0/>; rel="license"' in links


def test_data_is_left_as_it_is(make_app):
    """A list that a machine asks for is no page."""
    app = make_app("colophon", "routes", "i18n")
    assert "license" not in app.client("user").get("/health/live").headers.get("Link", "")


def test_without_an_address_nothing_is_said(make_app):
    """The operator may leave it empty."""
    app = make_app("colophon", "routes", "console", "i18n", "static", config={"colophon": {"licence": ""}})
    assert "license" not in app.client("user").get("/", headers=PAGE).headers.get("Link", "")


def test_an_address_that_would_end_the_header_is_refused():
    """Neither a bracket nor a line end comes into it."""
    with pytest.raises(ValidationError):
        Settings(licence="https://example.org/> x")
