"""Erasure: each row as declared, others untouched, no byte left behind."""

from __future__ import annotations

import base64

from dihya_hookspecs.data import Model
from dihya_hookspecs.rgpd import People, Subject
from dihya_rgpd.settling import committed
from sqlalchemy import select, text

KEPT = {"payer"}  # by legal obligation


def subjects_of(world, who):
    return [Subject("canary_people", who[0], "canary")]


def everything(world):
    """Return each row of each toy table as text, by table."""
    found = {}
    with world.app.act("look") as act:
        for table in Model.metadata.sorted_tables:
            if table.name.startswith("canary_"):
                found[table.name] = [
                    {column.key: repr(row[column]) for column in table.columns}
                    for row in act.session.execute(select(table)).mappings()
                ]
    return found


def erase(world, who):
    with world.app.act("erase") as act:
        outcome = act.get(People).fulfil(subjects_of(world, who))
    with world.app.act("settle"):
        committed(outcome.demand)
    return outcome


def bytes_of_house(world):
    """Return the bytes of the database with its log, once everything is committed."""
    return b"".join(file.read_bytes() for file in sorted(world.app.data.glob("dihya.db*")))


def forms(value):
    """The spellings in which a value may survive."""
    plain = value.encode()
    yield from (plain, value.lower().encode(), value.encode("utf-16-le"), value.encode("utf-16-be"))
    for shift in range(3):  # Base64 depends on what stands before; compare the part that does not.
        yield base64.b64encode(b"\0" * shift + plain)[4 if shift else 0 : -4]


def test_erasing_removes_empties_and_retains_as_declared(world):
    """Each table gets what it declares; what is retained names basis and end."""
    world.plugin.files = {world.tin[0]: {"a": b"1", "b": b"2"}}
    outcome = erase(world, world.tin)
    found = {erasure.source: erasure for erasure in outcome.erasures}
    assert outcome.complete
    assert (found["archive"].removed, found["canary_lines"].removed, found["canary_orders"].removed) == (2, 1, 1)
    assert found["canary_gifts"].removed == found["canary_traces"].removed == 1
    assert (found["canary_votes"].removed, found["canary_votes"].anonymised) == (0, 1)
    assert (found["canary_messages"].removed, found["canary_messages"].anonymised) == (0, 2)
    invoice = found["canary_invoices"]
    assert (invoice.retained, invoice.anonymised, invoice.basis) == (1, 1, "legal_obligation")
    assert invoice.until == "2036-03-31"
    # The invoice still refers to the person, so that row stays, with nothing in it.
    assert (found["canary_people"].removed, found["canary_people"].anonymised) == (0, 1)


def test_a_person_without_duties_goes_altogether(world):
    """Where nothing has to be kept, the person's own row is removed, and what cascades goes with it."""
    with world.app.act("prepare") as act:
        act.session.execute(text("DELETE FROM canary_invoices WHERE payer LIKE 'Canary-tin%'"))
    found = {erasure.source: erasure for erasure in erase(world, world.tin).erasures}
    assert (found["canary_people"].removed, found["canary_people"].anonymised) == (1, 0)
    rows = everything(world)
    assert len(rows["canary_people"]) == len(rows["canary_badges"]) == 1
    assert "Canary-tin" not in repr(rows) and world.tin[0] not in repr(rows)


def test_no_erased_value_is_left_in_any_row(world):
    """No column anywhere holds a canary of the erased person but those that are retained."""
    erase(world, world.tin)
    rest = repr(everything(world))
    for name, canary in world.tin[1].items():
        assert (canary in rest) == (name in KEPT), name


def test_others_are_untouched(world):
    """After an erasure, every row about another person is what it was, to the last byte."""
    before = everything(world)
    erase(world, world.tin)
    after = everything(world)
    mine = {"canary_messages": ("sender_id", "sender_words", "receiver_id", "receiver_nick")}
    for name, rows in before.items():
        for row in rows:
            if "Canary-tin" in repr(row) or world.tin[0] in repr(row):
                continue
            assert row in after[name], name
    for row in before["canary_messages"]:
        (same,) = [other for other in after["canary_messages"] if other["id"] == row["id"]]
        for column in mine["canary_messages"]:
            if "Canary-ada" in row[column] or world.ada[0] in row[column]:
                assert same[column] == row[column]


def test_a_second_run_changes_nothing(world):
    """Erasing again finds nothing more to do and leaves every row as it is."""
    erase(world, world.tin)
    before = everything(world)
    outcome = erase(world, world.tin)
    assert everything(world) == before
    assert sum(erasure.removed + erasure.anonymised for erasure in outcome.erasures) == 0
    assert sum(erasure.retained for erasure in outcome.erasures) == 1


def test_no_erased_byte_is_left_on_disk(world):
    """Nothing of the erased person is in the database file or its log: plain, lower-case, base64 or UTF-16."""
    if not (world.app.data / "dihya.db").exists():
        return  # PostgreSQL keeps its files to itself.
    with world.app.act("grow") as act:  # Rows that were moved and split over pages count too.
        for number in range(40):
            filler = "x" * (number * 37)
            act.session.execute(
                text("UPDATE canary_orders SET address = address || :filler WHERE address LIKE 'Canary-tin%'"),
                {"filler": filler},
            )
    assert world.tin[1]["wish"].encode() in bytes_of_house(world)
    erase(world, world.tin)
    rest = bytes_of_house(world)
    for name, canary in world.tin[1].items():
        if name in KEPT:
            continue
        for form in forms(canary):
            assert form not in rest, (name, form)
    assert world.ada[1]["wish"].encode() in rest


def test_an_expired_duty_retains_nothing(world):
    """What had to be kept until last year goes like everything else."""
    with world.app.act("prepare") as act:
        act.session.execute(text("UPDATE canary_invoices SET issued_on = '2010-01-01'"))
    found = {erasure.source: erasure for erasure in erase(world, world.tin).erasures}
    assert (found["canary_invoices"].removed, found["canary_people"].removed) == (1, 1)


def test_foreseeing_changes_nothing_and_is_right(world):
    """What is foreseen is what then happens."""
    before = everything(world)
    with world.app.act("look") as act:
        foreseen = act.get(People).foresee(subjects_of(world, world.tin))
    assert everything(world) == before
    done = {erasure.source: erasure for erasure in erase(world, world.tin).erasures}
    assert {erasure.source: erasure for erasure in foreseen} == {n: e for n, e in done.items() if n != "archive"}
