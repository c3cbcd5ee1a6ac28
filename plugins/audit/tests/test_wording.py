"""The words for what the log names."""

from __future__ import annotations

from dihya_audit.wording import CORE, Wording


def test_tables_are_called_by_their_resource_by_their_class_or_by_their_own_name(crew):
    """In the reader's language; and rows that are people are known as such."""
    with crew.app.act():
        words = Wording()
        assert words.kind("crew_members") == "member" and words.is_person("crew_members")
        assert words.kind("securite_sessions") == "session in a browser" and not words.is_person("securite_sessions")
        assert words.kind("gone_things") == "row of gone things" and not words.is_person("gone_things")


def test_actions_of_resources_have_their_titles(crew):
    """Greeting is no change of a row; its button says what it is."""
    with crew.app.act():
        assert Wording().deed("crew.greet", "crew_members") == "Greet"
        assert Wording().deed("crew.greet", "crew_fees") == ""


def test_every_plugin_and_the_core_say_what_they_record(crew):
    """Declared words of active plugins, and those of the core, which is no plugin."""
    with crew.app.act():
        assert {"crew.reminded", "securite.signed_in", *CORE} <= Wording().actions.keys()
        assert Wording().plugin("crew") == "Crew"
