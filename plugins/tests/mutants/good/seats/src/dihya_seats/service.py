"""Giving seats away."""

from dihya_hookspecs import Invalid
from dihya_hookspecs.acts import get
from dihya_hookspecs.app import Hooks

LARGEST = 500


def give(room: str, seat: int) -> str:
    """Return the ticket of a seat. Raises Invalid for one that is not there, and with the first objection of a plugin."""
    if not 1 <= seat <= LARGEST:
        raise Invalid(f"room {room!r} has the seats 1 to {LARGEST}, not {seat}")
    for plugin, reason in get(Hooks).call("seats_refusal", room=room, seat=seat):
        raise Invalid(f"{plugin}: {reason}")
    get(Hooks).call("seats_given", room=room, seat=seat)
    return f"{room}-{seat:03}"
