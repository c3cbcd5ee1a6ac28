"""What pages and interface answer in the same way."""

from __future__ import annotations

import io
import zipfile

import pytest


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/rgpd/export", lambda key: {"data": {"subject": f"canary_people:{key}"}}),
        ("/api/v1/rgpd/exports", lambda key: {"json": {"subjects": [{"table": "canary_people", "key": key}]}}),
    ],
)
def test_an_export_is_sent_whole_and_leaves_nothing_behind(world, path, sent):
    """With its length, and whether it is complete; no file of it is left in the data folder."""
    answer = world.app.client("dpo").post(path, **sent(world.tin[0]))
    assert answer.content_length == len(answer.data) and answer.headers["Dihya-Complete"] == "true"
    assert zipfile.ZipFile(io.BytesIO(answer.data)).testzip() is None
    assert list((world.app.data / "work").iterdir()) == []


def test_an_export_that_fails_is_an_error_and_leaves_nothing_behind(world, monkeypatch):
    """No half of a file is sent."""

    def write(self, target, seal):
        target.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("dihya_rgpd.exporting.Export.write", write)
    answer = world.app.client("dpo").post("/rgpd/export", data={"subject": f"canary_people:{world.tin[0]}"})
    assert answer.status_code == 500 and b"half" not in answer.data
    assert list((world.app.data / "work").iterdir()) == []
