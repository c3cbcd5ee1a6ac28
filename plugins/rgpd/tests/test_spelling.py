"""Two spellings of one identifier have one form; two identifiers have two."""

from __future__ import annotations

import pytest
from dihya_rgpd.spelling import Sought, code, email, kind_of, phone, words

STORED = ("+33 6 12 34 56 78", "0612345678", "06\u00a012\u202f34\u00a056\u202f78", "06\u201112\u201134\u201156\u201178")


@pytest.mark.parametrize("stored", STORED)
@pytest.mark.parametrize(
    "asked",
    [
        "+33612345678", "06 12 34 56 78", "0612345678", "0033612345678", "00 33 6 12 34 56 78", "+33 (0)6 12 34 56 78",
        "06.12.34.56.78", "06-12-34-56-78", "06\u201112\u201134\u201156\u201178", "\u200b06 12 34 56 78\u00a0",
        "tel:+33-6-12-34-56-78", "(+33) 6 12 34 56 78", "06/12/34/56/78", "０６１２３４５６７８",
    ],
)  # fmt: skip
def test_a_phone_number_is_found_in_every_spelling(stored, asked):
    """National, +, 00 and (0) forms, and every kind of space, dash, dot and digit, are one number."""
    assert Sought(asked, "FR").is_("phone", stored)


def test_a_national_number_belongs_to_the_country_of_the_setting():
    """A number without a prefix is one of the country that the setting names, and of no other."""
    assert phone("030 123456", "DE") == "+4930123456"
    assert not Sought("06 12 34 56 78", "BE").is_("phone", "+33612345678")


@pytest.mark.parametrize("other", ["06 12 34 56 79", "+32 6 12 34 56 78", "612345678 9", ""])
def test_another_number_is_not_found(other):
    """A number that differs in a digit or in its country is another."""
    assert not Sought("+33612345678", "FR").is_("phone", other)


@pytest.mark.parametrize("stored", ["bob@example.org", "Bob@Example.ORG", "BOB@EXAMPLE.ORG "])
@pytest.mark.parametrize(
    "asked",
    [
        "bob@example.org", "BOB@example.ORG", "Bob <bob@example.org>", '"Bob, the one" <bob@example.org>', "mailto:bob@example.org",
        "mailto:bob%40example.org?subject=hi", "b\u200bob@exam\u2060ple.org", "<bob@example.org>", " bob@example.org\u00a0",
        "bob@example.org.",
    ],
)  # fmt: skip
def test_an_address_is_found_in_every_spelling(stored, asked):
    """Case, a name beside it, mailto, and characters that nobody sees make no difference."""
    assert Sought(asked, "FR").is_("email", stored)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("andr\u00e9@example.org", "andre\u0301@example.org"),
        ("info@b\u00fccher.example", "info@xn--bcher-kva.example"),
        ("info@B\u00dcCHER.example", "info@bu\u0308cher.example"),
    ],
)
def test_composed_letters_and_international_domains_are_one_address(one, other):
    """Composed and decomposed letters are the same, and so are the two ways to write an international domain."""
    assert email(one) == email(other) != ""


@pytest.mark.parametrize("text", ["", "@", "bob", "bob@", "@example.org", "Bob <>"])
def test_what_is_no_address_has_no_form(text):
    """Nobody without an address is found by half of one."""
    assert email(text) == ""


def test_a_plus_address_is_another_address():
    """An alias is what the person gave, and is told apart."""
    assert email("bob+a@example.org") != email("bob@example.org")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jeanne Blanc", "BLANC Jeanne"), ("H\u00e9l\u00e8ne \u0152uvrard", "helene oeuvrard"), ("Zo\u00eb", "Zoe\u0308"),
        ("Jean-Pierre L\u2019H\u00f4te", "jean pierre l'hote"), ("Stra\u00dfe", "STRASSE"), ("\u0141ukasz", "Lukasz"),
    ],
)  # fmt: skip
def test_a_name_is_its_words_in_any_order(one, other):
    """Order, case, accents, ligatures, hyphens and apostrophes make no difference."""
    assert words(one) == words(other)


def test_a_number_is_found_without_its_separators():
    """P-0005, p 0005 and P\u20110005 are one record number; P-0006 is another."""
    assert code("P-0005") == code("p 0005") == code("P\u20110005") == code("#P/0005") != code("P-0006")


@pytest.mark.parametrize(
    ("category", "kind"),
    [
        ("contact.email", "email"), ("contact.phone_number", "phone"), ("contact.fax_number", "phone"), ("name", "name"),
        ("name.first", "name"), ("user.name.last", "name"), ("unique_id", "code"), ("government_id.passport_number", "code"),
        ("account.username", "code"), ("health_and_medical.record_id", "code"), ("financial.account_number", "code"),
        ("content", None), ("contact.address.city", None), ("financial", None),
    ],
)  # fmt: skip
def test_categories_say_what_identifies(category, kind):
    """Addresses, numbers, names and identifiers are searched; what many people share is not."""
    assert kind_of(category) == kind
