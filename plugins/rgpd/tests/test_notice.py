"""The notice to people, written from the register and the settings."""

from __future__ import annotations

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.net import Egress
from dihya_rgpd.notice import markdown, written, written_in

WHOLE = {
    "controller": "The Toy Club, 1 Shelf Street",
    "officer": "Ada, ada@example.org",
    "origin": "the people themselves",
}


@pytest.fixture
def noticed(make_app, canary_plugin):
    """Return what gives the notice of an application with the canaries, with these settings and hosts."""

    def give(settings=WHOLE, hosts=(), language="en"):
        plugin = canary_plugin()
        plugin.register_egress = hookimpl(lambda: list(hosts))
        app = make_app("rgpd", plugins={"canary": plugin}, config={"rgpd": settings})
        with app.act("look"):
            return written_in(language)

    return give


def uses_of(notice, name="Canary"):
    """Return what is said of each purpose of one plugin: purpose → label → values."""
    return {one.purpose: {fact.label: fact.values for fact in one.facts} for one in dict(notice.plugins)[name]}


def host(country, basis=""):
    """Return a host to which addresses may be sent."""
    return Egress("mail.example.org", Text("sending mail", "envoyer du courrier"), country, ("user.contact",), basis)


def test_each_line_of_the_register_is_told(noticed, make_app, canary_plugin):
    """Nothing that the register holds is left out of the notice."""
    notice = noticed()
    client = make_app("rgpd", plugins={"canary": canary_plugin()}).client("dpo")
    lines = [line for line in client.get("/api/v1/rgpd/register").json["items"] if line["plugin"] == "canary"]
    told = [one.purpose for one in dict(notice.plugins)["Canary"]]
    assert told == [line["purpose"] for line in lines]


def test_a_purpose_says_data_length_and_basis(noticed):
    """In words that people read."""
    selling = uses_of(noticed())["selling"]
    assert "postal address" in selling["Data"] and selling["Legal basis"] == ("contract",)
    assert selling["Kept for"] == ("3 years",)


def test_a_legitimate_interest_is_named(noticed):
    """Article 13(1)(d) wants the interest itself, which is what the data is held for."""
    assert uses_of(noticed())["seeing what happened"]["Legal basis"] == ("legitimate interest: seeing what happened",)


@pytest.mark.parametrize(
    ("purpose", "there", "not_there"),
    [
        ("selling", "Portability (article 20)", "Objection (article 21)"),
        ("seeing what happened", "Objection (article 21)", "Portability (article 20)"),
        ("bookkeeping", "Access (article 15)", "Erasure (article 17)"),
    ],
)
def test_rights_are_those_of_the_basis(noticed, purpose, there, not_there):
    """A contract lets people take data along, an interest lets them object, a duty of the law is not ended by them."""
    rights = uses_of(noticed())[purpose]["Your rights"]
    assert there in rights and not_there not in rights


def test_a_host_within_the_union_is_no_transfer(noticed):
    """It is a recipient all the same."""
    selling = uses_of(noticed(hosts=[host("DE")]))["selling"]
    assert selling["Recipients elsewhere"] == ("mail.example.org (sending mail)",)
    assert "Outside the European Economic Area" not in selling


def test_a_host_outside_the_union_says_country_and_what_allows_it(noticed):
    """The basis of the transfer stands in words."""
    notice = noticed(hosts=[host("US", "adequacy")])
    told = uses_of(notice)["selling"]["Outside the European Economic Area"]
    assert told == ("mail.example.org (US; adequacy decision (article 45))",) and not notice.gaps


def test_this_machine_is_no_recipient(noticed):
    """A server of one's own on the same machine is nobody else."""
    assert "Recipients elsewhere" not in uses_of(noticed(hosts=[host("local")]))["selling"]


def test_a_host_that_gets_nothing_about_people_is_not_told(noticed):
    """The time of day says nothing about anybody."""
    clock = Egress("time.example.org", Text("the time", "l’heure"), "US")
    assert "Recipients elsewhere" not in uses_of(noticed(hosts=[clock]))["selling"]


@pytest.mark.parametrize(("country", "missing"), [("??", "in which country"), ("US", "what allows")])
def test_what_a_plugin_does_not_say_of_its_host_is_missing(noticed, country, missing):
    """A country that nobody states and a transfer that nothing allows leave the notice unfinished."""
    notice = noticed(hosts=[host(country)])
    assert [(missing in gap.said, gap.setting) for gap in notice.gaps] == [(True, "")]


@pytest.mark.parametrize("name", ["controller", "origin"])
def test_a_setting_that_the_law_wants_is_missing(noticed, name):
    """Without it the notice is unfinished, and says which setting it is."""
    notice = noticed({**WHOLE, name: " "})
    assert [gap.setting for gap in notice.gaps] == [name] and notice.unfinished


def test_an_authority_that_nobody_names_is_missing(noticed):
    """In France it is known; elsewhere the setting says it."""
    assert [gap.setting for gap in noticed({**WHOLE, "country": "BE"}).gaps] == ["authority"]
    assert not noticed({**WHOLE, "country": "BE", "authority": "APD, Brussels"}).gaps


def test_a_notice_with_everything_is_whole(noticed):
    """An officer is not for everybody, and its absence leaves no gap."""
    assert not noticed({**WHOLE, "officer": ""}).unfinished


def test_people_are_told_whom_to_ask_and_where_to_complain(noticed):
    """The officer before the controller, and the authority of the setting."""
    ask, complain = noticed().rights.values
    assert "Ask Ada, ada@example.org." in ask and "www.cnil.fr" in complain


def test_what_the_settings_add_stands_at_the_end(noticed):
    """Paragraph by paragraph."""
    assert noticed({**WHOLE, "notice_more": "A child asks a parent.\n\nNothing is decided by itself."}).more.values == (
        "A child asks a parent.",
        "Nothing is decided by itself.",
    )


def test_the_notice_speaks_the_language_that_is_asked_for(noticed):
    """Whatever language the act speaks."""
    text = markdown(noticed(language="fr"))
    assert "**Base légale**: intérêt légitime" in text and "### la vente" in text and "Legal basis" not in text
    assert "identifiant\N{NO-BREAK SPACE}; " in text and "identifiant; " not in text  # as French writes it


def test_the_text_says_what_the_notice_says(noticed):
    """Title, gaps, each plugin, each purpose, each label."""
    notice = noticed({**WHOLE, "origin": ""})
    text = markdown(notice)
    assert text.startswith("# Privacy notice\n") and notice.unfinished in text and notice.gaps[0].said in text
    for name, uses in notice.plugins:
        assert f"## {name}\n" in text
        for one in uses:
            assert f"### {one.purpose}\n" in text and all(f"- **{fact.label}**: " in text for fact in one.facts)


def test_what_a_setting_says_begins_no_tag_and_no_line(noticed):
    """A text on several lines stays one entry, and whoever publishes the Markdown publishes no foreign markup."""
    text = markdown(noticed({**WHOLE, "controller": "The Toy Club\n# 1 <b>Shelf</b> Street"}))
    assert r"- **Controller**: The Toy Club # 1 \<b>Shelf\</b> Street" in text


def test_a_plugin_is_called_as_its_settings_call_it(make_app):
    """Where it has any; people do not know a plugin by its name."""
    app = make_app("rgpd", "settings")
    with app.act("look"):
        assert "Personal data" in dict(written().plugins)
