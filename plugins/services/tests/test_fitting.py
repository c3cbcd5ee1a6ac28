"""How well the things of a sentence fit the tables of each trade."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from dihya_services.fitting import Fitting


def trade(name: str, *tables: str, **data: bool):
    """A template with tables; one of them stands for a block of another name."""
    return SimpleNamespace(name=name, data=data, entities=[{"name": f"t_{table}", "block": table} for table in tables])


TRADES = [
    trade("club", "member", "fee"),
    trade("school", "pupil", "fee"),
    trade("farm", "plot", "fee"),
    trade("shop", "product", "fee"),
    trade("any", "member", "pupil", only_named=True),
]


def test_a_thing_of_one_trade_alone_speaks_for_it() -> None:
    """What all trades have says nothing, and the template that is no trade is not among them."""
    fits = Fitting(TRADES).of(["member", "fee", "unheard_of"])
    assert fits == {"club": pytest.approx(1.0), "school": 0.0, "farm": 0.0, "shop": 0.0}


@pytest.mark.parametrize("trades", [[], TRADES[:1]])
def test_there_may_be_few_trades(trades) -> None:
    """One template, or none, is no fault."""
    assert set(Fitting(trades).of(["member"])) == {each.name for each in trades}
