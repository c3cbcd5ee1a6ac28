"""Who opens a record with data of a special category stands in the log, on pages and over REST."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import Permission
from dihya_hookspecs.data import Record, impersonal, personal
from dihya_hookspecs.fields import ShortText, resource_of
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.web import Resource
from sqlalchemy.orm import Mapped

CLINIC = {"purpose": ("care", "soins"), "basis": "contract", "retention": "20y"}


class Patient(Record, subject="id", article9="h", **CLINIC):
    """Holds data on health, which an assistant does not see."""

    __tablename__ = "consulted_patients"
    __resource__ = Resource(title=("Patients", "Patients"), singular=("Patient", "Patient"))
    name: Mapped[str] = personal("name", ShortText(40))
    allergy: Mapped[str | None] = personal("health_and_medical", ShortText(80), visible_to=("admin", "dpo"))


class Bill(Record, subject="id", **CLINIC):
    """About people, and nothing special."""

    __tablename__ = "consulted_bills"
    __resource__ = Resource(title=("Bills", "Factures"), singular=("Bill", "Facture"))
    payer: Mapped[str] = personal("name", ShortText(40))


class Complaint(Record, subject="id", traced=True, **CLINIC):
    """Nothing special, and traced because its plugin says so."""

    __tablename__ = "consulted_complaints"
    __resource__ = Resource(title=("Complaints", "Plaintes"), singular=("Complaint", "Plainte"))
    who: Mapped[str] = personal("name", ShortText(40))


class Study(Record, subject="id", article9="j", traced=False, **CLINIC):
    """Health without names, of which its plugin says that reading is no matter."""

    __tablename__ = "consulted_studies"
    __resource__ = Resource(title=("Studies", "Études"), singular=("Study", "Étude"))
    result: Mapped[str] = personal("health_and_medical", ShortText(40))


class Room(Record):
    """About nobody."""

    __tablename__ = "consulted_rooms"
    __resource__ = Resource(title=("Rooms", "Salles"), singular=("Room", "Salle"))
    number: Mapped[str] = impersonal("a number", ShortText(40))


MODELS = {"patients": Patient, "bills": Bill, "complaints": Complaint, "studies": Study, "rooms": Room}


@hookimpl
def _permissions():
    roles, said = ("admin", "dpo", "user"), Text("a right", "un droit")
    return [Permission(f"consulted:{right}_{name}", said, roles) for name in MODELS for right in ("read", "write")]


@hookimpl
def _resources():
    return [resource_of(model) for model in MODELS.values()]


@pytest.fixture
def clinic(make_app):
    """An application with one record of each kind; its client is an officer's."""
    plugin = SimpleNamespace(
        register_permissions=_permissions,
        register_resources=_resources,
        __name__="dihya_consulted",
        __doc__="A clinic.",
    )
    app = make_app("routes", "console", "static", "i18n", plugins={"consulted": plugin})
    app.ids = {}
    for name, model in MODELS.items():
        first = next(
            column.key for column in model.__table__.columns if column.info.get("field") and column.key not in ("id",)
        )
        answer = app.client("dpo").post(f"/api/v1/consulted/{name}", json={first: "x"})
        assert answer.status_code == 201, answer.text
        app.ids[name] = answer.json["id"]
    app.trail.clear()
    return app


def opened(app):
    """Return what the log says was opened."""
    return [event.object for event in app.trail if event.action == "consulted.opened"]


@pytest.mark.parametrize("path", ["/api/v1/consulted/{}/{}", "/consulted/{}/{}", "/consulted/{}/{}/edit"])
def test_opening_a_traced_record_is_an_event(clinic, path):
    """Data on health, and what its plugin traces; neither bills nor rooms, nor what it expressly does not trace."""
    for name, id in clinic.ids.items():
        assert clinic.client("dpo").get(path.format(name, id), headers={"Accept": "text/html"}).status_code == 200
    wanted = [f"consulted_patients:{clinic.ids['patients']}", f"consulted_complaints:{clinic.ids['complaints']}"]
    assert opened(clinic) == wanted


def test_who_sees_nothing_special_leaves_no_trace(clinic):
    """The column is hidden from the reader: nothing was looked at that would have to be accounted for."""
    clinic.client("user").get(f"/api/v1/consulted/patients/{clinic.ids['patients']}")
    assert opened(clinic) == []


def test_lists_and_changes_leave_no_further_event(clinic):
    """A list is no file that is opened, and a change is an event of its own."""
    client = clinic.client("dpo")
    client.get("/api/v1/consulted/patients")
    assert client.patch(f"/api/v1/consulted/patients/{clinic.ids['patients']}", json={"name": "y"}).status_code == 200
    assert opened(clinic) == []
