"""The command dihya storage check; what it finds is shown in test_sweep.py."""

from __future__ import annotations

from dihya_hookspecs.storage import Blobs


def test_a_sound_store_is_said_to_be_sound(make_app):
    """Nothing wrong is exit code 0."""
    app = make_app("storage")
    with app.act() as act:
        act.get(Blobs).put(b"1", media_type="text/plain", filename="a", purpose="test")
    result = app.cli("storage", "check")
    assert result.exit_code == 0 and "1 files read, 0 missing" in result.stderr
