"""What a person gets, and what goes with them."""

from __future__ import annotations

from dihya_hookspecs.rgpd import Demand, Subject
from dihya_services.models import Generation
from sqlalchemy import select

BASE = "/api/v1/generations"


def test_export_and_erasure_reach_the_files(app, work, fakes) -> None:
    """The archives of one person are handed over and let go; another person's stay."""
    one, other = app.client("user"), app.client("user")
    for client in (one, other):
        client.post(BASE, json={"idea": "les adhérents et les cotisations"})
    work()
    subject = Subject("securite_people", one.actor.id, "securite")
    with app.act():
        ((_, disclosure),) = app.hooks.call("on_rgpd_export", subject=subject, demand=Demand("d1", "export"))
    (name,) = disclosure.files
    assert name.startswith("association-") and disclosure.files[name].startswith(b"PK")
    with app.act():
        ((_, erasure),) = app.hooks.call("on_rgpd_erase", subject=subject, demand=Demand("d2", "erase"))
    assert erasure.removed == 3
    assert {owner for _, owner, _ in fakes.shelf.held} == {other.actor.id}
    nobody = Subject("securite_people", "nobody", "securite")
    with app.act():
        assert app.hooks.call("on_rgpd_erase", subject=nobody, demand=Demand("d3", "erase")) == []


def test_erasure_reaches_what_a_killed_proof_left(app, work) -> None:
    """Working folders of the person's generations go, with the text in them; those of others stay."""
    one, other = app.client("user"), app.client("user")
    for client in (one, other):
        client.post(BASE, json={"idea": "les adhérents et les cotisations"})
    work()
    with app.act() as act:
        made = {row.person_id: str(row.id) for row in act.session.scalars(select(Generation))}
    for person in (one.actor.id, other.actor.id):
        room = app.data / "work" / made[person] / "dihya-association"
        room.mkdir(parents=True)
        (room / "README.md").write_text("what was typed")
    with app.act():
        subject = Subject("securite_people", one.actor.id, "securite")
        app.hooks.call("on_rgpd_erase", subject=subject, demand=Demand("d1", "erase"))
    assert [path.name for path in (app.data / "work").iterdir()] == [made[other.actor.id]]
