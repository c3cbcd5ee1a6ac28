"""Bases and retentions in words."""

from __future__ import annotations

from datetime import date

import pytest
from dihya_hookspecs._model import BASES
from dihya_hookspecs.data import Record, impersonal
from dihya_hookspecs.fields import Choice, Flag, LocalDate
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.web import Resource
from dihya_rgpd.wording import basis, both, category, kept, label, speaker, title
from sqlalchemy.orm import Mapped


@pytest.mark.parametrize("name", BASES)
def test_every_legal_basis_has_words_in_both_languages(name):
    """No machine name stands where a person reads."""
    assert "_" not in basis(name).fr + basis(name).en


@pytest.mark.parametrize(
    ("retention", "fr", "en"),
    [
        ("1y", "1 an", "1 year"),
        ("3y after left_on", "3 ans après left_on", "3 years after left_on"),
        ("6m", "6 mois", "6 months"),
        ("30d", "30 jours", "30 days"),
        ("account", "durée du compte", "as long as the account"),
        ("permanent", "sans limite", "permanently"),
        ("until withdrawn_on", "jusqu’à withdrawn_on", "until withdrawn_on"),
        (
            "later of 20y after seen_on and 28y after born_on then 1y archived",
            "20 ans après seen_on ou 28 ans après born_on, selon ce qui finit le plus tard, puis 1 an en archive",
            "20 years after seen_on or 28 years after born_on, whichever is later, then 1 year in the archive",
        ),
    ],
)
def test_a_retention_is_said_in_both_languages(retention, fr, en):
    """Count and unit are words, in the singular where there is one."""
    assert (kept(retention).fr, kept(retention).en) == (fr, en)


def test_the_page_of_an_export_says_them(world):
    """The page that the person reads has words in place of legal_obligation and 10y."""
    import io
    import zipfile

    from dihya_hookspecs.rgpd import People, Subject

    with world.app.act("export") as act:
        data = act.get(People).export([Subject("canary_people", world.tin[0], "canary")])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        page = archive.read("index.html").decode()
    assert "obligation légale" in page and "10 years after “Issued on”" in page and "legal_obligation" not in page


class Fee(Record):
    """A table of a plugin that says what people call things."""

    __tablename__ = "wording_fees"
    __resource__ = Resource(title=("Fees", "Cotisations"), singular=("Fee", "Cotisation"), read=(), write=())
    state: Mapped[str] = impersonal("a state", Choice({"due": ("Due", "À régler")}), label=("State", "État"))
    paid: Mapped[bool] = impersonal("yes or no", Flag())
    left_on: Mapped[date | None] = impersonal("a day", LocalDate(), label=("Left on", "Parti le"))


def test_tables_fields_and_codes_are_said_in_words():
    """A table is called as its resource is, a field by its label, a code by its caption; what has no words keeps its name."""
    table = Fee.__table__
    assert (title(table), label(table, "state")) == (Text("Fees", "Cotisations"), Text("State", "État"))
    state, paid = speaker(table, "state"), speaker(table, "paid")
    assert (state("due"), paid(True), paid(False)) == ("À régler – Due", "oui – yes", "non – no")
    assert (state("odd"), state(None)) == ("odd", None)
    assert both("assoc_lists") == Text("assoc_lists", "assoc_lists")


def test_a_retention_names_a_day_by_its_label():
    """Whoever reads when a time begins reads the words of the form, and for a column without words its name."""
    said = kept("3y after left_on", Fee.__table__)
    assert (said.en, said.fr) == ("3 years after “Left on”", "3 ans après « Parti le »")
    assert kept("3y after gone_on", Fee.__table__).en == "3 years after gone_on"
    assert kept("until left_on", Fee.__table__).fr == "jusqu’à « Parti le »"
    assert kept("account", Fee.__table__) == kept("account")


@pytest.mark.parametrize(
    ("name", "en", "fr"),
    [
        ("contact.email", "e-mail address", "adresse électronique"),
        ("contact.fax_number", "contact details", "coordonnées"),
        ("user.content", "what somebody wrote", "texte rédigé"),
        ("political_opinion", "political opinion", "political opinion"),
    ],
)
def test_a_category_is_said_as_the_nearest_one_that_has_words(name, en, fr):
    """What no category above it says keeps its own name, without underscores."""
    assert category(name) == Text(en, fr)
