"""The rules of lending."""

import uuid

import dihya_shelf
import pytest
from dihya_hookspecs import Invalid, NotFound
from dihya_hookspecs.access import SYSTEM
from dihya_shelf import service
from dihya_shelf.models import Loan, Reader


@pytest.fixture
def app(make_app):
    """An application with a shelf."""
    return make_app("shelf", "routes", "console", "i18n", "static")


@pytest.fixture
def lend(app):
    """Lends something, and returns the id of the loan."""

    def add(title, days=21, out=0):
        with app.act(actor=SYSTEM) as act:
            reader = Reader(name="Tin", email="tin@example.org")
            act.session.add(reader)
            act.session.flush()
            loan = Loan(reader_id=reader.id, title=title, days=days, out=out)
            act.session.add(loan)
            act.session.flush()
            return loan.id

    return add


@pytest.mark.parametrize(("out", "cents"), [(20, 0), (21, 0), (22, 5), (24, 15)])
def test_a_day_late_costs(out, cents):
    """From the first day after the last."""
    assert service.fee(out, 21, 5) == cents


def test_what_is_late_is_listed(app, lend):
    """What comes back on its last day is not late."""
    lend("Nedjma", out=21)
    lend("The Odes", out=22)
    with app.act(actor=SYSTEM) as act:
        assert [loan.title for loan in service.late(act.session)] == ["The Odes"]


def test_a_loan_gets_more_days_up_to_a_year(app, lend):
    """And not a day more."""
    loan = lend("Nedjma", days=344)
    with app.act(actor=SYSTEM) as act:
        assert service.renew(act.session, loan, 21).days == 365
    with app.act(actor=SYSTEM) as act, pytest.raises(Invalid):
        service.renew(act.session, loan, 1)


def test_what_is_not_lent_is_not_renewed(app):
    """It says so."""
    with app.act(actor=SYSTEM) as act, pytest.raises(NotFound):
        service.renew(act.session, uuid.uuid4(), 1)


def test_the_page_shows_what_is_late_and_renews_it(app, lend):
    """A button a loan."""
    loan = lend("The Odes", out=30)
    client = app.client("user")
    assert "The Odes" in client.get("/shelf/late").text
    assert client.post(f"/shelf/renew/{loan}").status_code == 303
    assert "The Odes" not in client.get("/shelf/late").text


def test_it_is_what_is_installed():
    """Nothing of it lies beside the tests."""
    assert dihya_shelf.__file__
