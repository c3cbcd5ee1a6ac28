"""What stands above the list."""

from dihya_generation_logs.slots import export
from dihya_hookspecs.slots import SlotContext


def test_the_export_is_offered_above_the_own_list_only():
    """Other plugins have lists too."""
    assert export(SlotContext(None, plugin="generation_logs")) and export(SlotContext(None, plugin="tasks")) is None
