"""The parts of an export's page."""

from __future__ import annotations

import pytest
from dihya_hookspecs.data import Model
from dihya_hookspecs.i18n import Text
from dihya_rgpd.annotations import Annotations
from dihya_rgpd.archive import Spool
from dihya_rgpd.informing import Facts
from dihya_rgpd.sections import UNDECLARED, not_here, section_of, section_told

FACTS = Facts(readers=lambda table: [Text("Clerk", "Commis")], hosts=lambda plugin: [Text("a.example", "a.example")])


@pytest.fixture
def spool():
    """A place for rows."""
    made = Spool(None)
    yield made
    made.close()


@pytest.fixture
def section(world, spool):
    """Return what gives the section of a table of the canaries, with no row in it."""
    annotations = Annotations(Model.metadata.tables.values(), ["canary"])
    return lambda name, portable=False: section_of(
        annotations.table(name), "canary", annotations.groups[name], spool, FACTS, portable
    )


def test_a_section_says_what_for_which_data_why_how_long_and_to_whom(section):
    """Each in both languages, once."""
    found = section("canary_orders")
    assert found.purposes == (Text("selling", "la vente"),)
    assert Text("postal address", "adresse postale") in found.categories
    assert (found.bases, found.grounds) == (("contract",), (Text("contract", "contrat"),))
    assert found.retentions == (Text("3 years", "3 ans"),)
    assert found.recipients == (Text("Clerk", "Commis"), Text("a.example", "a.example"))


def test_a_portable_section_tells_only_of_what_is_in_it(section):
    """The invoice's payer is kept by law: neither the column nor its basis stands there."""
    whole, taken = section("canary_invoices"), section("canary_invoices", portable=True)
    assert "legal_obligation" in whole.bases and Text("Payer", "Payer") in whole.columns
    assert taken.bases == ("contract",) and Text("Payer", "Payer") not in taken.columns


def test_what_a_plugin_tells_itself_has_its_own_heads(spool):
    """It has no basis, since none is declared."""
    spool.add({"file": "x", "seen": True})
    found = section_told("archive", "canary", ("file", "seen"), spool)
    assert list(found.rows()) == [("x", "oui – yes")] and found.bases == ()


def test_what_is_left_out_is_said_in_words(world):
    """By basis, with the titles of tables and the labels of columns."""
    found = not_here(
        {"legal_obligation": ["canary_invoices.payer", "canary_invoices.remark"], UNDECLARED: ["canary: archive"]},
        Model.metadata.tables,
    )
    assert found == [
        (
            Text("legal obligation", "obligation légale"),
            [Text("Canary – invoices: Payer, Remark", "Canary – invoices : Payer, Remark")],
        ),
        (
            Text("no legal basis is declared", "aucune base légale n’est déclarée"),
            [Text("canary: archive", "canary: archive")],
        ),
    ]
