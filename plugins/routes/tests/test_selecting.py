"""What is done with a selection of records over REST, and its description."""

from __future__ import annotations

import uuid
from types import SimpleNamespace

import dihya_routes
import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import Permission
from dihya_hookspecs.data import Record, Records, impersonal
from dihya_hookspecs.fields import Choice
from dihya_hookspecs.fields.form import form_of
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.web import Resource
from sqlalchemy import String
from sqlalchemy.orm import Mapped

STATES = {"due": ("Due", "À régler"), "paid": ("Paid", "Réglée"), "waived": ("Waived", "Annulée")}
DUES = "/api/v1/till/dues"
BOOKS = "/api/v1/library/books"


class Due(Record):
    """What is asked for."""

    __tablename__ = "till_dues"
    name: Mapped[str] = impersonal("an invented title", String(40), label=("Name", "Nom"))
    state: Mapped[str] = impersonal(
        "a state", Choice(STATES, moves={"due": ("paid", "waived"), "paid": (), "waived": ()}), default="due",
        label=("State", "État"),
    )  # fmt: skip


class Dues(Records[Due]):
    """The dues."""

    model, order = Due, "name"


@hookimpl
def _permissions():
    return [
        Permission("till:read", Text("see dues", "voir les sommes"), ("admin", "user")),
        Permission("till:write", Text("change dues", "modifier les sommes"), ("admin",)),
    ]


@hookimpl
def _resources():
    words = Text("Dues", "Sommes dues"), Text("due", "somme due")
    return Resource("dues", Dues, form_of(Due), *words, "till:read", "till:write", ("name", "state"))


PLUGIN = SimpleNamespace(
    register_permissions=_permissions, register_resources=_resources, __name__="dihya_till", __doc__="Dues."
)


@pytest.fixture
def app(make_app):
    """An application with dues."""
    return make_app("routes", plugins={"till": PLUGIN})


@pytest.fixture
def ids(app):
    """Three dues."""
    client = app.client("admin")
    return [client.post(DUES, json={"name": name}).json["id"] for name in ("a", "b", "c")]


def states(app):
    """Return the states of all dues, by name."""
    return {item["name"]: item["state"] for item in app.client("admin").get(DUES).json["items"]}


def test_a_selection_is_removed(app, ids):
    """The answer counts each record once."""
    answer = app.client("admin").post(f"{DUES}/selection/remove", json={"ids": [ids[0], ids[2], ids[0]]})
    assert (answer.status_code, answer.json) == (200, {"done": 2}) and list(states(app)) == ["b"]


def test_a_selection_is_removed_whole_or_not_at_all(app, ids):
    """The place of the record that is not there is told, and the others stay."""
    answer = app.client("admin").post(f"{DUES}/selection/remove", json={"ids": [ids[0], str(uuid.uuid4())]})
    assert answer.status_code == 404 and [each["pointer"] for each in answer.json["errors"]] == ["/ids/1"]
    assert list(states(app)) == ["a", "b", "c"]


def test_a_selection_is_brought_into_a_state(app, ids):
    """The rest stays in its own."""
    body = {"ids": ids[:2], "field": "state", "value": "paid"}
    assert app.client("admin").post(f"{DUES}/selection/state", json=body).json == {"done": 2}
    assert states(app) == {"a": "paid", "b": "paid", "c": "due"}


def test_a_selection_is_brought_into_a_state_whole_or_not_at_all(app, ids):
    """One that was paid for cannot be waived."""
    client = app.client("admin")
    client.post(f"{DUES}/selection/state", json={"ids": ids[1:2], "field": "state", "value": "paid"})
    answer = client.post(f"{DUES}/selection/state", json={"ids": ids, "field": "state", "value": "waived"})
    assert answer.status_code == 422 and [each["pointer"] for each in answer.json["errors"]] == ["/ids/1"]
    assert states(app) == {"a": "due", "b": "paid", "c": "due"}


@pytest.mark.parametrize(
    ("field", "value", "at"), [("state", "due", "/value"), ("state", "lost", "/value"), ("name", "paid", "/field")]
)
def test_only_a_state_to_which_a_move_leads_is_taken(app, ids, field, value, at):
    """No other value, and no other field."""
    answer = app.client("admin").post(f"{DUES}/selection/state", json={"ids": ids, "field": field, "value": value})
    assert answer.status_code == 422 and [each["pointer"] for each in answer.json["errors"]] == [at]


@pytest.mark.parametrize("ids", [[], ["x"], [str(uuid.uuid4()) for _ in range(501)]])
def test_a_selection_has_one_to_five_hundred_records(app, ids):
    """Each by its identifier."""
    assert app.client("admin").post(f"{DUES}/selection/remove", json={"ids": ids}).status_code == 422


@pytest.mark.parametrize("verb", ["remove", "state"])
def test_who_may_not_write_does_nothing_with_a_selection(app, ids, verb):
    """The permission is that of writing."""
    body = {"ids": ids, **({"field": "state", "value": "paid"} if verb == "state" else {})}
    assert app.client("user").post(f"{DUES}/selection/{verb}", json=body).status_code == 403


def test_a_state_takes_only_what_it_needs(app, ids):
    """No other field is written on the way."""
    body = {"ids": ids, "field": "state", "value": "paid", "values": {"name": "z"}}
    answer = app.client("admin").post(f"{DUES}/selection/state", json=body)
    assert answer.status_code == 422 and [each["pointer"] for each in answer.json["errors"]] == ["/values/name"]
    assert list(states(app)) == ["a", "b", "c"]


def test_a_list_without_states_has_no_address_for_them(library):
    """It is neither served nor described."""
    app = library()
    assert app.client("admin").post(f"{BOOKS}/selection/state", json={"ids": []}).status_code in (404, 405)
    with app.act():
        found = dihya_routes.docs_openapi({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {}})
    assert f"{BOOKS}/selection/remove" in found["paths"] and f"{BOOKS}/selection/state" not in found["paths"]


def test_the_states_are_described(app):
    """A program reads there which there are."""
    with app.act():
        found = dihya_routes.docs_openapi({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {}})
    body = found["paths"][f"{DUES}/selection/state"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["properties"]["value"]["enum"] == ["paid", "waived"] and body["required"] == ["ids", "field", "value"]
