"""The notice as pages and as a file."""

from __future__ import annotations

import pytest

HTML = {"Accept": "text/html", "Accept-Language": "en"}
WHOLE = {"controller": "The Toy Club, 1 Shelf Street", "origin": "the people themselves"}


@pytest.fixture
def run(make_app, canary_plugin):
    """Return what makes an application with pages and these settings."""

    def make(**settings):
        names = ("rgpd", "console", "i18n", "static", "settings")
        return make_app(*names, plugins={"canary": canary_plugin()}, config={"rgpd": settings})

    return make


def test_an_administrator_is_led_to_the_setting_that_is_missing(run):
    """The page names it and calls the notice unfinished."""
    page = run(origin="the people themselves").client("admin").get("/rgpd/notice", headers=HTML).text
    assert "unfinished" in page and "who answers for the data (controller)" in page
    assert 'href="/settings/#rgpd"' in page and "where the data comes from" not in page


def test_an_officer_who_may_not_change_settings_is_told_who_may(run):
    """No link leads to a page that refuses."""
    page = run().client("dpo").get("/rgpd/notice", headers=HTML).text
    assert "Somebody who may change the settings" in page and "/settings/#rgpd" not in page


def test_a_whole_notice_is_not_called_unfinished(run):
    """The page shows what people are told."""
    page = run(**WHOLE).client("dpo").get("/rgpd/notice", headers=HTML).text
    assert "unfinished" not in page and "The Toy Club, 1 Shelf Street" in page and "keeping accounts" in page


def test_the_file_is_plain_text_in_the_language_of_the_reader(run):
    """With the same words as the page."""
    answer = run(**WHOLE).client("dpo").get("/rgpd/notice.txt", headers={"Accept-Language": "fr"})
    assert answer.mimetype == "text/plain" and answer.text.startswith("# Notice d’information")
    assert "notice.txt" in answer.headers["Content-Disposition"]


def test_nobody_reads_the_notice_until_a_setting_publishes_it(run):
    """Neither a stranger nor who is signed in; the file and the page of the officer are theirs alone anyway."""
    app = run(**WHOLE)
    assert app.client().get("/rgpd/privacy").status_code == 404
    for path in ("/rgpd/notice", "/rgpd/notice.txt"):
        assert app.client().get(path).status_code == 401 and app.client("user").get(path).status_code == 403


def test_everybody_reads_a_published_notice(run):
    """At a fixed address, without signing in, and without a way into the desk."""
    page = run(notice_public=True, **WHOLE).client().get("/rgpd/privacy", headers=HTML)
    assert page.status_code == 200 and "The Toy Club, 1 Shelf Street" in page.text
    assert "/rgpd/notice" not in page.text


def test_a_published_notice_that_is_unfinished_says_so(run):
    """Without naming settings to strangers."""
    page = run(notice_public=True).client().get("/rgpd/privacy", headers=HTML).text
    assert "unfinished" in page and "settings" not in page.partition("<main")[2]
