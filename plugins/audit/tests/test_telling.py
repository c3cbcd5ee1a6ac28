"""The log in sentences."""

from __future__ import annotations

import pytest
from dihya_audit.telling import Teller, Told
from dihya_hookspecs.audit import AuditEvent
from dihya_hookspecs.data import UNAUDITED
from sqlalchemy import text

CHANGED = {"en": "Anne Martin changed the member Zoé Petit: Phone", "fr": "Anne Martin a modifié « Zoé Petit » (adhérent) : Téléphone"}  # fmt: skip


@pytest.mark.parametrize("lang", CHANGED)
def test_a_change_is_one_sentence_in_the_readers_language(crew, lang):
    """Who, what, which fields, by the words of the resource; the technical values stand elsewhere."""
    crew.change(crew.member("Zoé Petit"), phone="1")
    assert crew.said(lang=lang)[0] == CHANGED[lang].replace(" :", "\N{NO-BREAK SPACE}:").replace("« ", "«\N{NO-BREAK SPACE}").replace(" »", "\N{NO-BREAK SPACE}»")  # fmt: skip
    assert len(crew.lines(lang=lang)[0]["entries"]) == 2


def test_names_are_those_of_today_and_only_for_those_who_may_see_them(crew):
    """An auditor, who sees neither members nor people, reads identifiers; nothing personal is in the log."""
    id = crew.member("Zoé Petit")
    crew.change(id, name="Zoé Martin")
    assert crew.said()[:2] == [
        "Anne Martin changed the member Zoé Martin: Name",
        "Anne Martin added the member Zoé Martin",
    ]
    auditor = crew.said("auditeur")[0]
    assert auditor == f"Somebody (…{crew.people['Anne Martin'][-8:]}) changed the member …{str(id)[-8:]}: Name"
    with crew.app.engine.connect() as connection:
        assert "Zoé" not in "".join(connection.scalars(text("SELECT envelope FROM audit_entries")))


def test_who_was_erased_is_called_so(crew):
    """Members and those who act: their sentences stay, their names are gone."""
    id = crew.member("Zoé Petit", by="Bob Petit")
    with crew.app.engine.execution_options(**{UNAUDITED: "a test"}).begin() as connection:
        connection.execute(text("DELETE FROM crew_members"))
        connection.execute(text("DELETE FROM securite_people WHERE name = 'Bob Petit'"))
    assert crew.said()[0] == "A person who was erased added a person who was erased"
    assert str(id) in crew.app.client("admin").get("/audit/").text


def test_a_column_that_the_reader_does_not_see_is_not_named(crew):
    """As in the history of the record."""
    crew.change(crew.member("Zoé Petit"), remark="pays late", phone="1")
    assert crew.said()[0].endswith(": Phone, Remark")
    assert crew.said("dpo")[0].endswith(": Phone")


def test_what_plugins_record_is_said_in_their_words(crew):
    """Declared actions come before the rows that they changed; those without words name the plugin."""
    id = crew.member("Zoé Petit")
    with crew.app.act("crew.remind", actor=crew.actor("Bob Petit")) as act:
        act.record("crew.reminded", object=f"crew_members:{id}")
    assert crew.said()[0] == "Bob Petit reminded Zoé Petit"
    with crew.app.act("crew.brew", actor=crew.actor("Bob Petit")) as act:
        act.record("crew.brewed")
    assert crew.said()[0] == "Bob Petit in “Crew”: crew.brewed"
    assert crew.said(action="securite.person_added") == ["The operator of the server opened an account for Bob Petit"]


def test_what_was_refused_says_which_right_it_was(crew):
    """An attempt has no row to name; the permission of the page says what somebody wanted."""
    client = crew.app.client("dpo", id=crew.people["Bob Petit"])
    assert client.post("/crew/members/new", data={"name": "x"}).status_code == 403
    line = crew.lines()[0]
    assert line["said"] == "Bob Petit: change the members" and line["outcome"] == "refused"


def test_names_are_text_and_never_markup():
    """Whatever a name holds, it is shown as it is; so is a word that looks like a place in the sentence."""
    told = Told("{who} changed {what}", "<b>{what}</b>", "{who}", "p1", "/crew/1")
    assert told.text == "<b>{what}</b> changed {who}"
    assert told.html("?person=p1", "/app") == (
        '<a href="?person=p1">&lt;b&gt;{what}&lt;/b&gt;</a> changed <a href="/app/crew/1">{who}</a>'
    )


def test_a_sentence_begins_with_a_capital_letter_on_the_page_too():
    """Whether it begins with a name, with a link or with a word."""
    assert Told("{who} sang", "the application", "", "system").html("?p", "") == '<a href="?p">The application</a> sang'
    assert Told("sung by {who}", "the application", "").html("", "") == "Sung by the application"


def test_the_application_and_its_operator_have_names(crew):
    """Nobody reads "system" or "operator"; an actor of a kind that is not known is named as the log names it."""
    with crew.app.act():
        teller = Teller([])
        assert [teller.person(id) for id in ("system", "operator", None, "robot")] == [
            "the application", "the operator of the server", "somebody unknown", "robot",
        ]  # fmt: skip


def test_what_no_plugin_here_knows_is_told_all_the_same(crew):
    """A table of a plugin that was removed, and an object that is no record."""
    with crew.app.act():
        rows = [AuditEvent("", "", None, name, object, "done", "gone") for name, object in
                (("update", "gone_things:7"), ("gone.sung", None))]  # fmt: skip
        said = [Teller(rows).tell(event).text for event in rows]
    assert said == ["Somebody unknown changed the row of gone things 7", "Somebody unknown in “Gone”: gone.sung"]


def test_who_opened_a_record_is_one_sentence(crew):
    """With the record's name, for whoever may see it."""
    id = crew.member("Zoé Petit")
    with crew.app.act("crew.look", actor=crew.actor("Bob Petit")) as act:
        act.record("crew.opened", object=f"crew_members:{id}")
    assert crew.said()[0] == "Bob Petit opened the member Zoé Petit"
