"""A plugin of somebody else that sends letters: what it asks of the contract, and that nothing goes out against somebody's will."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from dihya_hookspecs import Refused
from dihya_hookspecs.acts import get
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.rgpd import Consents, People, Purpose, Subject

WORDS = "I want the monthly letter. I can stop it at any time."


class Letters(SimpleNamespace):
    """The plugin; ``sent`` is what left the house. It imports the contract, and nothing of the desk."""

    def send(self, people, purpose):
        """Send a letter to all who may be written to."""
        for person in get(Consents).among(people, purpose):
            self.sent.append((purpose, person.key))

    def answer(self, person):
        """Write to one person, or say why not."""
        get(Consents).demand(person, "letters.monthly")
        self.sent.append(("letters.monthly", person.key))


@pytest.fixture
def letters(make_app, canary_plugin, seed_person):
    """The plugin in an application with two people; ``spied`` gives what it sends while one of these does something."""
    plugin = Letters(
        sent=[],
        PURPOSES=(
            Purpose("monthly", Text("Monthly letter", "Lettre mensuelle"), "consent"),
            Purpose("offers", Text("Offers by post", "Offres par courrier"), "legitimate_interest", marketing=True),
        ),
    )
    app = make_app("rgpd", plugins={"canary": canary_plugin(), "letters": plugin})
    with app.act("seed") as act:
        keys = [seed_person(act.session, tag)[0] for tag in ("tin", "ada")]
    plugin.people = [Subject("canary_people", key, "canary") for key in keys]

    def spied(purpose, act_of_a_person=lambda person: None):
        with app.act("person"):
            act_of_a_person(plugin.people[0])
        plugin.sent.clear()
        with app.act("letters.send"):
            plugin.send(plugin.people, f"letters.{purpose}")
        return [plugin.people.index(Subject("canary_people", key, "canary")) for _, key in plugin.sent]

    plugin.spied, plugin.app = spied, app
    return plugin


def consent(person):
    """Give the consent to the monthly letter."""
    get(Consents).given(person, "letters.monthly", WORDS, "form")


def withdraw(person):
    """Take it back."""
    assert get(Consents).withdrawn(person, "letters.monthly")


def test_nothing_is_sent_before_a_consent_and_after_its_withdrawal(letters):
    """Only who consents gets a letter, and only while they do."""
    assert letters.spied("monthly") == []
    assert letters.spied("monthly", consent) == [0]
    assert letters.spied("monthly", withdraw) == []


def test_nothing_is_sent_to_who_objects_to_marketing(letters):
    """Everybody gets it until then, and the others go on getting it."""
    assert letters.spied("offers") == [0, 1]
    assert letters.spied("offers", lambda person: get(Consents).objected(person, "letters.offers")) == [1]


def test_nothing_is_sent_to_who_was_erased(letters):
    """The consent ends with the data, even where a list of keys outlives it."""
    assert letters.spied("monthly", consent) == [0]
    assert letters.spied("monthly", lambda person: get(People).erase([person])) == []


def test_one_letter_is_refused_in_words_and_sent_with_a_consent(letters):
    """Whoever wants to write is told what to do, and nothing leaves."""
    (tin, _ada), app = letters.people, letters.app
    with app.act("answer"), pytest.raises(Refused, match="does not consent to “Monthly letter” now"):
        letters.answer(tin)
    assert letters.sent == []
    with app.act("answer"):
        consent(tin)
        letters.answer(tin)
    assert letters.sent == [("letters.monthly", tin.key)]
