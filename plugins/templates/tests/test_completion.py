"""Needs are completed, and every mistake in them is named."""

from __future__ import annotations

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.generation import Needs
from dihya_hookspecs.i18n import use
from dihya_i18n.service import Languages
from dihya_templates.completion import cleaned, completed, name_flaws, with_defaults


def refusal(needs, template, taken=None):
    with pytest.raises(Invalid) as caught:
        completed(needs, template, taken or {})
    return [flaw.pointer for flaw in caught.value.flaws]


def test_defaults_are_filled_in(association):
    """Options, name and title come from the template where nothing was said."""
    needs = completed(Needs("x", "association", "", {"donations": True}), association, {})
    assert needs.options == {
        "events": True,
        "donations": True,
        "keep_members": "3y",
        "party_size": 4,
        "meeting_place": "",
    }
    assert (needs.name, needs.title) == ("association", "Association")


def test_completing_twice_changes_nothing(association):
    """Completed needs are complete."""
    boat = {"name": "boat", "fields": [{"name": "label", "type": "text", "impersonal": "a  thing"}]}
    once = completed(Needs("x", "association", "voile", entities=[boat], title=" Voile \n libre "), association, {})
    assert once.title == "Voile libre"
    assert completed(once, association, {}) == once


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("Mon Club", "mon_club"),
        ("Œuvres & Été 2026", "oeuvres_ete_2026"),
        ("3 petits", "petits"),
        ("club-", "club"),
        ("日本", ""),
        ("x", ""),
    ],
)
def test_a_name_that_cannot_be_is_answered_with_the_nearest_one(typed, near):
    """What people type as a title becomes a name by itself."""
    (flaw,) = name_flaws(typed, {})
    assert (flaw.pointer, flaw.suggestion) == ("/name", near)
    assert not near or (f"try {near!r}" in flaw.detail and name_flaws(near, {}) == [])


def test_what_is_wrong_is_said_in_the_readers_language(make_app, association):
    """Of a name and of options, and how many mistakes there are."""
    with make_app("templates", "i18n").act() as act:
        use("fr", act.get(Languages).catalogue("fr").lookup)
        options = {"party_size": 99, "donations": "perhaps"}
        with pytest.raises(Invalid) as caught:
            completed(Needs("x", "association", "Mon Club", options), association, {})
        use("en", None)
    assert caught.value.message == "ce plugin ne peut pas être construit : 3 erreurs"
    assert [flaw.detail for flaw in caught.value.flaws] == [
        "« Mon Club » ne peut pas être un nom de plugin : 2 à 31 lettres minuscules, chiffres et _ isolés, "
        "une lettre d’abord ; essayez « mon_club »",
        "« perhaps » ne convient pas ; il faut oui ou non",
        "99, c’est trop ; au plus 20",
    ]


def test_every_mistake_has_its_pointer(association):
    """Wrong name, unknown option and wrong value come back together."""
    options = {"donations": "perhaps", "colour": "red", "party_size": 99}
    found = refusal(Needs("x", "association", "Ça", options), association)
    assert found == ["/name", "/options", "/options/donations", "/options/party_size"]


@pytest.mark.parametrize("name", ["a", "Club", "1club", "club_", "a__b", "a-b", "é", "x" * 32, "json", "class"])
def test_names_that_cannot_be(name):
    """A name is short lower-case ASCII, no keyword, no module of Python."""
    assert name_flaws(name, {})


def test_a_name_that_the_application_uses(association):
    """A plugin does not get a name that something bears; the flaw says what."""
    taken = {"people": "a command of plugin 'securite'"}
    assert refusal(Needs("x", "association", "people"), association, taken) == ["/name"]
    assert name_flaws("people", taken)[0].detail == "'people' is a command of plugin 'securite'; choose another name"
    assert not name_flaws("people2", taken)


def test_unknown_language(association):
    """Templates speak French and English."""
    assert refusal(Needs("x", "association", "club", language="tlh"), association) == ["/language"]


def test_entities_are_checked_in_shape_and_sense(association):
    """Extra entities fit the schema first, and the rest of the template then."""
    blob = {"name": "boat", "fields": [{"name": "x", "type": "blob", "impersonal": "x"}]}
    lost = {"name": "boat", "fields": [{"name": "pier_id", "type": "reference", "to": "pier"}]}
    assert refusal(Needs("x", "association", "club", entities=[blob]), association) == ["/entities/0/fields/0/type"]
    assert refusal(Needs("x", "association", "club", entities=[lost]), association) == ["/entities/0/fields/0/to"]


def test_reference_to_an_entity_that_options_left_out(association):
    """What the options take away cannot be referred to."""
    gift = {"name": "gift", "fields": [{"name": "donation_id", "type": "reference", "to": "donation"}]}
    assert refusal(Needs("x", "association", "club", entities=[gift]), association) == ["/entities/0/fields/0/to"]
    assert completed(Needs("x", "association", "club", {"donations": True}, entities=[gift]), association, {})


def test_text_is_cleaned():
    """Titles are one line; sample texts keep their lines; numbers stay."""
    given = {"title": "a\nb\u202e", "sample": {"one": {"x": "a\nb\u202e", "n": 1}}}
    assert cleaned(given) == {"title": "a b", "sample": {"one": {"x": "a\nb", "n": 1}}}


def test_unknown_options_stay_to_be_refused(association):
    """An unknown option is not dropped in silence."""
    assert with_defaults(association.options, {"colour": "red"})["colour"] == "red"


def test_options_that_leave_no_table_are_refused(library):
    """Something has to be built."""
    switches = library.get("bibliotheque").options["properties"]
    with pytest.raises(Invalid) as refusal:
        library.complete(Needs("", "bibliotheque", "livres", dict.fromkeys(switches, False)))
    assert [(flaw.pointer, flaw.code) for flaw in refusal.value.flaws] == [("/options", "empty")]
