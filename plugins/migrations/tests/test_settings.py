"""Settings of the migrations."""

from __future__ import annotations

import pytest
from dihya_hookspecs import DihyaError
from dihya_hookspecs.data import Database
from dihya_migrations.lock import only_one
from dihya_migrations.service import Migrations


def test_the_timeout_has_an_effect(make_app):
    """An upgrade waits no longer for another one than migrations.lock_timeout says."""
    app = make_app("migrations", "storage", config={"migrations": {"lock_timeout": 0.1}}, tables=False)
    with app.act() as act:
        engine = act.get(Database).engine
    with only_one(engine, app.data, 1), app.act() as act, pytest.raises(DihyaError, match="for 0.1 s"):
        Migrations.of(act).upgrade()
