"""Machines: data folders with keys, on one database."""

from __future__ import annotations

import time

import pytest
from dihya_hookspecs.i18n import Text
from dihya_hookspecs.keys import KeyUse
from dihya_keys.ledger import Ledger
from dihya_keys.models import Installation, KnownKey
from dihya_keys.service import FileKeys
from sqlalchemy import create_engine

USES = (
    KeyUse("log", Text("signs", "signe")),
    KeyUse("door", Text("opens", "ouvre"), rotate=lambda: ""),
)


@pytest.fixture
def ledger(tmp_path):
    """What a database knows, which is new."""
    engine = create_engine(f"sqlite:///{tmp_path / 'shared.db'}")
    KnownKey.metadata.create_all(engine, tables=[Installation.__table__, KnownKey.__table__])
    yield Ledger(lambda: engine)
    engine.dispose()


@pytest.fixture
def machine(tmp_path, ledger):
    """Return the keys of a machine on that database, by its name."""

    def machine(name, clock=time.monotonic, ledger=ledger, uses=USES):
        return FileKeys(tmp_path / name / "keys", ledger, lambda: uses, clock)

    return machine
