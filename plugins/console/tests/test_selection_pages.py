"""Chosen records of a list are deleted or brought into a state together."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import SYSTEM, Permission
from dihya_hookspecs.data import Record, Records, impersonal
from dihya_hookspecs.fields import Choice, LocalDate
from dihya_hookspecs.fields.form import form_of
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.rules import not_before, required_when
from dihya_hookspecs.web import Resource
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped

HTML = {"Accept": "text/html", "Accept-Language": "en"}
STATES = {"due": ("Due", "À régler"), "paid": ("Paid", "Réglée"), "waived": ("Waived", "Annulée")}
LIST = "/bills/bills/"


class Bill(Record):
    """What is asked for."""

    __tablename__ = "bills_bills"
    __rules__ = (required_when("waived_on", {"state": "waived"}), not_before("waived_on", "asked_on"))
    name: Mapped[str] = impersonal("an invented title", String(40), label=("Name", "Nom"))
    state: Mapped[str] = impersonal(
        "a state", Choice(STATES, moves={"due": ("paid", "waived"), "paid": (), "waived": ("due",)}), default="due",
        label=("State", "État"),
    )  # fmt: skip
    asked_on: Mapped[dt.date | None] = impersonal("a day", LocalDate(), label=("Asked on", "Demandée le"))
    waived_on: Mapped[dt.date | None] = impersonal("a day", LocalDate(), label=("Waived on", "Annulée le"))


class Line(Record):
    """What a bill is made of."""

    __tablename__ = "bills_lines"
    bill_id: Mapped[uuid.UUID] = impersonal("leads to the bill", ForeignKey(Bill.id))


class Bills(Records[Bill]):
    """The bills."""

    model, search, order = Bill, ("name",), "name"


BILLS = Resource(
    "bills", Bills, form_of(Bill), Text("Bills", "Factures"), Text("bill", "facture"), "bills:read", "bills:write",
    ("name", "state"), {"name": Text("Name", "Nom"), "state": Text("State", "État")},
)  # fmt: skip


@hookimpl
def _permissions() -> list[Permission]:
    return [
        Permission("bills:read", Text("see bills", "voir les factures"), ("admin", "user")),
        Permission("bills:write", Text("change bills", "modifier les factures"), ("admin",)),
    ]


@hookimpl
def _resources() -> list[Resource]:
    return [BILLS]


PLUGIN = SimpleNamespace(
    register_permissions=_permissions, register_resources=_resources, __name__="dihya_bills", __doc__="Bills."
)


@pytest.fixture
def app(make_app: Any) -> Any:
    """An application with bills."""
    return make_app("console", "i18n", "static", plugins={"bills": PLUGIN})


@pytest.fixture
def admin(app: Any) -> Any:
    """A client that may write."""
    return app.client("admin")


@pytest.fixture
def ids(app: Any) -> dict[str, str]:
    """The identifiers of three bills that are due, by name."""
    with app.act(actor=SYSTEM) as act:
        bills = [Bill(name=name, state="due") for name in ("Ana", "Tin", "Yuba")]
        act.session.add_all(bills)
        act.session.flush()
        return {bill.name: str(bill.id) for bill in bills}


def stored(app: Any) -> dict[str, str]:
    """Return the states of the bills that are there, by name."""
    with app.act(actor=SYSTEM) as act:
        return {bill.name: bill.state for bill in Bills(act.session).find().items}


def post(client: Any, verb: str, chosen: list[str], **more: str) -> Any:
    """Send a selection."""
    return client.post(f"{LIST}selection/{verb}", data={"ids": chosen, **more}, headers=HTML)


def test_a_list_that_one_may_write_lets_one_choose_records(admin: Any, app: Any, ids: dict[str, str]) -> None:
    """Who only reads chooses none, where no action is for many."""
    page = admin.get(LIST, headers=HTML).text
    assert page.count('name="ids"') == 3 and "selection/delete" in page
    page = app.client("user").get(LIST, headers=HTML).text
    assert 'name="ids"' not in page and "selection/delete" not in page


def test_all_of_a_page_are_chosen_without_a_script(admin: Any, ids: dict[str, str]) -> None:
    """A link ticks every box, and another one none; the list stays as it was narrowed."""
    page = admin.get(f"{LIST}?state=due", headers=HTML).text
    (way,) = re.findall(r'href="([^"]*choose=1[^"]*)"', page)
    assert "state=due" in way and " checked" not in page
    page = admin.get(LIST + way.replace("&amp;", "&").partition("#")[0], headers=HTML).text
    assert len(re.findall(r'name="ids"[^>]* checked', page)) == 3


def test_a_deletion_is_asked_for_by_name(admin: Any, app: Any, ids: dict[str, str]) -> None:
    """Nothing is deleted before the answer."""
    page = post(admin, "delete", [ids["Ana"], ids["Tin"]]).text
    assert "Delete 2 records?" in page and "<li>Ana</li>" in page and "Yuba" not in page
    assert "can be put back for 30 days" in page and len(stored(app)) == 3


def test_chosen_records_are_deleted_together_and_come_back_together(admin: Any, app: Any, ids: dict[str, str]) -> None:
    """The message says how many, and its button puts all of them back."""
    answer = post(admin, "delete", [ids["Ana"], ids["Tin"]], confirmed="1", way="sort=-name&lang=fr")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{LIST}?sort=-name")
    page = admin.get(LIST, headers=HTML).text
    undo = re.search(r'2 records were deleted\.</p><form method="post" action="([^"]+)".*?>Undo<', page)
    assert undo and list(stored(app)) == ["Yuba"]
    assert admin.post(undo[1], headers=HTML).status_code == 303
    assert list(stored(app)) == ["Ana", "Tin", "Yuba"]
    assert "2 records are there again." in admin.get(LIST, headers=HTML).text


def test_what_was_put_back_together_lies_in_the_bin_no_longer(admin: Any, ids: dict[str, str]) -> None:
    """A second press says so."""
    post(admin, "delete", [ids["Ana"]], confirmed="1")
    undo = re.search(r'action="([^"]+/bin/acts/[^"]+)"', admin.get(LIST, headers=HTML).text)
    assert undo
    admin.post(undo[1], headers=HTML)
    assert admin.post(undo[1], headers=HTML).headers["Location"] == f"{LIST}bin"
    assert "It lies in the bin no longer." in admin.get(f"{LIST}bin", headers=HTML).text


def test_nobody_puts_back_what_somebody_else_deleted_by_the_name_of_the_act(
    admin: Any, app: Any, ids: dict[str, str]
) -> None:
    """The way back of a message is that of its reader."""
    post(admin, "delete", [ids["Ana"]], confirmed="1")
    undo = re.search(r'action="([^"]+/bin/acts/[^"]+)"', admin.get(LIST, headers=HTML).text)
    assert undo
    app.client("admin", id="another").post(undo[1], headers=HTML)
    assert list(stored(app)) == ["Tin", "Yuba"]


def test_who_stays_is_named_and_then_all_stay(admin: Any, app: Any, ids: dict[str, str]) -> None:
    """The reason stands beside the name, and the others are offered without it."""
    with app.act(actor=SYSTEM) as act:
        act.session.add(Line(bill_id=uuid.UUID(ids["Tin"])))
    answer = post(admin, "delete", list(ids.values()), confirmed="1")
    assert answer.status_code == 409 and list(stored(app)) == ["Ana", "Tin", "Yuba"]
    assert "Nothing was deleted." in answer.text
    assert re.search(rf'<a href="{LIST}{ids["Tin"]}">Tin</a> – \w', answer.text)
    rest = re.findall(r'name="ids" value="([^"]+)"', answer.text)
    assert rest == [ids["Ana"], ids["Yuba"]]
    assert post(admin, "delete", rest, confirmed="1").status_code == 303 and list(stored(app)) == ["Tin"]


def test_a_list_offers_the_states_into_which_a_move_leads(admin: Any, ids: dict[str, str]) -> None:
    """With the words of field and value."""
    page = admin.get(LIST, headers=HTML).text
    assert '<option value="state:paid">State – Paid</option>' in page


def test_chosen_records_are_brought_into_a_state(admin: Any, app: Any, ids: dict[str, str]) -> None:
    """It is asked first, and each change is told to the audit."""
    page = post(admin, "state", [ids["Ana"], ids["Tin"]], state="state:paid").text
    assert "Set “State” to “Paid” for 2 records?" in page and set(stored(app).values()) == {"due"}
    answer = post(admin, "state", [ids["Ana"], ids["Tin"]], state="state:paid", confirmed="1", way="state=due")
    assert answer.headers["Location"] == f"{LIST}?state=due"
    assert stored(app) == {"Ana": "paid", "Tin": "paid", "Yuba": "due"}
    assert "2 records: “State” is now “Paid”." in admin.get(LIST, headers=HTML).text


def test_a_move_that_does_not_exist_holds_all_of_them_back(admin: Any, app: Any, ids: dict[str, str]) -> None:
    """Who was paid for is not waived, and is named with the reason."""
    post(admin, "state", [ids["Tin"]], state="state:paid", confirmed="1")
    answer = post(
        admin, "state", list(ids.values()), state="state:waived", confirmed="1", **{"with.waived_on": "2026-01-31"}
    )
    assert answer.status_code == 409 and "Nothing was changed." in answer.text
    assert "“State” cannot change in this way" in answer.text
    assert stored(app) == {"Ana": "due", "Tin": "paid", "Yuba": "due"}


@pytest.mark.parametrize("verb", ["delete", "state"])
def test_nothing_is_done_where_nothing_is_chosen(admin: Any, app: Any, ids: dict[str, str], verb: str) -> None:
    """The list says what to do."""
    assert post(admin, verb, [], state="state:paid", confirmed="1").status_code == 303
    assert "Choose at least one record." in admin.get(LIST, headers=HTML).text and len(stored(app)) == 3


def test_a_state_that_does_not_exist_is_refused(admin: Any, app: Any, ids: dict[str, str]) -> None:
    """The same where none was chosen."""
    post(admin, "state", [ids["Ana"]], state="name:paid", confirmed="1")
    assert "Choose a state." in admin.get(LIST, headers=HTML).text and stored(app)["Ana"] == "due"


def test_a_record_that_is_gone_is_named_as_such(admin: Any, app: Any, ids: dict[str, str]) -> None:
    """Somebody else deleted it meanwhile; the others stay until they are chosen without it."""
    answer = post(admin, "delete", [ids["Ana"], str(uuid.uuid4())], confirmed="1")
    assert answer.status_code == 409
    assert "It is there no longer." in answer.text and len(stored(app)) == 3


@pytest.mark.parametrize("verb", ["delete", "state"])
def test_who_may_not_write_does_nothing_with_a_selection(app: Any, ids: dict[str, str], verb: str) -> None:
    """Even when the address is known."""
    answer = post(app.client("user"), verb, [ids["Ana"]], state="state:paid", confirmed="1")
    assert answer.status_code == 403 and stored(app)["Ana"] == "due"


def waived(app: Any) -> dict[str, dt.date | None]:
    """Return on which day bills were waived, by name."""
    with app.act(actor=SYSTEM) as act:
        return {bill.name: bill.waived_on for bill in Bills(act.session).find().items}


def test_what_a_state_needs_is_asked_with_it(admin: Any, app: Any, ids: dict[str, str]) -> None:
    """Today stands there, and what is entered goes to each record."""
    page = post(admin, "state", [ids["Ana"], ids["Tin"]], state="state:waived").text
    assert re.search(r'<input type="date" value="20\d\d-\d\d-\d\d"[^>]* name="with.waived_on"', page)
    assert "with." not in post(admin, "state", [ids["Ana"]], state="state:paid").text
    chosen = {"state": "state:waived", "confirmed": "1", "with.waived_on": "2026-01-31"}
    assert post(admin, "state", [ids["Ana"], ids["Tin"]], **chosen).status_code == 303
    assert waived(app) == {"Ana": dt.date(2026, 1, 31), "Tin": dt.date(2026, 1, 31), "Yuba": None}


def test_what_a_record_says_already_is_kept(admin: Any, app: Any, ids: dict[str, str]) -> None:
    """Only the others take what was entered."""
    with app.act(actor=SYSTEM) as act:
        Bills(act.session).change(ids["Ana"], {"waived_on": dt.date(2025, 1, 1)})
    chosen = {"state": "state:waived", "confirmed": "1", "with.waived_on": "2026-01-31"}
    post(admin, "state", [ids["Ana"], ids["Tin"]], **chosen)
    assert waived(app) == {"Ana": dt.date(2025, 1, 1), "Tin": dt.date(2026, 1, 31), "Yuba": None}


@pytest.mark.parametrize("day", ["", "soon"])
def test_what_is_wrong_with_it_stands_at_its_input(admin: Any, app: Any, ids: dict[str, str], day: str) -> None:
    """Nothing is changed, and the records stay chosen."""
    answer = post(admin, "state", [ids["Ana"]], state="state:waived", confirmed="1", **{"with.waived_on": day})
    assert answer.status_code == 422 and 'id="with.waived_on-error"' in answer.text and ids["Ana"] in answer.text
    assert stored(app)["Ana"] == "due"


def test_what_every_record_refuses_of_it_stands_at_its_input(admin: Any, app: Any, ids: dict[str, str]) -> None:
    """The rule is said once, and the records stay chosen."""
    with app.act(actor=SYSTEM) as act:
        for id in ids.values():
            Bills(act.session).change(id, {"asked_on": dt.date(2026, 2, 1)})
    chosen = {"state": "state:waived", "confirmed": "1", "with.waived_on": "2026-01-31"}
    answer = post(admin, "state", list(ids.values()), **chosen)
    assert answer.status_code == 422 and answer.text.count("must not be before “Asked on”") == 2
    assert re.findall(r'name="ids" value="([^"]+)"', answer.text) == list(ids.values())
