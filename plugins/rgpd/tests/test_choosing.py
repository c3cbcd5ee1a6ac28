"""Which columns of a row go into an export."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from dihya_hookspecs.data import Model, impersonal, key, personal
from dihya_rgpd.annotations import Annotations
from dihya_rgpd.choosing import chosen, left_out, shower
from dihya_rgpd.planning import Fate
from sqlalchemy import String
from sqlalchemy.orm import Mapped

TABLE = {"purpose": "testing", "basis": "contract", "retention": "1y", "subject": "who"}


class Whole(Model, **TABLE):
    """All of it rests on a contract."""

    __tablename__ = "choosing_whole"
    id: Mapped[object] = key()
    who: Mapped[str] = personal("unique_id", String(9))
    word: Mapped[str] = personal("content", String(9))
    hash: Mapped[str] = personal("authorization", String(9), secret=True)
    price: Mapped[str] = impersonal("a price", String(9))


class Mixed(Model, **TABLE):
    """The name is kept by law, the remark by contract, the vote by consent; somebody else's word stands beside."""

    __tablename__ = "choosing_mixed"
    id: Mapped[object] = key()
    who: Mapped[str] = personal("unique_id", String(9), basis="legal_obligation")
    remark: Mapped[str | None] = personal("content", String(9))
    vote: Mapped[str | None] = personal("content", String(9), basis="consent")
    price: Mapped[str] = impersonal("a price", String(9))
    other: Mapped[str] = personal("content", String(9), subject="other")


@pytest.fixture
def groups():
    """The groups of both tables that are about ``who``."""
    for model in (Whole, Mixed):
        model.__table__.info["plugin"] = "choosing"
    found = Annotations([Whole.__table__, Mixed.__table__], ["choosing"]).groups
    yield SimpleNamespace(
        **{name.removeprefix("choosing_"): [one for one in of if one.path == "who"] for name, of in found.items()}
    )
    for model in (Whole, Mixed):
        del model.__table__.info["plugin"]


def names(columns):
    return [column.name for column in columns]


def test_an_access_has_what_is_about_the_person_or_nobody(groups):
    """Never a secret, never what is about somebody else."""
    assert names(chosen(Whole.__table__, groups.whole, False)) == ["id", "who", "word", "price"]
    assert names(chosen(Mixed.__table__, groups.mixed, False)) == ["id", "who", "remark", "vote", "price"]


def test_what_rests_on_contract_alone_is_taken_along_whole(groups):
    """With what is about nobody."""
    assert names(chosen(Whole.__table__, groups.whole, True)) == ["id", "who", "word", "price"]


def test_of_a_row_on_several_bases_only_consent_and_contract_are_taken_along(groups):
    """The key of the row goes along; whether its price belongs to the part that stays nobody can tell."""
    assert names(chosen(Mixed.__table__, groups.mixed, True)) == ["id", "remark", "vote"]
    assert names(left_out(groups.mixed)) == ["who"]


def test_a_row_with_nothing_portable_in_it_stays(groups):
    """One in which the law alone speaks is left out, and what is left out is told by its basis."""
    out = {}
    show = shower(Mixed.__table__, True, out)
    row = {"id": 1, "who": "tin", "remark": None, "vote": None, "price": "3", "other": "x"}
    assert show(Fate(row, list(groups.mixed))) is None
    assert {basis: list(found) for basis, found in out.items()} == {"legal_obligation": ["choosing_mixed.who"]}
    shown = show(Fate(row | {"vote": "yes"}, list(groups.mixed)))
    assert {column.name: value for column, value in shown.items()} == {"id": 1, "remark": None, "vote": "yes"}
