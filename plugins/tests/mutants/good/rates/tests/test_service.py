"""Amounts in other currencies."""

from decimal import Decimal

import pytest
from dihya_hookspecs import Invalid
from dihya_hookspecs.acts import get
from dihya_rates.service import Rates
from dihya_rates.settings import Settings
from pydantic import ValidationError

RATES = Rates({"EUR": 1.0, "DZD": 150.0, "CHF": 0.95})


@pytest.mark.parametrize(
    ("amount", "source", "target", "expected"),
    [("10", "EUR", "DZD", "1500.00"), ("1500", "DZD", "CHF", "9.50"), ("1", "DZD", "EUR", "0.01"), ("0.005", "EUR", "EUR", "0.00")],
)  # fmt: skip
def test_an_amount_is_worth_as_much_in_another_currency(amount, source, target, expected):
    """By way of the euro, and rounded once, at the end."""
    assert RATES.converted(Decimal(amount), source, target) == Decimal(expected)


@pytest.mark.parametrize(("source", "target"), [("USD", "EUR"), ("EUR", "USD")])
def test_a_currency_without_a_rate_is_refused(source, target):
    """The sentence names those that have one."""
    with pytest.raises(Invalid, match="no rate for 'USD'; set rates.euros, which has EUR, DZD, CHF"):
        RATES.converted(Decimal(1), source, target)


def test_others_ask_for_it(make_app):
    """By its type, with what the operator set."""
    app = make_app("rates", config={"rates": {"euros": {"EUR": 1.0, "DZD": 150.0}}})
    with app.act():
        assert get(Rates).converted(Decimal(2), "EUR", "DZD") == Decimal(300)


@pytest.mark.parametrize("wrong", [{"EUR": 0.0}, {"euro": 1.0}])
def test_a_rate_of_nothing_is_refused(wrong):
    """Nothing is divided by zero, and a currency has three capitals."""
    with pytest.raises(ValidationError):
        Settings(euros=wrong)
