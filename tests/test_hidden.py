"""What somebody may not know of changes nothing that they see: two clinics that differ only there answer alike.

Each address of every resource, in REST and in pages, is asked the same in both, by somebody who reaches some rows and not
all columns. Ids and times are the same in both, so that answers can be compared byte by byte.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import uuid
import zipfile
from types import SimpleNamespace

import pytest
from dihya_core.hooks.monitor import HookMonitor
from dihya_hookspecs import hookimpl
from dihya_hookspecs.access import SYSTEM, Permission, Role
from dihya_hookspecs.data import Record, Records, impersonal
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.scopes import Everything, Of, Own
from dihya_hookspecs.web import Resource
from pydantic import BaseModel
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped

DAY = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
MEDICAL = {"visible_to": ("clinic:doctor",)}


class Patient(Record):
    """A patient, who may look at what is theirs."""

    __tablename__ = "clinic_patients"
    __scope__ = Own("account") | Everything(to=("clinic:doctor",))
    name: Mapped[str] = impersonal("a name", String(60))
    account: Mapped[str | None] = impersonal("who signs in", String(60))
    diagnosis: Mapped[str | None] = impersonal("medical", String(60), **MEDICAL)


class Visit(Record):
    """A visit of a patient."""

    __tablename__ = "clinic_visits"
    __scope__ = Of("patient_id", Patient.__scope__)
    patient_id: Mapped[uuid.UUID] = impersonal("whose", ForeignKey(Patient.id))
    room_id: Mapped[uuid.UUID | None] = impersonal("where", ForeignKey("clinic_rooms.id"))
    reason: Mapped[str] = impersonal("why", String(60))
    findings: Mapped[str | None] = impersonal("medical", String(60), **MEDICAL)


class Room(Record):
    """A room; some are not for everybody to know of."""

    __tablename__ = "clinic_rooms"
    __scope__ = Own("keeper") | Everything(to=("clinic:doctor",))
    label: Mapped[str] = impersonal("a name", String(60))
    keeper: Mapped[str | None] = impersonal("who", String(60))


class Patients(Records[Patient]):
    """Patients."""

    model, search, order = Patient, ("name", "diagnosis"), "diagnosis"


class Visits(Records[Visit]):
    """Visits."""

    model, search, order = Visit, ("reason", "findings"), "reason"


class Rooms(Records[Room]):
    """Rooms."""

    model, search, order = Room, ("label",), "label"


class PatientForm(BaseModel):
    """What is written."""

    name: str
    account: str | None = None
    diagnosis: str | None = None


class VisitForm(BaseModel):
    """What is written."""

    patient_id: uuid.UUID
    room_id: uuid.UUID | None = None
    reason: str
    findings: str | None = None


class RoomForm(BaseModel):
    """What is written."""

    label: str
    keeper: str | None = None


def _resource(name, service, form, columns, caption, **more):
    title = Text(name.capitalize(), name.capitalize())
    return Resource(name, service, form, title, title, "clinic:read", "clinic:write", columns, caption=caption, **more)


RESOURCES = [
    _resource("patients", Patients, PatientForm, ("name", "diagnosis", "account"), "{name} {diagnosis}"),
    _resource(
        "visits", Visits, VisitForm, ("reason", "patient_id", "room_id", "findings"), "{patient_id}: {reason} {findings}",
        references={"patient_id": "patients", "room_id": "rooms"},
    ),
    _resource("rooms", Rooms, RoomForm, ("label", "keeper"), ""),
]  # fmt: skip
FIELDS = sorted({column.key for one in RESOURCES for column in one.service.model.__table__.columns})
MINE, OTHER, VISIT, OTHERS_VISIT, ROOM, NOWHERE = (uuid.UUID(int=number) for number in range(1, 7))
NOISE = re.compile(
    r'[0-9a-f]{32}|"request_id": ?"[^"]+"|name="csrf[^>]+>|content="[^"]{40,}"|20\d\d-\d\d-\d\d[T ][\d:.]+Z?|\d{1,2} \w+ 20\d\d[^<]*|nonce-[^\']+'
)


def _plugin():
    roles = ("user", "clinic:doctor")

    @hookimpl
    def register_permissions():
        words = Text("a", "b")
        return [
            Permission("clinic:read", words, roles), Permission("clinic:write", words, roles), Role("clinic:doctor", words),
        ]  # fmt: skip

    @hookimpl
    def register_resources():
        return RESOURCES

    return SimpleNamespace(
        register_permissions=register_permissions,
        register_resources=register_resources,
        __name__="dihya_clinic",
        __doc__="x",
    )


@pytest.fixture
def clinic(make_app, monkeypatch):
    """Return a function that opens a clinic; *secret* stands wherever the patient may not look."""
    monkeypatch.setattr(HookMonitor, "rest", lambda *_: None)  # what is slow today is missing from the next page

    def open_(secret, others=True):
        app = make_app("routes", "console", "i18n", plugins={"clinic": _plugin()})
        with app.act(actor=SYSTEM) as act:
            made = {"created_at": DAY, "changed_at": DAY}
            Record.metadata.create_all(
                act.session.connection(),
                tables=[
                    *(Record.metadata.tables[n] for n in ("db_bin", "console_views")),
                    *(m.__table__ for m in (Patient, Room, Visit)),
                ],
            )
            act.session.add(Room(id=ROOM, label=f"cellar {secret}", **made))
            act.session.add(Patient(id=MINE, name="Ann", account="ann", diagnosis=secret, **made))
            act.session.flush()
            act.session.add(Visit(id=VISIT, patient_id=MINE, room_id=ROOM, reason="cough", findings=secret, **made))
            if others:
                act.session.add(Patient(id=OTHER, name=f"Bob {secret}", account="bob", diagnosis=secret, **made))
                act.session.flush()
                act.session.add(
                    Visit(id=OTHERS_VISIT, patient_id=OTHER, reason=f"sneeze {secret}", findings=secret, **made)
                )
                act.session.add_all(Room(label=f"attic {n} {secret}", **made) for n in range(3))
        return app

    return open_


def _questions():
    """Yield (method, address, what is sent) for every address of every resource in both faces."""
    ids = (MINE, OTHER, VISIT, OTHERS_VISIT, ROOM, NOWHERE)
    asked = ["", "?q=zebra", "?q=Bob", "?q=a", "?limit=1", "?fields=diagnosis", "?fields=findings,id"]
    for name in (*FIELDS, "patient_id.diagnosis", "patient_id.name", "room_id.label"):
        asked += [f"?sort={name}", f"?sort=-{name}", f"?fields={name}"]
        asked += [f"?{name}={value}" for value in ("zebra", MINE, OTHER)]
        asked += [f"?{name}:{op}=z" for op in ("contains", "startswith", "gt", "ne")]
    for resource in RESOURCES:
        rest, page = f"/api/v1/clinic/{resource.name}", f"/clinic/{resource.name}"
        for address in (rest, f"{rest}.csv", f"{page}/", f"{page}.csv", f"{page}/new", f"{page}.xlsx"):
            yield from (("GET", f"{address}{query}", None) for query in asked)
        for id in ids:
            yield from (("GET", f"{rest}/{id}{query}", None) for query in ("", "?fields=diagnosis"))
            yield from (("GET", f"{page}/{id}{rest_}", None) for rest_ in ("", "/edit", "/delete", "/history"))
            yield from (("PATCH", f"{rest}/{id}", {name: "zebra"}) for name in ("diagnosis", "findings", "nothing"))
            yield "PATCH", f"{rest}/{id}", {"name": "Ann"} if id == MINE else {"reason": "cough"}
        for id in (OTHER, OTHERS_VISIT, NOWHERE):
            yield "DELETE", f"{rest}/{id}", None
            yield "POST", f"{page}/{id}/delete", {}
            yield "POST", f"{page}/{id}/edit", {"name": "x", "reason": "x", "version": "1"}
            yield "POST", rest, {"patient_id": str(id), "reason": "x"}
            yield (
                "POST",
                f"{page}/new",
                {"patient_id": str(id), "reason": "x", "patient_id__find": "Bob", "find": "patient_id"},
            )
            yield "POST", f"{page}/new", {"patient_id": str(MINE), "room_id": str(id), "reason": "x"}
    yield "GET", "/api/v1", None
    yield "GET", "/", None


def _answer(client, method, address, sent):
    form = address.startswith("/clinic/")
    answer = client.open(
        address, method=method, **({"data": sent} if form else {"json": sent}) if sent is not None else {}
    )
    return answer.status_code, NOISE.sub("…", _text(answer))


def _text(answer):
    """The words of an answer; of a workbook those of its sheets."""
    if "spreadsheetml" not in answer.content_type:
        return answer.get_data(as_text=True)
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as book:
        return "".join(book.read(name).decode() for name in sorted(book.namelist()) if name.startswith("xl/"))


def test_what_is_hidden_changes_no_answer(clinic):
    """Lists, counts, order, searches, pickers, captions, files, forms and errors; and the hidden text stands in none.

    Neither other values in the hidden rows and columns nor the absence of the hidden rows makes a difference.
    """
    clinics = clinic("zebra"), clinic("quagga"), clinic("quagga", others=False)
    clients = [app.client("user", id="ann") for app in clinics]
    seen = 0
    for method, address, sent in _questions():
        answer, other_values, no_such_rows = (_answer(client, method, address, sent) for client in clients)
        assert answer == other_values, ("other values", method, address, sent)
        assert answer == no_such_rows, ("no such rows", method, address, sent)
        echoed = "zebra" in address or "zebra" in str(sent)
        assert echoed or (
            "zebra" not in answer[1] and "Bob" not in answer[1].replace("q=Bob", "").replace('value="Bob"', "")
        ), address
        seen += answer[0] == 200
    assert seen > 100


@pytest.mark.parametrize(
    "face", ["/api/v1/clinic/visits", "/clinic/visits/", "/api/v1/clinic/visits.csv", "/clinic/visits.csv"]
)
def test_who_may_see_it_sees_it(clinic, face):
    """The sweep would hold for an empty application too."""
    app = clinic("zebra")
    said = app.client("clinic:doctor", id="doc").get(face).get_data(as_text=True)
    assert "sneeze zebra" in said and "cough" in said
    said = app.client("user", id="ann").get(face).get_data(as_text=True)
    assert "cough" in said and "sneeze" not in said


def test_hidden_and_missing_records_are_refused_alike(clinic):
    """404 for both, with the same words, whatever is asked of them."""
    client = clinic("zebra").client("user", id="ann")
    for resource, hidden in (("patients", OTHER), ("visits", OTHERS_VISIT), ("rooms", ROOM)):
        for method, address in (
            ("GET", "/api/v1/clinic"),
            ("PATCH", "/api/v1/clinic"),
            ("DELETE", "/api/v1/clinic"),
            ("GET", "/clinic"),
        ):
            answers = {
                (status, text.replace(str(id), "ID").replace(str(id).replace("-", ""), "ID"))
                for id in (hidden, NOWHERE)
                for status, text in [
                    _answer(client, method, f"{address}/{resource}/{id}", {} if method == "PATCH" else None)
                ]
            }
            assert len(answers) == 1 and answers.pop()[0] == 404


def test_a_form_without_the_hidden_field_keeps_its_value(clinic):
    """Who changes their name does not empty the diagnosis that they do not see."""
    app = clinic("zebra")
    client = app.client("user", id="ann")
    form = client.get(f"/clinic/patients/{MINE}/edit").get_data(as_text=True)
    assert "diagnosis" not in form
    answer = client.post(f"/clinic/patients/{MINE}/edit", data={"name": "Anna", "account": "ann", "version": "1"})
    assert answer.status_code == 303
    assert client.patch(f"/api/v1/clinic/patients/{MINE}", json={"name": "Annie"}).status_code == 200
    with app.act(actor=SYSTEM) as act:
        patient = act.session.get(Patient, MINE)
        assert (patient.name, patient.diagnosis) == ("Annie", "zebra")
