"""Which services live as long as the application."""

from __future__ import annotations

from dihya_securite.keyring import KeyRing
from dihya_securite.passwords import Passwords
from dihya_securite.secret import Secret
from dihya_securite.service import Directory


def test_keys_and_limits_are_shared_and_work_is_not(place):
    """One key ring, one secret and one limit on hashing in the application; a directory for each act."""
    app, other = place(), place()
    with app.act() as first:
        shared = [first.get(one) for one in (KeyRing, Passwords, Secret)]
        directory = first.get(Directory)
    with app.act() as second:
        assert [second.get(one) for one in (KeyRing, Passwords, Secret)] == shared
        assert second.get(Directory) is not directory
    with other.act() as act:
        assert act.get(KeyRing) is not shared[0]
