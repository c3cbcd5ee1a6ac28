"""What lies in the bin about a person is exported, erased and held as their other data."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from dihya_hookspecs import NotFound, hookimpl
from dihya_hookspecs.access import OPERATOR, Permission
from dihya_hookspecs.acts import get
from dihya_hookspecs.bin import Bin
from dihya_hookspecs.data import Records
from dihya_hookspecs.fields import form_of
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.resources.undoing import Undoing
from dihya_hookspecs.rgpd import Held, People
from dihya_hookspecs.web import Resource
from sqlalchemy import text

from .conftest import Order, Person


class Orders(Records[Order]):
    """The orders."""

    model = Order


class Persons(Records[Person]):
    """The people."""

    model = Person


def _resource(name, service):
    title = Text(name, name)
    return Resource(name, service, form_of(service.model), title, title, "canary:read", "canary:write", ())


@pytest.fixture
def shop(make_app, canary_plugin):
    """An application with the people and orders of the canary as resources, somebody and what she ordered."""
    canary, resources = canary_plugin(), [_resource("orders", Orders), _resource("people", Persons)]
    canary.register_resources = hookimpl(lambda: resources)
    canary.register_permissions = hookimpl(
        lambda: [Permission(f"canary:{what}", Text(what, what), ("admin",)) for what in ("read", "write")]
    )
    app = make_app("rgpd", plugins={"canary": canary})
    with app.act(actor=OPERATOR) as act:
        ann = Persons(act.session).add({"email": "ann@example.org", "name": "Ann Cy", "password_hash": "canary-hash"})
        order = Orders(act.session).add({"person_id": ann.id, "address": "canary street", "article": "rope"})
        Orders(act.session).change(order.id, {"address": "canary road"})
        Orders(act.session).remove(order.id)
        app.ann, app.order = str(ann.id), order.id
    return app


def texts(app):
    """Everything that stands in the bin, as one text."""
    with app.act() as act:
        return json.dumps([list(map(str, row)) for row in act.session.execute(text("SELECT * FROM db_bin"))])


def test_the_export_has_what_lies_there(shop):
    """What was removed and what was said before, without secrets."""
    with shop.act(actor=OPERATOR) as act:
        Persons(act.session).remove(shop.ann)
    with shop.act(actor=OPERATOR) as act:
        desk = act.get(People)
        archive = zipfile.ZipFile(io.BytesIO(desk.export(desk.find("ann@example.org"))))
    lines = archive.read("data/db/db_bin.jsonl").decode()
    assert "canary street" in lines and "canary road" in lines and "Ann Cy" in lines
    assert "canary-hash" in texts(shop) and "canary-hash" not in lines


@pytest.mark.parametrize("removed", [False, True])
def test_an_erasure_reaches_it(shop, removed):
    """Nothing of the person is left there, whether their own row stands or lies there too; and nothing comes back."""
    with shop.act(actor=OPERATOR) as act:
        (kept,) = Undoing(Orders(act.session)).removed()
        if removed:
            Persons(act.session).remove(shop.ann)
    with shop.act(actor=OPERATOR) as act:
        desk = act.get(People)
        told = {one.source: one for one in desk.erase(desk.find("ann@example.org"))}
        assert told["db_bin"].removed
    left = texts(shop)
    assert left == "[]" and shop.ann not in left
    with shop.act(actor=OPERATOR) as act, pytest.raises(NotFound):
        Undoing(Orders(act.session)).put_back(kept.id)


def test_a_hold_keeps_it(shop):
    """Nobody empties the bin of somebody who is under a legal hold."""
    with shop.act(actor=OPERATOR) as act:
        desk = act.get(People)
        desk.hold(desk.find("ann@example.org"), "a claim in court")
        assert [one.key for one in get(Held).people()] == [shop.ann]
        assert Undoing(Orders(act.session)).empty() == 0
        desk.release(desk.find("ann@example.org"))
        assert Undoing(Orders(act.session)).empty() == 1
        assert get(Bin).changes(Order, shop.order) == []
