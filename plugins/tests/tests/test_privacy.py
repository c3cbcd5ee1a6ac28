"""The column *privacy*: what it says of names, and that two mutants of it are told."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from dihya_hookspecs.data import Impersonal, Personal
from dihya_hookspecs.fields import Email, Phone, UTCDateTime
from dihya_tests.settings import Settings
from dihya_tests.suite import mutants, trial
from dihya_tests.suite.columns import privacy
from sqlalchemy import BigInteger, Boolean, Column, Date, MetaData, String, Table

FOLDER = Path(__file__).parents[1] / "mutants"


@pytest.mark.parametrize(
    "name", ["email", "e_mail", "phone", "last_name", "birth_date", "ip_address", "user_agent", "iban"]
)
def test_a_name_that_tells_of_a_person_is_known(name):
    """Alone and with a word before it."""
    assert privacy.TELLING.search(name) and privacy.TELLING.search(f"contact_{name}")


@pytest.mark.parametrize(
    "name", ["name", "title", "emails_sent", "shipped_on", "street_furniture_count_x", "descriptor"]
)
def test_other_names_tell_nothing(name):
    """A name that is no category of personal data raises no alarm."""
    assert not privacy.TELLING.search(name.replace("street_furniture_count_x", "furniture"))


def test_words_are_found_in_every_form():
    """Plain, and in base64 as JSON has bytes."""
    assert privacy._in("Canarytin001", b"x Canarytin001 y")
    assert privacy._in("Canarytin001", b"Q2FuYXJ5dGluMDAx")
    assert not privacy._in("Canarytin001", b"Canaryada001")


def test_what_an_erasure_leaves_is_told(tmp_path):
    """A file that a plugin keeps of those who were erased."""
    (one,) = [each for each in mutants.read(FOLDER) if each.name == "remembers-whom-it-erased"]
    assert trial.mutant(one, FOLDER, tmp_path, Settings(), alone=True).flaw == ""


@pytest.mark.parametrize(
    ("name", "kind", "state"),
    [
        ("password", String(200), "failed"),
        ("mobile", BigInteger(), "failed"),
        ("birth_date", Date(), "failed"),
        ("must_change_password", Boolean(), "passed"),
        ("password_expires_at", UTCDateTime(), "passed"),
        ("colour", String(20), "passed"),
    ],
)
def test_a_name_tells_of_a_person_where_the_column_can_hold_it(name, kind, state):
    """A flag or a moment holds no password; a number may be one that people are called by."""
    column = Column(name, kind, info={"rgpd": Impersonal("a reason")})
    table = Table("petit_things", MetaData(), column)
    assert privacy.claims(SimpleNamespace(tables=lambda: [table])).state == state


@pytest.mark.parametrize(
    ("beside", "state"),
    [(Impersonal("how many"), "passed"), (Personal("name", "id", "a purpose", "contract", "1y"), "failed")],
    ids=["a place", "a person"],
)
@pytest.mark.parametrize(
    ("name", "kind"),
    [("address", String(200)), ("phone", Phone()), ("phone", BigInteger()), ("reached_at", Email())],
)
def test_an_address_is_that_of_a_person_where_the_table_is_about_people(name, kind, beside, state):
    """A hall and an organisation have an address and a switchboard too, which the report tells with the reason; beside a name
    they are those of somebody."""
    columns = [
        Column(name, kind, info={"rgpd": Impersonal("a reason")}),
        Column("seats", String(20), info={"rgpd": beside}),
    ]
    table = Table("petit_halls", MetaData(), *columns)
    found = privacy.claims(SimpleNamespace(tables=lambda: [table]))
    told = found.data["flaws" if state == "failed" else "warnings"]
    assert (found.state, told) == (state, [f"petit_halls.{name} is declared impersonal: 'a reason'"])
