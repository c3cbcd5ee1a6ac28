"""The register of processing activities, read from what columns declare."""

from __future__ import annotations

import csv
import io

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.net import Egress


@pytest.fixture
def register(world):
    """The items of the register, as the interface gives them to an officer."""
    return world.app.client("dpo").get("/api/v1/rgpd/register").json["items"]


def lines_of(register, plugin):
    """Return the lines of one plugin by purpose."""
    return {line["purpose"]: line for line in register if line["plugin"] == plugin}


def test_there_is_a_line_for_each_purpose_of_each_plugin(register):
    """With whom it is about, what is held, on which basis, how long, and where."""
    line = lines_of(register, "canary")["bookkeeping"]
    assert line["basis"] == "legal_obligation"
    assert line["people"] and line["categories"] and line["retention"] and line["tables"]


def test_people_are_those_to_whom_the_rows_lead(register):
    """A line of an order is about who ordered."""
    assert "Canary – people" in lines_of(register, "canary")["selling"]["people"]


def test_every_column_about_people_is_in_the_register(world, register):
    """What the coverage lists, by plugin, purpose and basis, has its line."""
    columns = world.app.client("dpo").get("/api/v1/rgpd/coverage").json["columns"]
    told = {(line["plugin"], line["purpose"], line["basis"]) for line in register}
    assert {(one["plugin"], one["purpose"], one["basis"]) for one in columns} == told


def test_a_line_says_which_rights_hold_on_it(world, register):
    """With their condition; the page has them too."""
    rights = lines_of(register, "canary")["bookkeeping"]["rights"]
    assert "Erasure (article 17): once the duty to keep it has ended" in rights
    assert not [one for one in rights if one.startswith("Portability")]
    assert "Erasure (article 17): once the duty" in world.app.client("dpo").get("/rgpd/register").text
    assert "Erasure (article 17): once the duty" in world.app.cli("rgpd", "register").stdout


def test_a_source_that_nobody_has_checked_is_marked(register):
    """The desk's own requests say so of themselves."""
    marked = [one["sources"] for one in register if one["plugin"] == "rgpd" and one["to_check"]]
    assert ["RGPD article 12; C. civ. article 2224"] in marked


def test_hosts_to_which_data_may_go_are_recipients(make_app, canary_plugin):
    """Only those that may get data about people, with country and reason."""

    def hosts():
        return [
            Egress("mail.example.org", Text("sending mail", "envoyer du courrier"), "FR", ("user.contact",)),
            Egress("time.example.org", Text("the time", "l’heure"), "FR"),
        ]

    plugin = canary_plugin()
    plugin.register_egress = hookimpl(hosts)
    app = make_app("rgpd", plugins={"canary": plugin})
    line = lines_of(app.client("dpo").get("/api/v1/rgpd/register").json["items"], "canary")["selling"]
    assert line["recipients"] == ["mail.example.org (FR; sending mail)"]


def test_the_file_opens_in_a_french_spreadsheet(world):
    """A mark, semicolons, French heads, one row for each line."""
    client = world.app.client("dpo")
    data = client.get("/rgpd/register.csv", headers={"Accept-Language": "fr"}).data
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))
    assert data.startswith(b"\xef\xbb\xbf")
    assert len(rows) == 1 + len(client.get("/api/v1/rgpd/register").json["items"])


def test_the_page_begins_with_who_answers(make_app):
    """The controller of the settings stands first; without one, the page says where to write it."""
    html = {"Accept": "text/html", "Accept-Language": "en"}
    without = make_app("rgpd", "console", "i18n", "static")
    assert "Nobody has said yet who answers" in without.client("dpo").get("/rgpd/register", headers=html).text
    named = make_app(
        "rgpd", "console", "i18n", "static", config={"rgpd": {"controller": "The Toy Club, 1 Shelf Street"}}
    )
    page = named.client("dpo").get("/rgpd/register", headers=html).text
    assert "The Toy Club, 1 Shelf Street" in page and "Nobody has said" not in page


@pytest.mark.parametrize("path", ["/rgpd/register", "/rgpd/register.csv", "/api/v1/rgpd/register"])
def test_others_do_not_read_the_register(world, path):
    """It says where sensitive data lies: for administrators and the officer."""
    assert world.app.client("user").get(path).status_code == 403
    assert world.app.client().get(path).status_code == 401
