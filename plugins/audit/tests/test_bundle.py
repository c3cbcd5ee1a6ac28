"""Bundles: what is packed, and what is not made."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from dihya_audit.verify import verify_bundle
from dihya_hookspecs import NotFound


def unpack(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def repack(files):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def test_a_bundle_continues_the_anchored_log(world):
    """A bundle proves that its log continues the checkpoint that was anchored before, and a forged one does not."""
    world.write(5)
    world.sequencer.drain()
    world.write(6)
    files = unpack(world.log.bundle())
    assert json.loads(files["consistency.json"])["old"] < json.loads(files["consistency.json"])["new"] == 11
    assert verify_bundle(repack(files)).ok
    forged = json.loads(files["consistency.json"])
    forged["path"][0] = "00" * 32
    report = verify_bundle(repack({**files, "consistency.json": json.dumps(forged).encode()}))
    assert "forked" in {finding.kind for finding in report.findings}


def test_a_bundle_of_nothing_is_not_made(world):
    """An empty log and an unknown act raise NotFound."""
    with pytest.raises(NotFound):
        world.log.bundle()
    world.write(1)
    with pytest.raises(NotFound):
        world.log.bundle("another")
