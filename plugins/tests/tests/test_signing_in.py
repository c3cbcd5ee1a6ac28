"""Somebody signs in on the page that asks for a password."""

from dihya_tests.exploits.signing_in import browser, sign_in


def test_somebody_signs_in_with_a_cookie(holes):
    """A browser that signed in reaches a page that nobody in particular does not."""
    client = browser(holes, holes.everyone)
    assert holes.send(None, "GET", "/holes/notes/", client=client).status == 200
    assert holes.send(None, "GET", "/holes/notes/").status == 303


def test_where_nobody_signs_in_there_is_no_browser(make_app):
    """Without a plugin that signs people in there is no page and nobody with a cookie."""
    from dihya_tests.exploits import Site

    site = Site.of(make_app("i18n"), "i18n")
    assert sign_in(site) == ("", None) and browser(site, site.everyone) is None
