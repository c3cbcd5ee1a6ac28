"""Bases and retentions in words."""

from __future__ import annotations

import pytest
from dihya_hookspecs._model import BASES
from dihya_rgpd.wording import basis, kept


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
    assert "obligation légale" in page and "10 years after issued_on" in page and "legal_obligation" not in page
