"""How often one address or one person may call."""

from __future__ import annotations

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.web import limited, public
from dihya_middleware.rates import MOST, Rates, network


class Clock:
    """A time that stands still."""

    now = 1000.0

    def __call__(self):
        return self.now


class knocking:
    """A plugin with a door that may be knocked at three times a minute."""

    @hookimpl
    def register_routes():
        from flask import Blueprint

        blueprint = Blueprint("knocking", __name__)

        @blueprint.post("/door")
        @public("test")
        @limited(3)
        def door():
            return "open"

        @blueprint.post("/mine")
        @public("test")
        @limited(2, by="person")
        def mine():
            return "mine"

        return blueprint


def test_a_minutes_worth_at_once_then_one_by_one():
    """Calls of a minute pass at once, then one by one, and what is refused does not count."""
    clock = Clock()
    rates = Rates(1, clock)
    assert [rates.wait(("a", "b"), 3) for _ in range(3)] == [0, 0, 0]
    assert rates.wait(("a", "b"), 3) == 20.0 == rates.wait(("a", "b"), 3)
    assert rates.wait(("a", "c"), 3) == 0
    clock.now += 20
    assert rates.wait(("a", "b"), 3) == 0 and rates.wait(("a", "b"), 3) > 0


def test_callers_do_not_fill_the_memory():
    """The one that was seen first is forgotten."""
    rates = Rates(1)
    for number in range(MOST + 5):
        rates.wait(("a", str(number)), 3)
    assert len(rates._due) == MOST


def test_one_address_is_refused_and_others_are_not(make_app):
    """429 with Retry-After, before anybody is recognised."""
    client = make_app("middleware", plugins={"knocking": knocking}).client()

    def knock(address):
        return client.post("/knocking/door", environ_base={"REMOTE_ADDR": address})

    assert [knock("192.0.2.1").status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = knock("192.0.2.1")
    assert refused.json["code"] == "rate-limited" and 1 <= int(refused.headers["Retry-After"]) <= 20
    assert knock("192.0.2.2").status_code == 200


def test_one_person_is_refused_from_wherever_they_call(make_app):
    """Another person is not."""
    app = make_app("middleware", plugins={"knocking": knocking})
    first, second = app.client("user"), app.client("admin")
    assert [first.post("/knocking/mine").status_code for _ in range(3)] == [200, 200, 429]
    assert second.post("/knocking/mine").status_code == 200


def test_an_operator_widens_or_lifts_the_limits(make_app):
    """By a factor; 0 lifts them."""
    for factor, refused in ((2, 7), (0, None)):
        app = make_app("middleware", plugins={"knocking": knocking}, config={"middleware": {"rate_factor": factor}})
        codes = [app.client().post("/knocking/door").status_code for _ in range(8)]
        assert codes == [200 if refused is None or n + 1 < refused else 429 for n in range(8)]


@pytest.mark.parametrize(
    ("address", "caller"),
    [("192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"), ("?", "?"), ("", "")],
)
def test_who_counts_as_one(address, caller):
    """An IPv6 subscriber has 2^64 addresses."""
    assert network(address) == caller
