"""The log in sentences."""

from __future__ import annotations

import pytest
from dihya_audit.telling import Teller, Told
from dihya_hookspecs.audit import AuditEvent
from dihya_hookspecs.data import UNAUDITED
from sqlalchemy import text

CHANGED = {"en": "Anne Martin changed the member Zoé Petit: Phone", "fr": "Anne Martin a modifié « Zoé Petit » (adhérent) : Téléphone"}  # fmt: skip


@pytest.mark.parametrize("lang", CHANGED)
def test_a_change_is_one_sentence_in_the_readers_language(club, lang):
    """Who, what, which fields, by the words of the resource; the technical values stand elsewhere."""
    club.change(club.member("Zoé Petit"), phone="1")
    assert club.said(lang=lang)[0] == CHANGED[lang].replace(" :", "\N{NO-BREAK SPACE}:").replace("« ", "«\N{NO-BREAK SPACE}").replace(" »", "\N{NO-BREAK SPACE}»")  # fmt: skip
    assert len(club.lines(lang=lang)[0]["entries"]) == 2


def test_names_are_those_of_today_and_only_for_those_who_may_see_them(club):
    """An auditor, who sees neither members nor people, reads identifiers; nothing personal is in the log."""
    id = club.member("Zoé Petit")
    club.change(id, name="Zoé Martin")
    assert club.said()[:2] == [
        "Anne Martin changed the member Zoé Martin: Name",
        "Anne Martin added the member Zoé Martin",
    ]
    auditor = club.said("auditeur")[0]
    assert auditor == f"Somebody (…{club.people['Anne Martin'][-8:]}) changed the member …{str(id)[-8:]}: Name"
    with club.app.engine.connect() as connection:
        assert "Zoé" not in "".join(connection.scalars(text("SELECT envelope FROM audit_entries")))


def test_who_was_erased_is_called_so(club):
    """Members and those who act: their sentences stay, their names are gone."""
    id = club.member("Zoé Petit", by="Bob Petit")
    with club.app.engine.execution_options(**{UNAUDITED: "a test"}).begin() as connection:
        connection.execute(text("DELETE FROM club_members"))
        connection.execute(text("DELETE FROM securite_people WHERE name = 'Bob Petit'"))
    assert club.said()[0] == "A person who was erased added a person who was erased"
    assert str(id) in club.app.client("admin").get("/audit/").text


def test_a_column_that_the_reader_does_not_see_is_not_named(club):
    """As in the history of the record."""
    club.change(club.member("Zoé Petit"), remark="pays late", phone="1")
    assert club.said()[0].endswith(": Phone, Remark")
    assert club.said("dpo")[0].endswith(": Phone")


def test_what_plugins_record_is_said_in_their_words(club):
    """Declared actions come before the rows that they changed; those without words name the plugin."""
    id = club.member("Zoé Petit")
    with club.app.act("club.remind", actor=club.actor("Bob Petit")) as act:
        act.record("club.reminded", object=f"club_members:{id}")
    assert club.said()[0] == "Bob Petit reminded Zoé Petit"
    with club.app.act("club.brew", actor=club.actor("Bob Petit")) as act:
        act.record("club.brewed")
    assert club.said()[0] == "Bob Petit in “Club”: club.brewed"
    assert club.said(action="securite.person_added") == ["The operator of the server opened an account for Bob Petit"]


def test_what_was_refused_says_which_right_it_was(club):
    """An attempt has no row to name; the permission of the page says what somebody wanted."""
    client = club.app.client("dpo", id=club.people["Bob Petit"])
    assert client.post("/club/members/new", data={"name": "x"}).status_code == 403
    line = club.lines()[0]
    assert line["said"] == "Bob Petit: change the members" and line["outcome"] == "refused"


def test_names_are_text_and_never_markup():
    """Whatever a name holds, it is shown as it is; so is a word that looks like a place in the sentence."""
    told = Told("{who} changed {what}", "<b>{what}</b>", "{who}", "p1", "/club/1")
    assert told.text == "<b>{what}</b> changed {who}"
    assert told.html("?person=p1", "/app") == (
        '<a href="?person=p1">&lt;b&gt;{what}&lt;/b&gt;</a> changed <a href="/app/club/1">{who}</a>'
    )


def test_a_sentence_begins_with_a_capital_letter_on_the_page_too():
    """Whether it begins with a name, with a link or with a word."""
    assert Told("{who} sang", "the application", "", "system").html("?p", "") == '<a href="?p">The application</a> sang'
    assert Told("sung by {who}", "the application", "").html("", "") == "Sung by the application"


def test_the_application_and_its_operator_have_names(club):
    """Nobody reads "system" or "operator"; an actor of a kind that is not known is named as the log names it."""
    with club.app.act():
        teller = Teller([])
        assert [teller.person(id) for id in ("system", "operator", None, "robot")] == [
            "the application", "the operator of the server", "somebody unknown", "robot",
        ]  # fmt: skip


def test_what_no_plugin_here_knows_is_told_all_the_same(club):
    """A table of a plugin that was removed, and an object that is no record."""
    with club.app.act():
        rows = [AuditEvent("", "", None, name, object, "done", "gone") for name, object in
                (("update", "gone_things:7"), ("gone.sung", None))]  # fmt: skip
        said = [Teller(rows).tell(event).text for event in rows]
    assert said == ["Somebody unknown changed the row of gone things 7", "Somebody unknown in “Gone”: gone.sung"]
