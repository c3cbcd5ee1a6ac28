"""The page of the hosts."""

from __future__ import annotations


def test_the_page_lists_what_plugins_declare(start):
    """Host, plugin, purpose and the basis of the transfer in words, for administrators, officers and auditors."""
    app = start(("api.example.org", False), more=("console", "static", "i18n"))
    page = app.client("dpo").get("/egress/", headers={"Accept": "text/html", "Accept-Language": "fr"}).text
    assert "api.example.org" in page and "taux de change" in page and ">shop<" in page
    assert "clauses contractuelles types" in page


def test_without_a_declaration_the_page_says_that_nothing_leaves(start):
    """In words."""
    app = start(more=("console", "static", "i18n"))
    page = app.client("dpo").get("/egress/", headers={"Accept": "text/html", "Accept-Language": "en"}).text
    assert "nothing leaves this machine" in page


def test_others_do_not_see_it(start):
    """It is for those who answer for the data."""
    app = start(more=("console", "static", "i18n"))
    assert app.client("user").get("/egress/").status_code == 403
