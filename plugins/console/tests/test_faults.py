"""Every fault of a form is told in one go, each at its field."""

from __future__ import annotations

import re
from typing import Any

import pytest

from . import test_selection_pages as bills

HTML = {"Accept": "text/html", "Accept-Language": "en"}
LATE = {"asked_on": "2026-02-01", "waived_on": "2026-01-31"}


@pytest.fixture
def billing(make_app: Any) -> Any:
    """An application with bills, in which a rule looks at two days."""
    return make_app("console", "i18n", "static", plugins={"bills": bills.PLUGIN})


def wrong(answer: Any) -> set[str]:
    """Return the fields at which a fault stands."""
    assert answer.status_code == 422
    return set(re.findall(r'id="([^"]+)-error"', answer.text))


def test_a_rule_is_told_together_with_the_fault_of_another_field(billing: Any) -> None:
    """The name is missing, and the days are in the wrong order."""
    answer = billing.client("admin").post(f"{bills.LIST}new", data={"name": "", "state": "due", **LATE}, headers=HTML)
    assert wrong(answer) == {"name", "waived_on"}


def test_no_rule_looks_at_a_field_that_is_wrong_itself(billing: Any) -> None:
    """What cannot be read is neither before nor after anything, and says only that."""
    data = {"name": "", "state": "due", **LATE, "asked_on": "soon"}
    assert wrong(billing.client("admin").post(f"{bills.LIST}new", data=data, headers=HTML)) == {"name", "asked_on"}


def test_a_change_tells_every_fault_too(billing: Any) -> None:
    """The record stays as it was."""
    client = billing.client("admin")
    path = client.post(f"{bills.LIST}new", data={"name": "Ana", "state": "due"}).headers["Location"]
    data = {"name": "", "state": "due", **LATE, "version": "1"}
    assert wrong(client.post(f"{path}/edit", data=data, headers=HTML)) == {"name", "waived_on"}
    assert bills.waived(billing) == {"Ana": None}


def test_no_rule_takes_what_is_stored_for_what_was_sent(billing: Any) -> None:
    """The day that cannot be read is not the one that the record has."""
    client = billing.client("admin")
    first = {"name": "Ana", "state": "due", "asked_on": "2026-02-01"}
    path = client.post(f"{bills.LIST}new", data=first).headers["Location"]
    data = {**first, **LATE, "asked_on": "soon", "version": "1"}
    assert wrong(client.post(f"{path}/edit", data=data, headers=HTML)) == {"asked_on"}


def test_a_value_that_another_record_has_is_told_with_the_rest(app: Any) -> None:
    """The address is taken, and the name is too short."""
    client = app.client("admin")
    client.post("/demo/members/new", data={"name": "Tin", "plan": "full", "email": "tin@example.org"})
    data = {"name": "T", "plan": "full", "email": "tin@example.org"}
    assert wrong(client.post("/demo/members/new", data=data, headers=HTML)) == {"name", "email"}


def test_a_rule_in_code_is_told_with_a_value_that_is_taken(app: Any) -> None:
    """It looks at a record whose fields are right."""
    client = app.client("admin")
    client.post("/demo/members/new", data={"name": "Tin", "plan": "full", "email": "tin@example.org"})
    data = {"name": "Nobody", "plan": "full", "email": "tin@example.org"}
    assert wrong(client.post("/demo/members/new", data=data, headers=HTML)) == {"name", "email"}


def test_what_is_wrong_inside_is_told_with_the_rest(app: Any) -> None:
    """Of the fee its amount, and of the member that is entered inside a name that a rule refuses."""
    inside = {"with": "member_id", "member_id.name": "Nobody", "member_id.plan": "full"}
    data = {"label": "2026", "amount": "much", **inside}
    assert wrong(app.client("admin").post("/demo/fees/new", data=data, headers=HTML)) == {"amount", "member_id.name"}
