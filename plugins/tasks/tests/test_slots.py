"""Each process holds a slot, and a dead one's slot is free again."""

from __future__ import annotations

from dihya_tasks.slots import Slots


def test_the_first_free_slot_is_taken(tmp_path):
    """Two processes have different names; the next one gets the name that became free."""
    first, second, third = Slots(tmp_path), Slots(tmp_path), Slots(tmp_path)
    name = first.take()
    assert name.endswith("-slot-0") and second.take().endswith("-slot-1")
    first.release()
    assert third.take() == name
    second.release()
    third.release()


def test_abandoned_slots_are_those_that_nobody_holds(tmp_path):
    """Only slots of processes that are gone are abandoned, and they are held while their work is taken over."""
    gone, alive, heir = Slots(tmp_path), Slots(tmp_path), Slots(tmp_path)
    name = gone.take()
    alive.take()
    heir.take()
    gone.release()
    with heir.abandoned() as found:
        assert found == [name]
        late = Slots(tmp_path)
        assert late.take().endswith("-slot-3")
        late.release()
    for slots in (alive, heir):
        slots.release()


def test_two_machines_have_different_names(tmp_path):
    """Slots of two data folders are never mistaken for each other, and a name stays the same."""
    one, other = Slots(tmp_path / "a"), Slots(tmp_path / "b")
    assert one.take() != other.take()
    again = one.executor
    one.release()
    assert Slots(tmp_path / "a").take() == again
    other.release()
